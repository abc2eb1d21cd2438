"""`annotator backup` and `annotator restore`: a copy of everything, and bringing it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from annotator.cli.context import shown
from annotator.cli.database_faults import database_faults
from annotator.cli.doctor_audit import database_file
from annotator.cli.faults import FailedCheckError, WrongUseError, one_line
from annotator.cli.importing import bar
from annotator.config import Settings
from annotator.store.copying import Progress
from annotator.store.schema import bring_up_to_date
from annotator.work.operations.backup import DamagedError, back_up
from annotator.work.operations.backup import restore as put_back

ON_SERVER = (
    "The labels are in PostgreSQL ({url}): use its program {program}, for example `{command}`."
)
# Smaller ones are copied before a bar could be read.
MANY_PAGES = 10_000


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the whole database to a new FILE while the server runs.

    The copy shows the moment at which the backup started, with everything saved before. It
    contains names, password hashes and sessions, so only its owner can read it. It does not contain
    the secret key of the data folder; without that key all users sign in again.
    """
    with plain(), progress("Copying") as step:
        found = back_up(
            sqlite_file("pg_dump", f"pg_dump --format=custom --file={file}"), file, step
        )
    click.echo(f"{file}: {found}. The copy is complete.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--replace",
    is_flag=True,
    help="Replace a database that contains work; the old database is kept in a file next to it.",
)
def restore(file: Path, replace: bool) -> None:
    """Replace the database by the backup in FILE, completely or not at all.

    Stop the server first. FILE is checked before anything is changed. A backup of an older
    version is migrated.
    """
    with plain():
        database = sqlite_file("pg_restore", f"pg_restore --clean --dbname=… {file}")
        with progress("Copying") as step:
            done = put_back(file, database, replace=replace, progress=step)
        bring_up_to_date(f"sqlite:///{database}", click.echo)
    if done.kept:
        click.echo(f"The old database is now {done.kept}.")
    click.echo(f"{database}: {done.copied}. The database is complete.")


@contextmanager
def plain() -> Iterator[None]:
    """Say in one line what went wrong; a damaged file is a failed check."""
    with database_faults():
        try:
            yield
        except DamagedError as error:
            raise FailedCheckError(one_line(str(error))) from error


def sqlite_file(program: str, command: str) -> Path:
    """Return the path of the database; a server has programs of its own."""
    settings = Settings.from_environ()
    if not settings.is_sqlite:
        url = shown(settings.database_url)
        raise WrongUseError(ON_SERVER.format(url=url, program=program, command=command))
    return database_file(settings)


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Show on a terminal how far a large copy is."""
    with bar(100, label, shown=True) as step:
        reached = 0

        def tell(done: int, total: int) -> None:
            nonlocal reached
            now = 100 * done // total if total >= MANY_PAGES else 100
            step(now - reached)
            reached = now

        yield tell
