"""Which processes serve an SQLite file: each server holds a file beside it open while it lives."""

import os
from pathlib import Path

from sqlalchemy import make_url

from annotator.store.schema import SchemaError, unusable

PROCESSES = Path("/proc")


def database_of(url: str) -> Path:
    """Return the path of an SQLite database."""
    return Path(make_url(url).database or "").resolve()


def open_beside(url: str) -> int:
    """Open the file that says who serves a database, and return its descriptor.

    Raises:
        SchemaError: the folder cannot be written; the message says why.

    """
    database = database_of(url)
    if why := unusable(database):
        raise SchemaError(why)
    return os.open(beside(database), os.O_RDWR | os.O_CREAT, 0o600)


def beside(database: Path) -> Path:
    """Return the file beside a database that says who serves it."""
    return database.with_name(f"{database.name}.serving")


def servers_of(url: str) -> list[int]:
    """Return the processes that serve an SQLite file, without this one.

    As far as this user may look into other processes; none where there is no `/proc`.
    """
    try:
        wanted = os.stat(beside(database_of(url)))
    except OSError:
        return []
    found = []
    for process in PROCESSES.glob("[0-9]*"):
        if int(process.name) != os.getpid() and holds(process, wanted):
            found.append(int(process.name))
    return sorted(found)


def holds(process: Path, wanted: os.stat_result) -> bool:
    """Say whether a process has a file open."""
    try:
        for descriptor in (process / "fd").iterdir():
            try:
                if os.path.samestat(descriptor.stat(), wanted):
                    return True
            except OSError:
                continue  # closed meanwhile, or no file
    except OSError:
        return False  # of another user, or gone
    return False
