"""Figures on a closed scale for any weights of articles: everything is a ratio of sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from annotator.measure.coefficients.alpha import Distance, alpha_values, coincidence_rows, distances
from annotator.measure.coefficients.gwet import chance_corrected, statistic_rows
from annotator.measure.coefficients.weights import Weights, agreement_weights
from annotator.measure.panel import Panel
from annotator.measure.patterns import FloatArray, IntArray, Patterns, distinct_rows


@dataclass(frozen=True, eq=False)
class ByArticle:
    """Count patterns, and how many units of each article show them.

    `patterns`: without articles. `article`, `place`, `times`: (N,) which pattern was met in which
    article, and how often. Articles count from 0 to M - 1.
    """

    patterns: Patterns
    article: IntArray
    place: IntArray
    times: IntArray
    n_articles: int

    @classmethod
    def from_panel(cls, panel: Panel, n_articles: int) -> "ByArticle":
        """Build from a panel with articles; raises ValueError where it has none."""
        if panel.articles is None:
            raise ValueError("sums by article need a panel with articles")
        return cls.of_counts(panel.values, panel.counts, panel.articles, n_articles)[0]

    @classmethod
    def of_counts(
        cls, values: tuple[str, ...], counts: IntArray, articles: IntArray, n_articles: int
    ) -> tuple["ByArticle", IntArray]:
        """Build from answers per unit and value (U, K); also return each unit's pattern (U,)."""
        rows, place = distinct_rows(counts)
        weights = np.bincount(place, minlength=len(rows)).astype(np.int64)
        cells, times = np.unique(articles * max(len(rows), 1) + place, return_counts=True)
        article, row = np.divmod(cells, max(len(rows), 1))
        patterns = Patterns(values, rows, weights)
        return cls(patterns, article, row, times.astype(np.int64), n_articles), place

    def sums(self, rows: FloatArray) -> FloatArray:
        """Return (M, S) from what one unit of each pattern adds to S statistics (P, S).

        Added up pattern after pattern, so an article's sums are the same to the last digit
        whichever articles are summed with it.
        """
        columns = [
            np.bincount(self.article, self.times * column[self.place], self.n_articles)
            for column in rows.T
        ]
        return np.column_stack(columns)


@dataclass(frozen=True, eq=False)
class ClosedFigures:
    """Alpha, pooled agreement, AC and the alpha of each value, for any weights of articles.

    `sums`: (M, S) the statistics of each article, over K values (`n_values`). `distance`: of alpha.
    `weights`: of AC, identity for AC1. `numbers`: the values as numbers, for interval and ratio.
    The figures are, in this order: alpha, share of agreeing pairs, AC, Fleiss' kappa as Gwet
    generalises it, `percent_alpha`, `percent_items` (weighted as AC is), and K alphas of one value
    against the rest.
    """

    sums: FloatArray
    n_values: int
    distance: Distance = "nominal"
    weights: Weights = "identity"
    numbers: Sequence[float] | None = None

    @classmethod
    def of_units(
        cls,
        units: ByArticle,
        distance: Distance = "nominal",
        weights: Weights = "identity",
        numbers: Sequence[float] | None = None,
    ) -> "ClosedFigures":
        """Sum up the units; they are not kept."""
        patterns = units.patterns
        n_values = len(patterns.values)
        together = coincidence_rows(patterns)
        rows = [
            together.reshape(len(together), n_values**2),
            pair_rows(patterns),
            statistic_rows(patterns, weights),
        ]
        return cls(units.sums(np.hstack(rows)), n_values, distance, weights, numbers)

    def at(self, weights: FloatArray) -> FloatArray:
        """Return (B, 6 + K) figures for weights (B, M) of the articles; nan where undefined."""
        return self.of(weights @ self.sums)

    def alpha_se(self) -> float | None:
        """Return the standard error of alpha over articles, without resampling.

        The same figure as `influence.alpha_se` of patterns with articles, and None in the same
        cases: what an article does to alpha is linear in its coincidences.
        """
        k = self.n_values
        own = self.sums[:, : k * k].reshape(-1, k, k)
        observed, given = own.sum(axis=0), own.sum(axis=2)
        totals = observed.sum(axis=0)
        squared = distances(self.distance, totals, self.numbers)
        size = given.sum(axis=1)
        met = int(np.count_nonzero(size))
        n, b0 = float(totals.sum()), float(totals @ squared @ totals)
        if b0 <= 0 or met < 2:
            return None
        a0 = float((observed * squared).sum())
        differing = (own * squared).sum(axis=(1, 2))
        psi = -(a0 * size + (n - 1) * differing) / b0
        psi += 2 * (n - 1) * a0 * (given @ (squared @ totals)) / b0**2
        return float(np.sqrt(np.square(psi).sum() * met / (met - 1)))

    def of(self, sums: FloatArray) -> FloatArray:
        """Return (B, 6 + K) figures for summed statistics (B, S)."""
        k = self.n_values
        observed = sums[:, : k * k].reshape(-1, k, k)
        pairs, rest = sums[:, k * k : k * k + 2], sums[:, k * k + 2 :]
        totals = observed.sum(axis=-1)
        squared = distances(self.distance, totals, self.numbers)
        return np.column_stack(
            [
                alpha_values(observed, squared),
                ratio(pairs[:, 0], pairs[:, 1]),
                chance_corrected(rest, self.weights),
                chance_corrected(rest, self.weights, "fleiss"),
                ratio(np.trace(observed, axis1=-2, axis2=-1), totals.sum(axis=-1)),
                ratio(rest[:, 2], rest[:, 1]),
                value_alphas(observed),
            ]
        )


