"""Reads labels of anybody's making from a table: item, annotator, value, and perhaps article."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from annotator.errors import RefusedError
from annotator.formats.articles.csv_tables import Sheet, most_of
from annotator.formats.articles.records import RecordError
from annotator.text.decode import UndecodableText, decode
from annotator.text.spelling import near, number, tidy

COLUMNS = ("item", "annotator", "value")
ARTICLE = "article"
MOST_NAMED = 5
NO_VALUE = {"nan", "na", "n/a", "#n/a", "<na>", "null", "none", "nil"}
"""What programs write into a cell that holds nothing."""


class RatingsError(RefusedError):
    """The table cannot be read; the message names the lines."""


@dataclass(frozen=True)
class Rating:
    """One label: what one annotator said of one item, and the line where it stands."""

    line: int
    item: str
    annotator: str
    value: str
    article: str | None = None


class Ratings(NamedTuple):
    """The labels of a table, and what somebody should know who reads figures made from them."""

    labels: list[Rating]
    warnings: list[str]


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
        text = decode(raw).text
    except UndecodableText as error:
        raise RatingsError(str(error)) from error
    problems: list[str] = []
    found = list(rows(text, problems))
    spelled = numbers_as_one({rating.value for rating in found}, values or ())
    labels = [
        rating
        for rating in (replace(each, value=spelled.get(each.value, each.value)) for each in found)
        if fits(rating, values, problems)
    ]
    problems += repeats(labels, keep_repeats)
    if problems:
        more = f"; and {len(problems) - MOST_NAMED:,} more" if len(problems) > MOST_NAMED else ""
        raise RatingsError("; ".join(problems[:MOST_NAMED]) + more)
    if not labels:
        raise RatingsError("it contains no labels")
    return Ratings(labels, [*said_of_numbers(spelled), *said_of(labels)])


def rows(text: str, problems: list[str]) -> Iterator[Rating]:
    """Yield the rows in order; a row that is too short or too long is a problem."""
    sheet = Sheet(text, "", most_of(text.split("\n", 1)[0]), ())
    try:
        lines = sheet.lines()
        _, first = next(lines, (1, []))
        header = [tidy(name).lower() for name in first]
        places = columns(header)
        for line, row in lines:
            if len(row) == len(header):
                cells = {name: tidy(row[place]) for name, place in places.items()}
                yield Rating(line, **cells)
            elif any(row):
                problems.append(f"line {line}: {len(row)} cells instead of {len(header)}")
    except RecordError as error:
        raise RatingsError(str(error)) from error


def columns(header: Sequence[str]) -> dict[str, int]:
    """Return where each column stands, or say which one is missing."""
    for name in COLUMNS:
        if header.count(name) != 1:
            seen = ", ".join(header) or "nothing"
            raise RatingsError(
                f"line 1: one column must be called “{name}”; the columns are {seen}"
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


def said_of(labels: Sequence[Rating]) -> Iterator[str]:
    """Yield what may be one annotator or value, and what may be none."""
    given = Counter(rating.value for rating in labels)
    names = {
        "annotators": sorted({rating.annotator for rating in labels}),
        "values": sorted(given),
    }
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
