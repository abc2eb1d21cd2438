"""What was corrected: of one article, or in a project, the newest first."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from annotator.store.db import db
from annotator.store.models import Article, Correction, Project

MOST = 200


def of_article(article: Article) -> Sequence[Correction]:
    """Return the corrections of an article, with who made them."""
    query = (
        select(Correction)
        .where(Correction.article_id == article.id)
        .options(joinedload(Correction.user))
    )
    return db.session.scalars(query.order_by(Correction.id.desc()).limit(MOST)).all()


def of_project(project: Project, *kinds: str) -> Sequence[Correction]:
    """Return the newest corrections of a project, of some kinds or all."""
    query = select(Correction).where(Correction.project_id == project.id)
    if kinds:
        query = query.where(Correction.kind.in_(kinds))
    query = query.options(joinedload(Correction.user))
    return db.session.scalars(query.order_by(Correction.id.desc()).limit(MOST)).all()