@dataclass(frozen=True, eq=False)
class PairFigures:
    """Cohen's kappa, Scott's pi and Light's kappa, for any weights of articles.

    `panel`: with articles. Cohen and Scott are those of the first two columns, where there are two.
    `weights`: how near two values are.
    """

    panel: Panel
    n_articles: int
    weights: Weights = "identity"

    @cached_property
    def sums(self) -> FloatArray:
        """Return (M, A (A - 1) / 2 * K^2): the pair tables of each article, a < b."""
        k = len(self.panel.values)
        given = self.panel.given.astype(np.int64)
        articles = self.panel.articles
        if articles is None:
            raise ValueError("sums by article need a panel with articles")
        tables = []
        for a, b in combinations(range(given.shape[1]), 2):
            both = (given[:, a] >= 0) & (given[:, b] >= 0)
            cells = (articles[both] * k + given[both, a]) * k + given[both, b]
            tables.append(np.bincount(cells, minlength=self.n_articles * k * k))
        return np.hstack([t.reshape(self.n_articles, k * k) for t in tables]).astype(np.float64)

    def at(self, weights: FloatArray) -> FloatArray:
        """Return (B, 3) for weights (B, M): cohen_kappa, scott_pi, light_kappa."""
        k = len(self.panel.values)
        near = agreement_weights(self.weights, k)
        tables = (weights @ self.sums).reshape(len(weights), -1, k, k)
        n = tables.sum(axis=(-2, -1))
        agreeing = (tables * near).sum(axis=(-2, -1))
        rows, columns = tables.sum(axis=-1), tables.sum(axis=-2)
        chance = ratio(((rows @ near) * columns).sum(axis=-1), n)
        cohens = ratio(agreeing - chance, n - chance)
        given = rows + columns
        margins = ((given @ near) * given).sum(axis=-1)
        scotts = ratio(agreeing - ratio(margins, 4 * n), n - ratio(margins, 4 * n))
        return np.column_stack([cohens[:, 0], scotts[:, 0], cohens.mean(axis=-1)])


def ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return part / whole, nan where the whole is not above 0."""
    defined = whole > 1e-12
    return np.where(defined, part / np.where(defined, whole, 1.0), np.nan)


def pair_rows(patterns: Patterns) -> FloatArray:
    """Return (P, 2): agreeing pairs and all pairs of answers in one unit of each pattern."""
    counts, r = patterns.counts, patterns.ratings
    agreeing = (counts * (counts - 1) // 2).sum(axis=1)
    return np.column_stack([agreeing, r * (r - 1) // 2]).astype(np.float64)


def value_alphas(observed: FloatArray) -> FloatArray:
    """Return (..., K): nominal alpha of each value against the rest, from coincidences (..., K, K).

    nan where nobody or everybody gave the value. Source: Krippendorff 2018, chapter 12.
    """
    totals = observed.sum(axis=-1)
    n = totals.sum(axis=-1, keepdims=True)
    differing = totals - np.diagonal(observed, axis1=-2, axis2=-1)
    expected = totals * (n - totals)
    defined = expected > 0
    ratio = differing / np.where(defined, expected, 1.0)
    return np.where(defined, 1.0 - (n - 1.0) * ratio, np.nan)
