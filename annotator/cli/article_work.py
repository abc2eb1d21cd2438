"""`annotator article`: the due date and the end of the work in progress in articles."""

from datetime import datetime

import click

from annotator.cli.article_acts import numbers_of
from annotator.cli.choosing_articles import DAY, day_of
from annotator.cli.context import application, record
from annotator.cli.faults import WrongUseError
from annotator.phrases import counted
from annotator.store.db import write, write_in_steps
from annotator.store.models import Membership, Project
from annotator.work.accounts import activity, memberships, projects
from annotator.work.articles import listing
from annotator.work.assignment import bulk


@click.command("due")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option("--all", "every", is_flag=True, help="All articles of the project.")
@click.option("--on", "day", type=DAY, help="The due date, for example 2026-12-31.")
@click.option("--none", is_flag=True, help="Take the due dates away.")
@click.option("--annotator", "name", help="Only the work of this user name or pseudonym.")
def due_command(
    keys: tuple[str, ...],
    slug: str,
    day: datetime | None,
    name: str | None,
    *,
    every: bool,
    none: bool,
) -> None:
    """Set the due date of the work in progress in the articles KEY..., or take it away.

    Submitted and closed work stays as it is.
    """
    if (day is None) != none:
        raise WrongUseError("Say either --on DATE or --none.")
    on = day_of(day)
    with application():
        project = projects.to_change(slug)
        articles, whom = chosen(project, keys, every=every), annotator(project, name)
        with write():
            done = bulk.set_due(project, articles, on, whom)
            what = f"Due date of {counted(done, 'assignment')} set to {on or 'none'}"
            activity.note(project, None, activity.ASSIGNMENT, what)
        record("due date of %d assignments of %r set to %s", done, slug, on)
        click.echo(f"{what}.")


@click.command("close")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option("--all", "every", is_flag=True, help="All articles of the project.")
@click.option("--annotator", "name", help="Only the work of this user name or pseudonym.")
@click.option("--dry-run", is_flag=True, help="Say what would end; store nothing.")
def close_command(
    keys: tuple[str, ...], slug: str, name: str | None, *, every: bool, dry_run: bool
) -> None:
    """End the work in progress in the articles KEY...; what nobody has started is unassigned.

    Saved answers are kept and count as before; submitted work stays as it is. Who is unassigned can
    get the article again.
    """
    with application():
        project = projects.to_change(slug)
        articles, whom = chosen(project, keys, every=every), annotator(project, name)
        if dry_run:
            going = bulk.going(project, articles, whom)
            click.echo(f"{says(going.begun, going.not_begun)}. Nothing was stored.")
            return
        closed, gone = write_in_steps(bulk.close_in_steps(project, articles, whom))
        with write():
            activity.note(project, None, activity.ASSIGNMENT, says(closed, gone))
        record("%d assignments of %r closed, %d unassigned", closed, slug, gone)
        click.echo(f"{says(closed, gone)}.")


def chosen(project: Project, keys: tuple[str, ...], *, every: bool) -> list[int]:
    """Return the numbers of the articles with these keys, or of all articles, or refuse."""
    if bool(keys) == every:
        raise WrongUseError("Name articles by their keys, or say --all.")
    return listing.numbers_of(project, listing.ALL) if every else numbers_of(project.id, keys)


def annotator(project: Project, name: str | None) -> Membership | None:
    """Return the member with this name or pseudonym, also one who has left; None for everybody."""
    if name is None:
        return None
    for each in memberships.members(project):
        if name in (each.pseudonym, each.user.username):
            return each
    raise WrongUseError(f"Nobody in “{project.name}” is called “{name}”.")


def says(closed: int, gone: int) -> str:
    """Say what has ended."""
    return f"{counted(closed, 'assignment')} closed, {gone:,} unassigned"
