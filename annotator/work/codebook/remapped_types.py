"""Gives speakers another type where a new version of the codebook has retired theirs.

Each speaker gets a change in the history of the register, of the moment of the mapping, which is
how the undo finds them. No answer and no decision says what type its speakers have.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select

from annotator.store.db import among, db
from annotator.store.marking import mark_speakers
from annotator.store.models import (
    Answer,
    Claim,
    Project,
    Remapping,
    Sentence,
    Speaker,
    SpeakerChange,
)
from annotator.work.codebook.mappings import SPEAKER_TYPE

KIND = "type"


def change(made: Remapping) -> None:
    """Give every speaker that has one of the types the other one, merged ones too."""
    types = made.values.get(SPEAKER_TYPE, {})
    if not types:
        return
    found = db.session.scalars(
        select(Speaker)
        .where(Speaker.project_id == made.project_id, Speaker.type.in_(list(types)))
        .order_by(Speaker.id)
        .with_for_update(of=Speaker)
        .execution_options(populate_existing=True)
    ).all()
    counts = claims_of([each.id for each in found])
    for speaker in found:
        before, speaker.type = speaker.type, types[speaker.type]
        claims, articles = counts.get(speaker.id, (0, 0))
        db.session.add(
            SpeakerChange(
                project_id=made.project_id,
                kind=KIND,
                speaker_id=speaker.id,
                before={KIND: before},
                after={KIND: speaker.type},
                claims=claims,
                articles=articles,
                at=made.at,
                user_id=made.user_id,
            )
        )
    db.session.flush()
    mark_speakers(made.project_id, [each.id for each in found])


def claims_of(speakers: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return how many claims of today's answers each speaker has, and in how many articles."""
    rows = db.session.execute(
        select(
            Claim.speaker_id,
            func.count(Claim.id).label("claims"),
            func.count(Sentence.article_id.distinct()).label("articles"),
        )
        .join(Answer, Answer.id == Claim.answer_id)
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .where(among(Claim.speaker_id, speakers), Answer.current)
        .group_by(Claim.speaker_id)
    ).all()
    return {row.speaker_id: (row.claims, row.articles) for row in rows if row.speaker_id}


def of_act(made: Remapping) -> ColumnElement[bool]:
    """Return the condition of the changes that a mapping made."""
    return (
        (SpeakerChange.project_id == made.project_id)
        & (SpeakerChange.kind == KIND)
        & (SpeakerChange.at == made.at)
    )


def give_back(made: Remapping) -> tuple[int, int]:
    """Give speakers the types back that they had; return how many, and how many have changed since.

    A change that was undone alone has been given back before.
    """
    if not made.values.get(SPEAKER_TYPE):
        return 0, 0
    changes = db.session.scalars(
        select(SpeakerChange)
        .where(of_act(made), SpeakerChange.undone_at.is_(None))
        .order_by(SpeakerChange.id)
        .with_for_update(of=SpeakerChange)
    ).all()
    speakers = {
        each.id: each
        for each in db.session.scalars(
            select(Speaker)
            .where(among(Speaker.id, [each.speaker_id for each in changes]))
            .order_by(Speaker.id)
            .with_for_update(of=Speaker)
            .execution_options(populate_existing=True)
        )
    }
    given = []
    for each in changes:
        speaker = speakers[each.speaker_id]
        if speaker.type != each.after[KIND]:
            continue
        speaker.type = each.before[KIND]
        each.undone_at, each.undone_by_id = made.undone_at, made.undone_by_id
        given.append(speaker.id)
    db.session.flush()
    mark_speakers(made.project_id, given)
    return len(given), len(changes) - len(given)


def speakers_of(project: Project, acts: Sequence[Remapping]) -> dict[int, int]:
    """Return how many speakers each of some mappings of a project gave another type."""
    found: dict[int, int] = {}
    for made in acts:
        if made.values.get(SPEAKER_TYPE):
            query = select(func.count(SpeakerChange.id)).where(of_act(made))
            found[made.id] = db.session.scalar(query) or 0
    return found
