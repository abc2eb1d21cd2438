"""Copies of an SQLite database: whole and of one moment, while people go on working."""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from errno import EEXIST
from pathlib import Path

# Told how many pages are copied, and of how many.
Progress = Callable[[int, int], None]
PAGES = 2048
HEADER = b"SQLite format 3\0"


def no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""


def copy(source: Path, target: Path, progress: Progress = no_progress) -> None:
    """Write a new file that holds the database as it is at this moment.

    Writers go on meanwhile; what they commit from now on is not in the copy. The copy needs no
    file beside it, and only its owner can read it. It has its name only when it is whole: of a
    process that is killed meanwhile a draft stays, whose name begins with a dot.

    Raises:
        FileExistsError: there is a file of that name already.
        sqlite3.Error: the source cannot be read, or the target not be written.

    """
    if target.exists():
        raise FileExistsError(EEXIST, "there already", str(target))
    draft = draft_of(target)
    try:
        write_draft(source, draft, progress)
        give_name(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def draft_of(target: Path) -> Path:
    """Return the name under which a copy is written until it is whole."""
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}")


def write_draft(source: Path, draft: Path, progress: Progress = no_progress) -> None:
    """Write a copy that has no name to be kept under yet."""
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with reading(source) as old, closing(sqlite3.connect(draft)) as new:
        pour(old, new, progress)
        # A copy is kept, moved and burnt: it must not need a log beside it.
        new.execute("PRAGMA journal_mode=DELETE")
    with draft.open("rb") as file:
        os.fsync(file.fileno())


def give_name(draft: Path, target: Path) -> None:
    """Rename a file, never over another one, and make the name last through a power cut.

    Raises:
        FileExistsError: there is a file of that name already.

    """
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:  # a file system that knows one name per file
        if target.exists():
            raise FileExistsError(EEXIST, "there already", str(target)) from None
        draft.rename(target)
    draft.unlink(missing_ok=True)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def pour(
    source: sqlite3.Connection, target: sqlite3.Connection, progress: Progress = no_progress
) -> None:
    """Copy a database over whatever the target holds, as one transaction of the target."""
    # Held for the whole copy: without it each save of another process begins the copy anew.
    source.execute("BEGIN")
    source.execute("SELECT count(*) FROM sqlite_master").fetchone()
    source.backup(
        target, pages=PAGES, progress=lambda _, left, total: progress(total - left, total)
    )
    source.rollback()


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database that must not be changed, not even tidied up."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        yield connection


def is_database(path: Path) -> bool:
    """Say whether a file begins as SQLite databases do."""
    with path.open("rb") as file:
        return file.read(len(HEADER)) == HEADER


def damage(connection: sqlite3.Connection) -> list[str]:
    """Return in words what is damaged in a database."""
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    if found != ["ok"]:
        return found
    orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    if orphans:
        tables = ", ".join(sorted({row[0] for row in orphans}))
        return [f"{len(orphans)} rows have lost the row they belong to, in {tables}"]
    return []


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each table has, by name."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for (name,) in names
    }
