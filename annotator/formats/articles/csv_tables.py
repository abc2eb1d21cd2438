"""Tables: CSV and TSV, one article a row; the first line names the columns."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotator.errors import RefusedError
from annotator.formats.articles.article import ArticleDraft, refuse_unseen
from annotator.formats.articles.records import FIELDS, MOST_KEYS, RecordError, Table
from annotator.phrases import counted
from annotator.text.decode import UndecodableText, decode

# Spreadsheets of different countries write different ones.
DELIMITERS = ",;\t|"
LONGEST_CELL = 20 * 1024 * 1024
LONGEST_COLUMN = 200
TOLD = re.compile(r"\"?sep=(?P<delimiter>[,;|\t])\"?(?:\r\n|\r|\n|$)", re.IGNORECASE)
HEADING = re.compile(r"(?:[^\r\n\"]|\"[^\"]*(?:\"|$))*+")
QUOTED = re.compile(r"\"[^\"]*(?:\"|$)")

# An article is a cell here, far longer than what the library takes for one.
csv.field_size_limit(LONGEST_CELL)


class BrokenTableError(RecordError):
    """The table itself is wrong, whichever columns hold which field."""


@dataclass(frozen=True)
class Sheet:
    """One table as decoded: its columns, and what stands between them.

    Spreadsheets and statistics programs write more than the table: `skipped` is 1 where the first
    column is a nameless index, `spare` the number of nameless and empty columns at the end, and
    `first` the number of the line that names the columns.
    """

    text: str
    encoding: str
    delimiter: str
    columns: tuple[str, ...] = ()
    skipped: int = 0
    spare: int = 0
    first: int = 1

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the first line and the cells of each row below the heading.

        Empty lines and rows whose every cell is empty are passed over.

        Raises:
            BrokenTableError: quotes are not balanced, or a row has more or fewer cells; with its
                line.

        """
        rows = self.lines()
        next(rows)
        width = self.skipped + len(self.columns)
        for line, row in rows:
            if not any(map(str.strip, row)):
                continue
            if len(row) not in (width, width + self.spare):
                said = f"{counted(len(row), 'column')}"
                raise BrokenTableError(f"line {line} has {said}, expected {width + self.spare}")
            if any(map(str.strip, row[width:])):
                raise BrokenTableError(f"line {line} has a cell in a column without a name")
            yield line, row[self.skipped : width]

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the number of the first line and the cells of each row, the heading too."""
        source = io.StringIO(self.text, newline="")
        reader = csv.reader(source, delimiter=self.delimiter, strict=True)
        first = self.first
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                said = f"line {first}: its quotation marks are not balanced ({error})"
                raise BrokenTableError(said) from error
            yield first, row
            first = reader.line_num + self.first


def open_sheet(raw: bytes, name: str) -> Sheet:
    """Decode a table and read its heading.

    Raises:
        RefusedError: it cannot be decoded, or its first line cannot name columns.

    """
    try:
        decoded = decode(raw)
    except UndecodableText as error:
        raise RefusedError(str(error)) from error
    text, first = decoded.text, 1
    # Excel is told the delimiter in a line of its own.
    told = TOLD.match(text)
    if told:
        text, first = text[told.end() :], 2
        delimiter = told.group("delimiter")
    elif name.lower().endswith((".tsv", ".tab")):
        delimiter = "\t"
    else:
        delimiter = most_of(text)
    sheet = Sheet(text, decoded.encoding, delimiter, first=first)
    _, cells = next(sheet.lines(), (first, []))
    columns = [cell.strip() for cell in cells]
    named = max((place for place, column in enumerate(columns, start=1) if column), default=0)
    # The index that pandas and R write before the columns.
    skipped = int(named > 1 and not columns[0])
    spare = len(columns) - named if named else 0
    found = tuple(columns[skipped:named] if named else columns)
    check_heading(found, first, skipped)
    return Sheet(text, decoded.encoding, delimiter, found, skipped, spare, first)


def most_of(text: str) -> str:
    """Return the sign that cuts the heading into most columns; the comma where none does.

    The heading is the first line, however it ends; what stands in quotation marks cuts nothing.
    """
    heading = HEADING.match(text)
    bare = QUOTED.sub("", heading.group() if heading else "")
    return max(DELIMITERS, key=bare.count)


def check_heading(columns: Sequence[str], line: int = 1, before: int = 0) -> None:
    """Refuse a heading that does not name every column once; `before` columns are passed over."""
    if len(columns) > MOST_KEYS:
        raise RecordError(
            f"line {line}: it has {len(columns):,} columns, at most {MOST_KEYS} are read"
        )
    for number, column in enumerate(columns, start=before + 1):
        if not column:
            raise RecordError(
                f"line {line}: column {number} has no name; the first line must name every column"
            )
        if len(column) > LONGEST_COLUMN:
            raise RecordError(
                f"line {line}: the name of column {number} has {len(column):,} characters, at most"
                f" {LONGEST_COLUMN} are read; is this the header line?"
            )
        refuse_unseen(column, f"line {line}: the name of column {number}")
        if columns.index(column) < number - before - 1:
            raise RecordError(f"line {line}: two columns are called “{column}”; rename one")
    if not columns:
        raise RecordError(f"line {line}: no column names")


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
        raise BrokenTableError("it has a header line but no rows")
