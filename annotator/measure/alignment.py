"""Lines up the claims of all annotators of a sentence, so that claims can be compared.

A slot is (sentence, canonical speaker, k-th claim of that speaker in the sentence). Slots are the
same for everybody, so any number of annotators line up at once. A claim that nobody else has is a
difference of presence; it is never scored as one of stance or certainty.
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from annotator.measure.panel import NONE, Given, SmallArray
from annotator.measure.patterns import PACK_LIMIT, IntArray, distinct, sorted_numbers


@dataclass(frozen=True, eq=False)
class Slots:
    """Where each claim stands: `slot` (C,), and per slot its `unit` and `speaker` (S,)."""

    slot: IntArray
    unit: IntArray
    speaker: IntArray

    def spread(self, annotator: IntArray, value: IntArray, n_annotators: int) -> SmallArray:
        """Return (S, A): a value of each claim by slot and annotator, -1 where there is none."""
        given = np.full((len(self.unit), n_annotators), NONE, dtype=np.int16)
        given[self.slot, annotator] = value
        return given


def align(unit: IntArray, annotator: IntArray, order: IntArray, speaker: IntArray) -> Slots:
    """Return the slots of claims, (C,) each: sentence, annotator, place in the answer, speaker.

    The k-th claim of a speaker by one annotator meets the k-th by another, in the order of the
    answers. Raises ValueError where two claims of one answer have one place.
    """
    by_answer = sorted_by(unit, annotator, speaker, order)
    u, a, s, o = (each[by_answer] for each in (unit, annotator, speaker, order))
    same = (u[1:] == u[:-1]) & (a[1:] == a[:-1]) & (s[1:] == s[:-1])
    if (same & (o[1:] == o[:-1])).any():
        raise ValueError("two claims of one answer stand in one place")
    # How far each claim lies behind the first one of its speaker in the same answer.
    index = np.arange(len(u))
    start = np.maximum.accumulate(np.where(np.concatenate(([True], ~same))[: len(u)], index, 0))
    k = index - start
    (of_unit, of_speaker, _), place = distinct(u, s, k)
    slot = np.empty(len(u), dtype=np.int64)
    slot[by_answer] = place
    return Slots(slot, of_unit, of_speaker)


def sorted_by(*keys: IntArray) -> IntArray:
    """Return the order of rows by these keys, the first one first; none is negative.

    One sort of one integer each where the keys fit, which is several times as fast as one per key.
    """
    widths = [int(key.max(initial=0)) + 1 for key in keys]
    if prod(widths) >= PACK_LIMIT:
        return np.lexsort(keys[::-1])
    codes = np.zeros(len(keys[0]), dtype=np.int64)
    for key, width in zip(keys, widths, strict=True):
        codes = codes * width + key
    return sorted_numbers(codes, prod(widths))[0]


def presence(present: Given, seen: Given) -> tuple[int, int]:
    """Return (pairs that both have the claim, pairs where one has it and the other does not).

    `present`: (S, A) 0 or more where the annotator has a claim in the slot. `seen`: (S, A) 0 or
    more where the annotator decided the sentence of the slot at all; others are missing, not
    absent.
    """
    have = (present >= 0).sum(axis=1, dtype=np.int64)
    decided = (seen >= 0).sum(axis=1, dtype=np.int64)
    both = int((have * (have - 1) // 2).sum())
    return both, int((have * (decided - have)).sum())


def specific_agreement(both: int, one: int) -> float | None:
    """Return positive specific agreement 2a / (2a + b + c), None where nobody has a claim.

    There is no count of claims that nobody made, so nothing corrects this for chance; the
    chance-corrected figure is alpha of the status. Source: D. V. Cicchetti and A. R. Feinstein
    1990; J. L. Fleiss 1975.
    """
    total = 2 * both + one
    return 2 * both / total if total else None


def split_by(given: Given, other: Given) -> tuple[SmallArray, IntArray]:
    """Split units by what was given, and keep of `other` what those who agree gave.

    `given`, `other`: (U, A). Returns (rows of `other` (U', A), the unit of each row): one row per
    unit and value given by two or more annotators.
    """
    rows, places = [], []
    for value in range(int(given.max(initial=NONE)) + 1):
        same = given == value
        kept = np.flatnonzero(same.sum(axis=1) >= 2)
        rows.append(np.where(same[kept], other[kept], NONE).astype(np.int16))
        places.append(kept)
    if not rows:
        return np.empty((0, given.shape[1]), np.int16), np.empty(0, np.int64)
    return np.concatenate(rows), np.concatenate(places)
