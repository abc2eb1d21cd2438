"""The engine, the SQLite recipe and the one way to write."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

# Every constraint has a name from the first day: SQLite's batch migrations find them by it.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
WRITE = "annotator_write"


class DatabaseBusyError(Exception):
    """Another writer held the database longer than a person should wait; nothing was stored."""


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; SQLite keeps no zone, so none is written there."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Objects stay readable after a commit: a reply is rendered from what was just stored.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})

_writer = threading.Lock()


def prepare_engine(engine: Engine, busy_seconds: float) -> None:
    """Give a new engine the recipe of its database: pragmas, and who says BEGIN."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute(f"PRAGMA busy_timeout={int(busy_seconds * 1000)}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def say_begin(connection: Connection) -> None:
        # A transaction that has read cannot become a writer once another has committed: SQLite
        # answers "locked" at once and no timeout helps. So writers say so from the start.
        writing = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def write(wait: float = 5.0) -> Iterator[Session]:
    """Run one short write transaction and commit it; on any error nothing is stored.

    What was read before is forgotten, so whatever the block touches is read afresh under the
    lock. Parse, hash and render outside. One lock per process keeps SQLite's writers in a fair
    queue; between processes BEGIN IMMEDIATE does.

    Raises:
        DatabaseBusyError: another thread of this process wrote for longer than `wait` seconds.

    """
    session = db.session()
    session.rollback()
    session.expire_all()
    alone = db.engine.dialect.name == "sqlite"
    if alone and not _writer.acquire(timeout=wait):
        raise DatabaseBusyError("another write is still going on")
    try:
        session.connection(execution_options={WRITE: True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        if alone:
            _writer.release()


def insert_for(table: Any) -> Any:
    """Return an INSERT of this database's dialect, the kind that knows ON CONFLICT."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)
