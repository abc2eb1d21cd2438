"""Who belongs to a project, in which roles and under which pseudonym."""

from collections.abc import Collection, Iterable
from itertools import count
from random import Random, SystemRandom

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from annotator.store.db import db
from annotator.store.models import Membership, Project, Role, User
from annotator.work.errors import RefusedError

LABELLING = frozenset({Role.ANNOTATOR, Role.ADJUDICATOR})


def join(
    project: Project, user: User, roles: Iterable[Role | str], rng: Random | None = None
) -> Membership:
    """Give a person these roles in a project, besides those already held.

    The pseudonym is drawn once, at random, and never changes: labels leave under it.
    """
    wanted = frozenset(Role(role) for role in roles)
    if not wanted:
        raise RefusedError("Say at least one role: annotator, adjudicator or lead.")
    if user.disabled_at is not None:
        raise RefusedError(f'The account "{user.username}" is disabled.')
    # Two people who join at the same moment must not draw the same pseudonym.
    db.session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    membership = membership_of(user, project)
    if membership is None:
        pseudonym = free_pseudonym(taken_pseudonyms(project), wanted, rng or SystemRandom())
        membership = Membership(
            user=user,
            project=project,
            pseudonym=pseudonym,
            annotator=False,
            adjudicator=False,
            lead=False,
        )
        db.session.add(membership)
    for role in wanted:
        setattr(membership, role.value, True)
    db.session.flush()
    return membership


def free_pseudonym(taken: Collection[str], roles: Collection[Role], rng: Random) -> str:
    """Draw an unused pseudonym: "A37", or "L05" for someone who only leads."""
    letter = "A" if LABELLING & set(roles) else "L"
    for digits in count(2):
        numbers = range(1 if digits == 2 else 10 ** (digits - 1), 10**digits)
        free = [name for n in numbers if (name := f"{letter}{n:0{digits}}") not in taken]
        if free:
            return rng.choice(free)
    raise AssertionError("there is always a longer number")


def taken_pseudonyms(project: Project) -> set[str]:
    """Return the pseudonyms that stand for somebody in this project."""
    return set(
        db.session.scalars(select(Membership.pseudonym).where(Membership.project_id == project.id))
    )


def membership_of(user: User, project: Project) -> Membership | None:
    """Return what this person is in this project, if anything."""
    return db.session.scalar(
        select(Membership).where(Membership.user_id == user.id, Membership.project_id == project.id)
    )


def members(project: Project) -> list[Membership]:
    """Return the people of a project with their accounts, by user name."""
    return list(
        db.session.scalars(
            select(Membership)
            .join(Membership.user)
            .where(Membership.project_id == project.id)
            .options(joinedload(Membership.user))
            .order_by(User.username)
        )
    )


def memberships(user: User) -> list[Membership]:
    """Return the projects of a person, by slug."""
    return list(
        db.session.scalars(
            select(Membership)
            .join(Membership.project)
            .where(Membership.user_id == user.id)
            .options(joinedload(Membership.project))
            .order_by(Project.slug)
        )
    )


def role_names(membership: Membership) -> str:
    """Return the roles in words, in the order of responsibility: "annotator, lead"."""
    return ", ".join(role.value for role in Role if role in membership.roles)
