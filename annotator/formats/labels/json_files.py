"""JSON of other tools: one object, a list of objects, or an object on each line."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles import json_records, jsonl
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.documents import Document, Documents
from annotator.formats.labels.files import Files
from annotator.formats.labels.rows import Remark

Made = Document | RecordError | Remark
# So many lines are looked at to tell whether there is an object on each.
LOOKED_AT = 5


def documents(
    files: Files,
    name: str,
    make: Callable[[dict[str, Any], str], Iterator[Made]],
    what: str,
    unit: str = "object",
) -> Documents:
    """Yield what each object of a file makes, and for one that is broken its place and the cause.

    `make` is given an object and its place; `what` is said of one that has another shape: "it is
    no …". A file that cannot be read at all is one fault where it is one of several.
    """
    try:
        for where, row in records(files, name, unit):
            if isinstance(row, RecordError):
                yield RecordError(f"{row}; left out")
                continue
            try:
                yield from make(row, where)
            except (RefusedError, KeyError, TypeError, ValueError, AttributeError) as error:
                said = error if isinstance(error, RefusedError) else what
                yield RecordError(f"{where}: {said}; left out")
    except RefusedError as error:
        if files.alone:
            raise
        yield RecordError(f"{name}: {error}; the file is left out")


def records(
    files: Files, name: str, unit: str = "object"
) -> Iterator[tuple[str, dict[str, Any] | RecordError]]:
    """Yield each object of a file with its place, or why there is none; its error names it."""
    raw = files[name]
    if is_lines(raw):
        for line, row in jsonl.lines(io.BytesIO(raw)):
            where = files.place(name, f"line {line}")
            yield where, RecordError(files.place(name, str(row))) if is_fault(row) else row
    else:
        for number, row in enumerate(json_records.objects(raw), start=1):
            own = row.get("id", number) if isinstance(row, Mapping) and unit == "task" else number
            where = files.place(name, f"{unit} {own}")
            yield where, RecordError(f"{where}: {row}") if is_fault(row) else row


def is_fault(row: object) -> bool:
    """Say whether a record is the cause why there is none."""
    return isinstance(row, RecordError)


def is_lines(raw: bytes) -> bool:
    """Say whether there is an object on each line; the first lines may be broken ones."""
    lines = filter(bytes.strip, io.BytesIO(raw.removeprefix(b"\xef\xbb\xbf")))
    first, *more = [*islice(lines, LOOKED_AT)] or [b""]
    if is_object(first):
        return True
    return any(map(is_object, more)) and not is_json(raw)


def is_object(line: bytes) -> bool:
    """Say whether a line is an object by itself."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def is_json(raw: bytes) -> bool:
    """Say whether a whole file is JSON."""
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return True
