"""`annotator user`: accounts, and the links that sign people in."""

import sys

import click

from annotator.cli.context import application, record
from annotator.cli.faults import WrongUseError
from annotator.phrases import counted
from annotator.store.db import write
from annotator.store.models import Membership, Role, User
from annotator.work.accounts import accounts, memberships, passwords, projects
from annotator.work.accounts.passwords import PasswordHash
from annotator.work.assignment import leaving

HOST = "127.0.0.1"
PORT = 8000


@click.group()
def user() -> None:
    """Manage accounts: add, enable, disable, sign-in links, passwords, roles."""


@user.command()
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="Role in the project; repeatable. Default: annotator.",
)
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
                membership = memberships.join(projects.get(slug), account, wanted)
        if is_new:
            record("account %r made", account.username)
        if membership is not None:
            held = memberships.role_names(membership)
            record("%r added to %r as %s: %s", account.username, slug, membership.pseudonym, held)
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
@click.option("--host", default=HOST, show_default=True, help="Address of the server.")
@click.option(
    "--port",
    default=PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port of the server.",
)
@click.option("--base-url", help="Base URL, for example https://labels.example.org")
def link(name: str, host: str, port: int, base_url: str | None) -> None:
    """Print a one-time sign-in link for NAME, valid for three days; older links end."""
    where = base_address(host, port, base_url)
    with application():
        with write():
            token = accounts.make_link(accounts.get_user(name))
        record("sign-in link for %r made", accounts.clean(name))
        click.echo(f"{where}/sign-in/{token}")
        if (host, port, base_url) == (HOST, PORT, None):
            click.echo(
                "If the server has another address, use --port or --base-url, or put its"
                " address in front of /sign-in.",
                err=True,
            )


def base_address(host: str, port: int, base_url: str | None) -> str:
    """Return the address of the server without a slash at the end."""
    if base_url is None:
        name = f"[{host}]" if ":" in host and not host.startswith("[") else host
        return f"http://{name}:{port}"
    if not base_url.startswith(("http://", "https://")):
        raise WrongUseError("--base-url must start with http:// or https://.")
    return base_url.rstrip("/")


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
        record("password of %r set", accounts.clean(name))
        click.echo(f"{accounts.clean(name)} has a new password and is signed out everywhere.")


@user.command("list")
def list_() -> None:
    """Print every account: name, state, projects."""
    with application():
        for account in accounts.all_users():
            places = "; ".join(
                f"{each.project.slug} {each.pseudonym} ({memberships.role_names(each)})"
                for each in memberships.memberships(account)
            )
            click.echo("\t".join((account.username, state(account), places or "no project")))


def state(account: User) -> str:
    """Return in a word how an account is opened."""
    if account.disabled_at is not None:
        return "disabled"
    if account.password_ended:
        return "password ended"
    return "password" if account.password_hash else "link only"


@user.command()
@click.argument("name")
def disable(name: str) -> None:
    """Disable the account NAME: sessions and links end at once, labels are kept."""
    with application():
        with write():
            accounts.disable(accounts.get_user(name))
        record("account %r disabled", accounts.clean(name))
        click.echo(f"{accounts.clean(name)} is disabled and signed out everywhere.")
        for membership in memberships.memberships(accounts.get_user(name)):
            say_kept(membership)


@user.command()
@click.argument("name")
def enable(name: str) -> None:
    """Enable the disabled account NAME."""
    with application():
        with write():
            accounts.enable(accounts.get_user(name))
        record("account %r enabled", accounts.clean(name))
        click.echo(f"{accounts.clean(name)} is enabled. Sign-in link: annotator user link {name}")


@user.command()
@click.argument("name")
@click.option("-p", "--project", "slug", required=True, help="The project.")
@click.option(
    "--role",
    "wanted",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="New roles; repeatable. Without this option: no role.",
)
def roles(name: str, slug: str, wanted: tuple[str, ...]) -> None:
    """Set the roles of NAME in a project; labels and pseudonym are kept."""
    with application():
        with write():
            project = projects.get(slug)
            membership = memberships.membership_of(accounts.get_user(name), project)
            if membership is None:
                raise WrongUseError(f"{name} is not in {slug}: use annotator user add.")
            memberships.set_roles(membership, wanted)
        held = memberships.role_names(membership) or "no role"
        record("roles of %r in %r set: %s", accounts.clean(name), slug, held)
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
