"""The engine of a database: the SQLite recipe, and how long anybody waits for another."""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    event,
)

from annotator.store import queries

# So begins the slug of a project that is an import on its way in; none that can be typed does.
HIDDEN = "~"
# And so, followed by the number of a project, that of where its withdrawn articles lie.
SHELF = f"{HIDDEN}withdrawn-"
# And so, with the number of a project and another one, those of the copies of its articles.
COPIES = f"{HIDDEN}copies-"
WRITE = "annotator_write"
WAIT = "annotator_wait"
BUSY_SECONDS = "annotator_busy_seconds"
# How long SQLite tries at a stretch to get its one lock for writing: its sleeps between two tries
# grow from 1 to 15 ms by then.
TRY_SECONDS = 0.03


class DatabaseBusyError(Exception):
    """Another writer held the database longer than a person should wait; nothing was stored."""


class DatabaseMovedError(Exception):
    """The file of the database is not where it was opened; nothing was stored."""


def prepare_engine(engine: Engine, busy_seconds: float) -> None:
    """Give a new engine the recipe of its database: pragmas, and who says BEGIN.

    Nobody waits longer than `busy_seconds` for what another has locked.
    """
    engine.update_execution_options(**{BUSY_SECONDS: busy_seconds})
    queries.count_on(engine)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine, busy_seconds)
        return

    @event.listens_for(engine, "connect")
    def limit_waiting(connection: Any, _record: Any) -> None:
        connection.execute(f"SET lock_timeout = {int(busy_seconds * 1000)}")
        connection.commit()


def prepare_sqlite(engine: Engine, busy_seconds: float) -> None:
    """Let no connection make a file, and none write into one that was moved away."""
    path = Path(engine.url.database or "").absolute()

    @event.listens_for(engine, "do_connect")
    def open_existing(_dialect: Any, _record: Any, given: list[Any], named: dict[str, Any]) -> None:
        # By itself SQLite makes an empty database where the file is missing.
        given[0] = f"{path.as_uri()}?mode=rw"
        named["uri"] = True

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, record: Any) -> None:
        set_patience(connection, record.info, busy_seconds)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        record.info["file"] = identity(path)

    @event.listens_for(engine, "begin")
    def say_begin(connection: Connection) -> None:
        # A transaction that has read cannot become a writer once another has committed: SQLite
        # answers "locked" at once and no timeout helps. So writers say so from the start.
        options = connection.get_execution_options()
        if not options.get(WRITE, False):
            connection.exec_driver_sql("BEGIN")
            return
        if connection.info["file"] != identity(path):
            connection.invalidate()
            raise DatabaseMovedError(f"the file {path} was moved or removed while it was open")
        begin_writing(connection, options.get(WAIT, busy_seconds))


def begin_writing(connection: Connection, seconds: float) -> None:
    """Take the one lock for writing, asking for it often.

    By itself SQLite sleeps for 0.1 s between two tries when it has waited for a while, and would
    miss again and again what a bulk act of another process leaves free between its steps.
    """
    plain: Any = connection.connection.dbapi_connection
    end = time.monotonic() + seconds
    while end - time.monotonic() > TRY_SECONDS:
        set_patience(plain, connection.info, TRY_SECONDS)
        try:
            plain.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                break
        else:
            set_patience(plain, connection.info, seconds)
            return
    # The last try says what is wrong, in the words that all errors of the database have.
    set_patience(plain, connection.info, max(end - time.monotonic(), 0.0))
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def set_patience(connection: sqlite3.Connection, info: dict[str, Any], seconds: float) -> None:
    """Say how long a connection waits for a lock, where that differs from what it does."""
    if abs(info.get("patience", -1.0) - seconds) > 0.01:
        connection.execute(f"PRAGMA busy_timeout={max(int(seconds * 1000), 1)}")
        info["patience"] = seconds


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one of the same name; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
