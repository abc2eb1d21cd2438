"""JSON Lines: one object a line, in UTF-8, exact."""

import codecs
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from annotator.errors import RefusedError
from annotator.formats.articles.article import ArticleDraft
from annotator.formats.articles.faults import Faults
from annotator.formats.articles.json_records import parse
from annotator.formats.articles.records import RecordError, Table

# Rows are made anew, so that none holds itself.
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False)
# Some readers take these for the end of a line; JSON may escape them.
LINE_ENDS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
LONGEST_LINE = 20 * 1024 * 1024


def write(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield one line per row; keys stay in their order, characters stay what they are."""
    return map(line_of, rows)


def line_of(row: Mapping[str, Any]) -> str:
    """Return the line of one row, with its end."""
    line = ENCODER.encode(row)
    if not line.isascii():
        for sign, escaped in LINE_ENDS.items():
            line = line.replace(sign, escaped)
    return line + "\n"


def read(
    rows: Iterable[tuple[int, dict[str, Any] | RecordError]], table: Table, faults: Faults
) -> Iterator[ArticleDraft]:
    """Yield the article of each line of `lines`; those that cannot be articles are noted."""
    for number, (line, row) in enumerate(rows, start=1):
        try:
            if isinstance(row, RecordError):
                raise row
            draft = table.draft(row, number, f"line {line}")
        except RecordError as error:
            faults.note(error)
        else:
            yield draft


def objects(stream: BinaryIO) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the same as `lines`; a line that is no object is raised."""
    return sound(lines(stream))


def sound(
    rows: Iterable[tuple[int, dict[str, Any] | RecordError]],
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of lines; the first that is none is raised."""
    for number, row in rows:
        if isinstance(row, RecordError):
            raise row
        yield number, row


def lines(stream: BinaryIO) -> Iterator[tuple[int, dict[str, Any] | RecordError]]:
    """Yield the number and the object of each line, or why it holds none.

    Empty lines are passed over; memory grows with the longest line alone.

    Raises:
        RecordError: a line is too long, or the first one of no UTF-8; it is named.
        RefusedError: there is no line at all.

    """
    number, found = 0, False
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        where = f"line {number}"
        if len(raw) > LONGEST_LINE:
            most = LONGEST_LINE // (1024 * 1024)
            raise RecordError(f"{where}: it is longer than {most} MB; is this JSON Lines?")
        if number == 1:
            raw = raw.removeprefix(codecs.BOM_UTF8)
            refuse_wide(raw)
        if not raw.strip():
            continue
        found = True
        row: dict[str, Any] | RecordError
        try:
            row = parsed(raw, where)
        except RecordError as error:
            row = error
        yield number, row
    if not found:
        raise RefusedError("it contains no data")


def parsed(raw: bytes, where: str) -> dict[str, Any]:
    """Return the object of one line, or refuse it; `where` names the line."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(
            f"{where}: byte {error.start + 1} of the line is not UTF-8 ({error.reason});"
            " JSON Lines are always UTF-8: save the file as UTF-8"
        ) from error
    row = parse(text, where)
    if not isinstance(row, dict):
        raise RecordError(f"{where}: it is not an object; expected one object {{…}} per line")
    return row


def refuse_wide(raw: bytes) -> None:
    """Refuse UTF-16 and UTF-32 by name."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in raw[:100]:
        raise RecordError(
            "line 1: it looks like UTF-16 or a binary file; JSON Lines are always UTF-8: save the"
            " file as UTF-8"
        )
