"""What a report looks at on declared scales: each closed field, and how answers are read for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import cast

import numpy as np

from annotator.codebook.scheme import Codebook, Value
from annotator.measure.alignment import split_by
from annotator.measure.coefficients.alpha import Distance
from annotator.measure.collected import Collected
from annotator.measure.panel import NONE, Given
from annotator.measure.patterns import IntArray, numbered
from annotator.work.agreement.fields import Compared
from annotator.work.agreement.report import (
    ALIGNED,
    ALIGNED_STANCE,
    CERTAINTY,
    RELATED,
    SCALE,
    STANCE,
    STATUS,
    TOP,
    TYPES,
)

Scale = Sequence[tuple[str, str]]


class Basis:
    """Answers with the names of what is in them: `names` and `types` are those of speakers.

    `clusters` numbers by article what hangs together; an article that it has not is alone.
    """

    def __init__(
        self,
        collected: Collected,
        codebook: Codebook,
        names: dict[int, str],
        types: dict[int, str],
        clusters: Mapping[int, int] | None = None,
    ) -> None:
        self.collected = collected
        self.codebook = codebook
        self.names, self.types = names, types
        twice = (collected.status != NONE).sum(axis=1) >= 2
        # Only articles with a sentence answered twice can say anything, so only these are drawn.
        shared = np.bincount(collected.articles[twice], minlength=len(collected.article_ids)) > 0
        self.article = np.where(shared, np.cumsum(shared) - 1, 0)
        self.n_articles = int(shared.sum())
        ids = collected.article_ids[shared].tolist()
        own = clusters or {}
        self.clusters = np.array([own.get(each, each) for each in ids], dtype=np.int64)

    def of(self, collected: Collected) -> "Basis":
        """Return the same with fewer answers, whose articles and clusters stay where they are."""
        made = Basis(collected, self.codebook, self.names, self.types)
        made.article, made.n_articles, made.clusters = self.article, self.n_articles, self.clusters
        return made

    @property
    def width(self) -> int:
        """Return the number of annotators."""
        return len(self.collected.annotators)

    def compared(self, given: Given, unit: IntArray | None = None) -> Compared:
        """Return what is compared of values (U, A); `unit` names the sentence of each row."""
        articles = self.collected.articles if unit is None else self.collected.articles[unit]
        people = self.collected.annotators
        return Compared.of(given, self.article[articles], self.clusters, people)

    def mapped(self, given: Given, places: Sequence[int]) -> Compared:
        """Return what is compared of values read on another scale: k as `places[k]`, -1 is none."""
        return self.compared(np.array([*places, NONE], dtype=np.int16)[given])

    @cached_property
    def speakers(self) -> tuple[IntArray, list[str]]:
        """Return the speaker of each claim (C,) by place among the names, and these in order."""
        ids, place = numbered(self.collected.speaker_today)
        names = [self.names.get(each, "") for each in ids.tolist()]
        order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return rank[place], [names[each] for each in order.tolist()]

    @cached_property
    def primary(self) -> Mapping[str, IntArray]:
        """Return per label (U, A): that of primary claims."""
        labels = self.collected.claims.labels
        return {name: self.collected.primary(values) for name, values in labels.items()}

    @cached_property
    def aligned(self) -> Mapping[str, Given]:
        """Return per label (S, A): that of each claim that is lined up by its speaker."""
        claims, slots = self.collected.claims, self.collected.slots
        return {
            name: slots.spread(claims.annotator, values, self.width)
            for name, values in claims.labels.items()
        }


@dataclass(frozen=True)
class FieldScale:
    """A field on a scale of (value, label): `read` returns what is compared of a part's answers."""

    name: str
    level: Distance
    scale: Scale
    read: Callable[[Basis], Compared]
    word: str = "sentence"


def field_scales(codebook: Codebook) -> Iterator[FieldScale]:
    """Yield every closed field of a report, as the codebook reads it."""
    further = [name for name in codebook.labels[1:] if codebook.values_of(name)]
    yield FieldScale(
        STATUS,
        level_of(codebook, STATUS),
        scale_of(codebook.statuses),
        lambda basis: basis.compared(basis.collected.status),
    )
    yield from of_stance(codebook)
    for name in further:
        yield FieldScale(
            name, level_of(codebook, name), scale_of(codebook.values_of(name)), primary_of(name)
        )
    yield FieldScale(TYPES, "nominal", scale_of(codebook.speaker_types), speaker_types)
    yield from coarser(codebook)
    stances = scale_of(codebook.stances)
    yield FieldScale(ALIGNED_STANCE, "nominal", stances, aligned_stance, word="claim")
    for place, name in enumerate(further):
        yield FieldScale(
            ALIGNED[name],
            level_of(codebook, name),
            scale_of(codebook.values_of(name)),
            aligned_of(name, (STANCE, *further[:place])),
            word="claim",
        )


