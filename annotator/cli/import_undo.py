"""`annotator article imports` and `undo-import`: the last imports of a project, and one undone."""

import click

from annotator.cli.context import application, record
from annotator.cli.faults import FailedCheckError
from annotator.phrases import counted, utc_text
from annotator.store.db import write_in_steps
from annotator.store.models import Project
from annotator.work.accounts import projects
from annotator.work.articles import import_reports
from annotator.work.corrections import import_undo
from annotator.work.corrections.import_undo import Plan


@click.command("imports")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
def imports_command(slug: str) -> None:
    """Print the last imports of a project: number, when, by whom, articles left, what was said."""
    with application():
        project = projects.get(slug)
        last = import_reports.latest(project)
        left = import_undo.left_of(project, last)
        for job in last:
            who = job.user.username if job.user else "by command"
            here = counted(left.get(job.id, 0), "article")
            click.echo("\t".join((str(job.id), utc_text(job.started_at), who, here, job.said)))


@click.command("undo-import")
@click.argument("number", type=int, required=False)
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option("--reason", default="", help="Stands in the history.")
@click.option("--dry-run", is_flag=True, help="Print what would be removed; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def undo_import_command(
    number: int | None, slug: str, reason: str, dry_run: bool, yes: bool
) -> None:
    """Remove the articles of import NUMBER that nobody has answered; the others stay.

    Without NUMBER it is the last import of the project that has articles left.
    "annotator article imports" prints the numbers. The files can be imported again.
    """
    with application():
        project = projects.get(slug) if dry_run else projects.to_change(slug)
        number = last_of(project) if number is None else number
        found = import_undo.plan(project, number)
        if not found.free:
            raise FailedCheckError(import_undo.why_not(found))
        say(found, "would be removed" if dry_run else "to be removed")
        if dry_run:
            click.echo("Nothing was changed.")
            return
        if not yes:
            click.confirm(f"Remove {counted(len(found.free), 'article')}?", abort=True)
        done = write_in_steps(import_undo.undo(project, number, None, reason))
        record("import %d into %r undone: %s", number, slug, import_undo.words(done))
        click.echo(import_undo.words(done))


def last_of(project: Project) -> int:
    """Return the number of the last import that has articles in the project."""
    last = import_reports.latest(project)
    left = import_undo.left_of(project, last)
    found = next((job.id for job in last if job.id in left), None)
    if found is None:
        raise FailedCheckError("No article of an import is left in the project.")
    return found


def say(found: Plan, what: str) -> None:
    """Print each article of an import, and what becomes of it."""
    for each in found.free:
        click.echo(f"{each.key}: {what}, {counted(each.people, 'assignment')}")
    for each in found.answered:
        answers, decisions = counted(each.answers, "answer"), counted(each.decisions, "decision")
        click.echo(f"{each.key}: stays, {answers}, {decisions}")
    if found.withdrawn:
        click.echo(f"{counted(found.withdrawn, 'withdrawn article')} not touched")
