"""The rows of claims: made from what somebody said, or changed into it."""

from collections.abc import Sequence
from typing import Any

from annotator.store.db import db
from annotator.store.models import Claim, Via
from annotator.work.labelling.drafts import ClaimDraft


def rewrite(claims: list[Claim], drafts: Sequence[ClaimDraft]) -> None:
    """Make these the claims of an answer: a row keeps its position and changes where it differs."""
    for claim, draft in zip(claims, drafts, strict=False):
        change_speaker(claim, draft.speaker)
        for link, speaker in zip(claim.via, draft.via, strict=False):
            change_speaker(link, speaker)
        for name, value in values_of(draft).items():
            setattr(claim, name, value)
        del claim.via[len(draft.via) :]
        claim.via.extend(links(draft)[len(claim.via) :])
    del claims[len(drafts) :]
    there = len(claims)
    claims.extend(made(there + more, draft) for more, draft in enumerate(drafts[there:]))


def change_speaker(row: Claim | Via, number: Any) -> None:
    """Give a stored claim or link another speaker, and forget who it was."""
    if row.speaker_id != number:
        row.speaker_id = number
        db.session.expire(row, ["speaker"])


def made(position: int, draft: ClaimDraft) -> Claim:
    """Return the row of one claim with its chain."""
    values = values_of(draft)
    return Claim(position=position, speaker_id=draft.speaker, via=links(draft), **values)


def copied(claim: Claim) -> Claim:
    """Return another row that says what a stored claim says, of the speakers it names."""
    names = [
        "position", "speaker_id", "stance", "certainty", "mention_start", "mention_end",
        "conditional", "aspect", "note",
    ]  # fmt: skip
    chain = [Via(position=link.position, speaker_id=link.speaker_id) for link in claim.via]
    values = {name: getattr(claim, name) for name in names}
    return Claim(evidence=[list(span) for span in claim.evidence], via=chain, **values)


def links(draft: ClaimDraft) -> list[Via]:
    """Return the rows of a claim's chain."""
    return [Via(position=index, speaker_id=link) for index, link in enumerate(draft.via)]


def values_of(draft: ClaimDraft) -> dict[str, Any]:
    """Return the columns of what a claim says itself, without its speakers."""
    start, end = draft.mention or (None, None)
    return {
        "stance": draft.stance,
        "certainty": draft.certainty,
        "mention_start": start,
        "mention_end": end,
        "conditional": draft.conditional,
        "aspect": draft.aspect,
        "evidence": [list(span) for span in draft.evidence],
        "note": draft.note,
    }
