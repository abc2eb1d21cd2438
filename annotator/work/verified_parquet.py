"""Whether the Parquet files of a release hold what its JSON Lines hold."""

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from annotator.formats import parquet
from annotator.formats import release_folder as names
from annotator.formats.columns import tables
from annotator.work.faults import Fault

ROWS = 10_000


def parquet_files(folder: Path, *, with_text: bool) -> Iterator[Fault]:
    """Yield the Parquet files whose rows are not those of their table; rows are read in groups.

    Raises:
        MissingExtraError: pyarrow is not installed.

    """
    # A damaged page is an OSError to pyarrow, and a damaged name in the schema no text.
    broken = (parquet.module().ArrowException, OSError, UnicodeDecodeError)
    for table, columns in tables(with_text=with_text).items():
        name = names.parquet_name(table)
        if not (folder / name).is_file():
            yield Fault(name, None, "it is missing; every table has one, or none has")
            continue
        with TemporaryDirectory() as place:
            path = Path(place) / "expected.parquet"
            parquet.write(path, columns, names.rows(folder, table))
            try:
                rows = first_unlike(folder / name, path)
            except broken as error:
                yield Fault(name, None, f"it is no Parquet file that can be read: {error}")
                continue
        if rows is not None:
            said = f"rows {rows[0]:,} to {rows[1]:,} are not those of {names.table_name(table)}"
            yield Fault(name, None, said)


def first_unlike(found: Path, expected: Path) -> tuple[int, int] | None:
    """Return the first rows in which two files differ, from and to; None where they are alike."""
    reader = parquet.module("pyarrow.parquet").ParquetFile
    with reader(found) as one, reader(expected) as other:
        pairs = zip_longest(one.iter_batches(ROWS), other.iter_batches(ROWS))
        for number, (here, there) in enumerate(pairs):
            if here is None or there is None or not here.equals(there):
                return number * ROWS + 1, (number + 1) * ROWS
    return None
