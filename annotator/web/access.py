"""Fetch or refuse: what a person may not know of is 404, what they may only see is 403."""

from dataclasses import dataclass
from functools import cache, cached_property

from flask import abort
from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import contains_eager, joinedload

from annotator.codebook.own_keys import with_own_keys
from annotator.codebook.scheme import Codebook
from annotator.store.db import db
from annotator.store.models import (
    Article,
    Assignment,
    Membership,
    Project,
    Role,
    Sentence,
    User,
)
from annotator.web.security import person_id


@dataclass(frozen=True)
class Place:
    """One sentence of one person's article: what every view of this screen starts from."""

    user: User
    membership: Membership
    project: Project
    article: Article
    assignment: Assignment
    sentence: Sentence

    @cached_property
    def codebook(self) -> Codebook:
        """Return the codebook in force, with this person's own keys."""
        return with_own_keys(self.project.codebook, self.user.own_keys)


def project_for(slug: str, *roles: Role) -> tuple[Project, Membership]:
    """Return a project of the person signed in; with roles, only for those who hold one."""
    membership = db.session.scalar(
        select(Membership)
        .join(Membership.project)
        .where(Project.slug == slug, Membership.user_id == person_id())
        .options(joinedload(Membership.project))
    )
    if membership is None or not membership.roles:
        abort(404)
    if roles and not membership.roles & set(roles):
        abort(403)
    return membership.project, membership


def place_for(article_id: int, position: int, *, lock: bool = False) -> Place:
    """Return one sentence of an article assigned to the person signed in.

    Members who are not assigned the article may know that it exists; others may not. With `lock`
    the assignment is locked for the transaction, as `labelling.assignment_for` does it.
    """
    given = {"user": person_id(), "article": article_id, "position": position}
    row = db.session.execute(place_query(lock), given).unique().first()
    if row is None and lock:
        return place_for(article_id, position)
    if row is None or not row[1].roles:
        abort(404)
    sentence, membership, found = row
    assignment: Assignment | None = found
    if assignment is None:
        if membership.lead or membership.adjudicator:
            abort(403, "This article is not assigned to you, and only its annotators can label it.")
        abort(404)
    article = sentence.article
    return Place(membership.user, membership, article.project, article, assignment, sentence)


@cache
def place_query(lock: bool) -> Select[Sentence, Membership, Assignment]:
    """Return the query of `place_for`; making one costs more than running it."""
    user: BindParameter[int] = bindparam("user")
    query = (
        select(Sentence, Membership, Assignment)
        .join(Sentence.article)
        .join(
            Membership,
            (Membership.project_id == Article.project_id) & (Membership.user_id == user),
        )
        .join(
            Assignment,
            (Assignment.article_id == Article.id) & (Assignment.user_id == user),
            # What may be missing cannot be locked.
            isouter=not lock,
        )
        .where(Article.id == bindparam("article"), Sentence.position == bindparam("position"))
        # Each table once: reaching the columns behind the text of a long article costs time.
        .options(
            contains_eager(Sentence.article)
            .joinedload(Article.project, innerjoin=True)
            .joinedload(Project.codebook_versions),
            joinedload(Membership.user, innerjoin=True),
        )
    )
    return query.with_for_update(of=Assignment) if lock else query
