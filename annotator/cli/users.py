"""`annotator user`: accounts, and the links that sign people in."""

import sys

import click

from annotator.cli.addresses import advise, base_address, of_server
from annotator.cli.context import application, record
from annotator.cli.faults import WrongUseError
from annotator.cli.invite_many import invite_command
from annotator.cli.role_option import in_project, role_option
from annotator.phrases import counted
from annotator.store.db import write
from annotator.store.models import Membership, Role, User
from annotator.work.accounts import (
    accounts,
    activity,
    memberships,
    passwords,
    projects,
    removal,
)
from annotator.work.accounts.passwords import PasswordHash
from annotator.work.assignment import leaving
from annotator.work.identity import second_factor


@click.group()
def user() -> None:
    """Manage accounts: add, enable, disable, sign-in links, passwords, roles."""


user.add_command(invite_command)


@user.command()
@click.argument("name")
@in_project
@click.option("-p", "--project", "slug", help="The project to join.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input.")
def add(name: str, roles: tuple[str, ...], slug: str | None, password_stdin: bool) -> None:
    """Add the account NAME; with -p also to a project, where it gets a pseudonym.

    An existing account gets the additional project or role.
    """
    if roles and slug is None:
        raise WrongUseError("--role needs a project: add -p PROJECT.")
    with application():
        hashed = hash_from_stdin(name) if password_stdin else None
        with write():
            account, is_new = account_for(name, joins=slug is not None, hashed=hashed)
            membership = None
            if slug is not None:
                wanted = roles or (Role.ANNOTATOR.value,)
                project = projects.to_change(slug)
                membership = memberships.join(project, account, wanted)
                held = memberships.role_names(membership)
                activity.note(
                    project, None, activity.PEOPLE, f"{membership.pseudonym} added: {held}"
                )
        if is_new:
            record("account of user %d made", account.id)
        if membership is not None:
            held = memberships.role_names(membership)
            record("user %d added to %r as %s: %s", account.id, slug, membership.pseudonym, held)
        report(account, is_new, membership)


def hash_from_stdin(name: str) -> PasswordHash:
    """Hash the first line of standard input."""
    try:
        line = sys.stdin.buffer.readline().decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongUseError("The password on standard input is not UTF-8 text.") from error
    return passwords.hash_new(line.rstrip("\r\n"), accounts.clean(name))


def account_for(name: str, *, joins: bool, hashed: PasswordHash | None) -> tuple[User, bool]:
    """Return the new account, or the old one if it is only to join a project."""
    known = accounts.find_user(name)
    if known is not None and joins and hashed is None:
        return known, False
    made = accounts.add_user(name)
    if hashed is not None:
        accounts.set_password(made, hashed)
    return made, True


def report(account: User, is_new: bool, membership: Membership | None) -> None:
    """Say what there is now, and how the person gets in."""
    said = f"Added {account.username}." if is_new else f"{account.username} already exists."
    if membership is not None:
        said += (
            f" In {membership.project.slug} as {membership.pseudonym}:"
            f" {memberships.role_names(membership)}."
        )
    click.echo(said)
    if account.password_ended:
        click.echo(
            "The password is no longer valid: a lead of another project may know it. Set a new one:"
            f" annotator user password {account.username}"
        )
    if account.password_hash is None or account.password_ended:
        click.echo(f"Sign-in link: annotator user link {account.username}")


@user.command()
@click.argument("name")
@of_server
def link(name: str, host: str, port: int, base_url: str | None) -> None:
    """Print a one-time sign-in link for NAME, valid for three days; older links end."""
    where = base_address(host, port, base_url)
    with application():
        with write():
            known = accounts.get_user(name)
            token = accounts.make_link(known)
        record("sign-in link for user %d made", known.id)
        click.echo(f"{where}/sign-in/{token}")
        advise(host, port, base_url)


@user.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def set_password(name: str, password_stdin: bool) -> None:
    """Set a new password for NAME; existing sessions and links end.

    The password is asked for twice; without a terminal it is the first line of standard input.
    """
    with application():
        known = accounts.get_user(name)
        if password_stdin or not sys.stdin.isatty():
            hashed = hash_from_stdin(name)
        else:
            typed = click.prompt("New password", hide_input=True, confirmation_prompt=True)
            hashed = passwords.hash_new(typed, accounts.clean(name))
        with write():
            accounts.replace_password(known, hashed)
        record("password of user %d set", known.id)
        click.echo(f"{accounts.clean(name)} has a new password and is signed out everywhere.")


