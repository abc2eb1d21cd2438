"""Reads labels of anybody's making from a table: item, annotator, value, and perhaps article."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotator.text.decode import UndecodableText, decode
from annotator.work.errors import RefusedError

COLUMNS = ("item", "annotator", "value")
ARTICLE = "article"
MOST_NAMED = 5


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


def read_ratings(
    raw: bytes, values: Sequence[str] | None = None, keep_repeats: bool = False
) -> list[Rating]:
    """Return the labels of a CSV file; refuse it with the lines that are wrong.

    `values` is the declared scale: nothing else may stand there. An (item, annotator) pair may
    stand there once, unless repeats are kept, and an item in one article.
    """
    try:
        text = decode(raw).text
    except UndecodableText as error:
        raise RatingsError(str(error)) from error
    problems: list[str] = []
    ratings = [rating for rating in rows(text, problems) if fits(rating, values, problems)]
    problems += repeats(ratings, keep_repeats)
    if problems:
        more = f"; and {len(problems) - MOST_NAMED:,} more" if len(problems) > MOST_NAMED else ""
        raise RatingsError("; ".join(problems[:MOST_NAMED]) + more)
    if not ratings:
        raise RatingsError("there is no label in it")
    return ratings


def rows(text: str, problems: list[str]) -> Iterator[Rating]:
    """Yield the rows in order; a row that is too short or too long is a problem."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        places = columns(header)
        line = reader.line_num + 1
        for row in reader:
            if len(row) == len(header):
                cells = {name: row[place].strip() for name, place in places.items()}
                yield Rating(line, **cells)
            elif any(row):
                problems.append(f"line {line}: {len(row)} cells instead of {len(header)}")
            line = reader.line_num + 1
    except csv.Error as error:
        raise RatingsError(f"line {reader.line_num}: {error}") from error


def columns(header: Sequence[str]) -> dict[str, int]:
    """Return where each column stands, or say which one is missing."""
    for name in COLUMNS:
        if header.count(name) != 1:
            seen = ", ".join(header) or "nothing"
            raise RatingsError(
                f"line 1: one column must be called “{name}”; the columns are {seen}"
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
                f"lines {first.line} and {rating.line}: {rating.item} stands in two articles,"
                f" {first.article} and {rating.article}"
            )
