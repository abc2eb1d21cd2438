"""Whose answers a sentence still waits for: open work of people who can still do it.

Whoever has submitted, has been closed or has left gives no further answer, nor do imported labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CTE, Select, func, select
from sqlalchemy.orm import joinedload

from annotator.store.db import db
from annotator.store.models import Answer, Article, Assignment, Membership, Project, Sentence
from annotator.work.assignment import leaving
from annotator.work.labelling.independence import NEWEST, counted


@dataclass(frozen=True)
class Expected:
    """Somebody who has not answered a sentence yet, by pseudonym, and how far in its article."""

    pseudonym: str
    decided: int
    total: int


def going(project: Project) -> CTE:
    """Select who still labels which article: (article_id, user_id)."""
    return (
        select(Assignment.article_id, Assignment.user_id)
        .join(Assignment.article)
        .where(Article.project_id == project.id, leaving.is_going_on())
        .cte("going")
    )


def at_work(given: CTE) -> CTE:
    """Count who still labels each article: (article_id, n)."""
    people = func.count().label("n")
    return select(given.c.article_id, people).group_by(given.c.article_id).cte("at_work")


def answered(given: CTE) -> CTE:
    """Count those of them who have answered each sentence in full: (sentence_id, n)."""
    return (
        select(Answer.sentence_id, func.count(Answer.user_id.distinct()).label("n"))
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .join(
            given,
            (given.c.article_id == Sentence.article_id) & (given.c.user_id == Answer.user_id),
        )
        .where(*counted(NEWEST))
        .group_by(Answer.sentence_id)
        .cte("answered")
    )


def sentences_expecting(project: Project) -> Select[int]:
    """Select the sentences that somebody is still to answer."""
    given = going(project)
    people, done = at_work(given), answered(given)
    return (
        select(Sentence.id)
        .join(people, people.c.article_id == Sentence.article_id)
        .outerjoin(done, done.c.sentence_id == Sentence.id)
        .where(people.c.n > func.coalesce(done.c.n, 0))
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
