"""The figures of results as plain data: counts, shares and their intervals, so they can be kept.

Every share is of claims, and its interval resamples articles with their near-duplicates
(`measure.shares`).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from annotator.codebook.scheme import Codebook
from annotator.measure.intervals.resampling import REPLICATES, SEED, Interval
from annotator.measure.patterns import IntArray
from annotator.measure.shares import Grouped, Parted, Shares, Table, shares_of
from annotator.store.models import Project
from annotator.store.snapshot import one_moment
from annotator.work.gold.models import Aggregation
from annotator.work.gold.outcomes import Some
from annotator.work.results.reading import Labels, Published, Source, labels_of

Period = Literal["month", "week"]
PERIODS: Sequence[Period] = ("month", "week")
LEAST = 5
"""Speakers and publishers with fewer claims are folded together."""
MOST_GROUPS, MOST_EDGES = 20, 1000
UNKNOWN = "not known"


@dataclass(frozen=True)
class Share:
    """`n` claims of the `of` claims of a group; low to high is 95 %, None where there is none.

    There is none below five articles, and none of a share of 0 or of 1.
    """

    n: int
    of: int
    low: float | None
    high: float | None

    @property
    def value(self) -> float:
        """Return the share, 0 of nothing."""
        return self.n / self.of if self.of else 0.0


@dataclass(frozen=True)
class Group:
    """The claims of one speaker, publisher, aspect or period.

    `stances`: a share for each stance of the codebook, in its order; `parts`: per stance the claims
    of each certainty, in the order of the codebook and last those without one. `folded`: how many
    groups this one stands for.
    """

    name: str
    articles: int
    stances: tuple[Share, ...]
    parts: tuple[tuple[int, ...], ...]
    folded: int = 0
    day: date | None = None

    @property
    def n(self) -> int:
        """Return how many claims there are."""
        return sum(share.n for share in self.stances)


@dataclass(frozen=True)
class Row:
    """One row of shares: a stance with its certainties, or all claims by type of speaker."""

    name: str
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Edge:
    """Somebody who is quoted through somebody, in `n` claims."""

    carrier: str
    quoted: str
    n: int


@dataclass(frozen=True)
class Results:
    """All figures of one source. `undated`: claims in articles without a day; `clusters`: articles
    with their near-duplicates as one; `aspects`: those that a claim has, in the order of the
    codebook and none where it does not ask for them.

    `edges`: the most frequent; `chains`: how many there are, and `quoted`: claims of all of them.
    """

    source: Source
    period: Period
    claims: int
    sentences: int
    articles: int
    clusters: int
    undated: int
    speakers: tuple[Group, ...]
    publishers: tuple[Group, ...]
    aspects: tuple[Group, ...]
    periods: tuple[Group, ...]
    certainty: tuple[Row, ...]
    types: tuple[Share, ...]
    edges: tuple[Edge, ...]
    chains: int
    quoted: int
    seed: int = SEED
    replicates: int = REPLICATES


def results(project: Project, source: Source, way: Aggregation, period: Period) -> Results:
    """Count what the labels of a project say now."""
    with one_moment() as connection:
        labels = labels_of(connection, project, source, way)
    return figures(labels, project.codebook, period)


def figures(labels: Labels, book: Codebook, period: Period) -> Results:
    """Return the figures of some claims; those without a stance of the codebook are left out."""
    counted = Counting(labels, book)
    speakers = folded([counted.names[each] for each in counted.speaker.tolist()])
    publishers = folded(counted.by_article(lambda each: each.publisher or UNKNOWN))
    periods, dated = counted.periods(period)
    tables: list[Table] = [
        counted.table(speakers.place, len(speakers.names)),
        counted.table(publishers.place, len(publishers.names)),
        periods,
        counted.of_certainty(),
        counted.of_types(),
    ]
    aspects = counted.by_aspect()
    if aspects:
        tables.append(counted.table(aspects.place, len(aspects.names)))
    by_speaker, by_publisher, by_period, by_certainty, by_type, *by_aspect = shares_of(
        tables, labels.clusters
    )
    given = counted.groups(by_aspect[0], tables[-1], aspects) if aspects else ()
    return Results(
        source=labels.source,
        period=period,
        claims=len(counted.stance),
        sentences=labels.sentences,
        articles=len(np.unique(counted.article)),
        clusters=len(np.unique(labels.clusters[counted.article])),
        undated=int((~dated[counted.article]).sum()),
        speakers=counted.groups(by_speaker, tables[0], speakers),
        publishers=counted.groups(by_publisher, tables[1], publishers),
        aspects=tuple(each for each in given if each.name and each.n),
        periods=counted.period_groups(by_period, periods),
        certainty=tuple(
            Row(entry.value, shares)
            for entry, shares in zip(book.stances, rows_of(by_certainty), strict=False)
        ),
        types=next(iter(rows_of(by_type)), ()),
        edges=edges_of(labels)[:MOST_EDGES],
        chains=len(labels.edges),
        quoted=labels.edges.total(),
    )


@dataclass(frozen=True, eq=False)
class Folded:
    """Claims (N,) in the place of their group; groups by size, the last one of all the small.

    `folded`: how many groups stand behind each name.
    """

    place: IntArray
    names: tuple[str, ...]
    folded: tuple[int, ...]


def folded(names: Sequence[str]) -> Folded:
    """Put claims into groups by name; small ones, and those beyond the most, become one."""
    sizes = Counter(names)
    order = sorted(sizes, key=lambda name: (-sizes[name], name))
    kept = [name for name in order if sizes[name] >= LEAST][:MOST_GROUPS]
    places = {name: place for place, name in enumerate(kept)}
    rest = len(order) - len(kept)
    place = np.array([places.get(name, len(kept)) for name in names], dtype=np.int64)
    return Folded(place, (*kept, *[""] * bool(rest)), (*[1] * len(kept), *[rest] * bool(rest)))


class Counting:
    """The claims with a stance, and the tables that are made of them."""

    def __init__(self, labels: Labels, book: Codebook) -> None:
        some = labels.stance >= 0
        self.labels, self.book = labels, book
        self.article, self.speaker = labels.article[some], labels.speaker[some]
        self.stance, self.aspect = labels.stance[some], labels.aspect[some]
        # Without a certainty there is one column: those without.
        self.certainty = np.where(
            labels.certainty[some] < 0, len(book.certainties), labels.certainty[some]
        )
        self.articles = len(labels.articles)
        self.names = {number: name for number, (name, _) in labels.speakers.items()}

    def counts(self, group: IntArray, groups: int, value: IntArray, values: int) -> IntArray:
        """Return claims by article, group and value (M, G, V)."""
        place = (self.article * groups + group) * values + value
        size = self.articles * groups * values
        return np.bincount(place, minlength=size).reshape(self.articles, groups, values)

    def table(self, group: IntArray, groups: int) -> Grouped:
        """Return stances by group."""
        return Grouped(self.counts(group, groups, self.stance, len(self.book.stances)))

    def of_certainty(self) -> Grouped:
        """Return certainties by stance."""
        values = len(self.book.certainties) + 1
        return Grouped(self.counts(self.stance, len(self.book.stances), self.certainty, values))

    def of_types(self) -> Grouped:
        """Return types of speakers, of all claims."""
        places = {entry.value: place for place, entry in enumerate(self.book.speaker_types)}
        of_speaker = {n: places.get(kind, 0) for n, (_, kind) in self.labels.speakers.items()}
        kinds = np.array([of_speaker[each] for each in self.speaker.tolist()], dtype=np.int64)
        one = np.zeros(len(kinds), dtype=np.int64)
        return Grouped(self.counts(one, 1, kinds, len(places)))

    def by_article(self, name: Callable[[Published], str]) -> list[str]:
        """Return for each claim what its article is called."""
        names = [name(each) for each in self.labels.articles]
        return [names[each] for each in self.article.tolist()]

    def by_aspect(self) -> Folded | None:
        """Put claims into groups by aspect, last those without; None where no claim has one."""
        if not (self.aspect >= 0).any():
            return None
        values = tuple(entry.value for entry in self.book.aspects)
        place = np.where(self.aspect < 0, len(values), self.aspect)
        return Folded(place, (*values, ""), (1,) * (len(values) + 1))

    def periods(self, period: Period) -> tuple[Parted, Some]:
        """Return stances by period of the article, and which articles have a day (M,)."""
        days = [beginning(each.day, period) for each in self.labels.articles]
        dated = np.array([day is not None for day in days], dtype=np.bool_)
        self.days = sorted({day for day in days if day is not None})
        place = {day: number for number, day in enumerate(self.days)}
        group = np.array([place[day] if day else 0 for day in days], dtype=np.int64)
        values = len(self.book.stances)
        one = np.zeros(len(self.stance), dtype=np.int64)
        counts = self.counts(one, 1, self.stance, values)[:, 0, :]
        self.period = period
        return Parted(counts * dated[:, None], group, max(len(self.days), 1)), dated

    def called(self, day: date) -> str:
        """Return a month as 2019-05, a week by its Monday."""
        return day.isoformat()[:7] if self.period == "month" else day.isoformat()

    def parts(self, group: IntArray, groups: int) -> IntArray:
        """Return claims by group, stance and certainty (G, K, C + 1)."""
        k, c = len(self.book.stances), len(self.book.certainties) + 1
        place = (group * k + self.stance) * c + self.certainty
        return np.bincount(place, minlength=groups * k * c).reshape(groups, k, c)

    def groups(self, shares: Shares, table: Table, found: Folded) -> tuple[Group, ...]:
        """Return the groups of a table in their order."""
        parts = self.parts(found.place, len(found.names)).tolist()
        return tuple(
            Group(name, articles, row, tuple(map(tuple, part)), behind if not name else 0)
            for name, articles, row, part, behind in zip(
                found.names,
                table.articles.tolist(),
                rows_of(shares),
                parts,
                found.folded,
                strict=True,
            )
        )

    def period_groups(self, shares: Shares, table: Parted) -> tuple[Group, ...]:
        """Return the periods with a claim, in the order of time."""
        rows = zip(self.days, table.articles.tolist(), rows_of(shares), strict=False)
        return tuple(
            Group(self.called(day), articles, row, (), day=day)
            for day, articles, row in rows
            if articles
        )


def beginning(day: date | None, period: Period) -> date | None:
    """Return the first day of the month or of the week (Monday) of a day."""
    if day is None:
        return None
    return day.replace(day=1) if period == "month" else day - timedelta(days=day.weekday())


def rows_of(shares: Shares) -> list[tuple[Share, ...]]:
    """Return the shares of each group."""
    none = Interval(None, None, None, 0)
    rows = []
    # Where a group has a value never, or only this one, resamples cannot tell how rare others are.
    for group, counts in enumerate(shares.totals.tolist()):
        intervals = shares.intervals[group] if shares.intervals else [none] * len(counts)
        of = sum(counts)
        known = [each if 0 < n < of else none for n, each in zip(counts, intervals, strict=True)]
        rows.append(
            tuple(Share(n, of, each.low, each.high) for n, each in zip(counts, known, strict=True))
        )
    return rows


def edges_of(labels: Labels) -> tuple[Edge, ...]:
    """Return who is quoted through whom, the most frequent first."""
    names = {number: name for number, (name, _) in labels.speakers.items()}
    edges = [Edge(names[a], names[b], n) for (a, b), n in labels.edges.items()]
    return tuple(sorted(edges, key=lambda each: (-each.n, each.carrier, each.quoted)))
