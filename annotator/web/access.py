"""Fetch or refuse: what a person may not know of is 404, what they may only see is 403."""

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from annotator.store.db import db
from annotator.store.models import Article, Assignment, Membership, Project, Role, Sentence
from annotator.web.label_building import Place
from annotator.web.security import person


def project_for(slug: str, *roles: Role) -> tuple[Project, Membership]:
    """Return a project of the person signed in; with roles, only for those who hold one."""
    membership = db.session.scalar(
        select(Membership)
        .join(Membership.project)
        .where(Project.slug == slug, Membership.user_id == person().id)
        .options(joinedload(Membership.project))
    )
    if membership is None or not membership.roles:
        abort(404)
    if roles and not membership.roles & set(roles):
        abort(403)
    return membership.project, membership


def place_for(article_id: int, position: int) -> Place:
    """Return one sentence of an article assigned to the person signed in.

    Members who are not assigned the article may know that it exists; others may not.
    """
    user = person()
    row = db.session.execute(
        select(Sentence, Article, Membership, Assignment)
        .join(Sentence.article)
        .join(
            Membership,
            (Membership.project_id == Article.project_id) & (Membership.user_id == user.id),
        )
        .outerjoin(
            Assignment,
            (Assignment.article_id == Article.id) & (Assignment.user_id == user.id),
        )
        .where(Article.id == article_id, Sentence.position == position)
        # Each table once: reaching the columns behind the text of a long article costs time.
        .options(contains_eager(Sentence.article), joinedload(Article.project))
    ).first()
    if row is None or not row[2].roles:
        abort(404)
    sentence, article, membership, found = row
    assignment: Assignment | None = found
    if assignment is None:
        if membership.lead or membership.adjudicator:
            abort(403, "This article is not assigned to you. Give it to yourself to label it.")
        abort(404)
    return Place(user, membership, article.project, article, assignment, sentence)
