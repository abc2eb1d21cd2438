"""`annotator user invite`: many people from a list, with their sign-in links as CSV."""

from collections.abc import Sequence
from typing import BinaryIO

import click

from annotator.cli.addresses import advise, base_address, of_server
from annotator.cli.context import application, record
from annotator.cli.faults import WrongUseError
from annotator.cli.role_option import in_project
from annotator.formats.labels import csv_rows
from annotator.phrases import counted
from annotator.store.db import write
from annotator.store.models import Role
from annotator.work.accounts import accounts, activity, inviting, projects
from annotator.work.accounts.inviting import HEADINGS, Invited, Invitee

# So many faults are named at once.
MOST = 100


@click.command("invite")
@click.argument("file", type=click.File("rb"))
@click.option("-p", "--project", "slug", required=True, help="The project to join.")
@in_project
@click.option("--dry-run", is_flag=True, help="Print what would become of each line; add nobody.")
@of_server
def invite_command(
    file: BinaryIO,
    slug: str,
    roles: tuple[str, ...],
    *,
    dry_run: bool,
    host: str,
    port: int,
    base_url: str | None,
) -> None:
    """Add the people of FILE (- is standard input) to a project; print their links as CSV.

    One person a line: user name, name and address, in any order, apart by commas, semicolons or
    tabs. Whoever has no account gets one, with a link that is valid once, for three days. Where a
    line has a fault nobody is added.
    """
    where = base_address(host, port, base_url)
    text = text_of(file.read())
    with application():
        project = projects.to_change(slug)
        people = inviting.read_list(project, text)
        if faults := [each for each in people if each.fault]:
            lines = "; ".join(f"line {each.line}: {each.fault}" for each in faults[:MOST])
            raise WrongUseError(f"Nobody was invited. {lines}.")
        if not people:
            raise WrongUseError("The list is empty.")
        if dry_run:
            click.echo("".join(csv_rows.table(planned(people))), nl=False)
            return
        with write():
            done = inviting.invite(project, people, roles or (Role.ANNOTATOR.value,))
            rows = [row_of(each, where) for each in done]
            names = ", ".join(each.membership.pseudonym for each in done)
            activity.note(project, None, activity.PEOPLE, f"Invited {names}"[:2000])
        fresh = sum(each.fresh for each in done)
        record("%s invited to %r, %d accounts made", counted(len(done), "member"), slug, fresh)
        click.echo("".join(csv_rows.table([HEADINGS, *rows])), nl=False)
        if fresh:
            advise(host, port, base_url)


def text_of(data: bytes) -> str:
    """Return the list as text."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUseError("The list is not UTF-8 text.") from error


def planned(people: Sequence[Invitee]) -> list[tuple[str, ...]]:
    """Return what would become of each line as a table."""
    rows: list[tuple[str, ...]] = [("line", "name", "user name", "address", "what")]
    for each in people:
        what = "new account" if not each.known else "account is there"
        if each.member:
            what = "is a member; gets the roles"
        rows.append((str(each.line), each.name, each.username, each.mail, what))
    return rows


def row_of(invited: Invited, where: str) -> tuple[str, ...]:
    """Return a person as a line of the table, with a link where the account is new."""
    link = f"{where}/sign-in/{accounts.make_link(invited.user)}" if invited.fresh else ""
    each = invited.invitee
    return (each.name, invited.user.username, each.mail, invited.membership.pseudonym, link)
