"""Tables of what is known about articles, without their texts: to be edited and read again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from annotator.errors import RefusedError
from annotator.formats.articles import csv_tables, dates
from annotator.formats.articles.article import LONGEST_TITLE
from annotator.formats.articles.csv_tables import Sheet
from annotator.formats.articles.records import LONGEST_LANGUAGE, LONGEST_VALUE, short
from annotator.formats.labels.csv_rows import harmless
from annotator.text.decode import UndecodableText

FIELDS = ("title", "publisher", "author", "published_on", "language", "url", "licence")
LONGEST = {
    **dict.fromkeys(FIELDS, LONGEST_VALUE),
    "title": LONGEST_TITLE,
    "language": LONGEST_LANGUAGE,
}
# What no article can be without.
REQUIRED = ("title", "language")


@dataclass(frozen=True)
class Row:
    """One line of such a table: the key of an article, and what shall be known of it."""

    line: int
    key: str
    values: Mapping[str, str] = field(default_factory=dict)


def checked(name: str, value: str, order: str = "") -> str:
    """Return a field as it is stored, days as 2019-05-03.

    Raises:
        RefusedError: it is no such value; the message names the field.

    """
    try:
        if name == "published_on":
            day = dates.read_day(value, order)
            return day.isoformat() if day else ""
        words = short(name, value, LONGEST[name])
    except UndecodableText as error:
        raise RefusedError(str(error)) from error
    if not words and name in REQUIRED:
        raise RefusedError(f"its {name} is empty; every article has one")
    return words


def propose(sheet: Sheet) -> dict[str, str]:
    """Return for key and fields the columns that are headed so, or usually are."""
    found = csv_tables.propose(sheet.columns)
    if "key" not in found and sheet.columns:
        first = sheet.columns[0]
        found |= {"key": first} if first not in found.values() else {}
    return {name: column for name, column in found.items() if name in ("key", *FIELDS)}


def rows(sheet: Sheet, columns: Mapping[str, str]) -> Iterator[Row]:
    """Yield the lines of a table; `columns` says which of them hold the key and which field.

    Raises:
        BrokenTableError: the table is damaged, with its lines.

    """
    places = {name: sheet.columns.index(column) for name, column in columns.items()}
    key = places.pop("key")
    for line, cells in sheet.rows():
        values = {name: cells[place] for name, place in places.items()}
        yield Row(line, cells[key].strip(), values)


def written(key: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the cells of an article in a table of ours, in the order of key and FIELDS."""
    return (key, *(values[name] for name in FIELDS))


def is_as_written(cell: str, value: str) -> bool:
    """Say whether a cell is what a table of ours has for a value, so that it changes nothing."""
    return cell in (value, harmless(value)) or cell.strip() == value
