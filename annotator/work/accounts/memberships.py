"""Who belongs to a project, in which roles and under which pseudonym."""

from collections.abc import Collection, Iterable
from itertools import count
from random import Random, SystemRandom

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import joinedload

from annotator.errors import RefusedError
from annotator.store.db import among, db
from annotator.store.models import Membership, Project, Role, User
from annotator.store.rows.places import AnyProject
from annotator.work import staging
from annotator.work.accounts import sessions

LABELLING = frozenset({Role.ANNOTATOR, Role.ADJUDICATOR})


def join(
    project: Project,
    user: User,
    roles: Iterable[Role | str],
    rng: Random | None = None,
    keep: str | None = None,
) -> Membership:
    """Give a person these roles in a project, besides those already held.

    The pseudonym is drawn once, at random, and never changes: labels leave under it. `keep` is
    the token of the person's own session, which goes on when others that a link began end.
    """
    wanted = frozenset(Role(role) for role in roles)
    if not wanted:
        raise RefusedError("Choose at least one role: annotator, adjudicator or lead.")
    if user.disabled_at is not None:
        raise RefusedError(f'The account "{user.username}" is disabled.')
    # Two people who join at the same moment must not draw the same pseudonym.
    db.session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    membership = membership_of(user, project)
    if membership is None:
        end_what_others_may_hold(user, project, keep)
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


def end_what_others_may_hold(user: User, project: Project, keep: str | None) -> None:
    """End links, and what was begun or set by one, of a person who joins others' project.

    A lead who had the account in hands until now may have kept a link, or opened it and set a
    password; neither that nor a session begun by it must lead into a project of another lead.
    """
    if in_hands_of(user) - leads_of(project):
        sessions.expire_links(user)
        sessions.end_others_sessions(user, keep)
        user.password_ended = user.password_hash is not None and not user.password_own


def in_hands_of(user: User) -> set[int]:
    """Return the numbers of those who lead every project of this person."""
    theirs = select(Membership.project_id).where(Membership.user_id == user.id)
    count = db.session.scalar(select(func.count()).select_from(theirs.subquery()))
    return set(
        db.session.scalars(
            select(Membership.user_id)
            .where(Membership.project_id.in_(theirs), Membership.lead.is_(True))
            .where(Membership.user_id != user.id)
            .group_by(Membership.user_id)
            .having(func.count() == count)
        )
    )


def leads_of(project: Project) -> set[int]:
    """Return the numbers of those who lead a project."""
    lead = select(Membership.user_id).where(
        Membership.project_id == project.id, Membership.lead.is_(True)
    )
    return set(db.session.scalars(lead))


def set_roles(membership: Membership, roles: Iterable[Role | str]) -> None:
    """Give a person exactly these roles in a project; without any, only their labels stay.

    The pseudonym stays with the labels, and comes back with the person.
    """
    wanted = frozenset(Role(role) for role in roles)
    # Two leads who give up the role at the same moment must not leave the project without one.
    db.session.execute(
        select(Project.id)
        .where(Project.id == membership.project_id)
        .with_for_update(key_share=True)
    )
    db.session.refresh(membership)
    if membership.lead and Role.LEAD not in wanted:
        refuse_without_lead(membership)
    for role in Role:
        setattr(membership, role.value, role in wanted)
    db.session.flush()


def refuse_without_lead(membership: Membership) -> None:
    """Refuse to take away the only lead a project has."""
    others = db.session.scalar(
        select(Membership.id)
        .join(Membership.user)
        .where(
            Membership.project_id == membership.project_id,
            Membership.id != membership.id,
            Membership.lead.is_(True),
            User.disabled_at.is_(None),
        )
        .limit(1)
    )
    if others is None:
        raise RefusedError("A project needs a lead. Give the role to another member first.")


def is_in_hands_of(user: User, lead: User) -> bool:
    """Say whether every project of a person is led by this lead.

    Only then may the lead open or shut the account: it would reach into others' projects.
    """
    return user.id in held_by(lead, [user.id])


def held_by(lead: User, users: Collection[int]) -> set[int]:
    """Return those of some people every project of whom is led by this lead, who is not among."""
    led = select(Membership.project_id).where(
        Membership.user_id == lead.id, Membership.lead.is_(True)
    )
    elsewhere = select(Membership.user_id).where(
        among(Membership.user_id, users), Membership.project_id.not_in(led)
    )
    return {*users} - {*db.session.scalars(elsewhere)} - {lead.id}


def leads_somewhere(user: User) -> bool:
    """Say whether this person leads a project."""
    found = select(Membership.id).where(Membership.user_id == user.id, Membership.lead.is_(True))
    return db.session.scalar(found.limit(1)) is not None


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


def members(project: AnyProject) -> list[Membership]:
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


def leads(project: AnyProject) -> list[str]:
    """Return the user names of a project's leads."""
    return [each.user.username for each in members(project) if each.lead]


def memberships(user: User) -> list[Membership]:
    """Return the projects of a person, by slug."""
    return list(
        db.session.scalars(
            select(Membership)
            .join(Membership.project)
            .where(Membership.user_id == user.id, staging.is_here())
            .options(joinedload(Membership.project))
            .order_by(Project.slug)
        )
    )


def role_names(membership: Membership) -> str:
    """Return the roles in words, in the order of responsibility: "annotator, lead"."""
    return ", ".join(role.value for role in Role if role in membership.roles)


def pseudonyms_of(project: Project, connection: Connection | None = None) -> dict[int, str]:
    """Return the pseudonym of everybody in a project, by user id; read within a `connection`."""
    rows = (connection or db.session).execute(
        select(Membership.user_id, Membership.pseudonym).where(Membership.project_id == project.id)
    )
    return {row.user_id: row.pseudonym for row in rows}
