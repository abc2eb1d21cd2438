"""The drawing of shares per week: a panel per annotator, with limits, intervals and versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from annotator import phrases
from annotator.measure.control_chart import Week
from annotator.store.models import Project
from annotator.web.results.drawing import AXIS, PANEL, PLOT, Tick, across
from annotator.web.results.lines import path
from annotator.work.quality.report import Weekly

EVERYBODY = "All annotators"
WEEK = 7


@dataclass(frozen=True)
class Spot:
    """One week in a panel: its place, the ends of its interval, and its words.

    `out`: it leaves what chance explains.
    """

    x: str
    y: str
    low: str
    high: str
    said: str
    out: bool


@dataclass(frozen=True)
class Panel:
    """The weeks of one annotator; `limits` and `line` are paths in a box of 1000 by `PLOT`."""

    name: str
    note: str  # which weeks leave the limits, "" for none
    y: int
    limits: str
    line: str
    middle: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class WeeksFigure:
    """Panels above one another on one axis of time; `marks` are the versions of the codebook."""

    id: str
    title: str
    said: str
    panels: tuple[Panel, ...]
    ticks: tuple[Tick, ...]
    marks: tuple[Tick, ...]
    height: int
    plot: int = PLOT


def figure(title: str, rows: Sequence[Weekly], project: Project) -> WeeksFigure | None:
    """Lay out a panel for each row; None where there is no week."""
    mondays = [week.monday for row in rows for week in row.chart.weeks]
    if not mondays:
        return None
    first, last = min(mondays), max(mondays)
    span = (last - first).days + WEEK
    panels = tuple(panel(number, row, first, span) for number, row in enumerate(rows))
    ends = [(first, "start")] if first == last else [(first, "start"), (last, "end")]
    return WeeksFigure(
        "weeks",
        title,
        said(title, rows),
        panels,
        tuple(Tick(across(place(day, first, span)), week_words(day), end) for day, end in ends),
        versions(project, first, span),
        len(panels) * PANEL + AXIS,
    )


def place(monday: date, first: date, span: int) -> float:
    """Return where the middle of a week stands, from 0 to 1."""
    return ((monday - first).days + WEEK / 2) / span


def panel(number: int, row: Weekly, first: date, span: int) -> Panel:
    """Lay out the weeks of one annotator."""
    weeks, half = row.chart.weeks, WEEK / 2 / span
    places = [place(week.monday, first, span) for week in weeks]
    boxes = [
        path(
            [
                (x - half, week.low),
                (x + half, week.low),
                (x + half, week.high),
                (x - half, week.high),
            ]
        )
        for x, week in zip(places, weeks, strict=True)
    ]
    shares = [(x, week.share.value or 0.0) for x, week in zip(places, weeks, strict=True)]
    return Panel(
        row.person.pseudonym if row.person else EVERYBODY,
        leaving_words(weeks),
        number * PANEL,
        " ".join(f"{box}Z" for box in boxes),
        path(shares),
        down(row.chart.middle.value or 0.0),
        tuple(map(spot, places, weeks)),
    )


def spot(x: float, week: Week) -> Spot:
    """Lay out one week."""
    low, high = week.share.interval or (0.0, 1.0)
    return Spot(
        across(x),
        down(week.share.value or 0.0),
        down(low),
        down(high),
        week_said(week),
        bool(week.leaves),
    )


def down(share: float) -> str:
    """Return how far below the top of the plot a share stands."""
    return f"{PLOT * (1 - share):.1f}"


def versions(project: Project, first: date, span: int) -> tuple[Tick, ...]:
    """Return the versions of the codebook that came within these weeks, where they came."""
    found = []
    for version in project.codebook_versions[1:]:
        days = (version.created_at.date() - first).days
        if 0 <= days <= span:
            found.append(Tick(across(days / span), version.label))
    return tuple(found)


def week_words(monday: date) -> str:
    """Return a week in words."""
    return f"week of {monday.day} {monday:%b %Y}"


def week_said(week: Week) -> str:
    """Say what one week has."""
    share = week.share
    low, high = share.interval or (0.0, 1.0)
    words = (
        f"{week_words(week.monday)}: {share.right:,} of {share.n:,},"
        f" {phrases.percent(share.value or 0.0)} ({phrases.percent(low)} to"
        f" {phrases.percent(high)}); limits {phrases.percent(week.low)} to"
        f" {phrases.percent(week.high)}"
    )
    return f"{words}; {week.leaves} the limits" if week.leaves else words


def leaving_words(weeks: Sequence[Week]) -> str:
    """Say which weeks leave the limits, and on which side."""
    out = [each for each in weeks if each.leaves]
    return "; ".join(f"{each.leaves} the limits in the {week_words(each.monday)}" for each in out)


def said(title: str, rows: Sequence[Weekly]) -> str:
    """Say of each row what all its weeks have, and which of them leave the limits."""
    words = []
    for row in rows:
        name, middle = row.person.pseudonym if row.person else EVERYBODY, row.chart.middle
        note = leaving_words(row.chart.weeks) or "every week within the limits"
        words.append(f"{name}: {phrases.percent(middle.value or 0.0)}, {note}")
    return f"{title}. {'; '.join(words)}."
