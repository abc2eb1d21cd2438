"""The answers of some articles, as the fields of a report compare them."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from annotator.codebook.scheme import Codebook
from annotator.measure.panel import NONE, Given
from annotator.measure.patterns import IntArray
from annotator.work.collecting import Collected
from annotator.work.fields import Compared


class Basis:
    """Answers with the names of what is in them: `names` and `types` are those of speakers."""

    def __init__(
        self, collected: Collected, codebook: Codebook, names: dict[int, str], types: dict[int, str]
    ) -> None:
        self.collected = collected
        self.codebook = codebook
        self.names, self.types = names, types
        twice = (collected.status != NONE).sum(axis=1) >= 2
        # Only articles with a sentence answered twice can say anything, so only these are drawn.
        shared = np.bincount(collected.articles[twice], minlength=len(collected.article_ids)) > 0
        self.article = np.where(shared, np.cumsum(shared) - 1, 0)
        self.n_articles = int(shared.sum())

    @property
    def width(self) -> int:
        """Return the number of annotators."""
        return len(self.collected.annotators)

    def compared(self, given: Given, unit: IntArray | None = None) -> Compared:
        """Return what is compared of values (U, A); `unit` names the sentence of each row."""
        articles = self.collected.articles if unit is None else self.collected.articles[unit]
        people = self.collected.annotators
        return Compared.of(given, self.article[articles], self.n_articles, people)

    def mapped(self, given: Given, places: Sequence[int]) -> Compared:
        """Return what is compared of values read on another scale: k as `places[k]`, -1 is none."""
        return self.compared(np.array([*places, NONE], dtype=np.int16)[given])

    @cached_property
    def speakers(self) -> tuple[IntArray, list[str]]:
        """Return the speaker of each claim (C,) by place among the names, and these in order."""
        ids, place = np.unique(self.collected.speaker_today, return_inverse=True)
        names = [self.names.get(each, "") for each in ids.tolist()]
        order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return rank[place], [names[each] for each in order.tolist()]

    @cached_property
    def stance(self) -> IntArray:
        """Return (U, A): the stance of primary claims."""
        return self.collected.primary(self.collected.claims.stance)

    @cached_property
    def certainty(self) -> IntArray:
        """Return (U, A): the certainty of primary claims."""
        return self.collected.primary(self.collected.claims.certainty)

    @cached_property
    def aligned_stance(self) -> Given:
        """Return (S, A): the stance of each claim that is lined up by its speaker."""
        claims = self.collected.claims
        return self.collected.slots.spread(claims.annotator, claims.stance, self.width)

    @cached_property
    def aligned_certainty(self) -> Given:
        """Return (S, A): the same with certainties."""
        claims = self.collected.claims
        return self.collected.slots.spread(claims.annotator, claims.certainty, self.width)
