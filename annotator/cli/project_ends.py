"""`annotator project rename`, `archive` and `delete`."""

import click

from annotator.cli.context import application, record
from annotator.cli.faults import WrongUseError
from annotator.phrases import counted
from annotator.store.db import write, write_in_steps
from annotator.work.accounts import projects
from annotator.work.corrections import projects as ends


@click.command()
@click.argument("slug")
@click.argument("new")
def rename(slug: str, new: str) -> None:
    """Give the project SLUG the short name NEW; old addresses lead on."""
    with application():
        with write():
            old = ends.rename(projects.get(slug), new, None)
        record("project %r renamed to %r", old, new)
        click.echo(f"Renamed {old} to {new}.")


@click.command()
@click.argument("slug")
@click.option("--reopen", is_flag=True, help="Let an archived project be worked on again.")
def archive(slug: str, *, reopen: bool) -> None:
    """Make the project SLUG read only and take it from all lists; --reopen undoes it."""
    with application():
        with write():
            (ends.reopen if reopen else ends.archive)(projects.get(slug), None)
        done = "reopened" if reopen else "archived"
        record("project %r %s", slug, done)
        click.echo(f"{slug}: {done}.")


@click.command()
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask for the short name.")
def delete(slug: str, *, yes: bool) -> None:
    """Delete the project SLUG with everything in it.

    Keep a copy first: "annotator backup", "annotator labels export" or a release. This cannot be
    undone.
    """
    with application() as app:
        project = projects.get(slug)
        found = ends.contents(project)
        click.echo(
            f"{project.name}: {counted(found.articles, 'article')},"
            f" {counted(found.answers, 'answer')}, {counted(found.decisions, 'decision')},"
            f" {counted(found.releases, 'release')}."
        )
        typed = project.slug if yes else click.prompt("Type the short name to delete it for ever")
        if typed.strip() != project.slug:
            raise WrongUseError("That is another name. Nothing was deleted.")
        write_in_steps(ends.remove(project, typed, app.config["SETTINGS"].data))
        record("project %r deleted", slug)
        click.echo(f"Deleted {slug}.")
