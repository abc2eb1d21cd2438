"""The answers to a sentence that count, side by side: who says what of the same claim."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from annotator.measure.matching import Held, Row, align
from annotator.store.batches import Batch, Found, answers_of, claims_of, vias_of
from annotator.store.models import Answer, Sentence
from annotator.work.labelling.drafts import ClaimDraft
from annotator.work.labelling.independence import NEWEST, counted

# What of an answer is compared, and where.
COMPARED = (
    Answer.id, Answer.user_id, Answer.revision, Answer.status, Answer.unsure, Answer.note,
    Sentence.article_id, Sentence.position,
)  # fmt: skip


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
    """All answers to one sentence that count, and their claims aligned by speaker."""

    readings: tuple[Reading, ...]

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Return the aligned claims; `places` follow the order of `readings`."""
        return tuple(
            align([[held(claim) for claim in reading.claims] for reading in self.readings])
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


def held(claim: ClaimDraft) -> Held:
    """Return what of a claim counts for its place."""
    return Held(claim.speaker, claim.stance, claim.certainty)


def comparisons(
    connection: Connection, batch: Batch, today: Mapping[int, int], round_: int | None = NEWEST
) -> dict[tuple[int, int], Comparison]:
    """Return the comparison of each sentence of a batch by article and position.

    Only the complete answers of people count, by default the newest; their order is that of the
    accounts.
    """
    claims, vias = claims_of(connection, batch), vias_of(connection, batch)
    found: defaultdict[tuple[int, int], list[Reading]] = defaultdict(list)
    for answer in answers_of(connection, batch, *counted(round_), columns=COMPARED):
        number, user, revision, status, unsure, note, article, position = answer
        own = without_repeats(
            [claim_of(row, vias.get(row.id, ()), today) for row in claims.get(number, ())]
        )
        reading = Reading(number, user, revision, status, unsure, note, own)
        found[article, position].append(reading)
    return {
        place: Comparison(tuple(sorted(readings, key=lambda each: each.user_id)))
        for place, readings in found.items()
    }


def claim_of(row: Found, via: Sequence[int], today: Mapping[int, int]) -> ClaimDraft:
    """Return a stored claim with the speakers that count today."""
    _, _, speaker, stance, certainty, start, end, conditional, aspect, evidence, note = row
    return ClaimDraft(
        today[speaker],
        stance,
        certainty,
        None if start is None else (start, end),
        tuple(map(today.__getitem__, via)),
        conditional,
        aspect,
        tuple(map(tuple, evidence)),
        note,
    )


def without_repeats(claims: Iterable[ClaimDraft]) -> tuple[ClaimDraft, ...]:
    """Drop claims that say again what one before says: the same speaker, stance and certainty."""
    said = tuple(claims)
    if len(said) <= 1:
        return said
    seen: dict[Held, ClaimDraft] = {}
    for claim in said:
        seen.setdefault(held(claim), claim)
    return tuple(seen.values())
