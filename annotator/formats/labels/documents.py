"""What a file of another tool holds, in its own words: documents with labels and relations.

A reader says what stands there and where; what it means is a matter of the mapping.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles.records import OtherWordsError, RecordError
from annotator.formats.labels.rows import Remark

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Label:
    """One label: its name, the values of its fields, and the words it marks.

    `spans` are its fragments in code points of the document, in the order of the text; without any
    the whole document is meant. `words` are those the file says it marks; fragments are joined by
    spaces. The name of a `layer` needs no entry in a mapping where its values have one.
    """

    where: str
    name: str = ""
    values: tuple[tuple[str, str], ...] = ()
    spans: tuple[Span, ...] = ()
    words: str | None = None
    id: str = ""
    layer: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A relation or event: its name, and which label (by its id) has which role in it."""

    where: str
    name: str
    roles: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A label that is left out: where and why, and the words it marks, as far as they are known."""

    said: str
    spans: tuple[Span, ...] = ()

    def __str__(self) -> str:
        return self.said


@dataclass(frozen=True, slots=True)
class Document:
    """All that one annotator said of one text, or one row of it where `whole` is false.

    `article` is a key or empty, then `text` tells which article or sentence is meant; `sentence` is
    a position where the file names one. `made` tells which of two documents is the newer one.
    `faults` are labels that could not be read.
    """

    where: str
    annotator: str
    article: str = ""
    text: str | None = None
    sentence: int | None = None
    labels: tuple[Label, ...] = ()
    links: tuple[Link, ...] = ()
    faults: tuple[Fault, ...] = ()
    whole: bool = True
    made: str = ""


Documents = Iterator[Document | RecordError | Remark]


@dataclass(frozen=True)
class Fields:
    """Which of their fields hold our key of the article, the name of the annotator and the text.

    A dot leads into an object: `meta.key`. Empty means what is usual for the format.
    """

    article: str = ""
    annotator: str = ""
    text: str = ""


@dataclass
class Reading:
    """The labels of a document as they are read: each that is broken is a fault by itself."""

    labels: list[Label] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, where: str, said: object) -> None:
        """Note what could not be read."""
        spans = said.spans if isinstance(said, OtherWordsError) else ()
        self.faults.append(Fault(f"{where}: {said}; left out", spans))


def value_at(row: Mapping[str, Any], path: str) -> object:
    """Return the value of a field, by its name or by a path of names with dots; None without one.

    What an editor wraps into a list of one is that one.
    """
    found: object = row
    if path in row:
        return row[path]
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return found


def text_at(row: Mapping[str, Any], paths: tuple[str, ...]) -> str:
    """Return the first of some fields that is a name or a number, as text; empty without one."""
    for path in paths:
        found = value_at(row, path)
        if isinstance(found, str | int) and not isinstance(found, bool):
            return str(found)
    return ""


def document_text(row: Mapping[str, Any], paths: tuple[str, ...]) -> str:
    """Return the text of a document.

    Raises:
        RefusedError: there is none.

    """
    for path in paths:
        found = value_at(row, path)
        if isinstance(found, str):
            return found
    raise RefusedError(f"it has no “{paths[0]}”")


def position_at(row: Mapping[str, Any], key: str) -> int | None:
    """Return which sentence of a known article a text is, as our own exports say it."""
    found = row.get("sentence")
    is_position = isinstance(found, int) and not isinstance(found, bool) and found >= 0
    return found if key and is_position else None


def span_of(start: object, end: object) -> Span:
    """Return a span, if its ends are whole numbers in order."""
    if (
        not isinstance(start, int)
        or not isinstance(end, int)
        or isinstance(start, bool)
        or not 0 <= start < end
    ):
        raise RefusedError(f"“{start}, {end}” is not a valid start and end")
    return start, end


def values_of(features: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what fields say as texts, one pair for each value; empty ones say nothing."""
    pairs: list[tuple[str, str]] = []
    for name, value in features.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, bool):
                pairs.append((name, "true" if each else "false"))
            elif isinstance(each, str | int | float) and str(each).strip():
                pairs.append((name, str(each)))
            elif isinstance(each, Mapping):
                raise RefusedError(f"“{name[:60]}” holds an object; expected a name or a number")
    return tuple(pairs)
