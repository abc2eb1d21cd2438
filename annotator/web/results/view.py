"""What the results page shows: each figure with its words, its drawing and its table."""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from annotator.codebook.scheme import Codebook
from annotator.measure.intervals.resampling import LEAST as LEAST_ARTICLES
from annotator.phrases import counted
from annotator.web.results import bars, lines
from annotator.web.results.drawing import Figure
from annotator.work.results.figures import LEAST, UNKNOWN, Group, Results, Share

SHOWN_EDGES, LISTED_EDGES = 15, 30
Rows = Iterator[Sequence[Any]]
DIGITS = 4
ASKED_BY = {"speakers": "speaker", "publishers": "publisher", "aspects": "aspect"}
ONCE = " Claims of one speaker in one sentence count once."


@dataclass(frozen=True)
class Shown:
    """One figure: its heading, what it shows, its drawing (None where there is nothing to draw),
    and the heading and rows of its CSV.
    """

    id: str
    title: str
    says: str
    drawing: Figure | None
    csv: Callable[[], Rows]


def figures_of(found: Results, book: Codebook) -> Mapping[str, Shown]:
    """Return the figures in the order of the page; the last ones only where there is such a field.

    A codebook without certainties has no figure of them, and one without chains none of those;
    aspects have one where any claim has an aspect.
    """
    stance, stance_word = book.title_of("stance"), book.word_of("stance")
    certainty = book.title_of("certainty")
    few = f"with fewer than {LEAST} claims"
    thick = " A firmer claim is drawn thicker." if book.certainties else ""
    off = [each.label for each in book.stances if not each.on_scale]
    left_out = f" Claims that are {' or '.join(off)} are in n and in no bar." if off else ""
    around = f"Shares of the claims of each, around the middle of the scale.{thick}{left_out}"
    named = [replace(each, name=book.label_of_aspect(each.name)) for each in found.aspects]
    shown = [
        Shown(
            "speakers",
            f"{stance} by speaker",
            f"{around} Speakers {few} are taken together.",
            diverging(found.speakers, book, "speakers", f"{stance} by speaker", "speakers"),
            lambda: group_rows("speaker", found.speakers, book),
        ),
        Shown(
            "time",
            f"{stance} over time",
            over_time(found, stance_word) + undated(found),
            lines.over_time("time", f"{stance} over time", found.periods, book, found.period)
            if len(found.periods) > 1
            else None,
            lambda: group_rows("period", found.periods, book),
        ),
        Shown(
            "publishers",
            f"{stance} by publisher",
            f"{around} Publishers {few} are taken together.",
            diverging(found.publishers, book, "publishers", f"{stance} by publisher", "publishers"),
            lambda: group_rows("publisher", found.publishers, book),
        ),
        Shown(
            "aspects",
            f"{stance} by {book.word_of('aspect')}",
            around + without_aspect(found, book),
            diverging(named, book, "aspects", f"{stance} by {book.word_of('aspect')}", "aspects"),
            lambda: group_rows("aspect", found.aspects, book),
        ),
        Shown(
            "certainty",
            f"{certainty} by {stance_word}",
            f"Shares of the claims of each {stance_word}, the firmest and thickest first.",
            bars.stacked("certainty", f"{certainty} by {stance_word}", found.certainty, book),
            lambda: certainty_rows(found, book),
        ),
        Shown(
            "types",
            "Types of speakers",
            "Shares of all claims; the line through the end of a bar is the 95\u202f% interval.",
            bars.shares("types", "Types of speakers", types_of(found, book)),
            lambda: type_rows(found, book),
        ),
        Shown(
            "via",
            "Who is quoted through whom",
            f"{counted(found.quoted, 'claim')} reported by somebody else than the article, in"
            f" {counted(found.chains, 'pair')}; a thicker line stands for more claims."
            + (ONCE if found.source == "gold" else ""),
            lines.network("via", "Who is quoted through whom", found.edges[:SHOWN_EDGES])
            if found.edges
            else None,
            lambda: edge_rows(found),
        ),
    ]  # fmt: skip
    gone = set() if book.certainties else {"certainty"}
    gone |= set() if found.aspects else {"aspects"}
    gone |= set() if "via" in book.fields or found.edges else {"via"}
    return {each.id: each for each in shown if each.id not in gone}


