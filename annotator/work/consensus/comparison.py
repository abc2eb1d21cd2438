"""Answers to one sentence side by side: who says what of the same claim."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from annotator.codebook.scheme import USUAL_LABELS
from annotator.measure.matching import Held, Row, align
from annotator.work.labelling.drafts import ClaimDraft


@dataclass(frozen=True)
class Reading:
    """One person's complete answer, the newest; speakers are those that count today."""

    answer_id: int
    user_id: int
    revision: int
    status: str
    unsure: bool
    note: str
    claims: tuple[ClaimDraft, ...]


@dataclass(frozen=True)
class Comparison:
    """All answers to one sentence that count, and their claims aligned by speaker.

    `labels`: those that the codebook asks of a claim.
    """

    readings: tuple[Reading, ...]
    labels: tuple[str, ...] = USUAL_LABELS

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Return the aligned claims; `places` follow the order of `readings`."""
        return tuple(
            align([[held(claim, self.labels) for claim in each.claims] for each in self.readings])
        )

    def claim(self, row: Row, who: int) -> ClaimDraft | None:
        """Return what one annotator has in a row."""
        place = row.places[who]
        return None if place is None else self.readings[who].claims[place]

    def holders(self, row: Row) -> list[tuple[int, ClaimDraft]]:
        """Return who has a claim in a row, and the claim."""
        return [
            (who, self.readings[who].claims[place])
            for who, place in enumerate(row.places)
            if place is not None
        ]

    @property
    def basis(self) -> dict[int, int]:
        """Return the revision of each answer: what a decision on them rests on."""
        return {reading.answer_id: reading.revision for reading in self.readings}


def held(claim: ClaimDraft, labels: Sequence[str] = USUAL_LABELS) -> Held:
    """Return what of a claim counts for its place."""
    return Held(claim.speaker, tuple([getattr(claim, label) for label in labels]))


def without_repeats(claims: Iterable[ClaimDraft], labels: Sequence[str]) -> tuple[ClaimDraft, ...]:
    """Drop claims that say again what one before says: the same speaker with the same labels."""
    said = tuple(claims)
    if len(said) <= 1:
        return said
    seen: dict[Held, ClaimDraft] = {}
    for claim in said:
        seen.setdefault(held(claim, labels), claim)
    return tuple(seen.values())
