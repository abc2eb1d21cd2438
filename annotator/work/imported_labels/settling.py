"""Carrying out what somebody has said labels from elsewhere are, by short steps.

What an import's answers are is noted first, in one row; then the answers follow, some thousands a
step, and what rests on them. Each step brings what is there nearer to what is noted and can be done
twice, so whatever ends the process in between, the next start goes on (`finish`).
"""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import selectinload

from annotator.measure.origins import COUNTED, MODEL, REFERENCE
from annotator.store.clock import now
from annotator.store.db import Steps, among, db
from annotator.store.marking import mark_all, mark_answers
from annotator.store.models import (
    Answer,
    Assignment,
    Claim,
    Decision,
    DecisionEvent,
    LabelImport,
    Membership,
    ModelMember,
    Sentence,
)
from annotator.work.consensus.content import (
    DECIDE,
    DECIDED,
    Content,
    Taken,
    claim_json,
    content_json,
)
from annotator.work.jobs import Told, tell_nobody
from annotator.work.labelling.arriving import insert_all, table
from annotator.work.labelling.drafts import ClaimDraft

# So many answers become another thing in one step, and so many decisions are made: a tenth of a
# second.
AT_ONCE, DECIDED_AT_ONCE = 5_000, 200


def finish(project_id: int | None = None) -> Steps[None]:
    """Carry out what was said of imports, of one project or of all, and is not done to the end."""
    which = select(LabelImport.id).where(LabelImport.unfinished)
    if project_id is not None:
        which = which.where(LabelImport.project_id == project_id)
    for number in db.session.scalars(which.order_by(LabelImport.id)).all():
        yield from settle(number)


def settle(number: int, told: Told = tell_nobody) -> Steps[None]:
    """Let all that an import has brought be what is noted of it; `told` hears how many are."""
    origin = db.session.scalars(select(LabelImport.origin).where(LabelImport.id == number)).one()
    others = (
        select(Answer.id)
        .where(Answer.label_import_id == number, Answer.origin != origin)
        .order_by(Answer.id)
        .limit(AT_ONCE)
    )
    while found := db.session.scalars(others).all():
        yield partial(become, found, origin)
        told(len(found))
    made = select(DecisionEvent.decision_id).where(DecisionEvent.key == key_of(number))
    if origin == REFERENCE:
        free = reference_answers(number)
        while some := db.session.scalars(free).all():
            yield partial(decide, number, some)
    else:
        untouched = made.join(Decision).where(Decision.revision == 1).limit(DECIDED_AT_ONCE)
        while lost := db.session.scalars(untouched).all():
            yield partial(forget_decisions, lost)
    yield partial(let_be_models, number, origin == MODEL)
    yield partial(note, number)


def let_be_models(number: int, is_model: bool) -> None:
    """Let who came with an import be a model where its answers are, else people as others."""
    row = db.session.get_one(LabelImport, number)
    given = select(Answer.user_id).where(Answer.label_import_id == number)
    others = select(Answer.user_id).where(Answer.label_import_id.is_distinct_from(number))
    came = db.session.scalars(
        select(Membership).where(
            Membership.project_id == row.project_id,
            Membership.user_id.in_(given),
            Membership.user_id.not_in(others),
            ~Membership.annotator,
            Membership.model.is_(not is_model),
        )
    ).all()
    for each in came:
        each.model = is_model
        if not is_model:
            db.session.execute(delete(ModelMember).where(ModelMember.membership_id == each.id))
        else:
            db.session.add(ModelMember(membership=each, name=row.model or each.pseudonym))
    db.session.flush()


def note(number: int) -> None:
    """Note that an import is what somebody has said."""
    db.session.execute(update(LabelImport).where(LabelImport.id == number).values(unfinished=False))


def become(answers: Sequence[int], origin: str) -> None:
    """Let some answers be of another origin, and their work take its places, or leave them."""
    db.session.execute(
        update(Answer).where(among(Answer.id, answers)).values(origin=origin),
        execution_options={"synchronize_session": False},
    )
    mark_answers(answers)
    places = (
        select(Sentence.article_id, Answer.user_id)
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .where(among(Answer.id, answers))
        .distinct()
        .subquery()
    )
    work = db.session.scalars(
        select(Assignment.id).join(
            places,
            (places.c.article_id == Assignment.article_id)
            & (places.c.user_id == Assignment.user_id),
        )
    ).all()
    take_places(work, counts=origin in COUNTED)


