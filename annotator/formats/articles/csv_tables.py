"""Tables: CSV and TSV, one article a row; the first line names the columns."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from annotator.errors import RefusedError
from annotator.formats.articles import dates
from annotator.formats.articles.article import ArticleDraft, refuse_unseen
from annotator.formats.articles.faults import Faults
from annotator.formats.articles.records import (
    FIELDS,
    MOST_KEYS,
    BrokenTableError,
    RecordError,
    Table,
)
from annotator.phrases import counted
from annotator.text.decode import Decoded, UndecodableText, decode

# Spreadsheets of different countries write different ones.
DELIMITERS = ",;\t|"
LONGEST_CELL = 20 * 1024 * 1024
LONGEST_COLUMN = 200
TOLD = re.compile(r"\"?sep=(?P<delimiter>[,;|\t])\"?(?:\r\n|\r|\n|$)", re.IGNORECASE)
HEADING = re.compile(r"(?:[^\r\n\"]|\"[^\"]*(?:\"|$))*+")
QUOTED = re.compile(r"\"[^\"]*(?:\"|$)")

# An article is a cell here, far longer than what the library takes for one.
csv.field_size_limit(LONGEST_CELL)


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
    warnings: tuple[str, ...] = ()

    def rows(self, faults: Faults | None = None) -> Iterator[tuple[int, list[str]]]:
        """Yield the first line and the cells of each row below the heading.

        Empty lines and rows whose every cell is empty are passed over. Rows with more or fewer
        cells are noted among the `faults`; without them they are refused at the end.

        Raises:
            BrokenTableError: quotes are not balanced, or rows have more or fewer cells; with their
                lines.

        """
        noted = faults or Faults()
        rows = self.lines()
        next(rows)
        width = self.skipped + len(self.columns)
        for line, row in rows:
            if not any(map(str.strip, row)):
                continue
            if len(row) not in (width, width + self.spare):
                said = f"{counted(len(row), 'column')}"
                wanted = f"expected {width + self.spare}"
                noted.note(BrokenTableError(f"line {line} has {said}, {wanted}"))
            elif any(map(str.strip, row[width:])):
                said = f"line {line} has a cell in a column without a name"
                noted.note(BrokenTableError(said))
            else:
                yield line, row[self.skipped : width]
        if faults is None:
            noted.refuse()

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the number of the first line and the cells of each row, the heading too."""
        # A text stream of the characters themselves would take four bytes for each.
        held = io.BytesIO(self.text.encode())
        source = io.TextIOWrapper(held, encoding="utf-8", newline="")
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
    sheet = cut(decoded, name)
    first = sheet.first
    _, cells = next(sheet.lines(), (first, []))
    columns = [cell.strip() for cell in cells]
    named = max((place for place, column in enumerate(columns, start=1) if column), default=0)
    # The index that pandas and R write before the columns.
    skipped = int(named > 1 and not columns[0])
    spare = len(columns) - named if named else 0
    found = tuple(columns[skipped:named] if named else columns)
    check_heading(found, first, skipped)
    return replace(sheet, columns=found, skipped=skipped, spare=spare)


def cut(decoded: Decoded, name: str = "") -> Sheet:
    """Return a table of which nothing is known yet but what stands between its cells."""
    # Excel is told the delimiter in a line of its own.
    told = TOLD.match(decoded.text)
    if told:
        text = decoded.text[told.end() :]
        delimiter, first = told.group("delimiter"), 2
    else:
        tabs = name.lower().endswith((".tsv", ".tab"))
        text, delimiter, first = decoded.text, "\t" if tabs else most_of(decoded.text), 1
    return Sheet(text, decoded.encoding, delimiter, first=first, warnings=decoded.warnings)


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


# How other programs and databases head the columns of our fields; our own names come first.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "key": ("article id", "article key", "document id", "doc id"),
    "text": ("body", "article text", "full text", "fulltext", "main text", "body text", "content"),
    "title": ("headline", "heading", "article title"),
    "url": ("link", "web address", "source url", "permalink"),
    "publisher": ("source", "outlet", "newspaper", "publication", "publication name", "medium"),
    "author": ("byline", "authors", "writer"),
    "published_on": (
        "date",
        "published",
        "publication date",
        "date published",
        "published at",
        "pub date",
        "pubdate",
    ),
    "language": ("lang",),
    "licence": ("license", "rights"),
}


def propose(columns: Sequence[str]) -> dict[str, str]:
    """Return for each field of ours the column of that name, else one that is usually headed so.

    Neither case matters, nor whether words are joined by "_", "-" or a space.
    """
    folded = {spaced(column): column for column in reversed(columns)}
    found = {}
    for name in FIELDS:
        ways = (spaced(name), *HEADINGS[name])
        heading = next((folded[way] for way in ways if way in folded), None)
        if heading is not None:
            found[name] = heading
    return found


def spaced(column: str) -> str:
    """Return a heading in lower case, its words apart by one space."""
    return " ".join(re.split(r"[\s_-]+", column.casefold())).strip()


def order_of(sheet: Sheet, column: str) -> str:
    """Return the order of the days of a column, as far as they prove it."""
    if column not in sheet.columns:
        return ""
    place = sheet.columns.index(column)
    return dates.order_of(row[place] for _, row in sheet.rows(Faults()))


def has_other_days(sheet: Sheet, column: str) -> bool:
    """Say whether somebody has to know which order the days of a column have."""
    if column not in sheet.columns:
        return False
    place = sheet.columns.index(column)
    return are_other_days(row[place] for _, row in sheet.rows(Faults()))


def are_other_days(cells: Iterable[str]) -> bool:
    """Say whether one of some days is written in numbers whose order somebody has to know."""
    return any(
        dates.NUMBERS.fullmatch(cell) and not dates.in_order(cell, dates.YEAR_FIRST)
        for cell in (" ".join(each.split()) for each in cells)
    )


def read(raw: bytes, name: str, table: Table, faults: Faults) -> Iterator[ArticleDraft]:
    """Yield the article of each row; cells that name no field of ours become metadata.

    Rows that cannot be articles are noted among the faults, with the line on which they begin.

    Raises:
        RefusedError: there is no row, or a chosen column does not exist.

    """
    sheet = open_sheet(raw, name)
    for chosen in table.columns.values():
        if chosen and chosen not in sheet.columns:
            raise RefusedError(
                f"there is no column “{chosen}”; there are {', '.join(sheet.columns[:20])}"
            )
    columns = {**propose(sheet.columns), **table.columns}
    order = table.dates or order_of(sheet, columns.get("published_on", ""))
    table = replace(
        table, encoding=sheet.encoding, columns=columns, dates=order, warnings=sheet.warnings
    )
    number = 0
    for line, row in sheet.rows(faults):
        number += 1
        record = {
            column: cell
            for column, cell in zip(sheet.columns, row, strict=True)
            if cell or column in table.columns.values()
        }
        try:
            draft = table.draft(record, number, f"line {line}")
        except RecordError as error:
            faults.note(error)
        else:
            yield draft
    if not number and not faults.named:
        raise BrokenTableError("it has a header line but no rows")
