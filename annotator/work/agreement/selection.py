"""Selects the answers that agreement may rest on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

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
from annotator.store.models.answers import FIRST_ROUND
from annotator.text.outline import SEGMENTS
from annotator.work.labelling.independence import COUNTED, counted

BODY, HEADLINE = "body", "headline"


@dataclass(frozen=True)
class Selection:
    """Which answers count; by default only those given independently by people.

    Date lines and boilerplate do not count, incomplete answers never, and decisions of an
    adjudicator are no answers at all. `round` is 1 (given independently), 2 (changed later) or
    `NEWEST` (what gold has). `articles`, `annotators` and `version` (of the codebook) are
    ids, nothing meaning all; `since` and `until` are days (UTC) on which an answer was first given,
    both inclusive. `whole_articles`: date lines and boilerplate, too; gold has them.
    """

    headlines: bool = False
    round: int | None = FIRST_ROUND
    origins: tuple[str, ...] = COUNTED
    articles: tuple[int, ...] = ()
    annotators: tuple[int, ...] = ()
    version: int | None = None
    since: date | None = None
    until: date | None = None
    whole_articles: bool = False

    def of_articles(self, articles: Iterable[int]) -> Self:
        """Narrow it to some articles."""
        return replace(self, articles=tuple(articles))

    @property
    def segments(self) -> tuple[str, ...]:
        """Return the parts of an article whose sentences count."""
        if self.whole_articles:
            return SEGMENTS
        return (BODY, HEADLINE) if self.headlines else (BODY,)


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


def speaker_types(now: Connection, project: Project) -> dict[int, str]:
    """Return the type of every speaker of a project."""
    rows = now.execute(select(Speaker.id, Speaker.type).where(Speaker.project_id == project.id))
    return {row.id: row.type for row in rows}
