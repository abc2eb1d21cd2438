"""The geometry of the dot chart: places in percent, so that it fits any width unscaled."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from annotator import phrases
from annotator.codebook.scheme import Codebook
from annotator.measure.coefficients.verdict import FIRM, TENTATIVE
from annotator.measure.intervals.resampling import Interval
from annotator.work.agreement import wording
from annotator.work.agreement.report import FieldReport, Report

GRID = 0.2
# Where in a row its mark stands: under the name, or level with the words beside the chart.
UNDER_NAME, LEVEL = 0.7, 0.5


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
    """One row: its name, its figure in words, its place and its whisker where it has them."""

    name: str
    words: str
    top: str
    middle: str
    x: str | None
    low: str | None
    high: str | None


@dataclass(frozen=True)
class Row:
    """What is drawn in one row; `said` is the same in words."""

    name: str
    words: str
    value: float | None
    low: float | None
    high: float | None
    said: str


@dataclass(frozen=True)
class Chart:
    """Everything the template draws."""

    ticks: tuple[Tick, ...]
    bands: tuple[Band, ...]
    dots: tuple[Dot, ...]
    title: str
    said: str
    id: str
    height: int


def chart_of(report: Report, book: Codebook) -> Chart:
    """Lay out one dot per step of the waterfall."""
    rows = [
        Row(
            wording.question(field.name, book),
            wording.figure(field.alpha),
            field.alpha.value,
            *bounds(field.interval),
            step_said(field, book),
        )
        for field in report.steps
    ]
    return drawn("steps", "Agreement by step", rows, 52, LEVEL)


def value_chart(field: FieldReport) -> Chart:
    """Lay out one dot per value of a field against the rest."""
    rows = [
        Row(
            label,
            number(each.alpha),
            each.alpha,
            *bounds(each.interval),
            f"{label} {number(each.alpha)}{between(each.interval)}",
        )
        for label, each in zip(field.labels, field.by_value, strict=True)
    ]
    return drawn("values", "Agreement by value", rows, 52)


def bounds(interval: Interval | None) -> tuple[float | None, float | None]:
    """Return the ends of an interval, None where there is none."""
    return (None, None) if interval is None else (interval.low, interval.high)


def number(value: float | None) -> str:
    """Return a figure as it is quoted, or that there is none."""
    return "not defined" if value is None else phrases.coefficient(value)


def between(interval: Interval | None) -> str:
    """Return an interval for a sentence, or nothing."""
    known = wording.interval(interval)
    return f" ({known})" if known else ""


def step_said(field: FieldReport, book: Codebook) -> str:
    """Say one step in words."""
    verdict = f", {wording.verdict(field)}" if field.verdict else ""
    question = wording.question(field.name, book)
    return f"{question} {wording.figure(field.alpha)}{between(field.interval)}{verdict}"


def drawn(id: str, title: str, rows: Sequence[Row], height: int, mark: float = UNDER_NAME) -> Chart:
    """Place the rows on a common axis; it begins below 0 only if a figure or an interval does.

    `mark` is the place of a mark in its row, from 0 (its top) to 1.
    """
    ends = [end for row in rows for end in (row.value, row.low) if end is not None]
    low = min(0, *(floor(end / GRID) for end in ends), 0)

    def place(value: float) -> str:
        start = low * GRID
        return f"{100 * (value - start) / (1 - start):.2f}%"

    def width(start: float, end: float) -> str:
        return f"{100 * (end - start) / (1 - low * GRID):.2f}%"

    step = 100 / max(len(rows), 1)
    dots = [
        Dot(
            name=row.name,
            words=row.words,
            top=f"{index * step:.2f}%",
            middle=f"{(index + mark) * step:.2f}%",
            x=None if row.value is None else place(row.value),
            low=None if row.low is None else place(row.low),
            high=None if row.high is None else place(min(row.high, 1.0)),
        )
        for index, row in enumerate(rows)
    ]
    return Chart(
        ticks=tuple(Tick(place(n * GRID), tick_label(n)) for n in range(low, 6)),
        bands=(
            Band(place(TENTATIVE), width(TENTATIVE, FIRM), "tentative"),
            Band(place(FIRM), width(FIRM, 1), "firm"),
        ),
        dots=tuple(dots),
        title=title,
        said=f"Krippendorff's alpha from 0 to 1: {'; '.join(row.said for row in rows)}.",
        id=id,
        height=height,
    )


def tick_label(number: int) -> str:
    """Return the label of a grid line: 0, .20 to .80, 1."""
    value = round(number * GRID, 1)
    return str(int(value)) if value.is_integer() else phrases.coefficient(value)
