"""Turn tables of a codebook file into entries, noting everything that is wrong on the way."""

import re
from collections.abc import Iterable
from dataclasses import MISSING, Field, fields
from difflib import get_close_matches
from typing import Any, TypeVar

from annotator.codebook.scheme import Entry

EntryT = TypeVar("EntryT", bound=Entry)

EMPTY: dict[object, Any] = {str: "", bool: False, int: 0, tuple[str, ...]: ()}
WANTED = {
    str: "must be text in quotes",
    bool: "must be true or false",
    int: "must be a whole number",
    tuple[str, ...]: "must be a list of texts",
    dict: "must be a table",
}


class Problems:
    """What is wrong with one file, in the order found."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[str] = []

    def add(self, where: str, what: str) -> None:
        """Note a problem of an entry; an empty place means the file as a whole."""
        self.found.append(": ".join(part for part in (self.name, where, what) if part))

    def unknown_keys(self, where: str, keys: Iterable[str], known: Iterable[str]) -> None:
        """Note each key that means nothing here."""
        known = tuple(known)
        for key in keys:
            if key not in known:
                self.add(where, f'unknown key "{key}"{did_you_mean(key, known)}')


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint to the nearest known word, or to all of them when they are few."""
    known = tuple(known)
    if near := get_close_matches(word, known, n=1):
        return f'; did you mean "{near[0]}"?'
    return f" (known: {', '.join(known)})" if 0 < len(known) <= 8 else ""


def read_entry(kind: type[EntryT], found: object, where: str, problems: Problems) -> EntryT:
    """Read one table into an entry of this kind."""
    table = read_table(found, where, problems)
    known = fields(kind)
    problems.unknown_keys(where, table, (each.name for each in known))
    return kind(**{each.name: _read_field(each, table, where, problems) for each in known})


def read_entries(
    kind: type[EntryT], found: object, where: str, problems: Problems
) -> tuple[EntryT, ...]:
    """Read a list of tables, each named after its value or id."""
    if not isinstance(found, list):
        problems.add(where, f"must be a list of tables, each under [[{where}]]")
        return ()
    named = ((_name_of(table, where, number), table) for number, table in enumerate(found, 1))
    return tuple(read_entry(kind, table, name, problems) for name, table in named)


def read_table(found: object, where: str, problems: Problems) -> dict[str, Any]:
    """Return a table as it is, or an empty one with a problem noted."""
    if isinstance(found, dict):
        return found
    problems.add(where, WANTED[dict])
    return {}


def read_named(table: dict[str, Any], name: str, kind: type, where: str, problems: Problems) -> Any:
    """Read what must be there under a name, or note that it is missing or of another kind."""
    if name not in table:
        problems.add(where, f"{name} is missing")
        return EMPTY[kind]
    return _read_kind(table[name], name, kind, where, problems)


def _read_field(field: Field[Any], table: dict[str, Any], where: str, problems: Problems) -> Any:
    kind: Any = field.type
    if field.default is MISSING:
        return read_named(table, field.name, kind, where, problems)
    if field.name not in table:
        return field.default
    return _read_kind(table[field.name], field.name, kind, where, problems, may_be_empty=True)


def _read_kind(
    found: Any, name: str, kind: Any, where: str, problems: Problems, *, may_be_empty: bool = False
) -> Any:
    if not _is_of(kind, found):
        problems.add(where, f"{name} {WANTED[kind]}")
        return EMPTY[kind]
    value: Any = found
    if kind is str:
        value = _one_line(found)
    elif isinstance(found, list):
        value = tuple(text for each in found if (text := _one_line(each)))
    if value in ("", ()) and not may_be_empty:
        problems.add(where, f"{name} is missing")
    return value


def _one_line(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def _is_of(kind: object, found: object) -> bool:
    if kind == tuple[str, ...]:
        return isinstance(found, list) and all(isinstance(each, str) for each in found)
    return type(found) is kind


def _name_of(table: object, where: str, number: int) -> str:
    if isinstance(table, dict):
        for key in ("value", "id"):
            if isinstance(table.get(key), str) and _one_line(table[key]):
                return f"{where}.{_one_line(table[key])}"
    return f"{where} entry {number}"
