"""Who agrees with whom: Cohen's kappa of every pair, and each annotator against all others."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from annotator.measure.coefficients.alpha import Distance, alpha
from annotator.measure.coefficients.kappa import against_rest, cohen
from annotator.measure.coefficients.weights import Weights
from annotator.measure.panel import NONE
from annotator.measure.patterns import IntArray, Patterns
from annotator.text.spelling import steps
from annotator.work.agreement.fields import ClosedField, Compared
from annotator.work.agreement.report import AnnotatorReport, PairReport, PeopleReport


class PeopleTally:
    """What annotators gave to one closed field, gathered part by part.

    `_pairs` has per pair of people a table (K, K) of the units both answered, the one who stands
    first by its rows. `_given` counts, (N, P, K), how often each person gave which value in a unit
    of which pattern.
    """

    def __init__(self, values: tuple[str, ...]) -> None:
        self.values, self.n_values = values, len(values)
        self._numbers: dict[int, int] = {}
        self._pairs: dict[tuple[int, int], IntArray] = {}
        self._given = np.zeros((0, 0, self.n_values), dtype=np.int64)

    def add(self, compared: Compared, patterns: IntArray) -> None:
        """Take in one part; `patterns` (U,) numbers what all gave to each unit."""
        people = compared.people.tolist()
        tables = compared.panel(self.values).pair_tables()
        for a, b in zip(*np.nonzero(tables.any(axis=(2, 3))), strict=True):
            both = people[a], people[b]
            self._pairs[both] = self._pairs.get(both, 0) + tables[a, b]
        numbers = [self._numbers.setdefault(each, len(self._numbers)) for each in people]
        unit, who = np.nonzero(compared.given != NONE)
        self._grow(len(self._numbers), int(patterns.max(initial=-1)) + 1)
        cells = (
            np.array(numbers, dtype=np.int64)[who],
            patterns[unit],
            compared.given[unit, who].astype(np.int64),
        )
        codes = np.ravel_multi_index(cells, self._given.shape)
        self._given += np.bincount(codes, minlength=self._given.size).reshape(self._given.shape)

    def _grow(self, people: int, patterns: int) -> None:
        n, p, _ = self._given.shape
        more = ((0, max(people - n, 0)), (0, max(patterns - p, 0)), (0, 0))
        self._given = np.pad(self._given, more)

    def report(
        self, field: ClosedField, order: Sequence[int], names: Mapping[int, str]
    ) -> PeopleReport:
        """Compare these people, in this order; weights are linear where the field is ordered."""
        weights: Weights = "identity" if field.level == "nominal" else "linear"
        everybody, rank = field.patterns.patterns()
        size = (len(order), len(order), self.n_values, self.n_values)
        tables = np.zeros(size, dtype=np.int64)
        # Of 400 people in groups of eight, 98 of 100 pairs share nothing: one kappa does for them.
        nothing = cohen(np.zeros(size[2:], dtype=np.int64), weights)
        pairs = []
        for a, b in combinations(range(len(order)), 2):
            shared = self._pairs.get((order[a], order[b]))
            kappa = nothing if shared is None else cohen(shared, weights)
            pairs.append(PairReport(names[order[a]], names[order[b]], kappa))
            if shared is not None:
                tables[a, b] = shared
        single = []
        for place, who in enumerate(order):
            given = np.zeros_like(everybody.counts)
            own = self.given_by(who)
            given[rank[: len(own)]] = own
            if given.any():
                single.append(
                    AnnotatorReport(
                        names[who],
                        tuple(given.sum(axis=0).tolist()),
                        against_rest(tables, place, weights)[1],
                        without(everybody, field.level, given),
                    )
                )
        return PeopleReport(field.name, tuple(pairs), tuple(single))

    def given_by(self, who: int) -> IntArray:
        """Return (P, K): how often somebody gave each value in units of each pattern."""
        number = self._numbers.get(who)
        if number is None:
            return np.zeros((0, self.n_values), dtype=np.int64)
        own: IntArray = self._given[number]
        return own


def without(everybody: Patterns, level: Distance, given: IntArray) -> float | None:
    """Return alpha of all but one annotator, who gave so often what in which pattern (P, K).

    Their units show a pattern with one answer less.
    """
    pattern, value = np.nonzero(given)
    less = everybody.counts[pattern]
    less[np.arange(len(less)), value] -= 1
    rest = Patterns(
        everybody.values,
        np.concatenate([everybody.counts, less]),
        np.concatenate([everybody.weights - given.sum(axis=1), given[pattern, value]]),
    )
    numbers = steps(everybody.values) if level == "interval" else None
    return alpha(rest, level, numbers).value
