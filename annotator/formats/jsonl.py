"""JSON Lines: one object a line, in UTF-8, exact."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
# Some readers take these for the end of a line; JSON may escape them.
LINE_ENDS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def write(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield one line per row; keys stay in their order, characters stay what they are."""
    for row in rows:
        line = ENCODER.encode(row)
        for sign, escaped in LINE_ENDS.items():
            if sign in line:
                line = line.replace(sign, escaped)
        yield line + "\n"
