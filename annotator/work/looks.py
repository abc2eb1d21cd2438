"""What a report looks at on declared scales: each closed field, and how answers are read for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from annotator.codebook.scheme import Codebook, Value
from annotator.measure.alignment import split_by
from annotator.measure.alpha import Distance
from annotator.measure.panel import NONE
from annotator.work.basis import Basis
from annotator.work.fields import Compared
from annotator.work.report import (
    ALIGNED_CERTAINTY,
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


@dataclass(frozen=True)
class Look:
    """A field on a scale of (value, label): `read` returns what is compared of a part's answers."""

    name: str
    level: Distance
    scale: Scale
    read: Callable[[Basis], Compared]
    word: str = "sentence"


def looks_of(codebook: Codebook) -> Iterator[Look]:
    """Yield every closed field of a report, as the codebook reads it."""
    certainty = level_of(codebook, CERTAINTY)
    stances, certainties = scale_of(codebook.stances), scale_of(codebook.certainties)
    yield Look(
        STATUS,
        level_of(codebook, STATUS),
        scale_of(codebook.statuses),
        lambda basis: basis.compared(basis.collected.status),
    )
    yield from of_stance(codebook)
    yield Look(CERTAINTY, certainty, certainties, lambda basis: basis.compared(basis.certainty))
    yield Look(TYPES, "nominal", scale_of(codebook.speaker_types), speaker_types)
    yield from coarser(codebook)
    yield Look(ALIGNED_STANCE, "nominal", stances, aligned_stance, word="claim")
    yield Look(ALIGNED_CERTAINTY, certainty, certainties, aligned_certainty, word="claim")


def of_stance(codebook: Codebook) -> Iterator[Look]:
    """Yield stance over all declared values, then its order among those on the scale.

    Where the codebook itself reads stance by its order, only the values on the scale have one.
    """
    level, places = level_of(codebook, STANCE), on_scale(codebook)
    ordered = scale_of(codebook.stance_scale)

    def read(basis: Basis) -> Compared:
        return basis.mapped(basis.stance, places)

    if level != "nominal":
        yield Look(STANCE, level, ordered, read)
        return
    stances = scale_of(codebook.stances)
    yield Look(STANCE, level, stances, lambda basis: basis.compared(basis.stance))
    if codebook.off_scale:
        yield Look(SCALE, "ordinal", ordered, read)


def coarser(codebook: Codebook) -> Iterator[Look]:
    """Yield the same answers in two values: on the scale or off it, firmest or not."""
    if codebook.off_scale:
        related = [int(not stance.on_scale) for stance in codebook.stances]
        off = " or ".join(stance.label for stance in codebook.off_scale)
        yield Look(
            RELATED,
            "nominal",
            [("on_scale", "related"), ("off_scale", off)],
            lambda basis: basis.mapped(basis.stance, related),
        )
    top = codebook.certainties[-1]
    firmest = [int(entry is top) for entry in codebook.certainties]
    yield Look(
        TOP,
        "nominal",
        [("less", f"not {top.label}"), (top.value, top.label)],
        lambda basis: basis.mapped(basis.certainty, firmest),
    )


def speaker_types(basis: Basis) -> Compared:
    """Return the types of the speakers of primary claims."""
    place = {kind.value: index for index, kind in enumerate(basis.codebook.speaker_types)}
    ids, which = np.unique(basis.collected.speaker_today, return_inverse=True)
    kinds = [place.get(basis.types.get(each, ""), NONE) for each in ids.tolist()]
    return basis.compared(basis.collected.primary(np.array(kinds, dtype=np.int64)[which]))


def aligned_stance(basis: Basis) -> Compared:
    """Return the stances of claims lined up by their speakers."""
    return basis.compared(basis.aligned_stance, basis.collected.slots.unit)


def aligned_certainty(basis: Basis) -> Compared:
    """Return the certainties of those who agree on speaker and stance."""
    rows, slots = split_by(basis.aligned_stance, basis.aligned_certainty)
    return basis.compared(rows, basis.collected.slots.unit[slots])


def level_of(codebook: Codebook, field: str) -> Distance:
    """Return how the codebook reads a field; checked when it was loaded."""
    return cast(Distance, codebook.measures[field])


def scale_of(values: Sequence[Value]) -> Scale:
    """Return declared values with their labels."""
    return [(entry.value, entry.label) for entry in values]


def on_scale(codebook: Codebook) -> list[int]:
    """Return the place of each stance on the scale, -1 off it."""
    place = {entry.value: index for index, entry in enumerate(codebook.stance_scale)}
    return [place.get(entry.value, NONE) for entry in codebook.stances]
