"""Selects the answers that agreement may rest on."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, Select, func, select

from annotator.store.db import among
from annotator.store.models import (
    Answer,
    Article,
    Assignment,
    Project,
    Sentence,
    Speaker,
)
from annotator.work.agreement.report import Selection
from annotator.work.labelling.independence import counted


def counted_answers(
    project: Project, selection: Selection
) -> Select[int, int, int, int, str | None]:
    """Select the answers that count: (answer, sentence, article, annotator, status)."""
    return (
        select(
            Answer.id.label("answer_id"),
            Sentence.id.label("sentence_id"),
            Sentence.article_id.label("article_id"),
            Answer.user_id.label("user_id"),
            Answer.status.label("value"),
        )
        .select_from(Answer)
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(*of_answers(selection), *of_sentences(project, selection))
    )


def counted_sentences(project: Project, selection: Selection) -> Select[int, int]:
    """Select the sentences that count: (sentence, article)."""
    return (
        select(Sentence.id, Sentence.article_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(*of_sentences(project, selection))
    )


def of_answers(selection: Selection) -> list[ColumnElement[bool]]:
    """Return what must hold of an answer."""
    wanted = counted(selection.round, selection.origins)
    if selection.annotators:
        wanted.append(among(Answer.user_id, selection.annotators))
    if selection.version is not None:
        wanted.append(Answer.codebook_version_id == selection.version)
    if selection.since is not None:
        wanted.append(Answer.created_at >= start_of(selection.since))
    if selection.until is not None:
        wanted.append(Answer.created_at < start_of(selection.until + timedelta(days=1)))
    return wanted


def of_sentences(project: Project, selection: Selection) -> list[ColumnElement[bool]]:
    """Return what must hold of a sentence."""
    wanted = [Article.project_id == project.id, Sentence.segment.in_(selection.segments)]
    if selection.articles:
        wanted.append(among(Article.id, selection.articles))
    return wanted


def start_of(day: date) -> datetime:
    """Return the first moment of a day, in UTC."""
    return datetime.combine(day, time(), UTC)


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


def speaker_types(now: Connection, project: Project) -> dict[int, str]:
    """Return the type of every speaker of a project."""
    rows = now.execute(select(Speaker.id, Speaker.type).where(Speaker.project_id == project.id))
    return {row.id: row.type for row in rows}
