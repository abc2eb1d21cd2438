"""Who belongs to a project, in which roles and under which pseudonym."""

from collections.abc import Collection, Iterable
from itertools import count
from random import Random, SystemRandom

from sqlalchemy import Connection, Select, bindparam, delete, func, select
from sqlalchemy.orm import joinedload, selectinload

from annotator.errors import NotFoundError, RefusedError
from annotator.store.db import among, db
from annotator.store.models import (
    Membership,
    Project,
    RecoveryCode,
    Role,
    SecondFactor,
    User,
)
from annotator.store.rows.places import AnyProject
from annotator.store.rows.prepared import prepared
from annotator.work import staging, tokens
from annotator.work.accounts import sessions

LABELLING = frozenset({Role.ANNOTATOR, Role.ADJUDICATOR})


def join(
    project: Project,
    user: User,
    roles: Iterable[Role | str],
    rng: Random | None = None,
    keep: str | None = None,
    email: str = "",
) -> Membership:
    """Give a person these roles in a project, besides those already held.

    The pseudonym is drawn once, at random, and never changes: labels leave under it. `keep` is
    the token of the person's own session, which goes on when others that a link began end. Who
    invites somebody by `email` vouches for that address.
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
        end_what_others_may_hold(user, project, keep, email)
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


def end_what_others_may_hold(
    user: User, project: Project, keep: str | None, email: str = ""
) -> None:
    """End links, and what was begun or set by one, of a person who joins others' project.

    A lead who had the account in hands until now may have kept a link, or opened it and set a
    password; neither that nor a session begun by it must lead into a project of another lead.
    """
    if in_hands_of(user) - leads_of(project):
        sessions.expire_links(user)
        sessions.end_others_sessions(user, keep)
        forget_others_factor(user)
        if not user.email_own and user.email != email.strip().lower():
            user.email = user.sso_issuer = user.sso_subject = None
        user.password_ended = user.password_hash is not None and not user.password_own


def forget_others_factor(user: User) -> None:
    """Take away a second factor that a lead may have set up."""
    theirs = delete(SecondFactor).where(
        SecondFactor.user_id == user.id, SecondFactor.own.is_(False)
    )
    if db.session.execute(theirs.returning(SecondFactor.user_id)).first() is not None:
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def in_hands_of(user: User) -> set[int]:
    """Return the numbers of those who lead every project of this person."""
    theirs = (
        select(Membership.project_id)
        .join(Membership.project)
        .where(Membership.user_id == user.id, staging.is_here())
    )
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

    The pseudonym stays with the labels, and comes back with the person. Where a role is taken
    away, the person's tokens of the project end.

    Raises:
        RefusedError: the project would have no lead, or the person was removed.

    """
    wanted = frozenset(Role(role) for role in roles)
    # Two leads who give up the role at the same moment must not leave the project without one.
    db.session.execute(
        select(Project.id)
        .where(Project.id == membership.project_id)
        .with_for_update(key_share=True)
    )
    db.session.refresh(membership)
    if wanted and membership.user.removed_at is not None:
        raise RefusedError(f"The person behind {membership.pseudonym} was removed: give no role.")
    if wanted and membership.model:
        raise RefusedError(f"{membership.pseudonym} is a model, which has no role of a person.")
    if membership.lead and Role.LEAD not in wanted:
        refuse_without_lead(membership)
    if membership.roles - wanted:
        tokens.end_all(membership.user_id, membership.project_id, why="A role was taken away.")
    for role in Role:
        setattr(membership, role.value, role in wanted)
    db.session.flush()


def hand_over(lead: Membership, to: Membership) -> None:
    """Give the role of a lead to another member, and take it from the one who leaves, as one act.

    Raises:
        RefusedError: it is the same person, the account of the other is disabled, or another lead
            has taken the role away meanwhile.

    """
    if to.user_id == lead.user_id:
        raise RefusedError("You are the lead. Choose another member.")
    # Nobody changes the roles of either meanwhile.
    db.session.execute(
        select(Project.id).where(Project.id == lead.project_id).with_for_update(key_share=True)
    )
    for each in (lead, to):
        db.session.refresh(each)
    if not lead.lead:
        raise RefusedError("You are not lead of this project any more.")
    if to.user.disabled_at is not None:
        raise RefusedError(f'The account "{to.user.username}" is disabled.')
    set_roles(to, to.roles | {Role.LEAD})
    set_roles(lead, lead.roles - {Role.LEAD})


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
    elsewhere = (
        select(Membership.user_id)
        .join(Membership.project)
        .where(
            among(Membership.user_id, users), Membership.project_id.not_in(led), staging.is_here()
        )
    )
    return {*users} - {*db.session.scalars(elsewhere)} - {lead.id}


def leads_somewhere(user: User) -> bool:
    """Say whether this person leads a project."""
    found = select(Membership.id).where(Membership.user_id == user.id, Membership.lead.is_(True))
    return db.session.scalar(found.limit(1)) is not None


def led_by(user: User) -> list[Project]:
    """Return the projects that this person leads, by name."""
    return list(
        db.session.scalars(
            select(Project)
            .join(Membership, Membership.project_id == Project.id)
            .where(Membership.user_id == user.id, Membership.lead.is_(True), staging.is_here())
            .options(selectinload(Project.codebook_versions))
            .order_by(Project.name, Project.id)
        )
    )


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


def get_membership(user: User, project: Project) -> Membership:
    """Return what this person is in this project.

    Raises:
        NotFoundError: the person has never been in it.

    """
    found = membership_of(user, project)
    if found is None:
        raise NotFoundError(f"{user.username} is not in the project “{project.slug}”.")
    return found


def members(project: AnyProject) -> list[Membership]:
    """Return the people of a project with their accounts, by user name; models are none."""
    return list(
        db.session.scalars(
            select(Membership)
            .join(Membership.user)
            .where(Membership.project_id == project.id, Membership.model.is_(False))
            .options(joinedload(Membership.user))
            .order_by(User.username)
        )
    )


def leads(project: AnyProject) -> list[str]:
    """Return the user names of a project's leads."""
    return [name for (name,) in lead_names.rows({"project": project.id})]


@prepared
def lead_names() -> Select[str]:
    """Return the query of `leads`: every label page asks it."""
    return (
        select(User.username)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.project_id == bindparam("project"), Membership.lead.is_(True))
        .order_by(User.username)
    )


def memberships(user: User, *, archived: bool = False) -> list[Membership]:
    """Return the projects of a person, by slug; those at work, or those that are archived."""
    state = Project.archived_at.is_not(None) if archived else Project.archived_at.is_(None)
    return list(
        db.session.scalars(
            select(Membership)
            .join(Membership.project)
            .where(Membership.user_id == user.id, staging.is_here(), state)
            .options(joinedload(Membership.project))
            .order_by(Project.slug)
        )
    )


def all_memberships(user: User) -> list[Membership]:
    """Return every project of a person, also archived ones, by slug."""
    return sorted(
        [*memberships(user), *memberships(user, archived=True)], key=lambda each: each.project.slug
    )


def role_names(membership: Membership) -> str:
    """Return the roles in words, in the order of responsibility: "annotator, lead"; or "model"."""
    if membership.model:
        return "model"
    return ", ".join(role.value for role in Role if role in membership.roles)


def pseudonyms_of(project: Project, connection: Connection | None = None) -> dict[int, str]:
    """Return the pseudonym of everybody in a project, by user id; read within a `connection`."""
    rows = (connection or db.session).execute(
        select(Membership.user_id, Membership.pseudonym).where(Membership.project_id == project.id)
    )
    return {row.user_id: row.pseudonym for row in rows}
