"""The engine, the SQLite recipe and the one way to write."""

import json
import logging
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Index,
    MetaData,
    any_,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from annotator.store.engine import BUSY_SECONDS, WAIT, WRITE, DatabaseBusyError

log = logging.getLogger("annotator.store")

# Every constraint has a name from the first day: SQLite's batch migrations find them by it.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# How long a write waits for its turn where as many as may are waiting already. Writes take
# milliseconds: who does not get a turn meanwhile would only hold a thread that others need.
TURN_SECONDS = 0.2
# Threads that are left for reading while writes wait.
READERS = 2
# PostgreSQL: a lock not had in time, a deadlock, a conflict, a query cut off, no connection free.
BUSY_STATES = frozenset({"55P03", "40P01", "40001", "57014", "53300"})
# So many values stand in a statement one by one.
LISTED = 500
# A bulk act never leaves the database to others for longer than this between two of its steps.
LONGEST_PAUSE = 0.1
# A background step can wait for its turn: nobody sits in front of it.
STEP_WAIT = 60.0
# A bulk act of so many steps may change what the planner of the database believes.
MANY_STEPS = 16

# A bulk act: it yields what is to be done in one short write each, and is sent what came of it.
# Whatever it does itself, between two steps, happens outside of any write.
R = TypeVar("R")
Step = Callable[[], Any]
Steps = Generator[Step, Any, R]


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


# The connection of a `write_rows` that is going on here.
WRITING_ON: ContextVar[Connection | None] = ContextVar("annotator_writing_on", default=None)


# What has asked something before any transaction here, for the `write_rows` that may follow.
SPARE: ContextVar[Connection | None] = ContextVar("annotator_spare", default=None)


def partial_index(name: str, *columns: str, where: str) -> Index:
    """Return an index of the rows for which a condition in SQL holds.

    On PostgreSQL the migrations say so alone: an index that repeats it here loads all that
    SQLAlchemy knows of PostgreSQL, a tenth of the time in which a server on SQLite starts.
    """
    return Index(name, *columns, sqlite_where=text(where))


def spare_connection() -> Connection:
    """Return a connection without a transaction: each statement is one of its own.

    It is kept for the write that nearly always follows; whoever needs another gives it back first,
    and the end of the request does.
    """
    connection = SPARE.get()
    if connection is None:
        connection = db.engine.connect()
        if connection.dialect.name != "sqlite":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        SPARE.set(connection)
    return connection


def taken_over() -> Connection | None:
    """Return the spare connection to whoever writes on it, None where there is none to write on."""
    connection = SPARE.get()
    if connection is None or connection.dialect.name != "sqlite":
        give_back_spare()
        return None
    SPARE.set(None)
    return connection


def give_back_spare() -> None:
    """Give the spare connection back to the pool."""
    if connection := SPARE.get():
        SPARE.set(None)
        connection.close()


class JoiningSession(FlaskSession):
    """A session that takes part in a `write_rows` while one is going on."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """Return the connection of the write, else the engine."""
        if writing := WRITING_ON.get():
            return writing
        give_back_spare()
        return super().get_bind(*args, **kwargs)


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={
        # Objects stay readable after a commit: a reply is rendered from what was just stored.
        "expire_on_commit": False,
        "class_": JoiningSession,
        # Only whoever began a transaction commits it.
        "join_transaction_mode": "rollback_only",
    },
)

_writer = threading.Lock()
_turns: WeakKeyDictionary[Engine, threading.Semaphore] = WeakKeyDictionary()
_watchers: WeakKeyDictionary[Engine, Callable[[float], None]] = WeakKeyDictionary()


def limit_writers(engine: Engine, threads: int) -> None:
    """Let so many of a server's threads write, or wait for that, that others can still read."""
    _turns[engine] = threading.BoundedSemaphore(max(1, threads - READERS))


def watch_waits(engine: Engine, tell: Callable[[float], None]) -> None:
    """Tell how many seconds each write has waited for its turn, from now on."""
    _watchers[engine] = tell


@contextmanager
def turn(engine: Engine, seconds: float) -> Iterator[None]:
    """Hold one of the places of those who write.

    Raises:
        DatabaseBusyError: all of them are taken, by writes that do not get on.

    """
    places = _turns.get(engine)
    # What waits longer than a person would has a thread of its own, and takes none from readers.
    if places is None or seconds > engine.get_execution_options()[BUSY_SECONDS]:
        yield
        return
    if not places.acquire(timeout=min(seconds, TURN_SECONDS)):
        raise DatabaseBusyError("many writes are waiting already")
    try:
        yield
    finally:
        places.release()


@contextmanager
def write(wait: float | None = None) -> Iterator[Session]:
    """Run one short write transaction and commit it; on any error nothing is stored.

    What was read before is forgotten, so whatever the block touches is read afresh under the
    lock. Parse, hash and render outside. One lock per process keeps SQLite's writers in a fair
    queue; between processes BEGIN IMMEDIATE does. Both together wait no longer than `wait`
    seconds, by default as long as the settings say.

    Raises:
        DatabaseBusyError: others of this process wrote, or waited to, for too long.

    """
    session = db.session()
    session.rollback()
    session.expire_all()
    with alone(db.engine, wait) as turn_had:
        try:
            session.connection(execution_options={WRITE: True, WAIT: turn_had.left})
            turn_had.tell()
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def write_rows() -> Iterator[None]:
    """Do what `write` does, for a block that works by prepared statements alone nearly always.

    No session is made for it, which would take longer than the block's statements. Where one is
    asked for after all, it takes part in the same transaction.
    """
    if db.session.registry.has():
        db.session.rollback()
        db.session.expire_all()
    with alone(db.engine, None) as turn_had, taken_over() or db.engine.connect() as connection:
        connection.execution_options(**{WRITE: True, WAIT: turn_had.left})
        # It commits at its end, and takes everything back on an error.
        with connection.begin():
            turn_had.tell()
            token = WRITING_ON.set(connection)
            try:
                yield
                if db.session.registry.has():
                    db.session.commit()
            except BaseException:
                if db.session.registry.has():
                    db.session.rollback()
                raise
            finally:
                WRITING_ON.reset(token)


