"""Reads the answers to sentences that count, side by side."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from annotator.measure.rounds import NEWEST
from annotator.store.batches import Batch, Found, answers_of, claims_of, vias_of
from annotator.store.models import Answer, Sentence
from annotator.work.consensus.comparison import Comparison, Reading, without_repeats
from annotator.work.labelling.drafts import ClaimDraft
from annotator.work.labelling.independence import counted

# What of an answer is compared, and where.
COMPARED = (
    Answer.id, Answer.user_id, Answer.revision, Answer.status, Answer.unsure, Answer.note,
    Sentence.article_id, Sentence.position,
)  # fmt: skip


def comparisons(
    connection: Connection,
    batch: Batch,
    today: Mapping[int, int],
    labels: tuple[str, ...],
    round_: int | None = NEWEST,
) -> dict[tuple[int, int], Comparison]:
    """Return the comparison of each sentence of a batch by article and position.

    `labels` are those of the codebook. Only the complete answers of people count, by default the
    newest; their order is that of the accounts.
    """
    claims, vias = claims_of(connection, batch), vias_of(connection, batch)
    found: defaultdict[tuple[int, int], list[Reading]] = defaultdict(list)
    for answer in answers_of(connection, batch, *counted(round_), columns=COMPARED):
        number, user, revision, status, unsure, note, article, position = answer
        own = without_repeats(
            [claim_of(row, vias.get(row.id, ()), today) for row in claims.get(number, ())], labels
        )
        reading = Reading(number, user, revision, status, unsure, note, own)
        found[article, position].append(reading)
    return {
        place: Comparison(tuple(sorted(readings, key=lambda each: each.user_id)), labels)
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
