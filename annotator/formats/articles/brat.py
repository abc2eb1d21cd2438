"""brat: a text with its labels beside it, `talks.txt` and `talks.ann`.

The text is the article. The `.ann` file holds text-bound labels (`T1<TAB>Speaker 0 5<TAB>Putin`),
attributes (`A1<TAB>Stance T1 Support`, older `M1`), events, relations and notes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from annotator.errors import RefusedError
from annotator.formats.articles.article import ArticleDraft
from annotator.formats.articles.records import RecordError
from annotator.text.decode import UndecodableText, decode

ENDING = re.compile(r"\.ann$", re.IGNORECASE)
PLACE = re.compile(r"[0-9]{1,9} [0-9]{1,9}(?:;[0-9]{1,9} [0-9]{1,9})*")
# What we do not take from a .ann file: they say nothing about one stretch of text.
OTHERS = {"E": "event", "R": "relation", "*": "equivalence", "N": "normalisation", "#": "note"}


@dataclass
class Label:
    """One text-bound label: its spans in code points of the text, and its attributes."""

    id: str
    type: str
    spans: tuple[tuple[int, int], ...]
    words: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    said_in: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Labels:
    """The labels of one file, and how many entries of other kinds were passed over."""

    labels: tuple[Label, ...]
    passed_over: Mapping[str, int]


def checked(drafts: Iterator[ArticleDraft], raw: bytes) -> Iterator[ArticleDraft]:
    """Yield an article after making sure that the labels beside it are labels of its text."""
    for draft in drafts:
        try:
            read_labels(raw, draft.text)
        except RefusedError as error:
            raise RecordError(f"its labels (.ann): {error}") from error
        yield draft


def read_labels(raw: bytes, text: str) -> Labels:
    """Read a `.ann` file against its text.

    Raises:
        RecordError: a line is malformed, its words are not those of the text, or an attribute
            belongs to no label or has two values; the line is named.

    """
    try:
        # An article without a label has an empty file.
        lines = decode(raw).text.split("\n") if raw.strip() else []
    except UndecodableText as error:
        raise RefusedError(str(error)) from error
    found: dict[str, Label] = {}
    attributes: list[tuple[int, str, str, str]] = []
    passed_over: dict[str, int] = {}
    for number, line in enumerate((each.rstrip("\r") for each in lines), start=1):
        if not line.strip():
            continue
        if line[0] == "T":
            label = read_label(line, number, text)
            if label.id in found:
                raise RecordError(f"line {number}: duplicate {label.id}")
            found[label.id] = label
        elif line[0] in "AM":
            attributes.append((number, *read_attribute(line, number)))
        elif line[0] in OTHERS:
            kind = OTHERS[line[0]]
            passed_over[kind] = passed_over.get(kind, 0) + 1
        else:
            raise RecordError(f"line {number}: “{line[:30]}” is not a brat annotation")
    for number, name, owner, value in attributes:
        if owner in found:
            label = found[owner]
            before = label.said_in.setdefault(name, number)
            if label.attributes.setdefault(name, value) != value:
                raise RecordError(
                    f"lines {before} and {number}: {owner} has two values of {name},"
                    f" {label.attributes[name]} and {value}"
                )
        elif owner.startswith("T"):
            raise RecordError(f"line {number}: there is no label {owner} for its attribute {name}")
    return Labels(tuple(found.values()), passed_over)


def read_label(line: str, number: int, text: str) -> Label:
    """Read a line that begins with T."""
    parts = line.split("\t", 2)
    kind, _, place = (parts[1] if len(parts) == 3 else "").partition(" ")
    if not kind or not PLACE.fullmatch(place):
        raise RecordError(
            f"line {number}: “{line[:60]}” is not a label; expected T1, a tab, Speaker 0"
            " 5, a tab, and the words"
        )
    spans = tuple((int(start), int(end)) for start, end in map(str.split, place.split(";")))
    for start, end in spans:
        if not start < end <= len(text):
            raise RecordError(
                f"line {number}: {start}-{end} is outside the text of {len(text):,} characters"
            )
    words = " ".join(text[start:end] for start, end in spans)
    if words.split() != parts[2].split():
        raise RecordError(
            f"line {number}: the text has “{words[:60]}” there, not “{parts[2][:60]}”;"
            " is it another version of the text?"
        )
    return Label(parts[0], kind, spans, words, number)


def read_attribute(line: str, number: int) -> tuple[str, str, str]:
    """Return name, owner and value of a line that begins with A; a binary one is "true"."""
    words = line.split("\t", 1)[-1].split(maxsplit=2)
    if "\t" not in line or len(words) < 2:
        raise RecordError(f"line {number}: “{line[:60]}” is not an attribute")
    return words[0], words[1], words[2] if len(words) > 2 else "true"
