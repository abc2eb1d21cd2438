"""Chance-corrected figures for any weights of articles, one set of agreement weights at a time."""

from dataclasses import dataclass

import numpy as np

from annotator.measure.coefficients.gwet import chance_corrected, statistic_rows
from annotator.measure.coefficients.weights import Weights, agreement_weights
from annotator.measure.intervals.clusters import ByArticle, ratio
from annotator.measure.panel import NONE, Panel
from annotator.measure.patterns import FloatArray


@dataclass(frozen=True, eq=False)
class ChanceFigures:
    """AC, Fleiss' kappa as Gwet generalises it, Brennan and Prediger's, and percent agreement.

    `sums`: (M, K + 3) the statistics of each article, as `statistic_rows` has them for `weights`.
    """

    sums: FloatArray
    weights: Weights

    @classmethod
    def of_units(cls, units: ByArticle, weights: Weights) -> "ChanceFigures":
        """Sum up the units; they are not kept."""
        return cls(units.sums(statistic_rows(units.patterns, weights)), weights)

    def at(self, weights: FloatArray) -> FloatArray:
        """Return (B, 4) for weights (B, M): AC, Fleiss, Brennan-Prediger, `percent_items`."""
        sums = weights @ self.sums
        return np.column_stack(
            [
                chance_corrected(sums, self.weights),
                chance_corrected(sums, self.weights, "fleiss"),
                chance_corrected(sums, self.weights, "uniform"),
                ratio(sums[:, 2], sums[:, 1]),
            ]
        )


@dataclass(frozen=True, eq=False)
class CongerFigures:
    """Conger's kappa for any weights of articles, also where labels are missing.

    `agreeing`: (M, 2) the weighted agreement of each article's units and how many were answered
    twice. `labels`: (M, A, K) how often each annotator gave each value there. `table`: (K, K).
    """

    agreeing: FloatArray
    labels: FloatArray
    table: FloatArray

    @classmethod
    def of_panel(cls, panel: Panel, units: ByArticle, weights: Weights) -> "CongerFigures":
        """Sum up a panel with articles and its units; they are not kept."""
        if panel.articles is None:
            raise ValueError("sums by article need a panel with articles")
        people, k = panel.given.shape[1], len(panel.values)
        unit, who = np.nonzero(panel.given != NONE)
        cells = (panel.articles[unit] * people + who) * k + panel.given[unit, who]
        labels = np.bincount(cells, minlength=units.n_articles * people * k)
        rows = statistic_rows(units.patterns, weights)[:, [2, 1]]
        shape = (units.n_articles, people, k)
        table = agreement_weights(weights, k)
        return cls(units.sums(rows), labels.reshape(shape).astype(np.float64), table)

    def at(self, weights: FloatArray) -> FloatArray:
        """Return (B, 1) for weights (B, M); nan where the figure is not defined."""
        sums = weights @ self.agreeing
        labels = np.tensordot(weights, self.labels, axes=1)
        given = labels.sum(axis=2)
        own = labels / np.where(given > 0, given, 1.0)[:, :, None]
        people = (given > 0).sum(axis=1).astype(np.float64)
        together = own.sum(axis=1)
        every = ((together @ self.table) * together).sum(axis=1)
        selves = ((own @ self.table) * own).sum(axis=(1, 2))
        expected = ratio(every - selves, people * (people - 1))
        figures: FloatArray = ratio(ratio(sums[:, 0], sums[:, 1]) - expected, 1.0 - expected)
        return figures[:, None]
