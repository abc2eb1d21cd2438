"""What a decision says, as plain data: the same of one in a database and of one in a release."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.work.consensus.voting import ADJUDICATED
from annotator.work.labelling.drafts import ClaimDraft

DECIDED, REOPENED, ASKED = "decided", "reopened", "asked"
DECIDE, REOPEN, ASK, UNDO = "decide", "reopen", "ask", "undo"


@dataclass(frozen=True)
class Taken:
    """A decided claim, and whose it was; None where the adjudicator wrote it."""

    claim: ClaimDraft
    source: int | None = None


@dataclass(frozen=True)
class Content:
    """All that a decision says; what its events keep and an undo brings back."""

    state: str
    how: str = ADJUDICATED
    status: str | None = None
    claims: tuple[Taken, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    soft: Mapping[str, Any] | None = None
    reason: str = ""
    rule: str | None = None
    readers: tuple[int, ...] = ()
    basis: Mapping[int, int] = field(default_factory=dict)


def claim_json(taken: Taken) -> dict[str, Any]:
    """Return a decided claim as it is stored; speakers as numbers, which stay."""
    claim = taken.claim
    return {
        "speaker_id": claim.speaker,
        "stance": claim.stance,
        "certainty": claim.certainty,
        "mention": list(claim.mention) if claim.mention else None,
        "via": list(claim.via),
        "conditional": claim.conditional,
        "aspect": claim.aspect,
        "evidence": [list(span) for span in claim.evidence],
        "note": claim.note,
        "source": taken.source,
    }


def taken_from(stored: Mapping[str, Any], today: Mapping[int, int] | None = None) -> Taken:
    """Return a stored claim; with `today`, its speakers as they are known after merges."""

    def number(speaker: int) -> int:
        return speaker if today is None else today[speaker]

    claim = ClaimDraft(
        speaker=number(stored["speaker_id"]),
        stance=stored["stance"],
        certainty=stored["certainty"],
        mention=tuple(stored["mention"]) if stored["mention"] else None,
        via=tuple(number(link) for link in stored["via"]),
        conditional=stored["conditional"],
        aspect=stored["aspect"],
        evidence=tuple((start, end) for start, end in stored["evidence"]),
        note=stored["note"],
    )
    return Taken(claim, stored["source"])


def content_json(content: Content) -> str:
    """Return a content as canonical JSON."""
    said = {
        **vars(content),
        "claims": [claim_json(taken) for taken in content.claims],
        "basis": sorted(content.basis.items()),
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_from(text: str) -> Content:
    """Return the content that an event has kept."""
    said = json.loads(text)
    return Content(
        **{
            **said,
            "claims": tuple(taken_from(stored) for stored in said["claims"]),
            "readers": tuple(said["readers"]),
            "basis": dict(said["basis"]),
        }
    )
