"""Count patterns: how many units received which numbers of answers per value.

An agreement figure on a closed set of values needs nothing else, so a million answers shrink to
the few hundred distinct patterns that occur.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Value = TypeVar("Value")

PACK_LIMIT = 2**63


@dataclass(frozen=True, eq=False)
class Patterns:
    """Counts per value, and how many units show them.

    `values`: the declared scale in order, K names. `counts`: (P, K) answers per value. `weights`:
    (P,) units that show the pattern. `articles`: (P,) index of the article of each row where units
    are to be resampled by article; the same pattern then has one row per article. Raises ValueError
    where the shapes disagree, a name is repeated or a number is negative.
    """

    values: tuple[str, ...]
    counts: IntArray
    weights: IntArray
    articles: IntArray | None = None

    def __post_init__(self) -> None:
        if not self.values or len(set(self.values)) < len(self.values):
            raise ValueError(f"the scale needs values, each once: {self.values}")
        if self.counts.ndim != 2 or self.counts.shape[1] != len(self.values):
            shape = self.counts.shape
            raise ValueError(f"counts of shape {shape} do not fit {len(self.values)} values")
        for column in (self.weights, self.articles):
            if column is not None and column.shape != (len(self.counts),):
                raise ValueError(f"{column.shape} does not fit {len(self.counts)} patterns")
        if (self.counts < 0).any() or (self.weights < 0).any():
            raise ValueError("counts and weights cannot be negative")

    @classmethod
    def from_counts(
        cls,
        values: Sequence[str],
        rows: Iterable[tuple[Sequence[int], int]],
        articles: Iterable[int] | None = None,
    ) -> Self:
        """Build from (count vector, number of units) rows, in any order, repeats allowed.

        `articles`: one index per row. Rows without answers or units are left out. Raises
        ValueError where a vector does not have one count per value.
        """
        listed = list(rows)
        for counts, _ in listed:
            if len(counts) != len(values):
                raise ValueError(f"{counts} does not have one count for each of {values}")
        return cls._grouped(
            values,
            np.array([counts for counts, _ in listed], np.int64).reshape(len(listed), len(values)),
            np.array([weight for _, weight in listed], dtype=np.int64),
            None if articles is None else np.array(list(articles), dtype=np.int64),
        )

    @classmethod
    def from_ratings(
        cls,
        values: Sequence[str],
        ratings: Iterable[tuple[Hashable, Hashable, str]],
        articles: Mapping[Hashable, int] | None = None,
    ) -> Self:
        """Build from (unit, annotator, value) ratings; `articles` maps units to article indexes.

        Raises ValueError naming a repeated (unit, annotator) pair or a value not on the scale, and
        KeyError naming a unit without an article.
        """
        index = {value: k for k, value in enumerate(values)}
        grouped = by_unit(ratings)
        counts = np.zeros((len(grouped), len(values)), dtype=np.int64)
        for row, (unit, given) in enumerate(grouped.items()):
            for value in given:
                if value not in index:
                    raise ValueError(f"{value!r}, given to {unit!r}, is not one of {list(values)}")
                counts[row, index[value]] += 1
        rows = None if articles is None else np.array([articles[u] for u in grouped], np.int64)
        return cls._grouped(values, counts, np.ones(len(grouped), dtype=np.int64), rows)

    @classmethod
    def _grouped(
        cls, values: Sequence[str], counts: IntArray, weights: IntArray, articles: IntArray | None
    ) -> Self:
        """Sum the weights of equal rows, so that the order of rows cannot change a figure."""
        checked = cls(tuple(values), counts, weights, articles)
        kept = (checked.ratings > 0) & (weights > 0)
        columns = [counts[kept]] if articles is None else [articles[kept, None], counts[kept]]
        rows, place = distinct_rows(np.hstack(columns))
        sums = np.zeros(len(rows), dtype=np.int64)
        np.add.at(sums, place, weights[kept])
        if articles is None:
            return cls(checked.values, rows, sums)
        return cls(checked.values, rows[:, 1:], sums, rows[:, 0])

    def distinct(self) -> tuple[Self, IntArray]:
        """Return the patterns without articles, each once, and the place of each row among them.

        What one unit adds to a statistic depends on its pattern alone: compute it on these few and
        spread it over the (article, pattern) rows with the places (P,).
        """
        rows, place = distinct_rows(self.counts)
        sums = np.zeros(len(rows), dtype=np.int64)
        np.add.at(sums, place, self.weights)
        return type(self)(self.values, rows, sums), place

    @property
    def ratings(self) -> IntArray:
        """Return r (P,): answers per unit of each pattern."""
        sums: IntArray = self.counts.sum(axis=1, dtype=np.int64)
        return sums

    @property
    def n_units(self) -> int:
        """Return the number of units with at least one answer."""
        return int(self.weights[self.ratings > 0].sum())

    @property
    def n_ratings(self) -> int:
        """Return the number of answers."""
        return int(self.weights @ self.ratings)

    @property
    def n_pairs(self) -> int:
        """Return the number of pairs of answers to the same unit."""
        return int(self.weights @ (self.ratings * (self.ratings - 1) // 2))

    @property
    def totals(self) -> IntArray:
        """Return the answers per value (K,)."""
        sums: IntArray = self.weights @ self.counts
        return sums

    def pairable(self) -> Self:
        """Keep the units with two or more answers, which alone can agree or differ."""
        kept = self.ratings >= 2
        articles = None if self.articles is None else self.articles[kept]
        return type(self)(self.values, self.counts[kept], self.weights[kept], articles)


def distinct_rows(rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return the distinct rows in order, and the place of each row among them.

    As numpy.unique along an axis, several times as fast on tall narrow tables: rows are compared as
    one integer each where that fits.
    """
    if not rows.size:
        return rows[:1] if len(rows) else rows, np.zeros(len(rows), dtype=np.int64)
    widths = rows.max(axis=0, initial=0).astype(object) + 1
    if np.prod(widths) < PACK_LIMIT and (rows >= 0).all():
        codes = np.ravel_multi_index(tuple(rows.T), tuple(int(width) for width in widths))
        found, place = np.unique(codes, return_inverse=True)
        columns = np.unravel_index(found, tuple(int(width) for width in widths))
        return np.column_stack(columns).astype(np.int64), place.astype(np.int64)
    order = np.lexsort(rows.T[::-1])
    ordered = rows[order]
    first = np.ones(len(rows), dtype=np.bool_)
    first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    place = np.empty(len(rows), dtype=np.int64)
    place[order] = np.cumsum(first) - 1
    return ordered[first], place


