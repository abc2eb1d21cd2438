"""Statements that are made once; making one costs more than running it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Executable, Row

from annotator.store.db import db

T = TypeVar("T")


class Prepared:
    """A statement with bound parameters, run within what the session has begun.

    It is made when it is first run, as the database's dialect is known by then only, and once per
    dialect. What the session has not flushed is not seen: who adds objects flushes them first.
    """

    def __init__(self, make: Callable[[], Executable]) -> None:
        self.make = make
        self.made: dict[str, Executable] = {}

    def run(self, given: Mapping[str, Any]) -> CursorResult[Any]:
        """Run it with these parameters."""
        connection = db.session.connection()
        name = connection.dialect.name
        statement = self.made.get(name)
        if statement is None:
            statement = self.made[name] = self.make()
        return connection.execute(statement, given)

    def rows(self, given: Mapping[str, Any]) -> Sequence[Row[*tuple[Any, ...]]]:
        """Return all rows that it finds."""
        return self.run(given).all()

    def first(self, given: Mapping[str, Any]) -> Row[*tuple[Any, ...]] | None:
        """Return the first row, None where there is none."""
        return self.run(given).first()

    def one_value(self, given: Mapping[str, Any]) -> Any:
        """Return the first column of the first row, such as the number of a row just inserted."""
        return self.run(given).scalar_one()


def made(kind: Callable[..., T], *values: Any) -> T:
    """Return a row of this kind; type checkers cannot count the columns of a query."""
    return kind(*values)


def prepared(make: Callable[[], Executable]) -> Prepared:
    """Prepare the statement that a function makes; for use as a decorator."""
    return Prepared(make)
