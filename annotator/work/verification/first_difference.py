"""Where two JSON documents differ first, in words."""

import json
import math
from collections.abc import Iterator
from typing import Any

from annotator.phrases import path_of, short
from annotator.work.verification.faults import Fault

# Figures are made by the same steps; another machine may round the last digits otherwise.
CLOSE = 1e-9

Path = tuple[str | int, ...]
Unlike = tuple[Path, Any, Any]
NOT_THERE = object()


def first_difference(
    found: Any, expected: Any, digits: int | None = None
) -> tuple[str, str, str] | None:
    """Return (place, found, expected) of the first difference, None where there is none.

    Order of keys counts as nothing; floats may differ in their last digits. With `digits`, found
    ones are expected ones rounded to so many decimals (see `is_rounded`).
    """
    difference = _first(found, expected, (), digits)
    if difference is None:
        return None
    path, here, there = difference
    return path_of(path) or "all of it", _words(here), _words(_rounded(there, digits))


def is_rounded(found: Any, expected: float, digits: int) -> bool:
    """Say whether a number is what rounding gives, here or on a machine with other last digits.

    Only what lies within their reach of the middle between two roundings may be either of them.
    """
    if found == round(expected, digits):
        return True
    near = 0.5 * 10**-digits + CLOSE
    return bool(found == round(found, digits) and abs(found - expected) <= near)


def _first(found: Any, expected: Any, path: Path, digits: int | None) -> Unlike | None:
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in [*expected, *(key for key in found if key not in expected)]:
            if key not in found or key not in expected:
                return (*path, key), found.get(key, NOT_THERE), expected.get(key, NOT_THERE)
            if (below := _first(found[key], expected[key], (*path, key), digits)) is not None:
                return below
        return None
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            if (below := _first(one, other, (*path, number), digits)) is not None:
                return below
        return None
    return None if _alike(found, expected, digits) else (path, found, expected)


def _alike(found: Any, expected: Any, digits: int | None) -> bool:
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, float | int) and isinstance(expected, float | int):
        if digits is not None and isinstance(expected, float):
            return is_rounded(found, expected, digits)
        return math.isclose(found, expected, rel_tol=CLOSE, abs_tol=CLOSE)
    return bool(type(found) is type(expected) and found == expected)


def _rounded(value: Any, digits: int | None) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each, digits) for key, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each, digits) for each in value]
    return round(value, digits) if digits is not None and isinstance(value, float) else value


def _words(value: Any) -> str:
    return "missing" if value is NOT_THERE else short(json.dumps(value, ensure_ascii=False))


def faults_of(
    file: str, found: Any, expected: Any, source: str, digits: int | None = None
) -> Iterator[Fault]:
    """Yield the first difference of two documents as a fault; `source` gives the expected one."""
    difference = first_difference(found, expected, digits)
    if difference is not None:
        place, here, there = difference
        yield Fault(file, None, f"“{place}” is {here}; {source} {there}")
