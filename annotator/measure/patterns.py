"""Count patterns: how many units received which numbers of answers per value.

An agreement figure on a closed set of values needs nothing else, so a million answers shrink to
the few hundred distinct patterns that occur.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Value = TypeVar("Value")

PACK_LIMIT = 2**63
# A table of so many places a row is quicker than a sort, and so is any small one.
TABLE, SMALL = 4, 4096


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

    As numpy.unique along an axis, many times as fast on tall narrow tables.
    """
    if not rows.size:
        return rows[:1] if len(rows) else rows, np.zeros(len(rows), dtype=np.int64)
    found, place = distinct(*rows.T)
    return np.column_stack(found), place


def distinct(*columns: IntArray) -> tuple[tuple[IntArray, ...], IntArray]:
    """Return the distinct rows of columns (N,) each, in order, and the place of each row there.

    Rows are compared as one integer each where that fits, and numbered by a table where that is not
    much longer than they are: then nothing is sorted.
    """
    whole = [np.ascontiguousarray(column, dtype=np.int64) for column in columns]
    if not len(whole[0]):
        return tuple(whole), np.zeros(0, dtype=np.int64)
    widths = [int(column.max()) + 1 for column in whole]
    if prod(widths) >= PACK_LIMIT or any(column.min() < 0 for column in whole):
        return sorted_rows(whole)
    codes, *rest = whole
    for column, width in zip(rest, widths[1:], strict=True):
        codes = codes * width + column
    found, place = distinct_numbers(codes, prod(widths))
    parts = []
    for width in reversed(widths[1:]):
        found, part = np.divmod(found, width)
        parts.append(part)
    return (found, *reversed(parts)), place


def distinct_numbers(numbers: IntArray, reach: int) -> tuple[IntArray, IntArray]:
    """Return the distinct numbers, all from 0 and below `reach`, in order, and the place of each.

    As numpy.unique with the inverse.
    """
    if reach <= max(TABLE * len(numbers), SMALL):
        met = np.zeros(reach, dtype=np.bool_)
        met[numbers] = True
        found = np.flatnonzero(met)
        rank = np.empty(reach, dtype=np.int64)
        rank[found] = np.arange(len(found))
        return found, rank[numbers]
    order, ordered = sorted_numbers(numbers, reach)
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    place = np.empty(len(ordered), dtype=np.int64)
    place[order] = np.cumsum(first) - 1
    return ordered[first], place


def repeated(*columns: IntArray) -> npt.NDArray[np.bool_]:
    """Say which rows of columns, (N,) each, are there more than once."""
    (first, *_), place = distinct(*columns)
    found: npt.NDArray[np.bool_] = (np.bincount(place, minlength=len(first)) > 1)[place]
    return found


def numbered(numbers: IntArray) -> tuple[IntArray, IntArray]:
    """Return the distinct whole numbers in order, and the place of each: numpy.unique, faster."""
    lowest = int(numbers.min(initial=0))
    found, place = distinct_numbers(numbers - lowest, int(numbers.max(initial=0)) - lowest + 1)
    return found + lowest, place


def sorted_numbers(numbers: IntArray, reach: int) -> tuple[IntArray, IntArray]:
    """Return the order of numbers, all from 0 and below `reach`, and they in it; equal ones stay.

    Numbers are sorted with their places in their last bits where there is room: plain integers are
    sorted at a tenth of what an order of them costs.
    """
    bits = len(numbers).bit_length()
    if reach << bits > PACK_LIMIT:
        order = np.argsort(numbers, kind="stable")
        return order, numbers[order]
    packed = np.sort((numbers << bits) | np.arange(len(numbers)))
    return packed & ((1 << bits) - 1), packed >> bits


def sorted_rows(columns: Sequence[IntArray]) -> tuple[tuple[IntArray, ...], IntArray]:
    """Return the same as `distinct`, for numbers of any size."""
    order = np.lexsort([*reversed(columns)])
    ordered = [column[order] for column in columns]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = np.any([column[1:] != column[:-1] for column in ordered], axis=0)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.cumsum(first) - 1
    return tuple(column[first] for column in ordered), place


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
