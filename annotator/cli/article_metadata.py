"""`annotator article metadata`: what is known about articles, to be edited as a table."""

from pathlib import Path

import click

from annotator.cli.context import application, record
from annotator.cli.faults import FailedCheckError, WrongUseError
from annotator.errors import RefusedError
from annotator.formats.articles.dates import ORDERS
from annotator.formats.articles.metadata_tables import FIELDS
from annotator.phrases import counted
from annotator.store.db import write
from annotator.store.models import Project
from annotator.work.accounts import projects
from annotator.work.corrections import metadata
from annotator.work.corrections.metadata import Plan, Table

MOST_EDITS = 20


@click.command("metadata")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "-o",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the CSV to this file, with a byte order mark for spreadsheets.",
)
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=NAME",
    help="Column of the key or of a field, for example publisher=Source; repeatable.",
)
@click.option(
    "--dates",
    type=click.Choice([*ORDERS]),
    help="Order of day, month and year where it is ambiguous, as in 05/06/2019.",
)
@click.option("--clear", is_flag=True, help="Empty cells clear their field.")
@click.option("--dry-run", is_flag=True, help="Say what would change; store nothing.")
def metadata_command(
    file: Path | None,
    output: Path | None,
    slug: str,
    columns: tuple[str, ...],
    dates: str | None,
    *,
    clear: bool,
    dry_run: bool,
) -> None:
    """Print the details of all articles as CSV, or change them from FILE.

    FILE is CSV or TSV with a column for the key and one for each field to change: title, publisher,
    author, published_on, language, url, licence. Everything is changed, or nothing where a line
    cannot be used. Exit 1 then.
    """
    chosen = dict(map(one_column, columns))
    with application():
        if file is None:
            write_table(projects.get(slug), output)
            return
        project = projects.to_change(slug)
        table = Table(file.read_bytes(), file.name, chosen, dates or "", clear)
        try:
            plan = metadata.plan_table(project, table)
        except RefusedError as error:
            raise WrongUseError(f"{file.name}: {error}.") from error
        say(plan)
        if plan.faults:
            raise FailedCheckError(f"{file.name}: {counted(len(plan.faults), 'line')} refused.")
        if not dry_run and plan.edits:
            with write():
                metadata.apply(project, plan.edits, None)
            record("metadata of %d articles of %r changed from a table", len(plan.edits), slug)
        done = "would be changed" if dry_run else "changed"
        click.echo(f"{counted(len(plan.edits), 'article')} {done}, {plan.same:,} already so.")


def write_table(project: Project, output: Path | None) -> None:
    """Print the details of all articles as CSV, or write them to a file."""
    lines = metadata.lines(project)
    if output is None:
        for line in lines:
            click.echo(line.removeprefix("\ufeff"), nl=False)
        return
    try:
        output.write_text("".join(lines), encoding="utf-8", newline="")
    except OSError as error:
        raise WrongUseError(f"{output}: cannot be written: {error.strerror}") from error


def one_column(text: str) -> tuple[str, str]:
    """Return a field and its column."""
    name, sign, column = text.partition("=")
    if not sign or name.strip() not in ("key", *FIELDS):
        known = ", ".join(("key", *FIELDS))
        raise WrongUseError(f"--column {text}: write FIELD=NAME with a field of {known}.")
    return name.strip(), column.strip()


def say(plan: Plan) -> None:
    """Print the faults, or the first of what changes."""
    for fault in plan.faults:
        click.echo(fault, err=True)
    if plan.faults:
        return
    for edit in plan.edits[:MOST_EDITS]:
        for name, value in edit.after.items():
            click.echo(f"{edit.key}: {name} “{edit.before[name]}” -> “{value}”")
    if len(plan.edits) > MOST_EDITS:
        click.echo(f"and {counted(len(plan.edits) - MOST_EDITS, 'more article')}")
