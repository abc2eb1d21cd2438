"""Parquet: the tables of a release as typed columns, by the optional library pyarrow.

The rows are those of the JSON Lines files. Tallies are maps, times are UTC, days are days, and an
object with any keys is its JSON as text. Rows are written in groups, so memory does not grow with
the table; the same rows and the same pyarrow give the same bytes.
"""

import importlib
import importlib.util
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from annotator.errors import MissingExtraError
from annotator.formats.release.columns import Columns, Free, Many, Struct, Tally, Type

INSTALL = "Parquet needs the extra parquet: pip install 'annotator[parquet]'"
ROWS_IN_A_GROUP = 10_000
READERS: Mapping[str, Callable[[str], date]] = {
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
}

Row = Mapping[str, Any]


def write(path: Path, columns: Columns, rows: Iterable[Row]) -> int:
    """Write a table and return how many rows it has; the schema is written where it has none.

    Raises:
        MissingExtraError: pyarrow is not installed.
        ValueError: a row has other keys than the columns.

    """
    arrow, parquet = module(), module("pyarrow.parquet")
    schema = schema_of(columns)
    written = 0
    # Fixed, so that a newer pyarrow with other defaults writes the same kind of file.
    with parquet.ParquetWriter(path, schema, version="2.6", compression="zstd") as writer:
        left = iter(rows)
        while ready := [converted(row, columns) for row in islice(left, ROWS_IN_A_GROUP)]:
            writer.write_table(arrow.Table.from_pylist(ready, schema=schema))
            written += len(ready)
    return written


def is_installed() -> bool:
    """Say whether pyarrow is there, without loading it."""
    return importlib.util.find_spec("pyarrow") is not None


def module(name: str = "pyarrow") -> Any:
    """Return a module of pyarrow, or say which command installs it."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != "pyarrow":
            raise
        raise MissingExtraError(INSTALL) from error


def schema_of(columns: Columns) -> Any:
    """Return the columns as pyarrow has them."""
    arrow = module()
    return arrow.schema([(each.name, arrow_type(arrow, each.of)) for each in columns])


def arrow_type(arrow: Any, of: Type) -> Any:
    """Return one type as pyarrow has it."""
    match of:
        case Struct(columns):
            return arrow.struct([(each.name, arrow_type(arrow, each.of)) for each in columns])
        case Many(inner):
            return arrow.list_(arrow_type(arrow, inner))
        case Tally(_, number):
            return arrow.map_(arrow.string(), arrow.type_for_alias(number))
        case Free():
            return arrow.string()
    plain = {"date": arrow.date32(), "moment": arrow.timestamp("ms", tz="UTC")}
    return plain.get(of) or arrow.type_for_alias(of)


def converted(row: Row, columns: Columns) -> dict[str, Any]:
    """Return a row with every value as pyarrow takes it, or refuse one with other keys."""
    names = [each.name for each in columns]
    if strange := sorted(set(row) ^ set(names)):
        raise ValueError(f"the row and the columns differ in {', '.join(strange)}")
    return {each.name: value_of(row[each.name], each.of) for each in columns}


def value_of(value: Any, of: Type) -> Any:
    """Return one value as pyarrow takes it; what a row does not say of an object is null."""
    if value is None:
        return None
    match of:
        case Struct(columns):
            if strange := sorted(set(value) - {each.name for each in columns}):
                raise ValueError(f"an object has keys that no column has: {', '.join(strange)}")
            return {each.name: value_of(value.get(each.name), each.of) for each in columns}
        case Many(inner):
            return [value_of(each, inner) for each in value]
        case Tally():
            return list(value.items())
        case Free():
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
    return READERS[of](value) if of in READERS else value
