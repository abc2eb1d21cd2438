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
    "--as", "slug", metavar="SLUG", help="The project's short name here.  [default: its own]"
)
@click.option(
    "--texts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the texts of a release without texts; found by name or by content.",
)
def import_release(folder: Path, slug: str | None, texts: Path | None) -> None:
    """Bring the release in DIR home: make its project here, with everything that is in it.

    Codebook versions, articles, sentences as they were cut, speakers, answers, decisions and
    assignments come in under their pseudonyms. Each person gets a disabled account; `annotator
    user enable` opens it. Releasing from here gives the same sentences, annotations and gold,
    byte for byte. Everything is stored or nothing; exit 1 when the folder is not whole.
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
    click.echo(f"To see it: `annotator user add NAME --role lead -p {brought.slug}`.")


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
    return f"Brought home as {brought.slug}: {', '.join(parts)}."
