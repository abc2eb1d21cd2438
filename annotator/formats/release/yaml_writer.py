"""YAML written so that every reader takes the same from it: quoted JSON in flow style.

JSON is YAML as long as every sign stands as YAML lets it: what is not printable is escaped. So a
title with colons, quotes or line ends stays what it is, and our own files can be read as JSON.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# YAML 1.2 section 5.1, less what editors and old readers take for a line end.
UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
STEP = "  "
PLAIN_KEY = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][a-z_-]*")


def quoted(value: Any, indent: str = "") -> str:
    """Return a value as JSON that is YAML too; with an indent it stands over several lines."""
    match value:
        case dict() if value:
            pairs = [
                f"{quoted(str(key))}: {quoted(each, indent and indent + STEP)}"
                for key, each in value.items()
            ]
            return enclosed("{", pairs, "}", indent)
        case list() | tuple() if value:
            return enclosed(
                "[", [quoted(each, indent and indent + STEP) for each in value], "]", indent
            )
        case float():
            # YAML 1.1 takes 1e-05 for a word; 1.0e-05 is the same number everywhere.
            text = json.dumps(value, allow_nan=False)
            return text if "." in text else text.replace("e", ".0e")
        case _:
            return UNPRINTABLE.sub(escaped, json.dumps(value, ensure_ascii=False))


def enclosed(first: str, inner: Sequence[str], last: str, indent: str) -> str:
    """Return the parts of an object or a list, in one line or one a line."""
    if not indent:
        return first + ", ".join(inner) + last
    outer = indent.removesuffix(STEP)
    return f"{first}\n{indent}" + f",\n{indent}".join(inner) + f"\n{outer}{last}"


def escaped(found: re.Match[str]) -> str:
    """Return a sign as JSON and YAML escape it."""
    return json.dumps(found.group())[1:-1]


def block(value: Mapping[str, Any]) -> str:
    """Return a mapping in block style, the usual look of a front matter."""
    return "".join(f"{line}\n" for line in mapping_lines(value))


def mapping_lines(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a mapping."""
    for key, each in value.items():
        name = key if PLAIN_KEY.fullmatch(key) else quoted(key)
        if isinstance(each, Mapping) and each:
            yield f"{name}:"
            yield from (f"  {line}" for line in mapping_lines(each))
        elif isinstance(each, list | tuple) and each:
            yield f"{name}:"
            yield from list_lines(each)
        else:
            yield f"{name}: {quoted(each)}"


def list_lines(values: Sequence[Any]) -> Iterator[str]:
    """Yield the lines of a list."""
    for each in values:
        if isinstance(each, Mapping) and each:
            first, *rest = mapping_lines(each)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
        else:
            yield f"- {quoted(each)}"
