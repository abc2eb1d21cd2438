"""Reviewing what was imported: the articles of a project, and the sentences of one."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from annotator.store.db import db
from annotator.store.models import Article, Project, Sentence
from annotator.store.snapshot import by_code_point

ARTICLES = 100
SENTENCES = 200


def count_articles(project: Project) -> int:
    """Return how many articles a project has."""
    return db.session.scalars(
        select(func.count(Article.id)).where(Article.project_id == project.id)
    ).one()


def articles_of(project: Project, offset: int = 0) -> Sequence[Article]:
    """Return one page of the articles, by key."""
    return db.session.scalars(
        select(Article)
        .where(Article.project_id == project.id)
        .order_by(by_code_point(Article.key))
        .offset(offset)
        .limit(ARTICLES)
    ).all()


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
