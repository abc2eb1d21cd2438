"""Reviewing what was imported: the articles of a project, and the sentences of one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.models import Article, Assignment, Membership, Project, Sentence
from annotator.store.snapshot import by_code_point
from annotator.work.assignment import matrix, progress
from annotator.work.assignment.matrix import Wanted

ARTICLES = 100
SENTENCES = 200
MISSING = {
    "date": "no date",
    "publisher": "no publisher",
    "author": "no author",
    "licence": "no licence",
}
SORTS = (*matrix.SORTS, "published", "publisher", "imported")
SHOWN_PEOPLE = 6


@dataclass(frozen=True)
class Asked:
    """Which articles of the list: those of `matrix.Wanted`, and what must be missing in them.

    `sort` is one of SORTS; `down` says that it begins at the end.
    """

    wanted: Wanted = field(default_factory=Wanted)
    missing: str = ""
    language: str = ""
    sort: str = "key"

    @property
    def down(self) -> bool:
        """Say whether the last one stands first."""
        return self.wanted.down


ALL = Asked()


@dataclass(frozen=True)
class Holder:
    """Somebody who has an article, and how far: a state as `progress.state_of` tells it."""

    pseudonym: str
    state: str
    decided: int


def count_articles(project: Project, asked: Asked = ALL) -> int:
    """Return how many articles of a project are asked for."""
    return db.session.scalars(
        select(func.count(Article.id)).where(*conditions(project, asked))
    ).one()


def articles_of(project: Project, offset: int = 0, asked: Asked = ALL) -> Sequence[Article]:
    """Return one page of the articles, in the order that is asked for."""
    query = ordered(select(Article).where(*conditions(project, asked)), asked)
    return db.session.scalars(query.offset(offset).limit(ARTICLES)).all()


def numbers_of(project: Project, asked: Asked) -> list[int]:
    """Return the numbers of all articles that are asked for."""
    return list(db.session.scalars(select(Article.id).where(*conditions(project, asked))))


def conditions(project: Project, asked: Asked) -> list[ColumnElement[bool]]:
    """Return what the articles have to fulfil."""
    found = matrix.conditions(project, asked.wanted)
    if asked.missing == "date":
        found.append(Article.published_on.is_(None))
    elif asked.missing:
        found.append(getattr(Article, asked.missing) == "")
    if asked.language:
        found.append(Article.language == asked.language)
    return found


def ordered(query: Select[Article], asked: Asked) -> Select[Article]:
    """Order the articles; equal ones stand by their keys."""
    own: dict[str, Any] = {
        "published": Article.published_on,
        "publisher": by_code_point(Article.publisher),
        "imported": Article.imported_at,
    }
    if asked.sort not in own:
        return matrix.ordered(query, replace(asked.wanted, sort=asked.sort))
    by = own[asked.sort]
    return query.order_by(by.is_(None), by.desc() if asked.down else by, by_code_point(Article.key))


def languages_of(project: Project) -> list[str]:
    """Return the languages of a project's articles."""
    query = select(Article.language).where(Article.project_id == project.id).distinct()
    return sorted(db.session.scalars(query))


def holders_of(project: Project, articles: Collection[int]) -> Mapping[int, list[Holder]]:
    """Return who has each of some articles, by pseudonym, and how far."""
    found: dict[int, list[Holder]] = {}
    today = now().date()
    for row in db.session.execute(
        select(
            Assignment.article_id,
            Membership.pseudonym,
            Assignment.state,
            Assignment.imported,
            Assignment.lease_until,
            Assignment.due_on,
            Assignment.decided_count,
        )
        .join(
            Membership,
            (Membership.user_id == Assignment.user_id) & (Membership.project_id == project.id),
        )
        .where(among(Assignment.article_id, articles))
        .order_by(Membership.pseudonym)
    ):
        holder = Holder(row.pseudonym, progress.state_of(row, today), row.decided_count)
        found.setdefault(row.article_id, []).append(holder)
    return found


def article_of(project: Project, article_id: int) -> Article | None:
    """Return an article of this project, if it is one."""
    return db.session.scalar(
        select(Article).where(Article.id == article_id, Article.project_id == project.id)
    )


def sentences_of(article: Article, offset: int = 0) -> Sequence[Sentence]:
    """Return one page of an article's sentences."""
    return db.session.scalars(
        select(Sentence)
        .where(Sentence.article_id == article.id, Sentence.position >= offset)
        .order_by(Sentence.position)
        .limit(SENTENCES)
    ).all()


def segments_of(article: Article) -> Mapping[str, int]:
    """Return how many sentences each segment of an article has."""
    return dict(
        db.session.execute(
            select(Sentence.segment, func.count(Sentence.id))
            .where(Sentence.article_id == article.id)
            .group_by(Sentence.segment)
        ).all()
    )
