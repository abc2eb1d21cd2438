"""Figures of benchmarks: what was measured beside its reference, round by round, and the budget."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

SMALL, FULL = SIZES = ("small", "full")
ROUNDS = 5
AT_MOST, AT_LEAST = "at most", "at least"
# Names a folder in which made projects are kept for the scripts of one run.
KEPT = "BENCHMARKS_KEPT"


@dataclass(frozen=True)
class Figure:
    """One line of the results.

    `measured` and `reference` have a value for each round, none where it could not be measured;
    the two of one round were taken one after the other. The budget is on their ratio, and on what
    was measured where there is no reference. `load` is the load average of the last minute then.
    """

    what: str
    unit: str
    measured: Sequence[float]
    reference: Sequence[float] = ()
    against: str = ""
    budget: float | None = None
    bound: str = AT_MOST
    why: str = ""  # what takes so long, for where the budget is missed
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def values(self) -> list[float]:
        """Return for each round what the budget is on."""
        if not self.reference:
            return list(self.measured)
        return [ours / theirs for ours, theirs in zip(self.measured, self.reference, strict=True)]

    @property
    def kept(self) -> bool | None:
        """Say whether the median keeps the budget, None where there is none."""
        if self.budget is None or not self.measured:
            return None
        middle = median(self.values)
        return middle <= self.budget if self.bound == AT_MOST else middle >= self.budget

    @property
    def ratio(self) -> str:
        """Return the ratio with its spread."""
        if not self.reference:
            return ""
        return f"{short(median(self.values))} x{spread(self.values)}"

    @property
    def allowed(self) -> str:
        """Return the budget in words."""
        if self.budget is None:
            return ""
        return f"{self.bound} {short(self.budget)} {'x' if self.reference else self.unit}".strip()

    @property
    def verdict(self) -> str:
        """Return whether it was kept."""
        return {None: "", True: "kept", False: "**missed**"}[self.kept]

    def row(self) -> list[str]:
        """Return the cells of a table."""
        if not self.measured:
            return [self.what, "not measured", "", "", "", "", self.allowed, ""]
        measured = f"{short(median(self.measured))} {self.unit}".strip()
        if not self.reference:
            measured += spread(self.measured)
        reference = ""
        if self.reference:
            reference = f"{self.against}: {short(median(self.reference))} {self.unit}".strip()
        rounds = str(len(self.measured))
        return [
            self.what, measured, reference, self.ratio, rounds, f"{self.load:.1f}", self.allowed,
            self.verdict,
        ]  # fmt: skip

    @property
    def missed(self) -> str:
        """Say by how much the budget is missed and why, "" where it is kept or there is none."""
        if self.kept is not False or not self.budget:
            return ""
        times = short(median(self.values) / self.budget)
        return f"{self.what}: {times} times the budget of {self.allowed}. {self.why}".strip()


def not_measured(what: str, why: str) -> Figure:
    """Return the line of what cannot be measured on this machine."""
    return Figure(f"{what}: {why}", "", [])


def short(value: float) -> str:
    """Return a number with three digits that count, and thousands apart."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def spread(values: Sequence[float]) -> str:
    """Return the least and the greatest of several values in brackets, nothing of one."""
    return f" ({short(min(values))}–{short(max(values))})" if len(values) > 1 else ""


HEAD = ("what", "measured", "reference", "ratio", "rounds", "load", "budget", "")


def table(figures: Iterable[Figure]) -> str:
    """Return figures as a Markdown table."""
    lines = [HEAD, ("---", "--:", "---", "--:", "--:", "--:", "---", "---")]
    lines += [tuple(figure.row()) for figure in figures]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def misses(figures: Iterable[Figure]) -> str:
    """Return a Markdown list of the budgets that are missed, "" for none."""
    lines = [f"- {said}\n" for figure in figures if (said := figure.missed)]
    return f"\nMissed:\n\n{''.join(lines)}" if lines else ""


def run(
    about: str | None,
    measure: Callable[..., list[Figure]],
    **own: type,
) -> None:
    """Run one benchmark as a command: print its table, and write its figures where asked.

    `own` are further options, with their types: they go to `measure` by their names, where given.
    """
    options = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    options.add_argument("--size", choices=SIZES, default=FULL)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--json", type=Path, help=argparse.SUPPRESS)
    for name, kind in own.items():
        options.add_argument(f"--{name}", type=kind)
    given = vars(options.parse_args())
    chosen = {name: given[name] for name in own if given[name] is not None}
    found = measure(given["size"], given["rounds"], **chosen)
    if given["json"]:
        given["json"].write_text(json.dumps([asdict(each) for each in found]), encoding="utf-8")
    sys.stdout.write(table(found) + misses(found))


def read(path: Path) -> list[Figure]:
    """Return the figures that `run` wrote."""
    return [Figure(**each) for each in json.loads(path.read_text(encoding="utf-8"))]
