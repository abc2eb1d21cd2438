"""The acts of the labelling screen with the keys they have until someone changes them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Act(NamedTuple):
    """What a person can do by key: the keys as browsers name them, and its name in words."""

    keys: tuple[str, ...]
    label: str


ACTS: Mapping[str, Act] = MappingProxyType(
    {
        "unnamed": Act(("A",), "Unnamed source"),
        "find": Act(("+",), "Find or add a speaker"),
        "same": Act(("R",), "Same speaker as before"),
        "via": Act(("V",), "Via"),
        "mention": Act(("M",), "Mention"),
        "evidence": Act(("E",), "Evidence"),
        "conditional": Act(("I",), "Conditional"),
        "note": Act(("T",), "Note"),
        "add": Act((".", "Insert"), "Add claim"),
        "copy": Act((",",), "Copy claim"),
        "next_claim": Act(("Q",), "Next claim"),
        "previous_claim": Act(("Shift+Q",), "Previous claim"),
        "remove": Act(("Delete",), "Remove claim"),
        "unsure": Act(("F",), "Unsure"),
        "undo": Act(("Backspace",), "Undo"),
        "redo": Act(("Shift+Backspace",), "Redo"),
        "next": Act(("Enter",), "Next sentence"),
        "back": Act(("Shift+Enter",), "Back"),
        "skip": Act(("J",), "Skip for now"),
        "skip_back": Act(("K",), "Skip back"),
        "todo": Act(("G",), "Next sentence to do"),
        "codebook": Act(("B",), "Codebook"),
        "precedents": Act(("Shift+B",), "Precedents"),
        "help": Act(("?",), "Keyboard shortcuts"),
    }
)

SPEAKER_KEYS = "123456789"
"""The keys of an article's speakers, in order of first appearance."""


def is_key(text: str) -> bool:
    """Tell whether a value can have this key: one visible character."""
    return len(text) == 1 and text.isprintable() and not text.isspace()


def character(key: str) -> str:
    """Return the character that pressing a key makes, in lower case; empty for named keys."""
    bare = key.removeprefix("Shift+")
    return bare.lower() if is_key(bare) else ""
