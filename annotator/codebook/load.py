"""Read a codebook from TOML or from its frozen JSON, or refuse it with everything wrong in it."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from annotator.codebook.checks import problems_of
from annotator.codebook.parse import Problems, read_entries, read_entry, read_named, read_table
from annotator.codebook.scheme import (
    MEASURED_FIELDS,
    OPTIONAL_FIELDS,
    Aspect,
    Certainty,
    Codebook,
    Entry,
    Rule,
    Section,
    Speakers,
    SpeakerType,
    Stance,
    Status,
    Unsure,
)

DEFAULT_NAME, SHORT_NAME = "default.toml", "short.toml"
TEXTS = ("version", "title", "question")
TABLES: Mapping[str, type[Entry]] = {"speakers": Speakers, "unsure": Unsure}
LISTS: Mapping[str, type[Entry]] = {
    "sections": Section,
    "rules": Rule,
    "statuses": Status,
    "speaker_types": SpeakerType,
    "stances": Stance,
    "certainties": Certainty,
    "aspects": Aspect,
}


class CodebookError(ValueError):
    """A codebook that cannot be used, with all its problems."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def load(text: str, name: str = "codebook") -> Codebook:
    """Read a codebook from TOML text; `name` stands before each problem."""
    try:
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise CodebookError([f"{name}: {_syntax_problem(str(error), text)}"]) from error
    except RecursionError as error:
        raise CodebookError([f"{name}: is nested too deeply"]) from error
    return build(document, name)


@lru_cache(maxsize=1)
def load_default() -> Codebook:
    """Return the codebook for US-Russia cooperation that comes with the program."""
    return load(default_text(), DEFAULT_NAME)


def default_text() -> str:
    """Return the default codebook as its author wrote it, to copy and change."""
    return sample_text(DEFAULT_NAME)


def sample_text(name: str) -> str:
    """Return a codebook that comes with the program as its author wrote it."""
    return resources.files("annotator.codebook").joinpath(name).read_text(encoding="utf-8")


def to_json(codebook: Codebook) -> str:
    """Freeze a codebook: the same content always gives the same text."""
    document: dict[str, Any] = {name: getattr(codebook, name) for name in TEXTS}
    document |= {name: asdict(getattr(codebook, name)) for name in TABLES}
    document |= {name: [asdict(each) for each in getattr(codebook, name)] for name in LISTS}
    document["fields"] = {name: name in codebook.fields for name in OPTIONAL_FIELDS}
    document["measures"] = dict(codebook.measures)
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


@lru_cache(maxsize=64)
def from_json(text: str) -> Codebook:
    """Thaw a codebook; the same text gives the same object."""
    name = "codebook.json"
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise CodebookError([f"{name}: {place}: {error.msg.removesuffix(' at')}"]) from error
    return build(document, name)


def build(document: object, name: str) -> Codebook:
    """Return a codebook from what a TOML or JSON text said; `name` stands before each problem."""
    problems = Problems(name)
    codebook = _read(read_table(document, "", problems), problems)
    for where, what in problems_of(codebook):
        problems.add(where, what)
    if problems.found:
        raise CodebookError(problems.found)
    return codebook


def build_from(codebook: Codebook) -> Codebook:
    """Return a codebook that was put together here as one that has been checked."""
    return from_json(to_json(codebook))


def _read(document: dict[str, Any], problems: Problems) -> Codebook:
    problems.unknown_keys("", document, (*TEXTS, *TABLES, *LISTS, "fields", "measures"))
    parts: dict[str, Any] = {name: read_named(document, name, str, "", problems) for name in TEXTS}
    for name, kind in TABLES.items():
        parts[name] = read_entry(kind, document.get(name, {}), name, problems)
    for name, kind in LISTS.items():
        parts[name] = read_entries(kind, document.get(name, []), name, problems)
    switches = _read_all(document, "fields", bool, OPTIONAL_FIELDS, problems)
    parts["fields"] = tuple(name for name, on in switches.items() if on)
    # Without certainties nothing says how they are read.
    measured = MEASURED_FIELDS if parts["certainties"] else MEASURED_FIELDS[:-1]
    parts["measures"] = _read_all(document, "measures", str, measured, problems)
    return Codebook(**parts)


def _read_all(
    document: dict[str, Any], where: str, kind: type, names: tuple[str, ...], problems: Problems
) -> Mapping[str, Any]:
    table = read_table(document.get(where, {}), where, problems)
    problems.unknown_keys(where, table, names)
    return MappingProxyType(
        {name: read_named(table, name, kind, where, problems) for name in names}
    )


def _syntax_problem(message: str, text: str) -> str:
    problem, _, place = message.removesuffix(")").rpartition(" (at ")
    if place == "end of document":
        place = f"line {len(text.splitlines())} (the end)"
    return f"{place}: {problem}"