def by_unit(ratings: Iterable[tuple[Hashable, Hashable, Value]]) -> dict[Hashable, list[Value]]:
    """Collect the values given to each unit; a repeated (unit, annotator) is a ValueError."""
    seen: set[tuple[Hashable, Hashable]] = set()
    grouped: dict[Hashable, list[Value]] = {}
    for unit, annotator, value in ratings:
        if (unit, annotator) in seen:
            raise ValueError(f"unit {unit!r} has two values by annotator {annotator!r}")
        seen.add((unit, annotator))
        grouped.setdefault(unit, []).append(value)
    return grouped


def weights_for(most: int, n_values: int) -> tuple[int, ...]:
    """Return what one answer adds per value to a packed pattern: (most + 1) ** k for value k.

    `most` is the largest number of answers to one unit. A database sums these weights per unit and
    groups by the sum. Raises ValueError where a pattern would not fit a signed 64-bit integer.
    """
    if most < 1 or n_values < 1:
        raise ValueError(f"{most} answers to {n_values} values cannot be packed")
    base = most + 1
    if base**n_values >= PACK_LIMIT:
        raise ValueError(f"{n_values} values with up to {most} answers do not fit 64 bits")
    return tuple(base**k for k in range(n_values))


def pack(counts: npt.ArrayLike, most: int) -> IntArray:
    """Turn count vectors (P, K) into integers (P,); raise ValueError for counts over `most`."""
    rows = np.asarray(counts, dtype=np.int64)
    if rows.ndim != 2 or (rows < 0).any() or (rows > most).any():
        raise ValueError(f"counts are rows of 0 to {most} answers per value")
    packed: IntArray = rows @ np.array(weights_for(most, rows.shape[1]), dtype=np.int64)
    return packed


def unpack(packed: npt.ArrayLike, most: int, n_values: int) -> IntArray:
    """Turn packed integers (P,) back into counts (P, K); raise ValueError for impossible ones."""
    weights = np.array(weights_for(most, n_values), dtype=np.int64)
    numbers = np.atleast_1d(np.asarray(packed, dtype=np.int64))
    if (numbers < 0).any() or (numbers >= (most + 1) ** n_values).any():
        raise ValueError(f"packed patterns lie between 0 and {(most + 1) ** n_values - 1}")
    counts: IntArray = numbers[:, None] // weights % (most + 1)
    return counts
