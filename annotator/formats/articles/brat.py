"""brat: a text with its labels beside it, `talks.txt` and `talks.ann`.

The text is the article. The `.ann` file holds text-bound labels (`T1<TAB>Speaker 0 5<TAB>Putin`),
attributes (`A1<TAB>Stance T1 Support`, older `M1`), events (`E1<TAB>Says:T3 Source:T1`), relations
(`R1<TAB>About Arg1:T1 Arg2:T2`), equivalences, normalisations and notes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from annotator.errors import RefusedError
from annotator.formats.articles.article import ArticleDraft
from annotator.formats.articles.records import OtherWordsError, RecordError
from annotator.text.decode import UndecodableText, decode

ENDING = re.compile(r"\.ann$", re.IGNORECASE)
PLACE = re.compile(r"[0-9]{1,9} [0-9]{1,9}(?:;[0-9]{1,9} [0-9]{1,9})*")
# They say nothing about who says what of one stretch of text.
OTHERS = {"*": "equivalence", "N": "normalisation", "#": "note"}


def texts_of(name: str) -> tuple[str, ...]:
    """Return how the text of a file of labels may be called; () for another file.

    `talks.A07.ann` holds what A07 says of `talks.txt`.
    """
    if not ENDING.search(name):
        return ()
    stem = ENDING.sub("", name)
    return f"{stem}.txt", re.sub(r"\.[^./\\]*$", "", stem) + ".txt"


@dataclass
class Owner:
    """Whatever attributes may belong to."""

    id: str
    type: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict, kw_only=True)
    said_in: dict[str, int] = field(default_factory=dict, kw_only=True)


@dataclass
class Label(Owner):
    """One text-bound label: its spans in code points of the text, in order, and its words."""

    spans: tuple[tuple[int, int], ...]
    words: str


@dataclass
class Relation(Owner):
    """An event or a relation: which label or event has which role in it.

    The trigger of an event has its type for a role.
    """

    roles: tuple[tuple[str, str], ...]
    is_event: bool


@dataclass
class Labels:
    """All of one file, what cannot be read, and what is of another kind, by its line."""

    labels: dict[str, Label] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    others: list[tuple[int, str]] = field(default_factory=list)
    faults: list[RecordError] = field(default_factory=list)


def checked(drafts: Iterator[ArticleDraft], raw: bytes) -> Iterator[ArticleDraft]:
    """Yield an article after making sure that the labels beside it are labels of its text."""
    for draft in drafts:
        try:
            faults = read_labels(raw, draft.text).faults
        except RefusedError as error:
            raise RecordError(f"its labels (.ann): {error}") from error
        if faults:
            raise RecordError(f"its labels (.ann): {faults[0]}") from faults[0]
        yield draft


def read_labels(raw: bytes, text: str) -> Labels:
    """Read a `.ann` file against its text; each line that is wrong is a fault by itself.

    Raises:
        RefusedError: it is no text.

    """
    try:
        # An article without a label has an empty file.
        lines = decode(raw).text.split("\n") if raw.strip() else []
    except UndecodableText as error:
        raise RefusedError(str(error)) from error
    found = Labels()
    attributes: list[tuple[int, str, str, str]] = []
    for number, line in enumerate((each.rstrip("\r") for each in lines), start=1):
        try:
            if line[:1] == "T":
                add(found.labels, read_label(line, number, text))
            elif line[:1] in {"E", "R"}:
                add(found.relations, read_relation(line, number))
            elif line[:1] in {"A", "M"}:
                attributes.append((number, *read_attribute(line, number)))
            elif line[:1] in OTHERS:
                found.others.append((number, OTHERS[line[0]]))
            elif line.strip():
                raise RecordError(f"line {number}: “{line[:30]}” is not a brat annotation")
        except RecordError as error:
            found.faults.append(error)
    give_attributes(found, attributes)
    return found


Kind = TypeVar("Kind", bound=Owner)


def add(known: dict[str, Kind], new: Kind) -> None:
    """Add a label or relation; the same name cannot stand twice."""
    if new.id in known:
        raise RecordError(f"line {new.line}: duplicate {new.id}")
    known[new.id] = new


def give_attributes(found: Labels, attributes: list[tuple[int, str, str, str]]) -> None:
    """Give each attribute to its owner; one with two values has none."""
    for number, name, owner_id, value in attributes:
        owner = found.labels.get(owner_id) or found.relations.get(owner_id)
        if owner is None:
            found.faults.append(
                RecordError(f"line {number}: there is no label {owner_id} for its attribute {name}")
            )
            continue
        before = owner.said_in.setdefault(name, number)
        if before == number:
            owner.attributes[name] = value
        elif owner.attributes.get(name) != value:
            first = owner.attributes.pop(name, "another")
            found.faults.append(
                RecordError(
                    f"lines {before} and {number}: {owner_id} has two values of {name},"
                    f" {first} and {value}"
                )
            )


def read_label(line: str, number: int, text: str) -> Label:
    """Read a line that begins with T."""
    parts = line.split("\t", 2)
    kind, _, place = (parts[1] if len(parts) == 3 else "").partition(" ")
    if not kind or not PLACE.fullmatch(place):
        raise RecordError(
            f"line {number}: “{line[:60]}” is not a label; expected T1, a tab, Speaker 0"
            " 5, a tab, and the words"
        )
    spans = [(int(start), int(end)) for start, end in map(str.split, place.split(";"))]
    for start, end in spans:
        if not start < end <= len(text):
            raise RecordError(
                f"line {number}: {start}-{end} is outside the text of {len(text):,} characters"
            )
    words = " ".join(text[start:end] for start, end in spans)
    if words.split() != parts[2].split():
        raise OtherWordsError(
            f"line {number}: the text has “{words[:60]}” there, not “{parts[2][:60]}”;"
            " is it another version of the text?",
            tuple(spans),
        )
    spans.sort()
    words = " ".join(text[start:end] for start, end in spans)
    return Label(parts[0], kind, number, tuple(spans), words)


def read_relation(line: str, number: int) -> Relation:
    """Read a line that begins with E or R."""
    name, _, rest = line.partition("\t")
    words = rest.split()
    is_event = name.startswith("E")
    kind = words[0].partition(":")[0] if words else ""
    roles = [word.partition(":") for word in (words if is_event else words[1:])]
    if not kind or not roles or not all(role and sign and to for role, sign, to in roles):
        right = "E1, a tab, Says:T3 Source:T1" if is_event else "R1, a tab, About Arg1:T1 Arg2:T2"
        what = "an event" if is_event else "a relation"
        raise RecordError(f"line {number}: “{line[:60]}” is not {what}; expected {right}")
    return Relation(name, kind, number, tuple((role, to) for role, _, to in roles), is_event)


def read_attribute(line: str, number: int) -> tuple[str, str, str]:
    """Return name, owner and value of a line that begins with A; a binary one is "true"."""
    words = line.split("\t", 1)[-1].split(maxsplit=2)
    if "\t" not in line or len(words) < 2:
        raise RecordError(f"line {number}: “{line[:60]}” is not an attribute")
    return words[0], words[1], words[2] if len(words) > 2 else "true"
