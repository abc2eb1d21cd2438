"""Where two JSON documents differ first, in words."""

import json
import math
from collections.abc import Iterator
from typing import Any

from annotator.formats.release_schemas import path_of, short
from annotator.work.faults import Fault

# Figures are made by the same steps; another machine may round the last digits otherwise.
CLOSE = 1e-9

Path = tuple[str | int, ...]


def first_unlike(found: Any, expected: Any) -> tuple[str, str, str] | None:
    """Return (place, found, expected) of the first difference, None where there is none.

    Order of keys counts as nothing; floats may differ in their last digits.
    """
    unlike = _unlike(found, expected, ())
    if unlike is None:
        return None
    path, here, there = unlike
    return path_of(path) or "all of it", here, there


def _unlike(found: Any, expected: Any, path: Path) -> tuple[Path, str, str] | None:
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in [*expected, *(key for key in found if key not in expected)]:
            if key not in found or key not in expected:
                return (*path, key), _shown(found, key), _shown(expected, key)
            if (below := _unlike(found[key], expected[key], (*path, key))) is not None:
                return below
        return None
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            if (below := _unlike(one, other, (*path, number))) is not None:
                return below
        return None
    return None if _alike(found, expected) else (path, _words(found), _words(expected))


def _alike(found: Any, expected: Any) -> bool:
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, float | int) and isinstance(expected, float | int):
        return math.isclose(found, expected, rel_tol=CLOSE, abs_tol=CLOSE)
    return bool(type(found) is type(expected) and found == expected)


def _shown(document: dict[str, Any], key: str) -> str:
    return _words(document[key]) if key in document else "not there"


def _words(value: Any) -> str:
    return short(json.dumps(value, ensure_ascii=False))


def faults_of(file: str, found: Any, expected: Any, source: str) -> Iterator[Fault]:
    """Yield the first difference of two documents as a fault; `source` gives the expected one."""
    unlike = first_unlike(found, expected)
    if unlike is not None:
        place, here, there = unlike
        yield Fault(file, None, f"“{place}” is {here}; {source} {there}")
