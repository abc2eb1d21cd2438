"""JSON: one article as an object, or a list of such objects."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles.article import ArticleDraft
from annotator.formats.articles.faults import Faults
from annotator.formats.articles.records import ALONE, RecordError, Table
from annotator.text.decode import UndecodableText, decode

BYTE_ORDER_MARK = "\ufeff"
MOST_DIGITS = 1000
LONG_NUMBER = re.compile(f"[0-9]{{{MOST_DIGITS}}}")
UNICODE = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


def read(raw: bytes, table: Table, faults: Faults) -> Iterator[ArticleDraft]:
    """Yield the articles of one file; objects that cannot be articles are noted."""
    found = content(raw)
    for number, row in enumerate(rows_of(found), start=1):
        where = f"article {number}"
        try:
            if isinstance(row, RecordError):
                raise RecordError(f"{where}: {row}")
            draft = table.draft(row, number if isinstance(found, list) else ALONE, where)
        except RecordError as error:
            faults.note(error)
        else:
            yield draft


def objects(raw: bytes) -> Iterator[dict[str, Any] | RecordError]:
    """Yield the objects of one file, a single one or those of a list; of what is none, the cause.

    Raises:
        RefusedError: it is no JSON, or an empty list.

    """
    yield from rows_of(content(raw))


def content(raw: bytes) -> Any:
    """Return what one file says; RefusedError where it is no JSON in UTF-8."""
    try:
        decoded = decode(raw)
    except UndecodableText as error:
        raise RefusedError(str(error)) from error
    if decoded.encoding not in UNICODE:
        raise RefusedError("it is not UTF-8; save it as UTF-8")
    return parse(decoded.text)


def rows_of(found: Any) -> Iterator[dict[str, Any] | RecordError]:
    """Yield the objects of what a file says, or why one of them is none."""
    rows = found if isinstance(found, list) else [found]
    if not rows:
        raise RefusedError("its list is empty")
    for row in rows:
        yield row if isinstance(row, dict) else RecordError("it is not an object {…}")


def parse(text: str, where: str = "") -> Any:
    """Return what a JSON text says.

    Raises:
        RecordError: it is no JSON, nested too deeply, has a key twice or a number that is none.

    """
    before = f"{where}: " if where else ""
    try:
        if text.startswith(BYTE_ORDER_MARK):
            raise json.JSONDecodeError("Unexpected UTF-8 BOM (decode using utf-8-sig)", text, 0)
        return (CAREFUL if may_have_long_number(text) else PARSER).decode(text)
    except RecursionError as error:
        raise RecordError(f"{before}it is nested too deeply") from error
    except json.JSONDecodeError as error:
        place = place_of(error, text, is_line=bool(where))
        fault = error.msg.removesuffix(" at")
        raise RecordError(f"{before}it is not valid JSON: {fault} at {place}") from error
    except ValueError as error:  # a key twice, NaN, or a number with thousands of digits
        raise RecordError(f"{before}{error}") from error


def place_of(error: json.JSONDecodeError, text: str, *, is_line: bool) -> str:
    """Say where a text stops being JSON: a bracket that is missing is missed at the very end."""
    if error.pos >= len(text.rstrip()):
        return "the end; is a bracket missing?"
    if is_line:
        return f"character {error.colno}"
    return f"line {error.lineno}, character {error.colno}"


def without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; a key that stands twice is refused, since one of both would be lost."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twin = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"duplicate key “{twin[:60]}” in one object")
    return made


def whole_number(digits: str) -> int:
    """Return a whole number; one of thousands of digits, which takes long to read, is refused."""
    if len(digits) > MOST_DIGITS:
        raise ValueError(
            f"a number has {len(digits):,} digits, at most {MOST_DIGITS:,} are read; put it in"
            " quotation marks to keep it as text"
        )
    return int(digits)


def refuse_constant(name: str) -> Any:
    """Refuse NaN and the infinities, which JSON does not know."""
    raise ValueError(f"{name} is not valid JSON")


def may_have_long_number(text: str) -> bool:
    """Say whether each whole number of a text must be looked at, which takes most of the time."""
    return len(text) > MOST_DIGITS and LONG_NUMBER.search(text) is not None


PARSER = json.JSONDecoder(object_pairs_hook=without_twins, parse_constant=refuse_constant)
CAREFUL = json.JSONDecoder(
    object_pairs_hook=without_twins, parse_constant=refuse_constant, parse_int=whole_number
)
