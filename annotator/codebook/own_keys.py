"""A person's own keys: what on the labelling screen has a key, and a codebook with other ones.

Own keys are a mapping from the name of a control ("next", "stance.support") to a key as browsers
name it ("G", "+", "Shift+G"). They belong to names: what a codebook does not have is ignored there.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from itertools import combinations
from typing import NamedTuple

from annotator.codebook.keys import ACTS, SPEAKER_KEYS, is_key
from annotator.codebook.scheme import OPTIONAL_FIELDS, Codebook, ValueT

SHIFT = "Shift+"


@dataclass(frozen=True)
class Control:
    """Something that a key presses; `keys` is empty where the codebook gives none."""

    name: str
    label: str
    keys: tuple[str, ...]


class Clash(NamedTuple):
    """Two controls that one key would press."""

    key: str
    one: Control
    other: Control


@dataclass(frozen=True, kw_only=True)
class OwnCodebook(Codebook):
    """A codebook as one person presses it; everything but the keys is the codebook's."""

    own_act_keys: Mapping[str, tuple[str, ...]] = field(hash=False)

    __hash__ = Codebook.__hash__

    @cached_property
    def act_keys(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of every act, this person's own among them."""
        return self.own_act_keys


def groups_of(codebook: Codebook) -> Mapping[str, tuple[Control, ...]]:
    """Return what has a key in this codebook, in groups as the keyboard sheet has them."""
    narrator = codebook.narrator_type
    wanted = [name for name in OPTIONAL_FIELDS if name in codebook.fields]
    of_claims = codebook.title_of("stance")
    if codebook.has_certainty:
        of_claims += f" and {codebook.word_of('certainty')}"
    return {
        "Speaker": (
            Control("narrator", codebook.narrator_name, (narrator.key,)),
            *_acts(codebook, "unnamed", "find", "same"),
        ),
        of_claims: (
            *_values(codebook, "stance", codebook.stances),
            *_values(codebook, "certainty", codebook.certainties),
            *(_values(codebook, "aspect", codebook.aspects) if "aspect" in wanted else ()),
        ),
        "Sentence": (
            *_values(codebook, "status", codebook.empty_statuses),
            *_acts(codebook, "unsure", "undo", "redo"),
        ),
        "Claims": _acts(codebook, "add", "copy", "next_claim", "previous_claim", "remove"),
        "Details": _acts(codebook, *(name for name in wanted if name in ACTS)),
        "Navigation": _acts(
            codebook, "next", "back", "skip", "skip_back", "todo", "codebook", "precedents", "help"
        ),
    }


def controls_of(codebook: Codebook) -> tuple[Control, ...]:
    """Return everything that has a key in this codebook."""
    return tuple(control for group in groups_of(codebook).values() for control in group)


def key_named(text: str) -> str:
    """Return a key as browsers name it: "g" is "G", "shift+g" is "Shift+G".

    Raises:
        ValueError: it cannot be a key of one's own; the message says what could be.

    """
    typed = unicodedata.normalize("NFC", text.strip())
    shifted = typed.lower().startswith(SHIFT.lower()) and len(typed) > len(SHIFT)
    sign = typed[len(SHIFT) :] if shifted else typed
    if not is_key(sign) or (shifted and not sign.isalpha()):
        raise ValueError(
            f"“{typed[:20]}” is not a valid key. Type one character, like G or +,"
            " or a letter with Shift, like Shift+G."
        )
    if sign in SPEAKER_KEYS and not shifted:
        raise ValueError(f"“{sign}” is reserved: 1 to 9 select the speakers of the article.")
    capital = sign.upper() if len(sign.upper()) == 1 else sign
    return SHIFT + capital if shifted else capital


def clashes(codebook: Codebook, own: Mapping[str, str]) -> tuple[Clash, ...]:
    """Return which controls of this codebook would share a key."""
    pressed = [
        (key, control)
        for control in controls_of(codebook)
        for key in _first(own.get(control.name), control.keys)
    ]
    return tuple(
        Clash(key, one, other)
        for (key, one), (same, other) in combinations(pressed, 2)
        if key.lower() == same.lower()
    )


def with_own_keys(codebook: Codebook, own: Mapping[str, str]) -> Codebook:
    """Return the codebook with a person's own keys; where two would clash, as it is."""
    return _with_keys(codebook, tuple(own.items())) if own else codebook


@lru_cache(maxsize=64)
def _with_keys(codebook: Codebook, keys: tuple[tuple[str, str], ...]) -> Codebook:
    own = dict(keys)
    names = {control.name for control in controls_of(codebook)}
    mine = {name: key for name, key in own.items() if name in names}
    if not mine or clashes(codebook, mine):
        return codebook
    by_role = {codebook.narrator_type: "narrator", codebook.unnamed_type: "unnamed"}
    speakers, unsure = codebook.speakers, codebook.unsure
    changed = replace(
        codebook,
        statuses=_keyed(codebook.statuses, "status", mine),
        speaker_types=tuple(
            replace(kind, key=mine.get(by_role.get(kind, ""), kind.key))
            for kind in codebook.speaker_types
        ),
        stances=_keyed(codebook.stances, "stance", mine),
        certainties=_keyed(codebook.certainties, "certainty", mine),
        aspects=_keyed(codebook.aspects, "aspect", mine),
        speakers=replace(
            speakers,
            find_key=mine.get("find", speakers.find_key),
            same_key=mine.get("same", speakers.same_key),
        ),
        unsure=replace(unsure, key=mine.get("unsure", unsure.key)),
    )
    return OwnCodebook(
        **{each.name: getattr(changed, each.name) for each in fields(Codebook)},
        own_act_keys={
            name: _first(mine.get(name), keys) for name, keys in changed.act_keys.items()
        },
    )


def _acts(codebook: Codebook, *names: str) -> tuple[Control, ...]:
    keys = codebook.act_keys
    return tuple(Control(name, codebook.label_of_act(name), keys[name]) for name in names)


def _values(codebook: Codebook, kind: str, values: tuple[ValueT, ...]) -> Iterator[Control]:
    for value in codebook.offered(values):
        keys = (value.key,) if value.key else ()
        yield Control(f"{kind}.{value.value}", value.label, keys)


def _keyed(values: tuple[ValueT, ...], kind: str, own: Mapping[str, str]) -> tuple[ValueT, ...]:
    return tuple(
        replace(value, key=own.get(f"{kind}.{value.value}", value.key)) for value in values
    )


def _first(own: str | None, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Put one's own key in the place of the printed one; a second key of the act stays."""
    return (own, *keys[1:]) if own else keys
