"""Whose answers a sentence still waits for: open work of people who can still do it.

Whoever has submitted, has been closed or has left gives no further answer, nor do imported labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from annotator.measure.origins import COUNTED, HUMAN
from annotator.measure.rounds import NEWEST
from annotator.store.db import among, db, unindexed
from annotator.store.models import (
    OPEN_STATES,
    Answer,
    Article,
    Assignment,
    Membership,
    Project,
    Sentence,
)
from annotator.work.assignment import assigning, leaving
from annotator.work.labelling.independence import counted


@dataclass(frozen=True)
class Expected:
    """Somebody who has not answered a sentence yet, by pseudonym, and how far in its article."""

    pseudonym: str
    decided: int
    total: int


@dataclass(frozen=True)
class Waiting:
    """Where somebody is still to answer: whole articles, and sentences of other ones, by id."""

    articles: Sequence[int]
    sentences: Sequence[int]


def waiting(project: Project) -> Waiting:
    """Return which sentences somebody is still to answer in full.

    Whoever has not begun an article is still to answer all of it; only in articles that are begun
    and not handed in the answers are looked at, one by one.
    """
    going = still_answering(project).subquery()
    rows = db.session.execute(
        select(going.c.article_id, func.min(going.c.decided_count)).group_by(going.c.article_id)
    ).all()
    begun = [article for article, least in rows if least]
    open_ = [article for article, least in rows if not least]
    if not begun:
        return Waiting(open_, ())
    given = exists().where(
        Answer.sentence_id == Sentence.id, Answer.user_id == going.c.user_id, *counted(NEWEST)
    )
    sentences = db.session.scalars(
        select(Sentence.id)
        .join(going, going.c.article_id == Sentence.article_id)
        .where(among(Sentence.article_id, begun), ~given.correlate(Sentence, going))
        .distinct()
    ).all()
    return Waiting(open_, sentences)


def still_answering(project: Project) -> Select[int, int, int]:
    """Select who still labels which article and has not answered all of it, and how much.

    The count of an assignment holds answers that came from elsewhere, too: who has some may be
    still to answer what is counted.
    """
    from_elsewhere = exists().where(
        Answer.user_id == Assignment.user_id, Answer.origin != HUMAN, Answer.origin.not_in(COUNTED)
    )
    return (
        select(Assignment.article_id, Assignment.user_id, Assignment.decided_count)
        .join(Article, Article.id == Assignment.article_id)
        .where(
            # By who labels, and not by all articles: most assignments are handed in.
            unindexed(Article.project_id) == project.id,
            Assignment.state.in_(OPEN_STATES),
            assigning.is_held(),
            Assignment.user_id.in_(leaving.labellers(project)),
            # Most are not begun: of these nothing else has to be looked at.
            or_(
                Assignment.decided_count == 0,
                Assignment.decided_count < Article.sentence_count,
                from_elsewhere,
            ),
        )
    )


def expected_on(sentence: Sentence) -> Sequence[Expected]:
    """Return who is still to answer a sentence, by pseudonym."""
    project_id = sentence.article.project_id
    here = select(Answer.user_id).where(Answer.sentence_id == sentence.id, *counted(NEWEST))
    rows = db.session.execute(
        select(Membership.pseudonym, Assignment)
        .join(Membership, Membership.user_id == Assignment.user_id)
        .where(
            Membership.project_id == project_id,
            Assignment.article_id == sentence.article_id,
            leaving.is_going_on(),
            Assignment.user_id.not_in(here),
        )
        .options(joinedload(Assignment.article))
        .order_by(Membership.pseudonym)
    )
    return [
        Expected(pseudonym, each.decided_count, each.article.sentence_count)
        for pseudonym, each in rows
    ]
