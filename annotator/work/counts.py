"""Counts what a report looks at, beside the answers themselves."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from annotator.store.models import Answer, Article, Assignment, Membership, Project, Speaker
from annotator.work.independence import FIRST_ROUND
from annotator.work.selecting import Selection, counted_answers, counted_sentences


@dataclass(frozen=True)
class Scope:
    """What a report looks at, before any field asks for two answers.

    `sentences` have an answer that counts; `eligible` are all that could have one. `changed` counts
    the independent answers that their annotators changed later: round 1 has them as they were.
    """

    articles: int
    sentences: int
    annotators: int
    answers: int
    claims: int
    double_labelled: int
    eligible: int = 0
    changed: int = 0


def speaker_names(now: Connection, project: Project) -> dict[int, str]:
    """Return the name of every speaker of a project."""
    rows = now.execute(select(Speaker.id, Speaker.name).where(Speaker.project_id == project.id))
    return {row.id: row.name for row in rows}


def count_shared_articles(now: Connection, project: Project) -> int:
    """Count the articles that two or more annotators have been given."""
    shared = (
        select(Assignment.article_id)
        .join(Article, Article.id == Assignment.article_id)
        .where(Article.project_id == project.id, Assignment.imported.is_(False))
        .group_by(Assignment.article_id)
        .having(func.count() > 1)
        .subquery()
    )
    return now.scalars(select(func.count()).select_from(shared)).one()


def count_eligible(now: Connection, project: Project, selection: Selection) -> int:
    """Count the sentences that a report looks at, answered or not."""
    found = counted_sentences(project, selection).subquery()
    return now.scalars(select(func.count()).select_from(found)).one()


def count_changed(now: Connection, project: Project, selection: Selection) -> int:
    """Count the answers of round 1 that their annotators changed when they knew of others."""
    if selection.round != FIRST_ROUND:
        return 0
    found = counted_answers(project, selection).where(Answer.current.is_(False)).subquery()
    return now.scalars(select(func.count()).select_from(found)).one()


def speaker_types(now: Connection, project: Project) -> dict[int, str]:
    """Return the type of every speaker of a project."""
    rows = now.execute(select(Speaker.id, Speaker.type).where(Speaker.project_id == project.id))
    return {row.id: row.type for row in rows}


def pseudonyms(now: Connection, project: Project) -> dict[int, str]:
    """Return the pseudonym of everybody in a project, by user id."""
    rows = now.execute(
        select(Membership.user_id, Membership.pseudonym).where(Membership.project_id == project.id)
    )
    return {row.user_id: row.pseudonym for row in rows}
