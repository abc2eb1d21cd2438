"""Asking for work: an annotator who has nothing to do takes the next article."""

from sqlalchemy import exists, func, select

from annotator.errors import NotAllowedError, RefusedError
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import Article, Assignment, Membership, Project, User
from annotator.store.snapshot import by_code_point
from annotator.work.assignment import assigning
from annotator.work.labelling.saving import OPEN_STATES


class NothingLeftError(RefusedError):
    """Every article has as many annotators as it needs, or was read by this person."""


def ask_for_work(project: Project, user: User) -> Assignment:
    """Give a person the next article: one for everybody first, then the one closest to full.

    However many ask at the same moment, no article gets more people than the overlap.

    Raises:
        NotAllowedError: the project gives work only by its lead, or the person annotates not here.
        NothingLeftError: there is no article left for this person.
        RefusedError: the person still has work to do.

    """
    assigning.lock(project)
    db.session.refresh(project)
    if not project.self_assign:
        raise NotAllowedError("In this project the lead assigns the articles.")
    if not annotates(project, user):
        raise NotAllowedError("Only annotators of this project can get articles.")
    assigning.release_expired(project)
    if has_work(project, user):
        raise RefusedError("You still have an article to label here. Submit it first.")
    article = next_article(project, user)
    if article is None:
        raise NothingLeftError("There is no article left for you in this project.")
    assigning.assign([(article, user.id)])
    return db.session.scalars(
        select(Assignment).where(Assignment.article_id == article, Assignment.user_id == user.id)
    ).one()


def annotates(project: Project, user: User) -> bool:
    """Say whether this person labels in the project."""
    role = select(Membership.annotator).where(
        Membership.project_id == project.id, Membership.user_id == user.id
    )
    return bool(db.session.scalar(role)) and user.disabled_at is None


def has_work(project: Project, user: User) -> bool:
    """Say whether this person has something to do in the project."""
    return db.session.scalars(
        select(
            exists().where(
                Assignment.user_id == user.id,
                Assignment.state.in_(OPEN_STATES),
                Assignment.article_id == Article.id,
                Article.project_id == project.id,
            )
        )
    ).one()


def next_article(project: Project, user: User) -> int | None:
    """Return the article that this person should get, if there is one."""
    held = (
        select(Assignment.article_id, func.count(Assignment.id).label("people"))
        .join(Assignment.article)
        .where(Article.project_id == project.id, assigning.is_held())
        .group_by(Assignment.article_id)
        .subquery()
    )
    people = func.coalesce(held.c.people, 0)
    known = exists().where(Assignment.article_id == Article.id, Assignment.user_id == user.id)
    return db.session.scalar(
        select(Article.id)
        .outerjoin(held, held.c.article_id == Article.id)
        .where(
            Article.project_id == project.id,
            (people < project.overlap) | Article.for_everybody,
            ~known,
            # Its gold is shown to whoever practises on it.
            ~Article.practice,
        )
        .order_by(Article.for_everybody.desc(), people.desc(), by_code_point(Article.key))
        .limit(1)
    )


def may_ask(project: Project, user: User) -> bool:
    """Say whether to offer this person more work; whether some is left shows when they ask."""
    return project.self_assign and not any(
        lease is None or lease >= now()
        for lease in db.session.scalars(
            select(Assignment.lease_until)
            .join(Assignment.article)
            .where(
                Assignment.user_id == user.id,
                Assignment.state.in_(OPEN_STATES),
                Article.project_id == project.id,
            )
        )
    )
