"""JSON of other tools: one object, a list of objects, or an object on each line."""

import io
import json
from collections.abc import Iterator
from typing import Any

from annotator.formats.articles import json_records, jsonl
from annotator.formats.labels.files import Files


def records(files: Files, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each object of a file with its place."""
    raw = files[name]
    if is_lines(raw):
        for line, row in jsonl.objects(io.BytesIO(raw)):
            yield files.place(name, f"line {line}"), row
    else:
        for number, row in enumerate(json_records.objects(raw), start=1):
            yield files.place(name, f"object {number}"), row


def is_lines(raw: bytes) -> bool:
    """Say whether the first line is an object by itself."""
    first = raw.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False