def of_stance(codebook: Codebook) -> Iterator[FieldScale]:
    """Yield stance over all declared values, then its order among those on the scale.

    Where the codebook itself reads stance by its order, only the values on the scale have one.
    """
    level, places = level_of(codebook, STANCE), on_scale(codebook)
    ordered = scale_of(codebook.stance_scale)

    def read(basis: Basis) -> Compared:
        return basis.mapped(basis.primary[STANCE], places)

    if level != "nominal":
        yield FieldScale(STANCE, level, ordered, read)
        return
    stances = scale_of(codebook.stances)
    yield FieldScale(STANCE, level, stances, primary_of(STANCE))
    if codebook.off_scale:
        yield FieldScale(SCALE, "ordinal", ordered, read)


def coarser(codebook: Codebook) -> Iterator[FieldScale]:
    """Yield the same answers in two values: on the scale or off it, firmest or not."""
    if codebook.off_scale:
        related = [int(not stance.on_scale) for stance in codebook.stances]
        standard = codebook.title_of(STANCE) == STANCE.capitalize()
        on = "related" if standard else "on the scale"
        off = " or ".join(stance.label for stance in codebook.off_scale)
        yield FieldScale(
            RELATED,
            "nominal",
            [("on_scale", on), ("off_scale", off)],
            lambda basis: basis.mapped(basis.primary[STANCE], related),
        )
    if not codebook.certainties:
        return
    top = codebook.certainties[-1]
    firmest = [int(entry is top) for entry in codebook.certainties]
    yield FieldScale(
        TOP,
        "nominal",
        [("less", f"not {top.label}"), (top.value, top.label)],
        lambda basis: basis.mapped(basis.primary[CERTAINTY], firmest),
    )


def speaker_types(basis: Basis) -> Compared:
    """Return the types of the speakers of primary claims."""
    place = {kind.value: index for index, kind in enumerate(basis.codebook.speaker_types)}
    ids, which = numbered(basis.collected.speaker_today)
    kinds = [place.get(basis.types.get(each, ""), NONE) for each in ids.tolist()]
    return basis.compared(basis.collected.primary(np.array(kinds, dtype=np.int64)[which]))


def aligned_stance(basis: Basis) -> Compared:
    """Return the stances of claims lined up by their speakers."""
    return basis.compared(basis.aligned[STANCE], basis.collected.slots.unit)


def primary_of(label: str) -> Callable[[Basis], Compared]:
    """Return what reads a label of primary claims."""
    return lambda basis: basis.compared(basis.primary[label])


def aligned_of(label: str, before: Sequence[str]) -> Callable[[Basis], Compared]:
    """Return what reads a label of those who agree on the speaker and on the labels before it."""

    def read(basis: Basis) -> Compared:
        same = reduce(both, [basis.aligned[name] for name in before])
        rows, slots = split_by(same, basis.aligned[label])
        return basis.compared(rows, basis.collected.slots.unit[slots])

    return read


def both(one: Given, other: Given) -> Given:
    """Return two values as one, -1 where either is not there."""
    width = int(other.max(initial=0)) + 1
    found: Given = np.where((one != NONE) & (other != NONE), one * width + other, NONE)
    return found


def level_of(codebook: Codebook, field: str) -> Distance:
    """Return how the codebook reads a field; checked when it was loaded."""
    return cast(Distance, codebook.measures.get(field, "nominal"))


def scale_of(values: Sequence[Value]) -> Scale:
    """Return declared values with their labels."""
    return [(entry.value, entry.label) for entry in values]


def on_scale(codebook: Codebook) -> list[int]:
    """Return the place of each stance on the scale, -1 off it."""
    place = {entry.value: index for index, entry in enumerate(codebook.stance_scale)}
    return [place.get(entry.value, NONE) for entry in codebook.stances]
