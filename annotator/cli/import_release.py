"""`annotator import-release`: a project out of a release folder."""

from pathlib import Path

import click

from annotator.cli.context import application, record
from annotator.cli.faults import FailedCheckError, one_line
from annotator.cli.importing import bar
from annotator.cli.leftovers import say_leftovers
from annotator.formats.articles.records import RecordError
from annotator.phrases import counted
from annotator.store.db import write_in_steps
from annotator.work.release_import.importing import Brought, Homecoming

# Fewer rows are read before a bar could be.
MANY_ROWS = 5_000


@click.command("import-release")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "slug",
    metavar="SLUG",
    help="Short name of the new project.  [default: the name in the release]",
)
@click.option(
    "--texts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the texts for a release without texts; matched by name or content.",
)
def import_release(folder: Path, slug: str | None, texts: Path | None) -> None:
    """Import the release in DIR as a new project with all of its contents.

    Codebook versions, articles, sentence boundaries, speakers, answers, decisions and assignments
    are imported under their pseudonyms. Each person gets a disabled account; `annotator user
    enable` enables it. A new release of the project has the same sentences, annotations and gold,
    byte for byte. Everything is stored or nothing; exit 1 if the folder is incomplete.
    """
    with application():
        say_leftovers()
        release = Homecoming(folder, slug, texts)
        rows = release.rows()
        try:
            with bar(rows, "Checking", shown=rows > MANY_ROWS) as step:
                release.check(step)
            with bar(rows, "Storing", shown=rows > MANY_ROWS) as step:
                brought = write_in_steps(release.store(step))
        except RecordError as error:
            raise FailedCheckError(f"Nothing was stored. {one_line(str(error))}") from error
        except KeyboardInterrupt as error:
            raise FailedCheckError("Cancelled. Nothing was stored.") from error
        record("project %r made of a release", brought.slug)
    click.echo(in_words(brought))
    click.echo(f"To get access: `annotator user add NAME --role lead -p {brought.slug}`.")


def in_words(brought: Brought) -> str:
    """Say what came home."""
    parts = (
        counted(brought.articles, "article"),
        counted(brought.sentences, "sentence"),
        counted(brought.answers, "answer"),
        counted(brought.decisions, "decision"),
        counted(brought.speakers, "speaker"),
        counted(brought.people, "disabled account"),
    )
    return f"Imported as {brought.slug}: {', '.join(parts)}."