@dataclass(frozen=True)
class Turn:
    """The turn of a write that has waited for it since `begun`, for `seconds` at most."""

    engine: Engine
    begun: float
    seconds: float

    @property
    def left(self) -> float:
        """Return the seconds that are left to wait for other processes."""
        return max(self.seconds - (time.monotonic() - self.begun), 0.0)

    def tell(self) -> None:
        """Tell whoever watches how long the write has waited; it has the database now."""
        if tell := _watchers.get(self.engine):
            tell(time.monotonic() - self.begun)


@contextmanager
def alone(engine: Engine, wait: float | None) -> Iterator["Turn"]:
    """Hold this process's lock for writing, which SQLite needs."""
    seconds = wait or engine.get_execution_options()[BUSY_SECONDS]
    is_file = engine.dialect.name == "sqlite"
    begun = time.monotonic()
    with turn(engine, seconds):
        if is_file and not _writer.acquire(timeout=seconds):
            raise DatabaseBusyError("another write is still going on")
        try:
            yield Turn(engine, begun, seconds)
        finally:
            if is_file:
                _writer.release()


def end_session(_error: BaseException | None = None) -> None:
    """Give back what this request has of the database; a dead connection costs no reply.

    By now the reply is made, perhaps of a save that is stored: that it cannot be told to the
    connection any more must not take it back.
    """
    try:
        give_back_spare()
        if db.session.registry.has():
            db.session.remove()
    except SQLAlchemyError as error:
        log.warning("a connection was lost: %s", " ".join(str(error).split()))
        try:
            db.session().invalidate()
        finally:
            db.session.registry.clear()


def is_busy(error: DBAPIError) -> bool:
    """Say whether a database refused because others hold it, so that it may go better soon."""
    state = getattr(error.orig, "sqlstate", None)
    return state in BUSY_STATES if state else "locked" in str(error.orig)


def write_in_steps(steps: Steps[R], wait: float | None = STEP_WAIT) -> R:
    """Carry out a bulk act, each of its steps in a write of its own; return what it returns.

    After each step others have their turn, for as long as it took. A step that fails stores
    nothing; its error is raised in the act, at the step, which may go on with other steps, such
    as taking back what it has done. An interruption comes in a step, which then has stored nothing,
    or in the pause behind it: the act asks the database which. `wait` is that of `write`, for each
    step.
    """
    taken = 0
    try:
        step = next(steps)
        while True:
            begun = time.monotonic()
            try:
                with write(wait):
                    result = step()
                taken += 1
                # More often at first, when a table can grow to many times what is known of it.
                if taken >= MANY_STEPS and taken.bit_count() == 1:
                    count_rows()
                time.sleep(min(time.monotonic() - begun, LONGEST_PAUSE))
            except BaseException as error:  # an interruption, too, is for the act to clean up
                step = steps.throw(error)
            else:
                step = steps.send(result)
    except StopIteration as end:
        if taken >= MANY_STEPS:
            count_rows()
        return cast(R, end.value)


def count_rows() -> None:
    """Tell PostgreSQL's planner how many rows its tables have, in a transaction of its own.

    The server finds out by itself in a minute or so (never, where autovacuum is off). Until then it
    reads tables that a bulk act has filled as if they were empty, which takes minutes where
    milliseconds would do. SQLite plans well enough without. What was stored is stored: a server
    that cannot count now is a line in the log.
    """
    if db.engine.dialect.name == "sqlite":
        return
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    try:
        with write():
            db.session.execute(text(f"ANALYZE {names}"))
    except (DatabaseBusyError, SQLAlchemyError) as error:
        log.warning("rows were not counted: %s", " ".join(str(error).split()))


def insert_for(table: Any) -> Any:
    """Return an INSERT of this database's dialect, the kind that knows ON CONFLICT."""
    # The dialect of the other database would be imported for nothing.
    return import_module(f"sqlalchemy.dialects.{db.engine.dialect.name}").insert(table)


def unindexed(column: Any) -> Any:
    """Return a column by whose index SQLite shall not begin: others are better known to be few."""
    if db.engine.dialect.name != "sqlite":
        return column
    return literal_column(f"+{column.class_.__tablename__}.{column.key}")


def among(column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """Return the condition that a column has one of these values, however many there are.

    `in_` has a variable for each, and the databases take 32,766 or 65,535 of them.
    """
    found: ColumnElement[bool]
    if len(values) <= LISTED:
        found = column.in_([*values])
    elif db.engine.dialect.name == "sqlite":
        each = func.json_each(json.dumps([*values])).table_valued("value")
        found = column.in_(select(each.c.value))
    else:
        found = column == any_(literal([*values], ARRAY(column.type)))
    return found
