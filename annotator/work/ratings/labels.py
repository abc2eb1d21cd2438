"""The labels of a file on their scale, and what each level of measurement needs of them."""

from collections.abc import Iterable, Sequence

import numpy as np

from annotator.measure.coefficients.alpha import Distance, alpha
from annotator.measure.coefficients.result import Measure
from annotator.measure.panel import Panel
from annotator.measure.patterns import IntArray, Patterns
from annotator.text.spelling import numbers, steps
from annotator.work.ratings.reading import Ratings

NO_ORDER = "Not defined, because the values have no order; declare it with --values."
NO_NUMBERS = "Not defined, because not all values are numbers."
NO_STEPS = "Not defined, because not all values are numbers; declare their order with --values."
NEGATIVE = "Not defined, because a value lies below 0."


class Labels:
    """The labels of a file with their scale, and whether that is declared.

    Repeats of an (item, annotator) have columns of their own in the panel; `owners` says whose
    column each is. `numbers` are the values as numbers, `steps` what an interval scale counts:
    the same, or else the places of a declared scale.
    """

    def __init__(self, ratings: Ratings, declared: Sequence[str] | None) -> None:
        self.declared = declared is not None
        self.values = list(declared) if declared is not None else scale(ratings.values)
        given = np.bincount(ratings.annotator).tolist()
        self.given = dict(zip(ratings.annotators, given, strict=True))
        self.annotators = sorted(self.given)
        self.n_articles = len(ratings.articles or ())
        self.panel, owners = ratings.panel(self.values, ratings.items)
        self.owners = [self.annotators.index(name) for name in owners]
        self.patterns = Panel(self.panel.values, self.panel.given).patterns()
        self.numbers = numbers(self.values)
        self.steps = steps(self.values) if self.declared else self.numbers
        self.repeated = len(self.owners) != len(self.annotators)
        self.tables = self.paired()

    def paired(self) -> IntArray:
        """Return the pair tables (A, A, K, K) of annotators, filled for a < b."""
        tables = self.panel.pair_tables()
        size = (len(self.annotators), len(self.annotators), *tables.shape[2:])
        found = np.zeros(size, dtype=np.int64)
        for i, a in enumerate(self.owners):
            for j, b in enumerate(self.owners[i + 1 :], i + 1):
                if a != b:
                    found[a, b] += tables[i, j]
        return found

    def without(self, who: int) -> Patterns:
        """Return the count patterns of everybody else's labels."""
        given = self.panel.given.copy()
        given[:, np.array(self.owners) == who] = -1
        return Panel(self.panel.values, given).patterns()

    def lacks(self, level: Distance) -> str | None:
        """Say what a level of measurement needs and these values do not have."""
        if level == "interval" and self.steps is None:
            return NO_STEPS
        if level == "ratio" and self.numbers is None:
            return NO_NUMBERS
        if level == "ratio" and min(self.numbers or [0]) < 0:
            return NEGATIVE
        return self.unordered if level == "ordinal" else None

    @property
    def unordered(self) -> str | None:
        """Say why these values have no order, which weights other than identity need."""
        return None if self.declared or self.numbers is not None else NO_ORDER

    def alpha(self, patterns: Patterns, level: Distance) -> Measure:
        """Return alpha on this level, or why there is none."""
        lacking = self.lacks(level)
        if lacking:
            return undefined(f"alpha_{level}", lacking, patterns)
        return alpha(patterns, level, self.amounts(level))

    def amounts(self, level: Distance) -> Sequence[float] | None:
        """Return the values as the numbers that a level subtracts or divides, if it does."""
        return {"interval": self.steps, "ratio": self.numbers}.get(level)


def scale(values: Iterable[str]) -> list[str]:
    """Return the values seen: numbers by size, anything else as text."""
    seen = sorted(values)
    known = numbers(seen)
    if known is None:
        return seen
    return [value for _, value in sorted(zip(known, seen, strict=True))]


def undefined(name: str, reason: str, patterns: Patterns) -> Measure:
    """Return a measure that is not defined on these labels."""
    return Measure(None, reason, patterns.n_units, patterns.n_ratings, name)
