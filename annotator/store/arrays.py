"""Whole numbers out of the database, a million at a time, without an object for each."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Select, String, cast, func, select

IntArray = npt.NDArray[np.int64]

CHUNK = 10_000
COMMA = ","


def integers(now: Connection, statement: Select[*tuple[Any, ...]], width: int) -> IntArray:
    """Return the rows of a query of whole numbers (N, width), read from the driver's own cursor.

    A result that is asked to stream has already taken its first row from that cursor, so this one
    is not.
    """
    result = now.execute(statement)
    cursor = result.cursor
    if cursor is None:
        raise TypeError("a statement that returns no rows cannot be read")
    chunks: Iterable[Sequence[Sequence[int]]] = iter(lambda: cursor.fetchmany(CHUNK), [])
    flat = chain.from_iterable(chain.from_iterable(chunks))
    found: IntArray = np.fromiter(flat, dtype=np.int64).reshape(-1, width)
    result.close()
    return found


def joined_integers(now: Connection, statement: Select[*tuple[Any, ...]]) -> tuple[IntArray, ...]:
    """Return the columns of the same rows, in no order, each joined to one text by the database.

    A text of numbers is read at a third of what a row of each costs. It is all in memory at once,
    some 15 bytes a number: ask for some hundred thousand rows at a time. No number is null. Each
    row is given to all columns in turn, so that these stand in one order.
    """
    columns = statement.subquery().c
    texts = [func.aggregate_strings(cast(column, String), COMMA) for column in columns]
    return tuple(
        np.fromstring(text or "", dtype=np.int64, sep=COMMA)
        for text in now.execute(select(*texts)).one()
    )
