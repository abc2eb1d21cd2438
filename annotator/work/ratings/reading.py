"""Reads labels of anybody's making from a table: item, annotator, value, and perhaps article."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import NoReturn

import numpy as np

from annotator.errors import RefusedError
from annotator.formats.articles.csv_tables import Sheet, cut
from annotator.formats.articles.records import RecordError
from annotator.measure.panel import NONE, Panel
from annotator.measure.patterns import IntArray
from annotator.text.decode import UndecodableText, decode
from annotator.text.spelling import near, number, tidy
from annotator.work.ratings.cells import numbered_columns

COLUMNS = ("item", "annotator", "value")
ARTICLE = "article"
MOST_NAMED = 5
MOST_PROBLEMS = 100
# What `tidy` would change in ASCII, but for the ends of lines.
SPACES = "\t\x0b\x0c\r\x1c\x1d\x1e\x1f "
# So many rows are read at a time where cells may be quoted.
MANY = 20_000
# So many pairs of item and annotator are counted in a table.
TABLE = 20_000_000
NO_ROWS = np.empty(0, dtype=np.int64)
NO_VALUE = {"nan", "na", "n/a", "#n/a", "<na>", "null", "none", "nil"}
"""What programs write into a cell that holds nothing."""


class RatingsError(RefusedError):
    """The table cannot be read; the message names the lines."""


@dataclass(frozen=True, eq=False)
class Ratings:
    """The labels of a table by columns, and what somebody should know who reads figures of them.

    `items`, `annotators`, `values`, `articles`: their names, in the order in which they first stand
    in the table; `articles` is None where it has no such column. `item`, `annotator`, `value`: (n,)
    for each label its place among them; `article` (I,) that of each item.
    """

    items: list[str]
    annotators: list[str]
    values: list[str]
    articles: list[str] | None
    item: IntArray
    annotator: IntArray
    value: IntArray
    article: IntArray
    warnings: tuple[str, ...] = ()

    @cached_property
    def repeat(self) -> IntArray:
        """(n,): how many labels of the same annotator on the same item stand before each."""
        pairs = self.item * len(self.annotators) + self.annotator
        size = len(self.items) * len(self.annotators)
        if size <= TABLE and np.bincount(pairs, minlength=size).max(initial=0) < 2:
            return np.zeros(len(pairs), dtype=np.int64)
        order = np.argsort(pairs, kind="stable")
        sorted_pairs = pairs[order]
        begins = np.flatnonzero(np.diff(sorted_pairs, prepend=-1))
        before = np.arange(len(pairs)) - np.repeat(begins, np.diff(begins, append=len(pairs)))
        found = np.empty(len(pairs), dtype=np.int64)
        found[order] = before
        return found

    def panel(self, values: Sequence[str], items: Sequence[str]) -> tuple[Panel, list[str]]:
        """Return the panel on a scale, its units in this order, and whose each of its columns is.

        A further label of an annotator on an item has a column of its own, as of another annotator
        of that name.
        """
        most = int(self.repeat.max()) + 1
        columns, place = np.unique(self.annotator * most + self.repeat, return_inverse=True)
        named = sorted(
            range(len(columns)),
            key=lambda column: (self.annotators[columns[column] // most], columns[column] % most),
        )
        scale = {value: k for k, value in enumerate(values)}
        if items is self.items:
            rows = np.arange(len(items))
        else:
            row = {item: unit for unit, item in enumerate(items)}
            rows = np.fromiter(map(row.__getitem__, self.items), np.int64, len(self.items))
        given = np.full((len(items), len(columns)), NONE, dtype=np.int16)
        places = np.array([scale[value] for value in self.values])
        given[rows[self.item], np.argsort(named)[place]] = places[self.value]
        articles = None
        if self.articles is not None:
            order = {name: at for at, name in enumerate(sorted(self.articles))}
            articles = np.empty(len(items), dtype=np.int64)
            articles[rows] = np.array([order[name] for name in self.articles])[self.article]
        owners = [self.annotators[columns[column] // most] for column in named]
        return Panel(tuple(values), given, articles), owners


def read_ratings(
    raw: bytes, values: Sequence[str] | None = None, keep_repeats: bool = False
) -> Ratings:
    """Return the labels of a table; refuse it with the lines that are wrong.

    Commas, semicolons, tabs or vertical bars may stand between its cells. Spellings that nobody can
    tell apart are one, and so are those of one number (1, 1.0, 01). `values` is the declared
    scale: nothing else may stand there. An (item, annotator) pair may stand there once, unless
    repeats are kept, and an item in one article.
    """
    try:
        sheet = cut(decode(raw))
    except UndecodableText as error:
        raise RatingsError(str(error)) from error
    try:
        found = read_columns(sheet, values or ())
        if found is None or not is_sound(found, values, keep_repeats):
            refuse(sheet, values, keep_repeats)
    except RecordError as error:
        raise RatingsError(str(error)) from error
    return replace(found, warnings=(*sheet.warnings, *found.warnings))


class Names(dict[str, int]):
    """The names of a column with their places; a spelling is looked at when it is first met."""

    def __init__(self) -> None:
        self.of: dict[str, int] = {}

    def __missing__(self, spelled: str) -> int:
        place = self.of.setdefault(tidy(spelled), len(self.of))
        self[spelled] = place
        return place

    def places(self, spelled: Sequence[str]) -> IntArray:
        """Return the place of each of several spellings (n,)."""
        return np.fromiter(map(self.__getitem__, spelled), np.int64, len(spelled))


def is_tidy(text: str, delimiter: str) -> bool:
    """Say whether each cell of a table is as `tidy` would return it."""
    return text.isascii() and not any(sign in text for sign in SPACES if sign != delimiter)


def read_columns(sheet: Sheet, declared: Sequence[str]) -> Ratings | None:
    """Read a table column by column; None where a row is too short or too long."""
    text = sheet.text
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    # The csv module copies all that it is given.
    plain = '"' not in text and "\r" not in text
    heading = replace(sheet, text=text.partition("\n")[0]) if plain else sheet
    header = [tidy(name).lower() for name in next(heading.lines(), (1, []))[1]]
    places = columns(header, sheet.first)
    names = {name: Names() for name in places}
    numbered = plain and numbered_columns(text, sheet.delimiter, len(header), places.values())
    if numbered:
        cells = {name: numbered[place] for name, place in places.items()}
        if is_tidy(text, sheet.delimiter):
            spelled = {name: column.spellings for name, column in cells.items()}
            return of_columns(*filled(spelled, {n: c.place for n, c in cells.items()}), declared)
        found = {
            name: names[name].places(column.spellings)[column.place]
            for name, column in cells.items()
        }
    else:
        try:
            found = from_rows(text, sheet.delimiter, places, len(header), names)
        except (csv.Error, UnevenRowsError):
            return None
    return of_columns(*filled({name: list(of.of) for name, of in names.items()}, found), declared)


def filled(
    names: dict[str, list[str]], found: dict[str, IntArray]
) -> tuple[dict[str, list[str]], dict[str, IntArray]]:
    """Return the names and rows of a table without rows that say nothing, as spreadsheets write."""
    if not all("" in names[name] for name in COLUMNS):
        return names, found
    empty = np.logical_and.reduce([found[name] == names[name].index("") for name in COLUMNS])
    for name in names:
        kept = found[name][~empty]
        used = np.unique(kept)
        names[name] = [names[name][place] for place in used]
        found[name] = np.searchsorted(used, kept)
    return names, found


class UnevenRowsError(Exception):
    """A row of a table is too short or too long."""


def from_rows(
    text: str, delimiter: str, places: Mapping[str, int], width: int, names: Mapping[str, Names]
) -> dict[str, IntArray]:
    """Read any table by its rows, whose cells may be quoted; put its names into `names`."""
    found: dict[str, list[IntArray]] = {name: [] for name in places}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    next(reader)
    while rows := list(islice(reader, MANY)):
        cells = even(rows, width)
        for name, place in places.items():
            found[name].append(names[name].places(cells[place::width]))
    return {name: np.concatenate(parts or [NO_ROWS]) for name, parts in found.items()}


def even(rows: Iterable[Sequence[str]], width: int) -> list[str]:
    """Return the cells of rows of one width; empty rows are passed over."""
    wanted = [row for row in rows if len(row) == width or any(row)]
    if {*map(len, wanted)} - {width}:
        raise UnevenRowsError
    return [cell for row in wanted for cell in row]


def of_columns(
    names: Mapping[str, list[str]], found: Mapping[str, IntArray], declared: Sequence[str]
) -> Ratings | None:
    """Return the labels of these columns, None where an item stands in two articles."""
    item, annotator = found["item"], found["annotator"]
    article = np.zeros(len(names["item"]), dtype=np.int64)
    articles = None
    if ARTICLE in found:
        articles = names[ARTICLE]
        article[item] = found[ARTICLE]
        if (article[item] != found[ARTICLE]).any():
            return None
    spelled = numbers_as_one(names["value"], declared)
    read_as = [spelled.get(each, each) for each in names["value"]]
    values = {value: place for place, value in enumerate(dict.fromkeys(read_as))}
    value = np.array([values[each] for each in read_as], dtype=np.int64)[found["value"]]
    labels = Ratings(
        names["item"], names["annotator"], list(values), articles,
        item, annotator, value, article,
    )  # fmt: skip
    return replace(labels, warnings=(*said_of_numbers(spelled), *said_of(labels)))


def is_sound(found: Ratings, values: Sequence[str] | None, keep_repeats: bool) -> bool:
    """Say whether nothing is wrong with the labels."""
    return bool(
        len(found.item)
        and not any("" in names for names in (found.items, found.annotators, found.values))
        and (values is None or {*found.values} <= {*values})
        and (keep_repeats or not found.repeat.any())
    )


@dataclass(frozen=True)
class Rating:
    """One label with the line where it stands, of a table in which something is wrong."""

    line: int
    item: str
    annotator: str
    value: str
    article: str | None = None


def refuse(sheet: Sheet, values: Sequence[str] | None, keep_repeats: bool) -> NoReturn:
    """Say what is wrong with a table, row by row."""
    problems: list[str] = []
    found = list(rows(sheet, problems))
    spelled = numbers_as_one({rating.value for rating in found}, values or ())
    labels = [
        rating
        for rating in (replace(each, value=spelled.get(each.value, each.value)) for each in found)
        if fits(rating, values, problems)
    ]
    problems += repeats(labels, keep_repeats)
    more = f"; and {len(problems) - MOST_PROBLEMS:,} more" if len(problems) > MOST_PROBLEMS else ""
    raise RatingsError("; ".join(problems[:MOST_PROBLEMS] or ["it contains no labels"]) + more)


def rows(sheet: Sheet, problems: list[str]) -> Iterator[Rating]:
    """Yield the rows in order; a row that is too short or too long is a problem."""
    lines = sheet.lines()
    _, first = next(lines, (1, []))
    header = [tidy(name).lower() for name in first]
    places = columns(header, sheet.first)
    for line, row in lines:
        if len(row) == len(header):
            cells = {name: tidy(row[place]) for name, place in places.items()}
            if any(cells[name] for name in COLUMNS):
                yield Rating(line, **cells)
        elif any(row):
            problems.append(f"line {line}: {len(row)} cells instead of {len(header)}")


def columns(header: Sequence[str], line: int) -> dict[str, int]:
    """Return where each column stands, or say which one is missing."""
    for name in COLUMNS:
        if header.count(name) != 1:
            seen = ", ".join(header) or "nothing"
            raise RatingsError(
                f"line {line}: one column must be called “{name}”; the columns are {seen}"
                " (separated by commas, semicolons, tabs or |)"
            )
    return {name: header.index(name) for name in (*COLUMNS, ARTICLE) if name in header}


def fits(rating: Rating, values: Sequence[str] | None, problems: list[str]) -> bool:
    """Say whether a row is whole and its value one of the declared ones."""
    empty = [name for name in COLUMNS if not getattr(rating, name)]
    if empty:
        problems.append(f"line {rating.line}: no {empty[0]}")
    elif values is not None and rating.value not in values:
        offered = ", ".join(values)
        problems.append(f"line {rating.line}: “{rating.value}” is not one of {offered}")
    else:
        return True
    return False


def numbers_as_one(seen: Iterable[str], declared: Sequence[str]) -> dict[str, str]:
    """Return for each other spelling of a number the one it is read as: declared, or plainest."""
    known: dict[Decimal, set[str]] = defaultdict(set)
    for value in seen:
        if (amount := number(value)) is not None:
            known[amount].add(value)
    chosen = {amount: value for value in declared if (amount := number(value)) is not None}
    spelled: dict[str, str] = {}
    for amount, spellings in known.items():
        plain = chosen.get(amount) or min(spellings, key=plainness)
        spelled |= {each: plain for each in spellings if each != plain}
    return spelled


def plainness(spelling: str) -> tuple[bool, int, str]:
    """Return by what the plainest of several spellings comes first."""
    return not spelling.isascii(), len(spelling), spelling


def said_of_numbers(spelled: Mapping[str, str]) -> Iterator[str]:
    """Yield which spellings were read as one number."""
    if spelled:
        pairs = [f"“{other}” as {plain}" for other, plain in sorted(spelled.items())]
        more = f" and {len(pairs) - MOST_NAMED:,} more" if len(pairs) > MOST_NAMED else ""
        yield f"Spellings of one number are read as one: {', '.join(pairs[:MOST_NAMED])}{more}."


def said_of(found: Ratings) -> Iterator[str]:
    """Yield what may be one annotator or value, and what may be none."""
    given = dict(zip(found.values, np.bincount(found.value).tolist(), strict=True))
    names = {"annotators": sorted(found.annotators), "values": sorted(given)}
    for kind, spellings in names.items():
        alike: dict[str, list[str]] = defaultdict(list)
        for each in spellings:
            alike[near(each)].append(f"“{each}”")
        for several in alike.values():
            if len(several) > 1:
                yield f"{' and '.join(several)} are counted as different {kind}."
    for value, n in sorted(given.items()):
        if value.casefold() in NO_VALUE:
            times = "once" if n == 1 else f"{n:,} times"
            yield (
                f"“{value}” is counted as a value, {times}; leave out the rows that have no value."
            )


def repeats(ratings: Sequence[Rating], keep: bool) -> Iterator[str]:
    """Yield what stands twice: an annotator's word on an item, an item in two articles."""
    said: dict[tuple[str, str], int] = {}
    articles: dict[str, Rating] = {}
    for rating in ratings:
        pair = (rating.item, rating.annotator)
        if pair in said and not keep:
            yield (
                f"lines {said[pair]} and {rating.line}: {rating.annotator} has two values for"
                f" {rating.item}"
            )
        said.setdefault(pair, rating.line)
        first = articles.setdefault(rating.item, rating)
        if first.article != rating.article:
            yield (
                f"lines {first.line} and {rating.line}: {rating.item} is in two articles,"
                f" {first.article} and {rating.article}"
            )
