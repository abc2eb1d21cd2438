"""Statements that are compiled once, and then cost little more than the driver itself.

The rows of a save are found and changed by a dozen statements, each of which SQLAlchemy would take
three times as long to carry out as the database does. What it knows of a statement is asked for
once: its text in the database's own words, and how each value is written and read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError

from annotator.store.db import WRITING_ON, db, spare_connection

T = TypeVar("T")
Values = Mapping[str, Any]
FoundRow = Sequence[Any]
Change = Callable[[Any], Any]
CONNECTION = "annotator_connection"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement in the words of one database."""

    text: str
    # The parameters in their order; each with what its values go through, if anything.
    given: tuple[tuple[str, Change | None], ...]
    fixed: Values  # what the statement says itself
    is_positional: bool
    # The columns whose values are not as the driver returns them.
    found: tuple[tuple[int, Change], ...]
    finds_rows: bool

    def parameters(self, given: Values) -> Any:
        """Return the parameters as the driver takes them."""
        values = {**self.fixed, **given} if self.fixed else given
        if self.is_positional:
            return [values[name] if to is None else to(values[name]) for name, to in self.given]
        return {name: values[name] if to is None else to(values[name]) for name, to in self.given}

    def rows(self, found: Sequence[FoundRow]) -> Sequence[FoundRow]:
        """Return the driver's rows as the tables have them."""
        if not self.found:
            return found
        rows = []
        for each in found:
            row = list(each)
            for place, change in self.found:
                row[place] = change(row[place])
            rows.append(row)
        return rows


class Prepared:
    """A statement with bound parameters, run within what the session has begun.

    It is made when it is first run, as the database's dialect is known by then only. What the
    session has not flushed is not seen: who adds objects flushes them first.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make
        self.compiled: dict[str, Compiled] = {}

    def rows(self, given: Values) -> Sequence[FoundRow]:
        """Run it with these parameters; return the rows that it finds, none if it finds no rows.

        Raises:
            DBAPIError: the database refused, as for any statement.

        """
        return self.run(connection_here(), given)

    def run(self, connection: Connection, given: Values) -> Sequence[FoundRow]:
        """Do what `rows` does, on a connection."""
        compiled = self.compiled.get(connection.dialect.name)
        if compiled is None:
            compiled = compile_for(connection.dialect, self.make())
            self.compiled[connection.dialect.name] = compiled
        parameters = compiled.parameters(given)
        cursor = connection.connection.cursor()
        try:
            # Those of the engine: a connection's own list of them is made anew for each connection.
            listeners = connection.engine.dispatch
            told = (connection, cursor, compiled.text, parameters, None, False)
            if listeners.before_cursor_execute:
                tell(listeners.before_cursor_execute, told)
            cursor.execute(compiled.text, parameters)
            if listeners.after_cursor_execute:
                tell(listeners.after_cursor_execute, told)
            return compiled.rows(cursor.fetchall()) if compiled.finds_rows else ()
        except connection.dialect.loaded_dbapi.Error as error:
            refuse(connection, cursor, compiled, error)
        finally:
            cursor.close()

    def first(self, given: Values) -> FoundRow | None:
        """Return the first row, None where there is none."""
        return next(iter(self.rows(given)), None)

    def first_alone(self, given: Values) -> FoundRow | None:
        """Return the first row, found outside of any transaction, None where there is none.

        For what is asked just before a write: that would end a transaction and begin its own.
        """
        return next(iter(self.run(spare_connection(), given)), None)

    def value(self, given: Values) -> Any:
        """Return the first column of the first row, None where there is none."""
        found = self.first(given)
        return found[0] if found else None


def connection_here() -> Connection:
    """Return the connection of the transaction that is going on; one begins where none is.

    The session would take longer to find it than most statements take.
    """
    writing = WRITING_ON.get()
    if writing is not None:
        return writing
    session = db.session()
    going_on = session.get_transaction()
    of, connection = session.info.get(CONNECTION, (None, None))
    if connection is None or going_on is None or going_on is not of or not going_on.is_active:
        connection = session.connection()
        session.info[CONNECTION] = session.get_transaction(), connection
    found: Connection = connection
    return found


def tell(listeners: Any, told: tuple[Any, ...]) -> None:
    """Tell whoever listens to the statements of an engine, as SQLAlchemy does."""
    for listener in listeners:
        listener(*told)


def refuse(connection: Connection, cursor: Any, compiled: Compiled, error: Any) -> NoReturn:
    """Raise a driver's error as SQLAlchemy does; a lost connection is not used again."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, cursor)
    if lost:
        connection.invalidate(error)
    base: Any = dialect.loaded_dbapi.Error
    raise DBAPIError.instance(
        compiled.text,
        None,
        error,
        base,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    ) from error


def compile_for(dialect: Dialect, statement: Any) -> Compiled:
    """Compile a statement for a database.

    Every value stands in it by itself: there is no list of values, and no default of Python's.
    """
    compiled = statement.compile(dialect=dialect)
    assert not compiled.post_compile_params, compiled
    assert not compiled.insert_prefetch, compiled
    assert not compiled.update_prefetch, compiled
    names = compiled.positiontup if compiled.positional else [*compiled.binds]
    given = [
        (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in names
    ]
    fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
    columns = [column.type.dialect_impl(dialect) for column in statement.exported_columns]
    found = [
        (place, change)
        for place, each in enumerate(columns)
        if (change := each.result_processor(dialect, None))
    ]
    return Compiled(
        str(compiled), tuple(given), fixed, compiled.positional, tuple(found), bool(columns)
    )


def made(kind: Callable[..., T], *values: Any) -> T:
    """Return a row of this kind; type checkers cannot count the columns of a query."""
    return kind(*values)


def prepared(make: Callable[[], Any]) -> Prepared:
    """Prepare the statement that a function makes; for use as a decorator."""
    return Prepared(make)
