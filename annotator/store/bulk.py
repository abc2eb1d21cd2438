"""Plain rows by the ten thousand, through the driver.

Half of the time of a large insert would go into naming the values of each row and converting them.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

from sqlalchemy import Table, func, select, text

from annotator.store.db import db

Row = tuple[Any, ...]
# PostgreSQL is asked for so many numbers at once.
AT_ONCE = 1000


def insert_rows(
    model: Any, columns: Sequence[str], rows: Sequence[Row], **fixed: str | int | bool
) -> None:
    """Insert rows of values in the order of these columns; `fixed` values are the same in each.

    The values are those of the driver: moments as `moments` says, JSON as text. What is fixed
    stands in the statement, so it has to be a constant of the program.
    """
    if not rows:
        return
    made = cast(Table, model.__table__)
    mark = "?" if db.engine.dialect.name == "sqlite" else "%s"
    names = ", ".join(f'"{name}"' for name in (*columns, *fixed))
    values = ", ".join([*(mark for _ in columns), *map(literal, fixed.values())])
    statement = f"INSERT INTO {made.name} ({names}) VALUES ({values})"
    db.session.connection().exec_driver_sql(statement, list(rows))


def literal(value: str | int | bool) -> str:
    """Return a constant as it stands in a statement."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}'" if isinstance(value, str) else str(value)


def moments() -> Callable[[datetime | None], str | None]:
    """Return how a moment is said to `insert_rows`, so that it is stored as a `UtcDateTime` is."""
    zone = "" if db.engine.dialect.name == "sqlite" else "+00:00"

    def moment(at: datetime | None) -> str | None:
        if at is None:
            return None
        return at.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00") + zone

    return moment


def numbers(model: Any) -> Iterator[int]:
    """Yield the numbers that new rows of a table can have, within one write transaction.

    On SQLite nobody else adds a row meanwhile, on PostgreSQL they come from the table's sequence.
    """
    made = cast(Table, model.__table__)
    if db.engine.dialect.name == "sqlite":
        last = db.session.scalar(select(func.max(made.c.id)))
        yield from count((last or 0) + 1)
    query = text(
        f"SELECT nextval(pg_get_serial_sequence('{made.name}', 'id'))"
        f" FROM generate_series(1, {AT_ONCE})"
    )
    while True:
        yield from db.session.scalars(query).all()
