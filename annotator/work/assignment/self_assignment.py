"""Asking for work: an annotator who has nothing to do takes the next article."""

from sqlalchemy import exists, func, or_, select

from annotator.errors import NotAllowedError, RefusedError
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import OPEN_STATES, Article, Assignment, Membership, Project, User
from annotator.store.snapshot import by_code_point
from annotator.work import copies
from annotator.work.assignment import assigning, mixing, qualifying


class NothingLeftError(RefusedError):
    """Every article has as many annotators as it needs, or was read by this person."""


def ask_for_work(project: Project, user: User) -> Assignment:
    """Give a person the next article: one for everybody first, then the one closest to full.

    In the place of one of them comes a control article or a repeat, as often as the project says.

    However many ask at the same moment, no article gets more people than the overlap.

    Raises:
        NotAllowedError: the project gives work only by its lead, or the person annotates not here.
        NothingLeftError: there is no article left for this person.
        RefusedError: the person still has work to do, or has still to pass the training.

    """
    assigning.lock(project)
    db.session.refresh(project)
    if not project.self_assign:
        raise NotAllowedError("In this project the lead assigns the articles.")
    if not annotates(project, user):
        raise NotAllowedError("Only annotators of this project can get articles.")
    qualifying.refuse_unqualified(project, user)
    assigning.release_expired(project)
    if has_work(project, user):
        raise RefusedError("You still have an article to label here. Submit it first.")
    instead = mixing.instead(project, user)
    if instead is not None:
        return instead
    article = next_article(project, user)
    if article is None:
        raise NothingLeftError("There is no article left for you in this project.")
    assigning.assign([(article, user.id)], mixed=False)
    return db.session.scalars(
        select(Assignment).where(Assignment.article_id == article, Assignment.user_id == user.id)
    ).one()


def give_first(project: Project, user: User) -> int:
    """Give somebody who has just qualified the next article, so that work begins by itself.

    Return how many were given: none where there is none left, or the person has work.
    """
    assigning.lock(project)
    if has_work(project, user):
        return 0
    article = next_article(project, user)
    return 0 if article is None else assigning.assign([(article, user.id)])


def annotates(project: Project, user: User) -> bool:
    """Say whether this person labels in the project."""
    role = select(Membership.annotator).where(
        Membership.project_id == project.id, Membership.user_id == user.id
    )
    return bool(db.session.scalar(role)) and user.disabled_at is None


def has_work(project: Project, user: User) -> bool:
    """Say whether this person has something to do in the project, whatever for."""
    return db.session.scalars(
        select(
            exists().where(
                Assignment.user_id == user.id,
                Assignment.state.in_(OPEN_STATES),
                Assignment.article_id == Article.id,
                copies.is_given_in(project.id),
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
    known = exists().where(
        Assignment.user_id == user.id,
        or_(Assignment.article_id == Article.id, copies.is_in_copy_of(Article.id)),
    )
    return db.session.scalar(
        select(Article.id)
        .outerjoin(held, held.c.article_id == Article.id)
        .where(
            Article.project_id == project.id,
            # What is decided already takes no more labels; only calibration goes to everybody.
            ((people < project.overlap) & ~mixing.is_decided()) | Article.for_everybody,
            ~known,
            # Its gold is shown to whoever is trained with it.
            ~Article.training,
        )
        .order_by(Article.for_everybody.desc(), people.desc(), by_code_point(Article.key))
        .limit(1)
    )


def may_ask(project: Project, user: User) -> bool:
    """Say whether to offer this person more work; whether some is left shows when they ask."""
    if not (project.self_assign and qualifying.may_work(project, user.id)):
        return False
    return not any(
        lease is None or lease >= now()
        for lease in db.session.scalars(
            select(Assignment.lease_until)
            .join(Assignment.article)
            .where(
                Assignment.user_id == user.id,
                Assignment.state.in_(OPEN_STATES),
                copies.is_given_in(project.id),
            )
        )
    )
