"""What is wrong with a file: one sentence, with the file and the line."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from annotator.phrases import visible

MOST = 20
"""So many faults of one file are listed; one more says that there are others."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; lines count from 1, None where the whole file is meant."""

    file: str
    line: int | None
    said: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}, line {self.line}"
        return visible(f"{where}: {self.said}")


def first_of(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield the first faults of each file, and that there are more: nobody reads a million."""
    seen: Counter[str] = Counter()
    for fault in faults:
        seen[fault.file] += 1
        if seen[fault.file] <= MOST:
            yield fault
        elif seen[fault.file] == MOST + 1:
            yield Fault(fault.file, fault.line, f"{fault.said}; further faults are not listed")
