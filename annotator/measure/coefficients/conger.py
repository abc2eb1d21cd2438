"""Conger's kappa of any number of annotators, also where labels are missing.

A. J. Conger, "Integration and generalization of kappas for multiple raters", 1980; K. L. Gwet,
"Handbook of Inter-Rater Reliability", 4th edition, 2014, chapters 2 (missing labels), 3 (weights)
and 5 (variance).
"""

from dataclasses import dataclass

import numpy as np

from annotator.measure.coefficients.gwet import statistic_rows
from annotator.measure.coefficients.result import (
    NO_PAIRS,
    Measure,
    named,
    same_value_reason,
)
from annotator.measure.coefficients.weights import Weights, agreement_weights
from annotator.measure.panel import Panel
from annotator.measure.patterns import FloatArray, Patterns

# Sums of products come out as 0 to so many digits.
NOTHING = 1e-12


def conger(panel: Panel, weights: Weights = "identity") -> Measure:
    """Return Conger's kappa of a panel, with Gwet's standard error over units.

    Agreement is observed over the units answered twice or more, as `percent_items` has it, and
    expected from how often each annotator gave each value, over all of their own labels. For two
    annotators who answered every unit this is Cohen's kappa. Not defined without a unit answered
    twice and where everyone gave one and the same value. Source: Gwet 2014, chapters 2, 3 and 5.
    """
    name = named("conger_kappa", weights)
    some, place = panel.alike
    times = np.bincount(place, minlength=len(some.given)).astype(np.float64)
    times[some.answers == 0] = 0
    n_units, n_ratings = int(times.sum()), int(times @ some.answers)
    if not times @ (some.answers >= 2):
        return Measure(None, NO_PAIRS, n_units, n_ratings, name)
    sums = _Sums.of(some, times, weights)
    if sums.expected > 1 - NOTHING:
        pairs = int(times @ (some.answers * (some.answers - 1) // 2))
        return Measure(None, same_value_reason(pairs), n_units, n_ratings, name)
    value = sums.value
    return Measure(value, None, n_units, n_ratings, name, sums.standard_error())


@dataclass(frozen=True, eq=False)
class _Sums:
    """What the coefficient and its variance are made of, over G annotators who gave any label.

    `gave` (U, G, K) marks who gave what to the distinct units, `times` (U,) counts these; `own`
    (G, K) has the shares of each annotator's values, `agreeing` (U,) the weighted agreement in a
    unit, `paired` (U,) whether it was answered twice; `table` (K, K) are the agreement weights.
    """

    gave: FloatArray
    times: FloatArray
    own: FloatArray
    agreeing: FloatArray
    paired: FloatArray
    table: FloatArray

    @classmethod
    def of(cls, panel: Panel, times: FloatArray, weights: Weights) -> "_Sums":
        """Count the distinct units of a panel, each so many times (U,)."""
        k = len(panel.values)
        gave = (panel.given[:, :, None] == np.arange(k)).astype(np.float64)
        labels = np.tensordot(times, gave, axes=1)
        active = labels.sum(axis=1) > 0
        labels, gave = labels[active], gave[:, active]
        counted = Patterns(panel.values, panel.counts, times.astype(np.int64))
        rows = statistic_rows(counted, weights)
        own = labels / labels.sum(axis=1, keepdims=True)
        return cls(gave, times, own, rows[:, 2], rows[:, 1], agreement_weights(weights, k))

    @property
    def observed(self) -> float:
        """The agreement over units answered twice or more, 0 to 1."""
        return float(self.times @ self.agreeing / (self.times @ self.paired))

    @property
    def expected(self) -> float:
        """The agreement by chance, 0 to 1."""
        return expected_of(self.own, self.table)

    @property
    def value(self) -> float:
        """Kappa."""
        return (self.observed - self.expected) / (1.0 - self.expected)

    def standard_error(self) -> float | None:
        """Return the error over units (Gwet 2014, chapter 5), None for a single unit."""
        n, people = float(self.times.sum()), len(self.own)
        if n < 2:
            return None
        expected, value = self.expected, self.value
        answered = self.gave.sum(axis=2)
        rate = np.tensordot(self.times, answered, axes=1) / n
        # What one unit does to the shares of each annotator: (U, G, K).
        moved = (self.gave - (answered - rate)[:, :, None] * self.own[None]) / rate[None, :, None]
        others = self.own.sum(axis=0)[None, :] - self.own
        reach = others @ self.table.T
        chance = (moved * reach[None]).sum(axis=(1, 2)) / (people * (people - 1))
        free = 1.0 - expected
        v = n / float(self.times @ self.paired) * (self.agreeing - expected * self.paired) / free
        drift = 2.0 * (1.0 - value) * (chance - expected) / free
        variance = float(self.times @ np.square(v - drift - value)) / (n * (n - 1.0))
        return float(np.sqrt(variance))


def expected_of(own: FloatArray, table: FloatArray) -> float:
    """Return the agreement by chance of annotators with these shares of values, (G, K).

    The mean over pairs of different annotators of sum w_kl p_gk p_hl. Source: Conger 1980.
    """
    people = len(own)
    together = own.sum(axis=0)
    every = float(together @ table @ together)
    self_pairs = float(((own @ table) * own).sum())
    return (every - self_pairs) / (people * (people - 1))
