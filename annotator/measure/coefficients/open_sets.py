"""Sets as open values: numbered, compared in pairs, and their alpha without a list of all pairs.

A table of sets is (V, W): the elements of each set ascending, -1 in the places that are left. The
order of sets is that of their sizes, then of their elements. Sources: as `sets`.
"""

from itertools import combinations, product
from math import comb

import numpy as np

from annotator.measure.coefficients.sets import SetDistance, distance_of
from annotator.measure.intervals.open_values import Alike
from annotator.measure.panel import NONE
from annotator.measure.patterns import FloatArray, IntArray, distinct_rows

MOST_ALIKE = 20_000


def set_numbers(cells: IntArray, elements: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Number the distinct sets: (cells with a set, their set numbers, the sets by number (V, W)).

    `cells`, `elements`: (N,) one row per element of the set in a cell, in any order; repeats are
    one element. Numbers follow the order of the sets.
    """
    rows, _ = distinct_rows(np.column_stack([cells, elements]).astype(np.int64))
    found, start, cell = np.unique(rows[:, 0], return_index=True, return_inverse=True)
    depth = np.arange(len(rows)) - start[cell]
    table = np.full((len(found), int(depth.max(initial=0)) + 1), NONE, dtype=np.int64)
    table[cell, depth] = rows[:, 1]
    sets, number = distinct_sets(table)
    return found, number, sets


def distinct_sets(table: IntArray) -> tuple[IntArray, IntArray]:
    """Return the distinct sets of a table in order, and the place of each row among them."""
    size = (table != NONE).sum(axis=1)
    rows, place = distinct_rows(np.column_stack([size, table + 1]))
    return rows[:, 1:] - 1, place


def shared(sets: IntArray, first: IntArray, second: IntArray, distance: SetDistance) -> Alike:
    """Return those of these pairs of sets that share an element, with 1 minus their distance."""
    some, other = sets[first], sets[second]
    same = (some[:, :, None] == other[:, None, :]) & (some[:, :, None] != NONE)
    meeting = same.sum(axis=(1, 2))
    size = (sets != NONE).sum(axis=1)
    kept = np.flatnonzero(meeting)
    first, second = first[kept], second[kept]
    kinds, kind = distinct_rows(np.column_stack([meeting[kept], size[first], size[second]]))
    known = np.array([share(i, p, q, distance) for i, p, q in kinds.tolist()], dtype=np.float64)
    return Alike(first, second, known[kind])


def share(meeting: int, size: int, other: int, distance: SetDistance) -> float:
    """Return 1 minus the distance of two sets of these sizes that share so many elements."""
    a, b = range(size), range(size - meeting, size - meeting + other)
    return 1.0 - distance_of(distance)(frozenset(a), frozenset(b))


def alike_sets(
    sets: IntArray, distance: SetDistance = "masi", most: int = MOST_ALIKE
) -> Alike | None:
    """List the pairs of sets that share an element, by MASI or Jaccard; None for more than `most`.

    Beyond that, `set_alpha` has the figure without a list of pairs.
    """
    row, column = np.nonzero(sets != NONE)
    element = sets[row, column]
    holding = np.bincount(element)
    if int((holding * (holding - 1) // 2).sum()) > most:
        return None
    holders = np.split(row[np.argsort(element, kind="stable")], np.cumsum(holding)[:-1])
    pairs = {pair for held in holders for pair in combinations(held.tolist(), 2)}
    table = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return shared(sets, table[:, 0], table[:, 1], distance)


def set_alpha(
    sums: FloatArray, totals: IntArray, sets: IntArray, distance: SetDistance = "masi"
) -> float | None:
    """Return alpha of sets of any number, without a list of all pairs of sets; None if undefined.

    `sums` (M, 4) as `OpenUnits.sums` has them, with what was observed; `totals` (V,) counts the
    answers per set. All pairs together are counted by the subsets
    they share: pairs of sizes p and q that share i elements share C(i, t) subsets of size t, and
    these sums give back how many pairs share exactly i (inclusion and exclusion).
    """
    n, observed, _, _ = sums.sum(axis=0).tolist()
    sizes, column = np.unique((sets != NONE).sum(axis=1), return_inverse=True)
    subsets = np.array(
        [
            sharing(sets, totals, column, sizes.tolist(), t)
            for t in range(1, int(sizes.max(initial=0)) + 1)
        ]
    )
    alike = 0.0
    for i in range(1, len(subsets) + 1):
        exact = sum(
            (-1) ** (t - i) * comb(t, i) * subsets[t - 1] for t in range(i, len(subsets) + 1)
        )
        for p, q in product(range(len(sizes)), repeat=2):
            if i <= min(sizes[p], sizes[q]):
                alike += float(exact[p, q]) * share(i, int(sizes[p]), int(sizes[q]), distance)
    expected = n * n - alike
    return 1.0 - (n - 1) * observed / expected if expected > 1e-9 * max(n * n, 1) else None


def sharing(
    sets: IntArray, totals: IntArray, column: IntArray, sizes: list[int], t: int
) -> FloatArray:
    """Return (S, S): pairs of answers by the sizes of their sets, per subset of size t they share.

    `column` (V,) has the place of each set's size among `sizes`.
    """
    parts, owners = [], []
    for place, size in enumerate(sizes):
        held = np.flatnonzero(column == place)
        for chosen in combinations(range(size), t):
            parts.append(sets[held][:, chosen])
            owners.append(held)
    subsets, number = distinct_rows(np.concatenate(parts))
    owner = np.concatenate(owners)
    cells = number * len(sizes) + column[owner]
    held_by = np.bincount(cells, totals[owner], len(subsets) * len(sizes))
    table: FloatArray = held_by.reshape(len(subsets), len(sizes)).astype(np.float64)
    return table.T @ table
