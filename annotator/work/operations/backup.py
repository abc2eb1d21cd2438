"""Backups of the embedded database, and bringing one back."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from annotator.errors import RefusedError
from annotator.phrases import counted
from annotator.store import copying
from annotator.store.clock import now
from annotator.store.copying import Progress, no_progress
from annotator.store.schema import refuse_newer

# How long to wait for whoever has the database open, in seconds.
PATIENCE = 5.0
TOLD = {"projects": "project", "users": "account", "articles": "article", "answers": "answer"}
OURS = ("alembic_version", "projects", "users", "answers")


class DamagedError(RefusedError):
    """A database file is not whole."""


@dataclass(frozen=True)
class Copied:
    """What a copy holds: its schema, and how many rows of each table."""

    schema: str
    rows: Mapping[str, int]

    def __str__(self) -> str:
        return f"{in_words(self.rows)}, schema {self.schema}"


def back_up(database: Path, target: Path, progress: Progress = no_progress) -> Copied:
    """Copy the database to a new file while people work; the file appears when it is whole.

    It holds every save that was acknowledged before this began.

    Raises:
        RefusedError: there is no database or no folder, or the file is there already; nothing is
            overwritten.
        DamagedError: the database is not whole; no file is left.

    """
    if not database.exists():
        raise RefusedError(f"There is no database {database} yet: nothing to back up.")
    if target.exists():
        raise RefusedError(f"{target} already exists: choose a new file.")
    if not target.parent.is_dir():
        raise RefusedError(f"There is no folder {target.parent} for the backup: make it first.")
    draft = copying.draft_of(target)
    try:
        copying.write_draft(database, draft, progress)
        found = examined(draft, f"The database {database}")
        copying.give_name(draft, target)
    except FileExistsError as error:
        raise RefusedError(f"{target} already exists: choose a new file.") from error
    except sqlite3.Error as error:
        raise DamagedError(f"{database} cannot be copied to {target}: {error}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return found


def examined(path: Path, name: str) -> Copied:
    """Return what a file holds, when it is a whole database of ours.

    Raises:
        RefusedError: it is something else, or of a newer version.
        DamagedError: it is not whole.

    """
    if not copying.is_database(path):
        raise DamagedError(f"{name} is not an SQLite database.")
    try:
        with copying.reading(path) as connection:
            if faults := copying.damage(connection):
                raise DamagedError(f"{name} is damaged: {'; '.join(faults)}.")
            rows = copying.counts(connection)
            if missing := [table for table in OURS if table not in rows]:
                raise RefusedError(
                    f"{name} is not a database of annotator: it has no {missing[0]}."
                )
            (schema,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise DamagedError(f"{name} is damaged: {error}.") from error
    refuse_newer(schema)
    return Copied(schema, rows)


@dataclass(frozen=True)
class Restored:
    """What came back, and where what was there before is kept."""

    copied: Copied
    kept: Path | None


def restore(
    source: Path, database: Path, *, replace: bool = False, progress: Progress = no_progress
) -> Restored:
    """Put a backup in the place of the database, whole or not at all.

    Raises:
        RefusedError: the backup is none of ours; the database holds work and `replace` was not
            said; or another program has the database open.
        DamagedError: the backup is not whole. Nothing was changed.

    """
    if not source.is_file():
        raise RefusedError(f"There is no file {source}.")
    if database.exists() and source.samefile(database):
        raise RefusedError(f"{source} is the database itself.")
    found = examined(source, str(source))
    held = work_in(database)
    if held != "" and not replace:
        state = f"is in use: it contains {held}" if held else "is damaged"
        raise RefusedError(
            f"{database} {state}. Use --replace to replace it; the old database is kept next to it."
        )
    kept = None
    if held is None:
        kept = put_aside(database)
    elif held:
        refuse_open(database)
        kept = beside(database, "before-restore")
        copying.copy(database, kept)
    pour_into(source, database, progress)
    examined(database, f"The restored database {database}")
    return Restored(found, kept)


def work_in(database: Path) -> str | None:
    """Say what a database holds; "" is nothing, None a file that is no whole database."""
    if not database.exists() or not database.stat().st_size:
        return ""
    try:
        with copying.reading(database) as connection:
            rows = copying.counts(connection)
    except sqlite3.OperationalError as error:
        raise RefusedError(f"{database} cannot be opened: {error}.") from error
    except sqlite3.DatabaseError:
        return None
    if not rows.get("users") and not rows.get("projects"):
        return ""
    return in_words(rows)


def in_words(rows: Mapping[str, int]) -> str:
    """Say what a database holds, by the number of rows of its tables."""
    return ", ".join(counted(rows.get(table, 0), word) for table, word in TOLD.items())


def refuse_open(database: Path) -> None:
    """Refuse while another program has the database open.

    The log can be given up by the last connection alone; a server in the middle of its work
    would go on with what people see on their pages, which the backup knows nothing of.
    """
    try:
        with closing(sqlite3.connect(database, timeout=PATIENCE)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise RefusedError(
            f"Another program has {database} open: stop the server first, then restore."
        ) from error


def beside(database: Path, why: str) -> Path:
    """Return the name of a file beside the database."""
    return database.with_name(f"{database.stem}-{why}-{now():%Y%m%dT%H%M%S%fZ}.sqlite3")


def put_aside(database: Path) -> Path:
    """Give a file that is no database, and its log, another name."""
    aside = beside(database, "damaged")
    for ending in ("-wal", "-shm"):
        log = database.with_name(database.name + ending)
        if log.exists():
            log.rename(aside.with_name(aside.name + ending))
    database.rename(aside)
    return aside


def pour_into(source: Path, database: Path, progress: Progress) -> None:
    """Copy the backup over the database in one transaction, which a killed process takes back."""
    if not database.exists():
        # A log without its database is of another one; it must not be played into this one.
        for ending in ("-wal", "-shm", "-journal"):
            database.with_name(database.name + ending).unlink(missing_ok=True)
        database.touch(mode=0o600)
    try:
        with (
            copying.reading(source) as old,
            closing(sqlite3.connect(database, timeout=PATIENCE)) as new,
        ):
            new.execute("PRAGMA journal_mode=DELETE")
            new.execute("PRAGMA synchronous=FULL")
            copying.pour(old, new, progress)
    except sqlite3.Error as error:
        raise RefusedError(
            f"{database} was not changed: the backup could not be copied into it ({error})."
        ) from error
