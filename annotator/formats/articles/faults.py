"""Faults: what is wrong with the rows of one file, all of it, to be mended in one go."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from annotator.errors import RefusedError
from annotator.formats.articles.records import BrokenTableError, RecordError

T = TypeVar("T")
# So many are named.
MOST = 100
BETWEEN = ";\n"


class Faults:
    """The rows of one file that were refused, the first of them with their causes."""

    def __init__(self) -> None:
        self.named: list[RefusedError] = []
        self.more = 0
        # Whether one of them ended the reading: what stood behind it is not known.
        self.has_ended = False

    def note(self, error: RefusedError) -> None:
        """Keep what is said against a row."""
        if len(self.named) < MOST:
            self.named.append(error)
        else:
            self.more += 1

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note what is refused inside, and go on behind it."""
        try:
            yield
        except RefusedError as error:
            self.note(error)

    def until_refused(self, rows: Iterator[T]) -> Iterator[T]:
        """Yield rows; what ends their reading is noted behind what was noted before."""
        try:
            yield from rows
        except RefusedError as error:
            self.note(error)
            self.has_ended = True

    @property
    def said(self) -> list[str]:
        """Return what is said of each, and how many more there are."""
        more = [f"and {self.more:,} more"] if self.more else []
        return [*map(str, self.named), *more]

    def refuse(self) -> None:
        """Raise what was noted, if anything; a single fault as it is."""
        if len(self.named) == 1:
            raise self.named[0]
        if self.named:
            is_broken = any(isinstance(each, BrokenTableError) for each in self.named)
            raise (BrokenTableError if is_broken else RecordError)(BETWEEN.join(self.said))
