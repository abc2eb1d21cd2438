"""The drawing of shares per week: a panel per annotator, with limits, intervals and versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from annotator import phrases
from annotator.measure.control.chart import Week
from annotator.measure.control.cumulative import LIMIT
from annotator.store.models import Project
from annotator.web.results.drawing import AXIS, PLOT, Tick, across
from annotator.web.results.lines import path
from annotator.work.quality.report import Weekly

EVERYBODY = "All annotators"
WEEK = 7
PANEL, STRIP = 140, 28
HIGHEST = 1.5
"""A cumulative sum of so many times its limit fills the strip."""


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
class Column:
    """The cumulative sum at the end of one week, as a column of the strip; `out`: beyond it."""

    x: str
    y: str
    width: str
    height: str
    out: bool


@dataclass(frozen=True)
class Panel:
    """The weeks of one annotator; `limits` and `line` are paths in a box of 1000 by `PLOT`.

    `columns` are the strip below; `limit` is how far down in it the limit stands.
    """

    name: str
    note: str  # how many weeks leave the limits, "" for none
    y: int
    limits: str
    line: str
    middle: str
    spots: tuple[Spot, ...]
    columns: tuple[Column, ...]
    limit: str = f"{STRIP * (1 - 1 / HIGHEST):.1f}"


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
    strip: int = STRIP


def figure(title: str, rows: Sequence[Weekly], project: Project) -> WeeksFigure | None:
    """Lay out a panel for each row; None where there is no week."""
    mondays = [week.monday for row in rows for week in row.chart.weeks]
    if not mondays:
        return None
    first, last = min(mondays), max(mondays)
    span = (last - first).days + WEEK
    panels = tuple(panel(number, row, first, span) for number, row in enumerate(rows))
    ends = [(first, week_words(first), "start")]
    if last > first:  # short: on a phone both stand on one line
        ends.append((last, week_words(last).removeprefix("week of "), "end"))
    return WeeksFigure(
        "weeks",
        title,
        said(title, rows),
        panels,
        tuple(Tick(across(place(day, first, span)), words, end) for day, words, end in ends),
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
        note(weeks),
        number * PANEL,
        " ".join(f"{box}Z" for box in boxes),
        path(shares),
        down(row.chart.middle.value or 0.0),
        tuple(map(spot, places, weeks)),
        tuple(
            column(x, half, week) for x, week in zip(places, weeks, strict=True) if not week.first
        ),
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


def column(x: float, half: float, week: Week) -> Column:
    """Lay out the cumulative sum of one week."""
    height = STRIP * min(week.total / (HIGHEST * LIMIT), 1)
    return Column(
        across(x - half / 2),
        f"{STRIP - height:.1f}",
        across(half),
        f"{height:.1f}",
        week.falls,
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
    if week.first:
        words += "; one of the first weeks"
    else:
        words += f"; cumulative sum {week.total:.1f} of {LIMIT:.1f}"
    return f"{words}; {week.leaves} the limits" if week.leaves else words


def note(weeks: Sequence[Week]) -> str:
    """Say in few words how many weeks leave the limits, and whether the sum is beyond its own."""
    sides = [each.leaves for each in weeks if each.leaves]
    said = [f"{sides.count(side)} {side}" for side in dict.fromkeys(sides)]
    if any(each.falls for each in weeks):
        said.append("sum beyond")
    return ", ".join(said)


def alarm_words(weeks: Sequence[Week]) -> str:
    """Say which weeks leave the limits, on which side, and where the sum is beyond its limit."""
    said = [
        f"{each.leaves} the limits in the {week_words(each.monday)}"
        for each in weeks
        if each.leaves
    ]
    falling = [each for each in weeks if each.falls]
    if falling:
        first, last = falling[0].monday, falling[-1].monday
        until = "" if first == last else f" to the {week_words(last)}"
        said.append(f"cumulative sum beyond its limit in the {week_words(first)}{until}")
    return "; ".join(said)


def said(title: str, rows: Sequence[Weekly]) -> str:
    """Say of each row what its first weeks have, and where its weeks leave the limits."""
    words = []
    for row in rows:
        name, middle = row.person.pseudonym if row.person else EVERYBODY, row.chart.middle
        note = alarm_words(row.chart.weeks) or "every week within the limits"
        words.append(f"{name}: {phrases.percent(middle.value or 0.0)} in the first weeks, {note}")
    return f"{title}. {'; '.join(words)}."