def take_places(assignments: Collection[int], *, counts: bool) -> None:
    """Let work fill a place of the overlap where some of its answers count, and only there.

    Whoever labels here keeps theirs, whatever came in under their name.
    """
    given = exists().where(
        Answer.sentence_id == Sentence.id,
        Sentence.article_id == Assignment.article_id,
        Answer.user_id == Assignment.user_id,
        Answer.origin.in_(COUNTED),
    )
    which = [among(Assignment.id, assignments), Assignment.imported.is_(counts)]
    if not counts:
        labels_here = select(Membership.user_id).where(Membership.annotator)
        which += [~given, Assignment.user_id.not_in(labels_here)]
    db.session.execute(
        update(Assignment).where(*which).values(imported=not counts),
        execution_options={"synchronize_session": False},
    )


# --- somebody's gold


def key_of(number: int) -> str:
    """Return the key of the events by which an import decides."""
    return f"label-import-{number}"


def reference_answers(number: int) -> Any:
    """Select some answers of an import on whose sentences nothing is decided."""
    decided = exists().where(Decision.sentence_id == Answer.sentence_id)
    return (
        select(Answer.id)
        .where(
            Answer.label_import_id == number,
            Answer.origin == REFERENCE,
            Answer.complete,
            Answer.sentence_id.is_not(None),
            ~decided,
        )
        .order_by(Answer.id)
        .limit(DECIDED_AT_ONCE)
    )


def decide(number: int, answers: Sequence[int]) -> None:
    """Make decisions of some answers: each names the import it comes from, and who gave it."""
    given = db.session.get_one(LabelImport, number)
    source = f"Reference: {given.source or 'labels from elsewhere'} (import {number})"
    rows = db.session.scalars(
        select(Answer)
        .where(among(Answer.id, answers))
        .order_by(Answer.id)
        .options(selectinload(Answer.claims).selectinload(Claim.via))
    ).all()
    # Two answers to one sentence were refused when they came in; whoever declares may have some.
    first = {each.sentence_id or 0: each for each in reversed(rows)}
    contents = [(each, content_of(each, source)) for each in first.values()]
    at = now()
    numbers = insert_all(
        Decision, [decision_row(answer, content, at) for answer, content in contents]
    )
    db.session.execute(
        insert(table(DecisionEvent)),
        [
            {
                "decision_id": made,
                "project_id": given.project_id,
                "revision": 1,
                "kind": DECIDE,
                "undoes": None,
                "at": at,
                "user_id": answer.user_id,
                "key": key_of(number),
                "content": content_json(content),
            }
            for made, (answer, content) in zip(numbers, contents, strict=True)
        ],
    )
    mark_all(first.keys())


def content_of(answer: Answer, source: str) -> Content:
    """Return an answer as a decision."""
    claims = tuple(
        Taken(
            ClaimDraft(
                speaker=each.speaker_id,
                stance=each.stance,
                certainty=each.certainty,
                mention=None
                if each.mention_start is None
                else (each.mention_start, each.mention_end or 0),
                via=tuple(link.speaker_id for link in each.via),
                conditional=each.conditional,
                aspect=each.aspect,
                evidence=tuple((start, end) for start, end in each.evidence),
                note=each.note,
            ),
            answer.user_id,
        )
        for each in answer.claims
    )
    return Content(DECIDED, status=answer.status, claims=claims, reason=source)


def decision_row(answer: Answer, content: Content, at: Any) -> dict[str, Any]:
    """Return the columns of the decision that an answer becomes."""
    return {
        "sentence_id": answer.sentence_id,
        "user_id": answer.user_id,
        "state": content.state,
        "revision": 1,
        "how": content.how,
        "fields": {},
        "status": content.status,
        "claims": [claim_json(each) for each in content.claims],
        "soft": None,
        "reason": content.reason,
        "rule": None,
        "readers": [],
        "codebook_version_id": answer.codebook_version_id,
        "decided_at": at,
    }


def forget_decisions(numbers: Sequence[int]) -> None:
    """Take away decisions that nobody has acted on since they came in."""
    sentences = db.session.scalars(
        select(Decision.sentence_id).where(among(Decision.id, numbers))
    ).all()
    for column in (DecisionEvent.decision_id, Decision.id):
        db.session.execute(
            column.class_.__table__.delete().where(among(column, numbers)),
        )
    mark_all(sentences)
