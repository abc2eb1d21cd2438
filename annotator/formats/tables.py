"""Tables: CSV and TSV, one article a row; the first line names the columns."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotator.formats.draft import ArticleDraft, unseen
from annotator.formats.records import FIELDS, MOST_KEYS, RecordError, Table
from annotator.text.decode import UndecodableText, decode
from annotator.work.errors import RefusedError

# Spreadsheets of different countries write different ones.
DELIMITERS = ",;\t|"
LONGEST_CELL = 20 * 1024 * 1024
LONGEST_COLUMN = 200

# An article is a cell here, far longer than what the library takes for one.
csv.field_size_limit(LONGEST_CELL)


class BrokenTableError(RecordError):
    """The table itself is wrong, whichever columns hold which field."""


@dataclass(frozen=True)
class Sheet:
    """One table as decoded: its columns, and what stands between them."""

    text: str
    encoding: str
    delimiter: str
    columns: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the first line and the cells of each row below the heading.

        Raises:
            BrokenTableError: quotes are not balanced, or a row has more or fewer cells; with its
                line.

        """
        rows = self.lines()
        next(rows)
        for line, row in rows:
            if row and len(row) != len(self.columns):
                said = f"{len(row):,} column{'' if len(row) == 1 else 's'}"
                raise BrokenTableError(f"line {line} has {said}, expected {len(self.columns)}")
            if row:
                yield line, row

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the number of the first line and the cells of each row, the heading too."""
        source = io.StringIO(self.text, newline="")
        reader = csv.reader(source, delimiter=self.delimiter, strict=True)
        first = 1
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                said = f"line {first}: its quotation marks are not balanced ({error})"
                raise BrokenTableError(said) from error
            yield first, row
            first = reader.line_num + 1


def open_sheet(raw: bytes, name: str) -> Sheet:
    """Decode a table and read its heading.

    Raises:
        RefusedError: it cannot be decoded, or its first line cannot name columns.

    """
    try:
        decoded = decode(raw)
    except UndecodableText as error:
        raise RefusedError(str(error)) from error
    heading = decoded.text.split("\n", 1)[0]
    delimiter = "\t" if name.lower().endswith((".tsv", ".tab")) else most_of(heading)
    sheet = Sheet(decoded.text, decoded.encoding, delimiter, ())
    _, cells = next(sheet.lines(), (1, []))
    columns = tuple(cell.strip() for cell in cells)
    check_heading(columns)
    return Sheet(decoded.text, decoded.encoding, delimiter, columns)


def most_of(heading: str) -> str:
    """Return the sign that cuts the heading into most columns; the comma where none does."""
    return max(DELIMITERS, key=heading.count)


def check_heading(columns: Sequence[str]) -> None:
    """Refuse a first line that does not name every column once."""
    if len(columns) > MOST_KEYS:
        raise RecordError(f"line 1: it has {len(columns):,} columns, at most {MOST_KEYS} are read")
    for number, column in enumerate(columns, start=1):
        if not column:
            raise RecordError(f"line 1: column {number} has no name; the first line names them all")
        if len(column) > LONGEST_COLUMN or any(unseen(sign) for sign in column):
            raise RecordError(
                f"line 1: the name of column {number} is very long or holds a control character;"
                " the first line names the columns"
            )
        if columns.index(column) < number - 1:
            raise RecordError(f"line 1: two columns are called “{column}”; rename one")
    if not columns:
        raise RecordError("line 1: it names no column")


def propose(columns: Sequence[str]) -> dict[str, str]:
    """Return for each field of ours the column of that name, whatever its case."""
    folded = {column.casefold(): column for column in reversed(columns)}
    return {name: folded[name] for name in FIELDS if name in folded}


def read(raw: bytes, name: str, table: Table) -> Iterator[ArticleDraft]:
    """Yield the article of each row; cells that name no field of ours become metadata.

    Raises:
        RecordError: a row cannot be an article; the line on which it begins is named.
        RefusedError: there is no row, or a chosen column does not exist.

    """
    sheet = open_sheet(raw, name)
    for chosen in table.columns.values():
        if chosen and chosen not in sheet.columns:
            raise RefusedError(
                f"there is no column “{chosen}”; there are {', '.join(sheet.columns[:20])}"
            )
    table = Table(table.stem, sheet.encoding, {**propose(sheet.columns), **table.columns})
    number = 0
    for line, row in sheet.rows():
        number += 1
        record = {
            column: cell
            for column, cell in zip(sheet.columns, row, strict=True)
            if cell or column in table.columns.values()
        }
        yield table.draft(record, number, f"line {line}")
    if not number:
        raise BrokenTableError("it has a heading, but no row below it")
