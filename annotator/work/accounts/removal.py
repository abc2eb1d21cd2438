"""Removes a person: the name goes, and what was done stays under the pseudonyms."""

from sqlalchemy import delete, func, or_, select, update

from annotator.errors import RefusedError
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import (
    Activity,
    Job,
    Membership,
    Project,
    RecoveryCode,
    Role,
    SecondFactor,
    SignInLink,
    SignInTry,
    Token,
    User,
)
from annotator.work import staging, tokens
from annotator.work.accounts import accounts, memberships, throttle

# What a removed account is called, with its number.
NAME = "removed-{}"


def remove(user: User) -> None:
    """Delete everything that says who a person is, for ever.

    Roles, sessions, links and tokens end. Labels, decisions and their history stay under the
    pseudonym of each project. Copies of the database from before still have the name.

    Raises:
        RefusedError: a project would have no lead any more.

    """
    if user.removed_at is not None:
        raise RefusedError(f'"{user.username}" is removed already.')
    # Two leads who leave at the same moment must not leave a project without one.
    mine = select(Membership.project_id).where(Membership.user_id == user.id)
    db.session.execute(select(Project.id).where(Project.id.in_(mine)).with_for_update())
    if slugs := led_alone(user):
        raise RefusedError(
            f"{user.username} is the only lead of {', '.join(slugs)}. Give the role to another"
            " member first."
        )
    accounts.disable(user)
    tries = (user.username, f"{user.username}{throttle.CODES}")
    db.session.execute(delete(SignInTry).where(SignInTry.username.in_(tries)))
    for kind in (SecondFactor, RecoveryCode, SignInLink):
        db.session.execute(delete(kind).where(kind.user_id == user.id))
    forget_token_names(user)
    roles = {role.value: False for role in Role}
    db.session.execute(update(Membership).where(Membership.user_id == user.id).values(roles))
    user.username = free_name(user.id)
    user.display_name = ""
    user.email = user.sso_issuer = user.sso_subject = user.password_hash = user.seen_at = None
    user.email_own = user.password_own = user.password_ended = False
    user.preferences, user.theme = {}, "system"
    user.removed_at = now()
    db.session.flush()
    db.session.expire_all()


def forget_token_names(user: User) -> None:
    """Delete the names of a person's tokens, also in the notes of acts.

    People call a token after themselves, or after their computer.
    """
    for token in tokens.of_user(user.id):
        called, bare = f"oken “{token.name}”", "oken"
        pseudonym = memberships.get_membership(user, token.project).pseudonym
        of_person = Activity.what.contains(f"{called} of {pseudonym} ", autoescape=True)
        notes = (Activity.user_id == user.id) | (Activity.user_id.is_(None) & of_person)
        for column, whose in ((Activity.what, notes), (Job.said, Job.user_id == user.id)):
            table = column.class_
            db.session.execute(
                update(table)
                .where(table.project_id == token.project_id, whose)
                .values({column: func.replace(column, called, bare)})
                .execution_options(synchronize_session=False)
            )
    db.session.execute(update(Token).where(Token.user_id == user.id).values(name=""))


def led_alone(user: User) -> list[str]:
    """Return the projects that have no other lead whose account is open, by short name."""
    others = (
        select(Membership.project_id)
        .join(Membership.user)
        .where(Membership.lead.is_(True), Membership.user_id != user.id, User.disabled_at.is_(None))
    )
    return list(
        db.session.scalars(
            select(Project.slug)
            .join(Membership, Membership.project_id == Project.id)
            .where(
                Membership.user_id == user.id,
                Membership.lead.is_(True),
                Project.id.not_in(others),
                staging.is_here(),
            )
            .order_by(Project.slug)
        )
    )


def free_name(number: int) -> str:
    """Return what a removed account is called; somebody may have chosen such a name."""
    name = NAME.format(number)
    taken = set(
        db.session.scalars(
            select(User.username).where(
                or_(User.username == name, User.username.startswith(f"{name}-", autoescape=True))
            )
        )
    )
    while name in taken:
        name += "-x"
    return name
