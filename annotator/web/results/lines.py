"""Figures of lines: stances over time, and the network of who is quoted through whom."""

from collections.abc import Sequence

from annotator import phrases
from annotator.codebook.scheme import Codebook
from annotator.web.results.drawing import (
    AXIS,
    LINK,
    PANEL,
    PLOT,
    Line,
    Lines,
    Link,
    Network,
    Node,
    Point,
    Tick,
    across,
    short,
    words,
)
from annotator.work.results.figures import LEAST, Edge, Group, Period, Share

STEP = {"month": 31, "week": 7}
"""So many days at most lie between the beginnings of periods that follow one another."""


def over_time(
    id: str, title: str, periods: Sequence[Group], book: Codebook, period: Period
) -> Lines:
    """Lay out a panel per stance: its share by period, with the band of its interval."""
    days = [group.day.toordinal() for group in periods if group.day]
    first, span = (days[0], max(days[-1] - days[0], 1)) if days else (0, 1)
    places = [(day - first) / span if len(days) > 1 else 0.5 for day in days]
    lines = []
    for number, stance in enumerate(book.stances):
        row = [group.stances[number] for group in periods]
        points = tuple(
            Point(
                across(x),
                f"{PLOT * (1 - share.value):.1f}",
                f"{group.name}: {words(share)}",
                group.n < LEAST,
            )
            for x, share, group in zip(places, row, periods, strict=True)
        )
        lines.append(
            Line(
                f"{stance.label}",
                stance.colour,
                number * PANEL,
                " ".join(path(run) for run in runs(days, places, row, STEP[period])),
                bands(places, row),
                points,
            )
        )
    return Lines(
        id,
        title,
        said_over_time(title, periods, book),
        time_ticks(periods, places),
        tuple(lines),
        len(lines) * PANEL + AXIS,
    )


def runs(
    days: Sequence[int], places: Sequence[float], row: Sequence[Share], step: int
) -> list[list[tuple[float, float]]]:
    """Return the stretches of periods that follow one another: a line is drawn through each."""
    found: list[list[tuple[float, float]]] = []
    before = None
    for day, x, share in zip(days, places, row, strict=True):
        if before is None or day - before > step:
            found.append([])
        found[-1].append((x, share.value))
        before = day
    return found


def path(points: Sequence[tuple[float, float]]) -> str:
    """Return a line through points (x, share) as the data of a path."""
    return " ".join(
        f"{'L' if number else 'M'}{1000 * x:.1f} {PLOT * (1 - y):.1f}"
        for number, (x, y) in enumerate(points)
    )


def bands(places: Sequence[float], row: Sequence[Share]) -> str:
    """Return the band between the ends of the intervals; it stops where a period has none."""
    found, run = [], []
    for x, share in [*zip(places, row, strict=True), (0.0, None)]:
        if share is not None and share.low is not None and share.high is not None:
            run.append((x, share.low, share.high))
            continue
        if run:
            there = [(x, high) for x, _, high in run]
            back = [(x, low) for x, low, _ in reversed(run)]
            found.append(path([*there, *back]) + "Z")
        run = []
    return " ".join(found)


def time_ticks(periods: Sequence[Group], places: Sequence[float]) -> tuple[Tick, ...]:
    """Return the first, the middle and the last period."""
    if not periods:
        return ()
    if len(periods) == 1:
        return (Tick("50%", periods[0].name),)
    some = [(0, "start"), (len(periods) - 1, "end")]
    return tuple(Tick(across(places[place]), periods[place].name, end) for place, end in some)


def said_over_time(title: str, periods: Sequence[Group], book: Codebook) -> str:
    """Say how each stance begins and ends."""
    if not periods:
        return f"{title}. No claim in an article with a date."
    first, last = periods[0], periods[-1]
    words = (
        f"{stance.label} from {phrases.percent(first.stances[number].value)}"
        f" to {phrases.percent(last.stances[number].value)}"
        for number, stance in enumerate(book.stances)
    )
    return f"{title}. From {first.name} to {last.name}: {'; '.join(words)}."


# --- the network


def network(id: str, title: str, edges: Sequence[Edge]) -> Network:
    """Lay out who is quoted through whom, the most frequent first on either side."""
    left = list(dict.fromkeys(edge.carrier for edge in edges))
    right = list(dict.fromkeys(edge.quoted for edge in edges))
    most = max((edge.n for edge in edges), default=1)
    height = max(len(left), len(right)) * LINK

    def placed(names: Sequence[str]) -> tuple[Node, ...]:
        step = height / max(len(names), 1)
        return tuple(
            Node(short(name), name, round((number + 0.5) * step))
            for number, name in enumerate(names)
        )

    nodes = placed(left), placed(right)
    down = [{node.whole: node.y for node in side} for side in nodes]
    links = tuple(
        Link(
            down[0][edge.carrier],
            down[1][edge.quoted],
            f"{1.5 + 6.5 * (edge.n - 1) / max(most - 1, 1):.1f}",
            f"{edge.quoted} through {edge.carrier}: {phrases.counted(edge.n, 'claim')}",
        )
        for edge in edges
    )
    said = f"{title}. {'; '.join(link.said for link in links)}."
    return Network(id, title, said, *nodes, links, height)
