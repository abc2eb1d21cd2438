"""Long reads: all of one moment, and in one order on every database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.orm import InstrumentedAttribute

from annotator.store.db import db, give_back_spare
from annotator.store.engine import DatabaseBusyError
from annotator.store.models import Staging

# A large import appears within a second or two.
WAIT_SECONDS = 5.0
AGAIN_SECONDS = 0.05
HALF = select(Staging.id).where(Staging.state == "appearing").limit(1)

_shared: ContextVar[Connection | None] = ContextVar("shared_moment", default=None)


@contextmanager
def one_moment() -> Iterator[Connection]:
    """Open a connection that sees the database as it is now, whatever is saved meanwhile.

    It is not the session's: a long export neither keeps a request's objects nor meets its locks.
    Within a `shared_moment` it is the connection of that one.
    """
    shared = _shared.get()
    if shared is not None:
        yield shared
        return
    give_back_spare()
    engine = db.engine
    if engine.dialect.name != "sqlite":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        wait_for_whole(connection)
        yield connection


def wait_for_whole(connection: Connection) -> None:
    """Begin the moment when no import has appeared by half.

    Raises:
        DatabaseBusyError: one has, and nothing gets on with it.

    """
    deadline = time.monotonic() + WAIT_SECONDS
    while connection.scalar(HALF) is not None:
        connection.rollback()
        wait_until(deadline)


def begin_moment() -> None:
    """Begin a moment of the session's own, in which all reads see the same."""
    db.session.rollback()
    if db.engine.dialect.name != "sqlite":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def wait_until(deadline: float) -> None:
    """Wait a moment; not after this time.

    Raises:
        DatabaseBusyError: it is later.

    """
    if time.monotonic() > deadline:
        raise DatabaseBusyError("an import is in progress")
    time.sleep(AGAIN_SECONDS)


@contextmanager
def shared_moment() -> Iterator[Connection]:
    """Open one moment for everything that is read within: several files that must fit together."""
    with one_moment() as connection:
        before = _shared.set(connection)
        try:
            yield connection
        finally:
            _shared.reset(before)


def by_code_point(column: InstrumentedAttribute[str]) -> ColumnElement[Any]:
    """Return a text column to order by, as Python orders text; servers have orders of their own."""
    return column.collate("BINARY" if db.engine.dialect.name == "sqlite" else "C")
