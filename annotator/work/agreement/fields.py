"""Makes one field of a report: what is compared, its figures, and their intervals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from annotator.measure.coefficients.alpha import Distance, alpha
from annotator.measure.coefficients.confusion import confusion
from annotator.measure.coefficients.gwet import gwet_ac
from annotator.measure.coefficients.open_sets import alike_sets, set_alpha
from annotator.measure.coefficients.percent import percent_pairs
from annotator.measure.coefficients.result import NO_PAIRS, Measure, same_value_reason
from annotator.measure.coefficients.sets import SetDistance
from annotator.measure.coefficients.weights import Weights
from annotator.measure.intervals.clusters import ClosedFigures
from annotator.measure.intervals.open_values import OpenFigures, OpenUnits
from annotator.measure.intervals.resampling import (
    LEAST,
    Clustered,
    Figures,
    Interval,
    Settings,
    draws,
    interval_of,
    replicated,
    together,
)
from annotator.measure.intervals.tallies import OpenTally, PatternTally
from annotator.measure.panel import NONE, Given, Panel
from annotator.measure.patterns import FloatArray, IntArray, Patterns
from annotator.text.spelling import steps
from annotator.work.agreement.report import FieldReport, ValueReport

TOO_MANY = "No interval, because there are too many different sets to resample."


@dataclass(frozen=True, eq=False)
class Compared:
    """Units of one part with two or more answers to a field, (U, A) with -1 for none.

    `articles`: (U,) from 0 to `n_articles` - 1; `clusters`: (n_articles,) the number of what each
    hangs together with. `people`: (A,) who stands in which column.
    `single` counts the units with one answer.
    """

    given: Given
    articles: IntArray
    clusters: IntArray
    people: IntArray
    single: int

    @classmethod
    def of(
        cls, given: Given, articles: IntArray, clusters: IntArray, people: IntArray
    ) -> "Compared":
        """Keep the units with two answers or more."""
        answers = (given != NONE).sum(axis=1)
        kept = answers >= 2
        single = int(np.count_nonzero(answers == 1))
        return cls(given[kept], articles[kept], clusters, people, single)

    @property
    def n_articles(self) -> int:
        """Return how many articles there are."""
        return len(self.clusters)

    def panel(self, values: tuple[str, ...]) -> Panel:
        """Return the same as values of a declared scale."""
        return Panel(values, self.given.astype(np.int16))


class Extent:
    """What a field looks at: its units, annotators, articles and clusters of articles."""

    def __init__(self) -> None:
        self.units = 0
        self.single = 0
        self.found_in = 0
        self.clusters: set[int] = set()
        self.people: set[int] = set()

    def add(self, compared: Compared) -> None:
        """Count one part."""
        self.units += len(compared.given)
        self.single += compared.single
        articles = np.unique(compared.articles)
        self.found_in += len(articles)
        self.clusters.update(compared.clusters[articles].tolist())
        self.people.update(compared.people[(compared.given != NONE).any(axis=0)].tolist())


@dataclass(frozen=True, eq=False)
class Field:
    """One field with the statistics its figures and their replicates come from."""

    report: FieldReport
    figures: Figures | None

    def with_intervals(self, drawn: FloatArray | None, settings: Settings) -> FieldReport:
        """Return the report with intervals, from the replicates of its figures or for want of."""
        clusters, word = self.report.clusters, self.report.drawn
        if drawn is None:
            none = Interval(None, None, None, clusters, TOO_MANY)
            if clusters < LEAST:
                none = interval_of(np.empty(0), clusters, word)
            return replace(
                self.report, interval=none, ac_interval=none,
                by_value=tuple(replace(v, interval=none) for v in self.report.by_value),
            )  # fmt: skip
        known = [interval_of(column, clusters, word, settings.level) for column in drawn.T]
        if self.report.alpha.value is None:
            known[0] = Interval(None, None, None, clusters)
        values = zip(self.report.by_value, known[6:], strict=False)
        return replace(
            self.report,
            interval=known[0],
            ac_interval=known[2] if len(known) > 2 else None,
            by_value=tuple(replace(v, interval=i) for v, i in values),
        )


class ClosedField:
    """A field on a declared scale of (value, label), gathered part by part.

    An interval scale counts what `spelling.steps` gives. `word` names the unit.
    """

    def __init__(
        self, name: str, level: Distance, scale: Sequence[tuple[str, str]], word: str = "sentence"
    ) -> None:
        self.name, self.level, self.scale, self.word = name, level, scale, word
        self.weights: Weights = "identity" if level == "nominal" else "linear"
        values = [value for value, _ in scale]
        numbers = steps(values) if level == "interval" else None
        self.patterns = PatternTally(values, level, self.weights, numbers)
        self.extent = Extent()

    def add(self, compared: Compared) -> IntArray:
        """Take in one part; return the pattern of each of its units (U,)."""
        self.extent.add(compared)
        counts = compared.panel(self.patterns.values).counts
        return self.patterns.add(counts, compared.articles, compared.n_articles)


class OpenField:
    """A field whose values nobody declared, each a set of names, gathered part by part."""

    def __init__(self, name: str, level: str, distance: SetDistance | None = None) -> None:
        self.name, self.level, self.distance = name, level, distance
        self.values = OpenTally(distance)
        self.extent = Extent()

    def add(self, compared: Compared, sets: IntArray, names: Sequence[str]) -> None:
        """Take in one part: sets (V, W) of places among names, by the values given."""
        self.extent.add(compared)
        units = OpenUnits.from_given(compared.given, compared.articles)
        self.values.add(units, compared.n_articles, sets, names)


def closed_field(gathered: ClosedField, cluster: IntArray) -> Field:
    """Measure a field on a declared scale; `cluster` numbers what each article hangs together with.

    The error of alpha is one over clusters.
    """
    level, scale, extent = gathered.level, gathered.scale, gathered.extent
    patterns, figures = gathered.patterns.patterns()[0].pairable(), gathered.patterns.figures()
    found = alpha(patterns, level, figures.numbers)
    if found.value is not None:
        found = replace(found, se=clustered(figures, cluster).alpha_se())
    once = figures.at(np.ones((1, len(figures.sums))))[0]
    no_interval = Interval(None, None, None, 0)
    report = FieldReport(
        name=gathered.name,
        level=level,
        values=tuple(value for value, _ in scale),
        labels=tuple(label for _, label in scale),
        given=tuple(patterns.totals.tolist()),
        alpha=found,
        percent=percent_pairs(patterns),
        annotators=len(extent.people),
        articles=extent.found_in,
        clusters=len(extent.clusters),
        single=extent.single,
        compared=patterns.n_pairs,
        pairs=pair_counts(patterns),
        ac=gwet_ac(patterns, gathered.weights),
        by_value=tuple(
            ValueReport(None if np.isnan(each) else float(each), no_interval) for each in once[6:]
        ),
        word=gathered.word,
    )
    return Field(report, figures)


def clustered(figures: ClosedFigures, cluster: IntArray) -> ClosedFigures:
    """Return the figures with the sums of each cluster in place of each article."""
    return replace(figures, sums=together(figures.sums, cluster))


def pair_counts(patterns: Patterns) -> tuple[tuple[int, ...], ...]:
    """Return how many pairs of answers joined two values; symmetric, each pair counted once."""
    table = confusion(patterns)
    size = range(len(patterns.values))
    table[size, size] //= 2
    return tuple(tuple(row) for row in table.tolist())


def open_field(gathered: OpenField) -> Field:
    """Measure a field of open values.

    Where too many sets are partly the same to be listed, alpha is counted; there is no interval.
    """
    extent, distance = gathered.extent, gathered.distance
    names, sets, figures = gathered.values.all()
    alike = None if distance is None else alike_sets(sets, distance)
    totals = figures.totals(len(sets))
    order = [k for k in np.lexsort((np.arange(len(totals)), -totals)).tolist() if totals[k]]
    called = tuple(" + ".join(names[each] for each in sets[k] if each != NONE) for k in order)
    n, units = int(totals.sum()), extent.units
    agreeing, pairs = (int(each) // 2 for each in figures.sums[:, 2:].sum(axis=0))
    resampled: OpenFigures | None = None
    if distance is None or alike is not None:
        resampled = replace(figures, alike=alike)
        value: float | None = float(resampled.at(np.ones((1, len(figures.sums))))[0, 0])
    else:
        value = set_alpha(figures.sums, totals, sets, distance)
    measure = "alpha_nominal" if distance is None else f"alpha_{distance}"
    reason = NO_PAIRS if units == 0 else same_value_reason(pairs)
    found = (
        Measure(None, reason, units, n, measure)
        if value is None or np.isnan(value)
        else Measure(value, None, units, n, measure)
    )
    raw = (
        Measure(None, NO_PAIRS, 0, 0, "percent_pairs")
        if pairs == 0
        else Measure(agreeing / pairs, None, units, n, "percent_pairs")
    )
    report = FieldReport(
        name=gathered.name,
        level=gathered.level,
        values=called,
        labels=called,
        given=tuple(int(totals[k]) for k in order),
        alpha=found,
        percent=raw,
        annotators=len(extent.people),
        articles=extent.found_in,
        clusters=len(extent.clusters),
        single=extent.single,
        compared=pairs,
    )
    return Field(report, resampled)


def with_intervals(
    fields: Sequence[Field], cluster: IntArray, settings: Settings
) -> Iterable[FieldReport]:
    """Return all reports with intervals from the same draws of clusters (M,) of articles."""
    wanted = {
        field.report.name: Clustered(field.figures, cluster)
        for field in fields
        if field.figures is not None and field.report.clusters >= LEAST
    }
    blocks = draws(int(cluster.max(initial=-1)) + 1, settings)
    drawn = replicated(list(wanted.values()), blocks) if wanted else []
    known = dict(zip(wanted, drawn, strict=True))
    return [field.with_intervals(known.get(field.report.name), settings) for field in fields]
