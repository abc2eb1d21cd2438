"""Makes one field of a report: what is compared, its figures, and their intervals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from annotator.measure.alpha import Distance, alpha
from annotator.measure.clusters import ByArticle, ClosedFigures
from annotator.measure.confusion import confusion
from annotator.measure.gwet import gwet_ac
from annotator.measure.influence import alpha_se_by_article
from annotator.measure.open_values import OpenFigures
from annotator.measure.panel import NONE, Given, Panel
from annotator.measure.patterns import FloatArray, IntArray, Patterns
from annotator.measure.percent import percent_pairs
from annotator.measure.resampling import (
    LEAST,
    Figures,
    Interval,
    Settings,
    draws,
    interval_of,
    replicated,
)
from annotator.measure.result import NO_PAIRS, Measure, same_value_reason
from annotator.measure.weights import Weights
from annotator.work.report import FieldReport, ValueReport

TOO_MANY = "No interval, because there are too many different sets to resample."


@dataclass(frozen=True, eq=False)
class Compared:
    """Units with two or more answers to one field, (U, A) with -1 for none, and their articles."""

    given: Given
    articles: IntArray
    n_articles: int
    single: int

    @classmethod
    def of(cls, given: Given, articles: IntArray, n_articles: int) -> "Compared":
        """Keep the units with two answers or more."""
        answers = (given != NONE).sum(axis=1)
        kept = answers >= 2
        single = int(np.count_nonzero(answers == 1))
        return cls(given[kept], articles[kept], n_articles, single)

    def units(self, values: Sequence[str]) -> ByArticle:
        """Count the patterns of these values."""
        panel = Panel(tuple(values), self.given.astype(np.int16), self.articles)
        return ByArticle.from_panel(panel, self.n_articles)

    @cached_property
    def annotators(self) -> int:
        """Return how many annotators answered these units."""
        return int(np.count_nonzero((self.given != NONE).any(axis=0)))

    @cached_property
    def found_in(self) -> int:
        """Return how many articles these units stand in."""
        return int(np.count_nonzero(np.bincount(self.articles, minlength=self.n_articles)))


@dataclass(frozen=True, eq=False)
class Field:
    """One field with the statistics its figures and their replicates come from."""

    report: FieldReport
    figures: Figures | None

    def with_intervals(self, drawn: FloatArray | None, settings: Settings) -> FieldReport:
        """Return the report with intervals, from the replicates of its figures or for want of."""
        clusters = self.report.articles
        if drawn is None:
            none = Interval(None, None, None, clusters, TOO_MANY)
            if clusters < LEAST:
                none = interval_of(np.empty(0), clusters)
            return replace(
                self.report, interval=none, ac_interval=none,
                by_value=tuple(replace(v, interval=none) for v in self.report.by_value),
            )  # fmt: skip
        known = [interval_of(column, clusters, level=settings.level) for column in drawn.T]
        if self.report.alpha.value is None:
            known[0] = Interval(None, None, None, clusters)
        values = zip(self.report.by_value, known[6:], strict=False)
        return replace(
            self.report,
            interval=known[0],
            ac_interval=known[2] if len(known) > 2 else None,
            by_value=tuple(replace(v, interval=i) for v, i in values),
        )


def closed_field(
    name: str,
    level: Distance,
    scale: Sequence[tuple[str, str]],
    compared: Compared,
    word: str = "sentence",
) -> Field:
    """Measure a field on a declared scale of (value, label); an interval scale counts places."""
    units = compared.units([value for value, _ in scale])
    patterns = units.patterns.pairable()
    numbers = [float(place) for place in range(len(scale))] if level == "interval" else None
    weights: Weights = "identity" if level == "nominal" else "linear"
    figures = ClosedFigures(units, level, weights, numbers)
    found = alpha(patterns, level, numbers)
    if found.value is not None:
        found = replace(found, se=alpha_se_by_article(units, level, numbers))
    once = figures.at(np.ones((1, units.n_articles)))[0]
    no_interval = Interval(None, None, None, 0)
    report = FieldReport(
        name=name,
        level=level,
        values=tuple(value for value, _ in scale),
        labels=tuple(label for _, label in scale),
        given=tuple(patterns.totals.tolist()),
        alpha=found,
        percent=percent_pairs(patterns),
        annotators=compared.annotators,
        articles=compared.found_in,
        single=compared.single,
        compared=patterns.n_pairs,
        pairs=pair_counts(patterns),
        ac=gwet_ac(patterns, weights),
        by_value=tuple(
            ValueReport(None if np.isnan(each) else float(each), no_interval) for each in once[6:]
        ),
        word=word,
    )
    return Field(report, figures)


def pair_counts(patterns: Patterns) -> tuple[tuple[int, ...], ...]:
    """Return how many pairs of answers joined two values; symmetric, each pair counted once."""
    table = confusion(patterns)
    size = range(len(patterns.values))
    table[size, size] //= 2
    return tuple(tuple(row) for row in table.tolist())


def open_field(
    name: str,
    level: str,
    figures: OpenFigures,
    compared: Compared,
    names: dict[int, str],
    measure: str = "alpha_nominal",
    known: float | None = None,
) -> Field:
    """Measure a field whose values nobody declared; `names` says what each value is called.

    `known` is alpha where it has been found in another way; there is no interval then.
    """
    totals = figures.totals
    order = [k for k in np.lexsort((np.arange(len(totals)), -totals)).tolist() if totals[k]]
    called = tuple(names[k] for k in order)
    n = int(totals.sum())
    units = len(compared.given)
    pairs = int(figures.sums[:, 3].sum()) // 2
    value, share = figures.at(np.ones((1, figures.n_articles)))[0].tolist()
    value = value if known is None else known
    reason = NO_PAIRS if units == 0 else same_value_reason(pairs)
    found = (
        Measure(None, reason, units, n, measure)
        if np.isnan(value)
        else Measure(value, None, units, n, measure)
    )
    raw = (
        Measure(None, NO_PAIRS, 0, 0, "percent_pairs")
        if np.isnan(share)
        else Measure(share, None, units, n, "percent_pairs")
    )
    report = FieldReport(
        name=name,
        level=level,
        values=called,
        labels=called,
        given=tuple(int(totals[k]) for k in order),
        alpha=found,
        percent=raw,
        annotators=compared.annotators,
        articles=compared.found_in,
        single=compared.single,
        compared=pairs,
    )
    return Field(report, None if known is not None else figures)


def with_intervals(
    fields: Sequence[Field], n_articles: int, settings: Settings
) -> Iterable[FieldReport]:
    """Return all reports with intervals from the same draws of articles."""
    wanted = {
        field.report.name: field.figures
        for field in fields
        if field.figures is not None and field.report.articles >= LEAST
    }
    drawn = replicated(list(wanted.values()), draws(n_articles, settings)) if wanted else []
    known = dict(zip(wanted, drawn, strict=True))
    return [field.with_intervals(known.get(field.report.name), settings) for field in fields]