def diverging(
    groups: Sequence[Group], book: Codebook, id: str, title: str, many: str
) -> Figure | None:
    """Return the bars of some groups, None where there are none."""
    return bars.diverging(id, title, groups, book, many) if groups else None


def over_time(found: Results, stance_word: str) -> str:
    """Say what the figure over time draws; nothing is drawn of a single period."""
    if len(found.periods) == 1:
        return f"All dated claims are of one {found.period}; a drawing takes two."
    return (
        f"Share of each {stance_word} among the claims of a period, by the date of the article,"
        " from 0 to 100\u202f%; the band is the 95\u202f% interval. A ring has fewer than"
        f" {LEAST} claims."
    )


def undated(found: Results) -> str:
    """Say how many claims have no place in time, and how many periods no band."""
    n = found.undated
    said = f" {counted(n, 'claim')} in articles without a date left out." if n else ""
    thin = sum(group.articles < LEAST_ARTICLES for group in found.periods)
    if thin:
        said += (
            f" {counted(thin, 'period')} with fewer than {LEAST_ARTICLES} articles"
            f" {'has' if thin == 1 else 'have'} no band."
        )
    return said


def without_aspect(found: Results, book: Codebook) -> str:
    """Say how many claims have no aspect."""
    n = found.claims - sum(group.n for group in found.aspects)
    return f" {counted(n, 'claim')} without {book.word_of('aspect')} left out." if n else ""


def types_of(found: Results, book: Codebook) -> list[tuple[str, Share]]:
    """Return the share of each type of speaker under its label."""
    return [
        (entry.label, share)
        for entry, share in zip(book.speaker_types, found.types, strict=False)
        if share.n or not entry.retired
    ]


def behind(found: Results, figure: str, group: Group) -> Mapping[str, str]:
    """Return what the page Explore is asked for the claims of a group; nothing of folded ones."""
    if group.day is not None:
        days = monthrange(group.day.year, group.day.month)[1] if found.period == "month" else 7
        last = group.day + timedelta(min(days - 1, (date.max - group.day).days))
        return {"of": "claims", "since": group.day.isoformat(), "until": last.isoformat()}
    if not group.name or group.name == UNKNOWN:
        return {}
    return {"of": "claims", ASKED_BY[figure]: group.name}


# --- tables for programs


def group_rows(name: str, groups: Sequence[Group], book: Codebook) -> Rows:
    """Yield a row per group and stance, with the claims of each certainty where they are known."""
    split = bool(groups and groups[0].parts)
    certainties = [each.value for each in book.certainties] if split else []
    yield (name, "folded", "claims", "articles", "stance", *SHARE, *certainties)
    for group in groups:
        for place, (share, stance) in enumerate(bars.stances(group, book)):
            parts = group.parts[place][: len(certainties)] if split else ()
            yield (
                group.name or "others",
                group.folded,
                group.n,
                group.articles,
                stance.value,
                *cells(share),
                *parts,
            )


def certainty_rows(found: Results, book: Codebook) -> Rows:
    """Yield a row per stance and certainty; the last of each stance are claims without one."""
    yield ("stance", "claims", "certainty", *SHARE)
    for row in found.certainty:
        names = [*(each.value for each in book.certainties), ""]
        for name, share in zip(names, row.shares, strict=True):
            yield (row.name, share.of, name, *cells(share))


def type_rows(found: Results, book: Codebook) -> Rows:
    """Yield a row per type of speaker."""
    yield ("speaker_type", "claims", *SHARE)
    for entry, share in zip(book.speaker_types, found.types, strict=False):
        yield (entry.value, share.of, *cells(share))


def edge_rows(found: Results) -> Rows:
    """Yield a row per pair."""
    yield ("through", "quoted", "n")
    for edge in found.edges:
        yield (edge.carrier, edge.quoted, edge.n)


SHARE = ("n", "share", "low", "high")


def cells(share: Share) -> tuple[Any, ...]:
    """Return number, share and interval; an interval that is not known is empty."""
    ends = (None if end is None else round(end, DIGITS) for end in (share.low, share.high))
    return (share.n, round(share.value, DIGITS), *ends)
