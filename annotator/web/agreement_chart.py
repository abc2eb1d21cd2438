"""The geometry of the dot chart: places in percent, so that it fits any width unscaled."""

from dataclasses import dataclass
from math import floor

from annotator.work import wording
from annotator.work.report import FIRM, TENTATIVE, Report

GRID = 0.2


@dataclass(frozen=True)
class Tick:
    """One line of the grid."""

    x: str
    label: str


@dataclass(frozen=True)
class Band:
    """A stretch of the axis that reads alike."""

    x: str
    width: str
    tone: str


@dataclass(frozen=True)
class Dot:
    """One row: its name, its figure in words, and its place where it has one."""

    name: str
    words: str
    top: str
    middle: str
    x: str | None


@dataclass(frozen=True)
class Chart:
    """Everything the template draws."""

    ticks: tuple[Tick, ...]
    bands: tuple[Band, ...]
    dots: tuple[Dot, ...]
    said: str


def chart_of(report: Report) -> Chart:
    """Lay out one dot per field on a common axis; it begins below 0 only if a figure does."""
    values = [field.alpha.value for field in report.fields]
    low = min(0, *(floor((value or 0) / GRID) for value in values))

    def place(value: float) -> str:
        start = low * GRID
        return f"{100 * (value - start) / (1 - start):.2f}%"

    def width(start: float, end: float) -> str:
        return f"{100 * (end - start) / (1 - low * GRID):.2f}%"

    step = 100 / len(values)
    dots = [
        Dot(
            name=wording.QUESTIONS[field.name],
            words=wording.figure(field.alpha),
            top=f"{index * step:.2f}%",
            middle=f"{(index + 0.5) * step:.2f}%",
            x=None if value is None else place(value),
        )
        for index, (field, value) in enumerate(zip(report.fields, values, strict=True))
    ]
    return Chart(
        ticks=tuple(Tick(place(n * GRID), tick_label(n)) for n in range(low, 6)),
        bands=(
            Band(place(TENTATIVE), width(TENTATIVE, FIRM), "tentative"),
            Band(place(FIRM), width(FIRM, 1), "firm"),
        ),
        dots=tuple(dots),
        said=description(report),
    )


def tick_label(number: int) -> str:
    """Return the label of a grid line: 0, .20 to .80, 1."""
    value = round(number * GRID, 1)
    return str(int(value)) if value.is_integer() else wording.coefficient(value)


def description(report: Report) -> str:
    """Say all values of the chart in one sentence."""
    said = [
        f"{wording.QUESTIONS[field.name].rstrip('?')} {wording.figure(field.alpha)}"
        + (f", {wording.verdict(field)}" if field.verdict else "")
        for field in report.fields
    ]
    return f"Krippendorff's alpha from 0 to 1: {'; '.join(said)}."
