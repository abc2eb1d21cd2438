"""Storing the decisions of a release, with numbers in the place of names."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.formats.annotation_rows import ClaimRow
from annotator.formats.release_reading import Chapter
from annotator.formats.release_records import DecisionRow
from annotator.store.db import db
from annotator.store.models import (
    Answer,
    CodebookVersion,
    Decision,
    DecisionBasis,
    DecisionEvent,
    Project,
    Sentence,
    Speaker,
)
from annotator.work import decisions
from annotator.work.decisions import Content, Taken
from annotator.work.drafts import ClaimDraft

KINDS = {
    decisions.DECIDED: decisions.DECIDE,
    decisions.REOPENED: decisions.REOPEN,
    decisions.ASKED: decisions.ASK,
}
# Which answer is meant: sentence, annotator, round.
Mark = tuple[int, str, int]


@dataclass(frozen=True)
class Place:
    """The project that comes home, and the numbers of what its articles name."""

    project: Project
    versions: Mapping[int, CodebookVersion]
    people: Mapping[str, int]
    speakers: Mapping[str, Speaker]
    numbers: Mapping[str, int]  # of speakers, by name
    articles: dict[str, int] = field(default_factory=dict)


def store_decisions(
    place: Place,
    sentences: Mapping[int, Sentence],
    answers: Mapping[Mark, Answer],
    chapter: Chapter,
) -> None:
    """Store the decisions, each with what it rests on and the event that begins its history."""
    for row in chapter.decisions:
        version = place.versions[row.codebook_version]
        content = content_of(place, answers, row)
        user_id = place.people[row.adjudicator] if row.adjudicator is not None else None
        made = Decision(
            sentence_id=sentences[row.sentence].id,
            user_id=user_id,
            state=content.state,
            revision=row.revision,
            how=content.how,
            fields=dict(content.fields),
            status=content.status,
            claims=[decisions.claim_json(each) for each in content.claims],
            soft=dict(content.soft) if content.soft else None,
            reason=content.reason,
            rule=content.rule,
            readers=list(content.readers),
            codebook_version_id=version.id,
            decided_at=row.decided_at,
            bases=[
                DecisionBasis(answer_id=answer, revision=revision)
                for answer, revision in content.basis.items()
            ],
        )
        db.session.add(made)
        db.session.flush()
        if user_id is not None:
            db.session.add(
                DecisionEvent(
                    decision_id=made.id,
                    project_id=place.project.id,
                    revision=made.revision,
                    kind=KINDS[content.state],
                    at=row.decided_at,
                    user_id=user_id,
                    key=f"import-{secrets.token_hex(8)}",
                    content=decisions.content_json(content),
                )
            )


def content_of(place: Place, answers: Mapping[Mark, Answer], row: DecisionRow) -> Content:
    """Return what a decision says, with numbers in the place of names."""
    basis = {
        answers[row.sentence, each.annotator, each.round].id: each.revision for each in row.basis
    }
    return Content(
        state=row.state,
        how=row.how,
        status=row.status,
        claims=tuple(
            Taken(claim_of(place, claim), None if source is None else place.people[source])
            for claim, source in zip(row.claims, row.sources, strict=True)
        ),
        fields=row.fields,
        soft=None if row.soft is None else soft_of(place, row.soft),
        reason=row.reason,
        rule=row.rule,
        readers=tuple(place.people[each] for each in row.readers),
        basis=basis,
    )


def claim_of(place: Place, row: ClaimRow) -> ClaimDraft:
    """Return a decided claim."""
    return ClaimDraft(
        speaker=place.numbers[row.speaker or ""],
        stance=row.stance,
        certainty=row.certainty,
        mention=row.mention[:2] if row.mention else None,
        via=tuple(place.numbers[link] for link in row.via),
        conditional=row.conditional,
        aspect=row.aspect,
        evidence=tuple((start, end) for start, end, _ in row.evidence),
        note=row.note,
    )


def soft_of(place: Place, soft: Mapping[str, Any]) -> dict[str, Any]:
    """Return a soft label as it is stored."""

    def numbered(claims: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [
            {"speaker_id": place.numbers[claim["speaker"]]}
            | {name: claim[name] for name in ("present", "stance", "certainty")}
            for claim in claims
        ]

    return {"n": soft["n"], "status": soft["status"], "claims": numbered(soft["claims"])}
