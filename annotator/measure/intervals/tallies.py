"""Gathers what figures rest on part by part, so that memory grows with articles, not with answers.

A part is some articles with all their units; articles count from 0 within it, and those of all
parts stand one behind the other. How the articles are cut into parts changes no figure.
"""

from array import array
from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from annotator.measure.coefficients.alpha import Distance
from annotator.measure.coefficients.open_sets import distinct_sets, shared
from annotator.measure.coefficients.sets import SetDistance
from annotator.measure.coefficients.weights import Weights
from annotator.measure.intervals.clusters import ByArticle, ClosedFigures
from annotator.measure.intervals.open_values import Alike, OpenFigures, OpenUnits
from annotator.measure.panel import NONE
from annotator.measure.patterns import FloatArray, IntArray, Patterns

Small = npt.NDArray[np.int32]


class Rows:
    """Rows of numbers of one width, added part by part in one piece of memory.

    A list of tables would have to be copied into one in the end.
    """

    def __init__(self, kind: Literal["d", "i"]) -> None:
        self._numbers = array(kind)
        self._width = 0

    def add(self, rows: FloatArray | IntArray) -> None:
        """Put the rows of a table (N, W) behind those that are there."""
        self._width = rows.shape[1]
        self._numbers.frombytes(rows.astype(self._numbers.typecode).tobytes())

    def table(self) -> npt.NDArray[Any]:
        """Return all rows, uncopied; nothing can be added while anybody holds them."""
        return np.frombuffer(self._numbers, self._numbers.typecode).reshape(-1, self._width)


class PatternTally:
    """Count patterns on a closed scale, and the statistics of each article.

    `distance`, `weights` and `numbers` are those of `ClosedFigures`.
    """

    def __init__(
        self,
        values: Sequence[str],
        distance: Distance = "nominal",
        weights: Weights = "identity",
        numbers: Sequence[float] | None = None,
    ) -> None:
        self.values = tuple(values)
        self.settings = distance, weights, numbers
        self._numbers: dict[tuple[int, ...], int] = {}
        self._units: Counter[int] = Counter()
        self._sums = Rows("d")

    def add(self, counts: IntArray, articles: IntArray, n_articles: int) -> IntArray:
        """Count the units of one part, (U, K) answers per value; return their patterns (U,).

        A pattern is named by its number, from 0 in the order in which they are first met.
        """
        units, place = ByArticle.of_counts(self.values, counts, articles, n_articles)
        self._sums.add(ClosedFigures.of_units(units, *self.settings).sums)
        rows = [tuple(row) for row in units.patterns.counts.tolist()]
        numbers = [self._numbers.setdefault(row, len(self._numbers)) for row in rows]
        self._units.update(dict(zip(numbers, units.patterns.weights.tolist(), strict=True)))
        return np.array(numbers, dtype=np.int64)[place]

    def patterns(self) -> tuple[Patterns, IntArray]:
        """Return the patterns in their own order, and where each number stands there (P,)."""
        met = np.array(list(self._numbers), dtype=np.int64).reshape(-1, len(self.values))
        units = np.array([self._units[number] for number in range(len(met))], dtype=np.int64)
        order = np.lexsort(met.T[::-1])
        rank = np.empty(len(met), dtype=np.int64)
        rank[order] = np.arange(len(met))
        return Patterns(self.values, met[order], units[order]), rank

    def figures(self) -> ClosedFigures:
        """Return what gives the figures for any weights of the articles."""
        distance, weights, numbers = self.settings
        sums = self._sums.table()
        return ClosedFigures(sums, len(self.values), distance, weights, numbers)


class OpenTally:
    """Open values, each a set of named elements; a plain value is a set of one.

    `distance` says how far sets lie apart that are partly the same; without one they differ.
    """

    def __init__(self, distance: SetDistance | None = None) -> None:
        self.distance = distance
        self.n_articles = 0
        self._names: dict[str, int] = {}
        self._sums = Rows("d")
        self._entries = Rows("i")
        self._sets: list[Small] = []
        self._n_sets = 0

    def add(self, units: OpenUnits, n_articles: int, sets: IntArray, names: Sequence[str]) -> None:
        """Take in one part: `sets` (V, W) of places among `names`, by the numbers of the values.

        Names and sets stand in their own order, so that every part sums in the same one.
        """
        near: Alike | None = None
        if self.distance is not None:
            first, second = units.met().T
            near = shared(sets, first, second, self.distance)
        self._sums.add(units.sums(n_articles, near))
        article, value, answers = units.entries()
        self._entries.add(
            np.column_stack([self.n_articles + article, self._n_sets + value, answers])
        )
        known = [self._names.setdefault(name, len(self._names)) for name in names]
        self._sets.append(np.array([*known, NONE], dtype=np.int32)[sets])
        self._n_sets += len(sets)
        self.n_articles += n_articles

    def all(self) -> tuple[list[str], IntArray, OpenFigures]:
        """Return (names, sets, figures): the names in order, and sets (V, W) of places in them.

        The figures have rows of `sets` as values, and no list of sets that are alike.
        """
        order = sorted(self._names)
        rank = np.full(len(order) + 1, NONE, dtype=np.int64)
        rank[[self._names[name] for name in order]] = np.arange(len(order))
        width = max((each.shape[1] for each in self._sets), default=1)
        table = np.full((self._n_sets, width), NONE, dtype=np.int64)
        first = 0
        for each in self._sets:
            table[first : first + len(each), : each.shape[1]] = rank[each]
            first += len(each)
        sets, place = distinct_sets(table)
        article, value, answers = self._entries.table().T
        figures = OpenFigures(self._sums.table(), article, place[value], answers)
        return order, sets, figures
