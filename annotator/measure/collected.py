"""The answers that a report counts, as tables of whole numbers, wherever they were read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from annotator.measure.alignment import Slots, align
from annotator.measure.panel import NONE, SmallArray
from annotator.measure.patterns import IntArray

# How many sentences make a part.
SENTENCES = 5_000


@dataclass(frozen=True, eq=False)
class Claims:
    """Claims of the answers that count, (C,) each; values are places in the codebook, -1 none.

    `unit` and `annotator` are the rows and columns of `Collected.status`; `order` is the place in
    the answer, 0 the primary claim; `speaker` is an id, as stored; `labels` are those that the
    codebook asks for, in its order.
    """

    unit: IntArray
    annotator: IntArray
    order: IntArray
    speaker: IntArray
    labels: Mapping[str, IntArray]


@dataclass(frozen=True, eq=False)
class Collected:
    """Everything a report counts.

    `sentences`: (U,) ids; `articles`: (U,) index into `article_ids`, which stand in the order of
    the keys; `annotators`: (A,) user ids in the order of the pseudonyms; `status`: (U, A) places
    of the codebook's statuses, -1 where an annotator has no answer that counts. `merged`: speaker
    id -> the id under which that speaker is known today.
    """

    sentences: IntArray
    articles: IntArray
    article_ids: IntArray
    annotators: IntArray
    status: SmallArray
    claims: Claims
    merged: dict[int, int]
    superseded: int = 0

    @cached_property
    def speaker_today(self) -> IntArray:
        """Return the speaker of each claim as known today (C,)."""
        return renamed(self.claims.speaker, self.merged)

    @cached_property
    def slots(self) -> Slots:
        """Return the claims lined up by their speakers of today."""
        claims = self.claims
        return align(claims.unit, claims.annotator, claims.order, self.speaker_today)

    def primary(self, value: IntArray) -> IntArray:
        """Return (U, A): a value of each annotator's primary claim, -1 where there is none."""
        first = self.claims.order == 0
        given = np.full(self.status.shape, NONE, dtype=np.int64)
        given[self.claims.unit[first], self.claims.annotator[first]] = value[first]
        return given


def renamed(ids: IntArray, names: dict[int, int]) -> IntArray:
    """Replace ids by others where there are others."""
    if not names:
        return ids
    old = np.array(sorted(names), dtype=np.int64)
    new = np.array([names[each] for each in old.tolist()], dtype=np.int64)
    place = np.minimum(np.searchsorted(old, ids), len(old) - 1)
    return np.where(old[place] == ids, new[place], ids)