@user.command("list")
def list_() -> None:
    """Print every account: name, state, projects, and the number that the log has."""
    with application():
        for account in accounts.all_users():
            places = "; ".join(
                f"{each.project.slug} {each.pseudonym} ({memberships.role_names(each)})"
                for each in memberships.memberships(account)
            )
            said = (account.username, state(account), places or "no project")
            click.echo("\t".join((*said, f"user {account.id}")))


def state(account: User) -> str:
    """Return in a word how an account is opened."""
    if account.removed_at is not None:
        return "removed"
    if account.disabled_at is not None:
        return "disabled"
    if account.password_ended:
        return "password ended"
    return "password" if account.password_hash else "link only"


@user.command("reset-factor")
@click.argument("name")
def reset_factor(name: str) -> None:
    """Take away the second factor of NAME, who has lost it; sessions end at once.

    Where a role requires one, a new one is set up at the next sign-in.
    """
    with application():
        account = accounts.get_user(name)
        if second_factor.factor_of(account) is None:
            click.echo(f"{account.username} has no second factor.")
            return
        with write():
            second_factor.reset(account)
            for membership in memberships.memberships(account):
                done = f"Second factor of {membership.pseudonym} reset"
                activity.note(membership.project, None, activity.PEOPLE, done)
        record("second factor of user %d reset", account.id)
        click.echo(f"{account.username} has no second factor and is signed out everywhere.")


@user.command()
@click.argument("name")
@click.argument("address", required=False)
def email(name: str, address: str | None) -> None:
    """Set the e-mail ADDRESS by which single sign-on finds NAME; without ADDRESS remove it.

    Another address ends what joined the account to a person at the provider.
    """
    with application():
        known = accounts.get_user(name)
        with write():
            accounts.set_email(known, address, own=True)
        record("address of user %d %s", known.id, "set" if address else "removed")
        click.echo(f"{known.username}: {known.email or 'no address'}.")


@user.command()
@click.argument("name")
def disable(name: str) -> None:
    """Disable the account NAME: sessions and links end at once, labels are kept."""
    with application():
        with write():
            accounts.disable(accounts.get_user(name))
        record("account of user %d disabled", accounts.get_user(name).id)
        click.echo(f"{accounts.clean(name)} is disabled and signed out everywhere.")
        for membership in memberships.memberships(accounts.get_user(name)):
            say_kept(membership)


@user.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask for the user name.")
def remove(name: str, *, yes: bool) -> None:
    """Remove the person NAME: the name is deleted for ever, labels stay under the pseudonym.

    Copies of the database from before still have the name.
    """
    with application():
        account = accounts.get_user(name)
        typed = account.username if yes else click.prompt("Type the user name to remove it")
        if accounts.clean(typed) != account.username:
            raise WrongUseError("That is not the user name; nobody was removed.")
        with write():
            for membership in memberships.all_memberships(account):
                done = f"Person behind {membership.pseudonym} removed"
                activity.note(membership.project, None, activity.PEOPLE, done)
            removal.remove(account)
        record("user %d removed", account.id)
        click.echo(f"Removed. The labels are kept; the account is now {account.username}.")
        for membership in memberships.all_memberships(account):
            say_kept(membership)


@user.command()
@click.argument("name")
def enable(name: str) -> None:
    """Enable the disabled account NAME."""
    with application():
        with write():
            accounts.enable(accounts.get_user(name))
        record("account of user %d enabled", accounts.get_user(name).id)
        click.echo(f"{accounts.clean(name)} is enabled. Sign-in link: annotator user link {name}")


@user.command("roles")
@click.argument("name")
@click.option("-p", "--project", "slug", required=True, help="The project.")
@role_option("New roles; repeatable. Without this option: no role.")
def set_roles(name: str, slug: str, roles: tuple[str, ...]) -> None:
    """Set the roles of NAME in a project; labels and pseudonym are kept."""
    with application():
        with write():
            project = projects.to_change(slug)
            membership = memberships.membership_of(accounts.get_user(name), project)
            if membership is None:
                raise WrongUseError(f"{name} is not in {slug}: use annotator user add.")
            memberships.set_roles(membership, roles)
            held = memberships.role_names(membership) or "no role"
            done = f"Roles of {membership.pseudonym}: {held}"
            activity.note(project, None, activity.PEOPLE, done)
        record("roles of user %d in %r set: %s", membership.user_id, slug, held)
        click.echo(f"{membership.pseudonym} in {slug}: {held}.")
        if not membership.annotator:
            say_kept(membership)


def say_kept(membership: Membership) -> None:
    """Say how much open work stays with somebody who has left, and what fills the places."""
    if kept := leaving.kept_by(membership):
        slug = membership.project.slug
        click.echo(
            f"{membership.pseudonym} still has {counted(len(kept), 'open article')} in"
            f" {slug}; to replace them: annotator assign -p {slug} --replace-left",
            err=True,
        )
