"""Storing the decisions of a release, with numbers in the place of names."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert

from annotator.codebook.scheme import LABELS, Codebook
from annotator.formats.labels.rows import ClaimRow
from annotator.formats.release.records import DecisionRow
from annotator.store.db import db
from annotator.store.marking import mark_all
from annotator.store.models import Decision, DecisionBasis, DecisionEvent
from annotator.work.consensus.content import (
    ASK,
    ASKED,
    DECIDE,
    DECIDED,
    REOPEN,
    REOPENED,
    Content,
    Taken,
    claim_json,
    content_json,
)
from annotator.work.labelling.arriving import Names, insert_all, table
from annotator.work.labelling.drafts import ClaimDraft

KINDS = {
    DECIDED: DECIDE,
    REOPENED: REOPEN,
    ASKED: ASK,
}
# Which answer is meant: sentence, annotator, round.
Mark = tuple[int, str, int]


@dataclass(frozen=True)
class Place:
    """The project that comes home, and the numbers of what its articles name."""

    project_id: int
    names: Names
    codebooks: Mapping[int, Codebook]
    articles: dict[str, int] = field(default_factory=dict)


def store_decisions(
    place: Place,
    sentences: Mapping[int, int],
    answers: Mapping[Mark, int],
    rows: Sequence[DecisionRow],
) -> None:
    """Store decisions, each with what it rests on and the event that begins its history."""
    contents = [content_of(place, answers, row) for row in rows]
    numbers = insert_all(
        Decision,
        [
            decision_row(place, sentences, row, content)
            for row, content in zip(rows, contents, strict=True)
        ],
    )
    bases = [
        {"decision_id": number, "answer_id": answer, "revision": revision}
        for number, content in zip(numbers, contents, strict=True)
        for answer, revision in content.basis.items()
    ]
    if bases:
        db.session.execute(insert(table(DecisionBasis)), bases)
    events = [
        event_row(place, number, row, content)
        for number, row, content in zip(numbers, rows, contents, strict=True)
        if row.adjudicator is not None
    ]
    if events:
        db.session.execute(insert(table(DecisionEvent)), events)
    mark_all([sentences[row.sentence] for row in rows])


def decision_row(
    place: Place, sentences: Mapping[int, int], row: DecisionRow, content: Content
) -> dict[str, Any]:
    """Return the columns of a decision."""
    return {
        "sentence_id": sentences[row.sentence],
        "user_id": None if row.adjudicator is None else place.names.people[row.adjudicator],
        "state": content.state,
        "revision": row.revision,
        "how": content.how,
        "fields": dict(content.fields),
        "status": content.status,
        "claims": [claim_json(each) for each in content.claims],
        "soft": dict(content.soft) if content.soft else None,
        "reason": content.reason,
        "rule": content.rule,
        "readers": list(content.readers),
        "codebook_version_id": place.names.versions[row.codebook_version],
        "decided_at": row.decided_at,
    }


def event_row(place: Place, number: int, row: DecisionRow, content: Content) -> dict[str, Any]:
    """Return the event that begins the history of a decision here."""
    return {
        "decision_id": number,
        "project_id": place.project_id,
        "revision": row.revision,
        "kind": KINDS[content.state],
        "undoes": None,
        "at": row.decided_at,
        "user_id": place.names.people[row.adjudicator or ""],
        "key": f"import-{secrets.token_hex(8)}",
        "content": content_json(content),
    }


def content_of(place: Place, answers: Mapping[Mark, int], row: DecisionRow) -> Content:
    """Return what a decision says, with numbers in the place of names."""
    basis = {answers[row.sentence, each.annotator, each.round]: each.revision for each in row.basis}
    return Content(
        state=row.state,
        how=row.how,
        status=row.status,
        claims=tuple(
            Taken(claim_of(place, claim), None if source is None else place.names.people[source])
            for claim, source in zip(row.claims, row.sources, strict=True)
        ),
        fields=row.fields,
        soft=None if row.soft is None else soft_of(place, row.soft),
        reason=row.reason,
        rule=row.rule,
        readers=tuple(place.names.people[each] for each in row.readers),
        basis=basis,
    )


def claim_of(place: Place, row: ClaimRow) -> ClaimDraft:
    return ClaimDraft(
        speaker=place.names.speakers[row.speaker or ""],
        stance=row.stance,
        certainty=row.certainty,
        mention=row.mention[:2] if row.mention else None,
        via=tuple(place.names.speakers[link] for link in row.via),
        conditional=row.conditional,
        aspect=row.aspect,
        evidence=tuple((start, end) for start, end, _ in row.evidence),
        note=row.note,
    )


def soft_of(place: Place, soft: Mapping[str, Any]) -> dict[str, Any]:
    """Return a soft label as it is stored."""

    def numbered(claims: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [
            {"speaker_id": place.names.speakers[claim["speaker"]]}
            | {name: claim[name] for name in ("present", *LABELS) if name in claim}
            for claim in claims
        ]

    return {"n": soft["n"], "status": soft["status"], "claims": numbered(soft["claims"])}
