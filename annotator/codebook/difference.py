"""What differs between two versions of a codebook, entry by entry."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from annotator.codebook.load import LISTS, TABLES
from annotator.codebook.scheme import MEASURED_FIELDS, OPTIONAL_FIELDS, Codebook, Entry

Kind = Literal[
    "added", "removed", "retired", "brought back", "renumbered", "reworded", "moved", "changed"
]
WORDED = ("label", "definition", "rule", "title", "short", "text", "positive", "negative", "cues")
"""What people read of an entry; whatever else it has says how it works."""


@dataclass(frozen=True)
class FieldChange:
    """One field of an entry before and after; None where the entry did not have it."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """What became of one entry.

    `place` is a list of the codebook ("stances"), or "" for what stands there once; `name` is the
    entry's value or id after, `was` before. An entry can be both retired and reworded: `fields`
    has everything that differs in it.
    """

    kind: Kind
    place: str
    name: str
    was: str
    label: str
    fields: tuple[FieldChange, ...] = ()

    @property
    def where(self) -> str:
        """Return the entry as messages about files name it."""
        return f"{self.place}.{self.name}" if self.place else self.name


def difference(before: Codebook, after: Codebook) -> tuple[Change, ...]:
    """Return what differs, in the order of the codebook; empty where nothing does."""
    return tuple(_changes(before, after))


def _changes(before: Codebook, after: Codebook) -> Iterator[Change]:
    for name in ("version", "title", "question"):
        yield from _single(name, getattr(before, name), getattr(after, name))
    for name in TABLES:
        old, new = asdict(getattr(before, name)), asdict(getattr(after, name))
        for field in old:
            yield from _single(f"{name}.{field}", old[field], new[field])
    for name in OPTIONAL_FIELDS:
        was_on, is_on = (_switch(name in each.fields) for each in (before, after))
        yield from _single(f"fields.{name}", was_on, is_on)
    for name in MEASURED_FIELDS:
        level = before.measures.get(name)
        yield from _single(f"measures.{name}", level, after.measures.get(name))
    for place in LISTS:
        yield from _entries(place, getattr(before, place), getattr(after, place))


def _switch(on: bool) -> str:
    return "on" if on else "off"


def _single(name: str, before: Any, after: Any) -> Iterator[Change]:
    if before != after:
        yield Change("changed", "", name, name, name, (FieldChange("", before, after),))


def _entries(place: str, before: tuple[Entry, ...], after: tuple[Entry, ...]) -> Iterator[Change]:
    old, new = ({_name(each): each for each in entries} for entries in (before, after))
    renumbered = _renumbered(old, new)
    left = [name for name in old if name in new]
    kept = [name for name in new if name in old]
    stays = _in_order(left, kept)
    for name, entry in new.items():
        was = renumbered.get(name, name)
        if was not in old:
            yield Change("added", place, name, "", _label(entry), tuple(_fields(None, entry)))
            continue
        changed = tuple(_fields(old[was], entry))
        if changed or (name in old and name not in stays):
            kind = _kind(name, was, changed)
            yield Change(kind, place, name, was, _label(entry), changed)
    for name, entry in old.items():
        if name not in new and name not in renumbered.values():
            fields = tuple(_fields(entry, None))
            yield Change("removed", place, name, name, _label(entry), fields)


def _renumbered(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> dict[str, str]:
    """Return the new ids of rules whose text stood under another id before."""
    gone = {getattr(each, "text", ""): name for name, each in old.items() if name not in new}
    return {
        name: gone[text]
        for name, each in new.items()
        if name not in old and (text := getattr(each, "text", "")) and text in gone
    }


def _in_order(before: list[str], after: list[str]) -> set[str]:
    """Return those that stand in the same order in both, as many as possible."""
    blocks = SequenceMatcher(a=before, b=after, autojunk=False).get_matching_blocks()
    return {name for block in blocks for name in before[block.a : block.a + block.size]}


def _kind(name: str, was: str, changed: tuple[FieldChange, ...]) -> Kind:
    if name != was:
        return "renumbered"
    for each in changed:
        if each.name == "retired":
            return "retired" if each.after else "brought back"
    if not changed:
        return "moved"
    return "reworded" if any(each.name in WORDED for each in changed) else "changed"


def _fields(before: Entry | None, after: Entry | None) -> Iterator[FieldChange]:
    old, new = (asdict(each) if each else {} for each in (before, after))
    for name in new or old:
        one, other = old.get(name), new.get(name)
        # Of an entry that is new or gone only what it says is of interest.
        if one != other and ((old and new) or one or other):
            yield FieldChange(name, one, other)


def _name(entry: Entry) -> str:
    return str(getattr(entry, "value", "") or getattr(entry, "id", ""))


def _label(entry: Entry) -> str:
    return str(getattr(entry, "label", "") or getattr(entry, "title", "") or _name(entry))


def words_difference(before: str, after: str) -> list[tuple[str, str]]:
    """Return the words of both texts in order, each run as ("same" | "gone" | "new", words)."""
    one, other = before.split(), after.split()
    runs: list[tuple[str, str]] = []
    for code, a, b, c, d in SequenceMatcher(a=one, b=other, autojunk=False).get_opcodes():
        if code == "equal":
            runs.append(("same", " ".join(one[a:b])))
            continue
        runs += [("gone", " ".join(one[a:b]))] if a < b else []
        runs += [("new", " ".join(other[c:d]))] if c < d else []
    return runs
