"""Undo of a whole import of labels: its answers, and people and speakers who came with it alone."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, exists, func, select
from sqlalchemy.orm import aliased

from annotator.errors import RefusedError
from annotator.measure.origins import CONTEXT
from annotator.phrases import counted
from annotator.store.clock import now
from annotator.store.db import Steps, among, db
from annotator.store.marking import mark_all
from annotator.store.models import (
    Answer,
    AnswerEvent,
    Article,
    Assignment,
    Decision,
    DecisionBasis,
    DecisionEvent,
    Exposure,
    LabelImport,
    Membership,
    Project,
    Roster,
    Sentence,
    User,
)
from annotator.work.imported_labels import declaring, newcomers, settling
from annotator.work.jobs import Told, tell_nobody
from annotator.work.labelling import independence, saving

# Deleting looks for whatever points at a row: so many answers take less than a tenth of a second.
AT_ONCE, PEOPLE_AT_ONCE = 400, 20


def undo(
    project: Project, number: int, user: User | None = None, told: Told = tell_nobody
) -> Steps[int]:
    """Remove the answers of an import, in short steps; return how many they were.

    Whatever ends it in between, the same call goes on; `told` hears how many have been removed
    since it heard last. Decisions that the import made as a
    reference go with it, if nobody has acted on them since, and speakers whom nobody uses.

    Raises:
        RefusedError: somebody has worked on with its answers, or a decision rests on them.

    """
    refuse_used(number)
    yield partial(begin, project, number)
    yield from settling.settle(number)
    some = (
        select(Answer.id, Answer.user_id, Answer.sentence_id, Sentence.article_id)
        .outerjoin(Sentence, Sentence.id == Answer.sentence_id)
        .where(Answer.label_import_id == number)
        .order_by(Answer.id)
        .limit(AT_ONCE)
    )
    people = set(db.session.scalars(named_in(project.id, number)))
    while found := db.session.execute(some).all():
        people |= {each.user_id for each in found}
        yield partial(remove, found)
        told(len(found))
    wanted = sorted(people)
    for first in range(0, len(wanted), PEOPLE_AT_ONCE):
        yield partial(clear, project.id, wanted[first : first + PEOPLE_AT_ONCE])
    yield from newcomers.clear(project.id, number)
    removed: int = yield partial(end, project, number, user)
    return removed


def named_in(project_id: int, number: int) -> Select[int]:
    """Select who came with an import, also where all of their answers are gone already."""
    named = db.session.get_one(LabelImport, number).annotators
    return select(Membership.user_id).where(
        Membership.project_id == project_id, among(Membership.pseudonym, named)
    )


def refuse_used(number: int) -> None:
    """Refuse where what came in was changed here since, or a decision rests on it."""
    own = select(Answer.id).where(Answer.label_import_id == number)
    later = aliased(AnswerEvent)
    changed = db.session.scalars(
        select(func.count(Answer.id.distinct()))
        .join(later, later.answer_id == Answer.id)
        .where(Answer.label_import_id == number, later.kind != "import")
    ).one()
    if changed:
        raise RefusedError(
            f"{counted(changed, 'answer')} of import {number} was changed here since; nothing was"
            " removed. Declare the import as context instead: then nothing counts it."
        )
    rests = db.session.scalars(
        select(func.count(DecisionBasis.decision_id.distinct())).where(
            DecisionBasis.answer_id.in_(own)
        )
    ).one()
    if rests:
        raise RefusedError(
            f"{counted(rests, 'decision')} of adjudicators rest on answers of import {number};"
            " nothing was removed. Declare the import as context instead: then nothing counts it."
        )


def begin(project: Project, number: int) -> None:
    """Let the answers count nowhere from now on: what is half removed moves no figure twice."""
    row = declaring.get(project, number)
    row.origin, row.unfinished = CONTEXT, True
    db.session.flush()


def remove(found: Sequence[Row[*tuple[Any, ...]]]) -> None:
    """Delete some answers with their chains, and bring the counts of their work in line."""
    numbers = [each.id for each in found]
    sentences = {each.sentence_id for each in found if each.sentence_id}
    places = {(each.article_id, each.user_id) for each in found}
    remove_rows(AnswerEvent, among(AnswerEvent.answer_id, numbers))
    remove_rows(Answer, among(Answer.id, numbers))
    rounds = db.session.scalars(
        select(Answer.id).where(
            among(Answer.sentence_id, sentences),
            among(Answer.user_id, {user for _, user in places}),
        )
    ).all()
    independence.mark_newest(rounds)
    mark_all(sentences)
    held = db.session.execute(
        select(Assignment.id, Assignment.article_id, Assignment.user_id).where(
            among(Assignment.article_id, {article for article, _ in places if article})
        )
    )
    saving.count_all([row.id for row in held if (row.article_id, row.user_id) in places])


def roleless(project_id: int) -> Select[int]:
    """Select who belongs to a project without any role in it, as who came with an import."""
    return select(Membership.user_id).where(
        Membership.project_id == project_id,
        ~Membership.annotator,
        ~Membership.adjudicator,
        ~Membership.lead,
        ~Membership.model,
    )


def clear(project_id: int, people: Sequence[int]) -> None:
    """Take away what some people have here only because of answers that are gone."""
    answered = exists().where(
        Answer.user_id == Assignment.user_id,
        Answer.sentence_id == Sentence.id,
        Sentence.article_id == Assignment.article_id,
    )
    articles = select(Article.id).where(Article.project_id == project_id)
    came = Assignment.user_id.in_(roleless(project_id)) | (
        (Assignment.state == "submitted") & Assignment.saved_at.is_(None)
    )
    here = [Assignment.article_id.in_(articles), among(Assignment.user_id, people)]
    remove_rows(Assignment, *here, came, ~answered)
    works = exists().where(
        Assignment.user_id == Roster.user_id, Assignment.article_id == Roster.article_id
    )
    remove_rows(Roster, Roster.article_id.in_(articles), among(Roster.user_id, people), ~works)
    gone = [
        each
        for each in db.session.scalars(
            roleless(project_id).where(among(Membership.user_id, people))
        ).all()
        if not is_known(each)
    ]
    remove_rows(Membership, Membership.project_id == project_id, among(Membership.user_id, gone))
    # An account that nobody could ever open, made for them alone.
    elsewhere = select(Membership.user_id).where(among(Membership.user_id, gone))
    remove_rows(
        User,
        among(User.id, gone),
        User.username.startswith("imported-"),
        User.id.not_in(elsewhere),
    )


def is_known(user: int) -> bool:
    """Say whether something is left that somebody has said."""
    said = (
        select(column).where(column == user).limit(1)
        for column in (
            Answer.user_id, AnswerEvent.user_id, Assignment.user_id, Decision.user_id,
            DecisionEvent.user_id, Exposure.user_id,
        )
    )  # fmt: skip
    return any(db.session.scalar(each) is not None for each in said)


def remove_rows(model: Any, *which: ColumnElement[bool]) -> None:
    """Delete the rows of which this holds."""
    db.session.execute(
        delete(model).where(*which), execution_options={"synchronize_session": False}
    )


def end(project: Project, number: int, user: User | None) -> int:
    """Note that an import was undone; return how many answers it had brought."""
    row = declaring.get(project, number)
    row.undone_at, row.unfinished = now(), False
    declaring.tell(project, user, row, "import undone")
    return row.answers
