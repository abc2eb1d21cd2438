"""`annotator token`: personal tokens for scripts."""

import click

from annotator.cli.context import application, record
from annotator.phrases import utc_text
from annotator.store.db import write
from annotator.store.models import Token
from annotator.work import tokens
from annotator.work.accounts import accounts, activity, memberships, projects


@click.group()
def token() -> None:
    """Make, list and revoke personal tokens for the API."""


@token.command()
@click.argument("name")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option("--user", "username", required=True, help="Whose token it is.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(tokens.SCOPES),
    default=(tokens.READ,),
    show_default=True,
    help="What it may be used for; repeatable. All but read need the role lead.",
)
@click.option(
    "--days",
    type=click.IntRange(1, tokens.MOST_DAYS),
    default=tokens.USUAL_DAYS,
    show_default=True,
    help="Days until it expires.",
)
def add(name: str, slug: str, username: str, scopes: tuple[str, ...], days: int) -> None:
    """Make the token NAME of a member of a project and print it, once.

    It is bound to this project and never has more rights than its user, now and later. It ends when
    the account is disabled or the user loses a role in the project.
    """
    with application():
        project = projects.to_change(slug)
        person = accounts.get_user(username)
        with write():
            membership = memberships.get_membership(person, project)
            made, secret = tokens.make(membership, name, scopes, days)
            said = f"Token “{made.name}” of {membership.pseudonym} made: {made.scopes}"
            activity.note(project, None, activity.PEOPLE, said)
        record("token %d of %s in %r made: %s", made.id, membership.pseudonym, slug, made.scopes)
        click.echo(secret)
        click.echo(
            f"Token {made.id} of {person.username} in {slug}: {made.scopes}; expires"
            f" {utc_text(made.expires_at)}. It is shown only now.",
            err=True,
        )


@token.command("list")
@click.option("-p", "--project", "slug", help="Only those of this project.")
@click.option("--user", "username", help="Only those of this user.")
def list_(slug: str | None, username: str | None) -> None:
    """Print tokens, never their secrets: number, name, user, project, scopes, state, last use."""
    with application():
        conditions = []
        if slug is not None:
            conditions.append(Token.project_id == projects.get(slug).id)
        if username is not None:
            conditions.append(Token.user_id == accounts.get_user(username).id)
        for each in tokens.listed(*conditions):
            click.echo("\t".join(line_of(each)))


def line_of(each: Token) -> tuple[str, ...]:
    """Return the columns of one token."""
    used = f"last used {utc_text(each.used_at)}" if each.used_at else "never used"
    who = each.user.username, each.project.slug
    return str(each.id), each.name, *who, each.scopes, state_words(each), used


def state_words(each: Token) -> str:
    """Return the state of a token with its day."""
    if each.ended_at is not None:
        return f"ended {utc_text(each.ended_at)}: {each.ended_why}"
    return f"{tokens.state_of(each)}, until {utc_text(each.expires_at)}"


@token.command()
@click.argument("number", type=click.IntRange(1))
def revoke(number: int) -> None:
    """Revoke the token of this NUMBER: requests with it are refused at once."""
    with application():
        with write():
            found = tokens.get(number)
            ended = tokens.end(found)
            if ended:
                pseudonym = memberships.get_membership(found.user, found.project).pseudonym
                said = f"Token “{found.name}” of {pseudonym} revoked"
                activity.note(found.project, None, activity.PEOPLE, said)
        if ended:
            record("token %d revoked", number)
        click.echo(f"Token {number} is revoked." if ended else f"Token {number} ended before.")
