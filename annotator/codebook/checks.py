"""What must hold between the entries of a codebook, beyond each being filled in."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations

from annotator.codebook.keys import ACTS, SPEAKER_KEYS, character, is_key
from annotator.codebook.parse import did_you_mean
from annotator.codebook.scheme import (
    COLOURS,
    MEASURES,
    OPTIONAL_SECTIONS,
    ORDERED_FIELDS,
    ROLES,
    SECTIONS,
    SEGMENTS,
    SHAPES,
    Codebook,
    Stance,
    Value,
)

Problem = tuple[str, str]
"""Where, and what is wrong there."""

# Categories of Unicode: letters with their marks, and digits.
OF_WORDS = ("L", "M", "Nd")
RULE_ID = re.compile(r"[A-Z]+-[1-9][0-9]*")
MOST_BARS = 3
CODEBOOK_SETS = ("unnamed", "find", "same", "unsure")
"""The acts whose keys a codebook brings itself."""


def problems_of(codebook: Codebook) -> Iterator[Problem]:
    """Yield everything that does not fit together."""
    yield from _misspelled_names(codebook)
    yield from _repeated_names(codebook)
    yield from _unknown_rules(codebook)
    yield from _missing_sections(codebook)
    yield from _unknown_choices(codebook)
    yield from _wrong_measures(codebook)
    yield from _wrong_statuses(codebook)
    yield from _wrong_speaker_types(codebook)
    yield from _wrong_scales(codebook)
    yield from _missing_keys(codebook)
    yield from _clashing_keys(codebook)


def _kinds(codebook: Codebook) -> dict[str, tuple[Value, ...]]:
    return {
        "statuses": codebook.statuses,
        "speaker_types": codebook.speaker_types,
        "stances": codebook.stances,
        "certainties": codebook.certainties,
        "aspects": codebook.aspects,
    }


def _named_values(codebook: Codebook) -> Iterator[tuple[str, Value]]:
    for kind, values in _kinds(codebook).items():
        yield from ((f"{kind}.{value.value}", value) for value in values)


def _misspelled_names(codebook: Codebook) -> Iterator[Problem]:
    for where, value in _named_values(codebook):
        if value.value and not _is_spelled(value.value):
            yield (
                where,
                "a value is spelled with letters, digits, - and, behind the first, _",
            )
    for rule in codebook.rules:
        if rule.id and not RULE_ID.fullmatch(rule.id):
            yield f"rules.{rule.id}", "a rule id is capital letters, a hyphen and a number: ST-2"


def _is_spelled(value: str) -> bool:
    """Say whether a value can stand as it is in files, addresses and forms: a word or a number."""
    return (
        unicodedata.is_normalized("NFC", value)
        and not value.startswith("_")
        and value.strip("-") != ""
        and all(sign in "_-" or unicodedata.category(sign).startswith(OF_WORDS) for sign in value)
    )


def _repeated_names(codebook: Codebook) -> Iterator[Problem]:
    names: dict[str, Iterable[str]] = {
        kind: (value.value for value in values) for kind, values in _kinds(codebook).items()
    }
    names["sections"] = (section.value for section in codebook.sections)
    names["rules"] = (rule.id for rule in codebook.rules)
    for kind, each in names.items():
        for name, count in Counter(each).items():
            if name and count > 1:
                yield f"{kind}.{name}", f"is listed {count} times"


def _unknown_rules(codebook: Codebook) -> Iterator[Problem]:
    known = [rule.id for rule in codebook.rules]
    entries = [(where, value.rules) for where, value in _named_values(codebook)]
    entries += [(f"sections.{section.value}", section.rules) for section in codebook.sections]
    for where, ids in entries:
        for id in ids:
            if id not in known:
                yield where, f'unknown rule "{id}"{did_you_mean(id, known)}'


def _missing_sections(codebook: Codebook) -> Iterator[Problem]:
    there = [section.value for section in codebook.sections]
    for name in SECTIONS:
        if name not in there and (
            name not in OPTIONAL_SECTIONS or (name == "certainty" and codebook.certainties)
        ):
            yield "sections", f"{name} is missing"


def _unknown_choices(codebook: Codebook) -> Iterator[Problem]:
    for section in codebook.sections:
        yield from _unless_known(f"sections.{section.value}", "section", section.value, SECTIONS)
    for rule in codebook.rules:
        yield from _unless_known(f"rules.{rule.id}", "section", rule.section, SECTIONS)
    for status in codebook.statuses:
        for segment in status.proposed_for:
            where = f"statuses.{status.value}"
            yield from _unless_known(where, "segment", segment, SEGMENTS)
    for kind in codebook.speaker_types:
        yield from _unless_known(f"speaker_types.{kind.value}", "role", kind.role, ROLES)
    for stance in codebook.stances:
        yield from _unless_known(f"stances.{stance.value}", "colour", stance.colour, COLOURS)
        yield from _unless_known(f"stances.{stance.value}", "shape", stance.shape, SHAPES)


def _unless_known(where: str, what: str, word: str, known: tuple[str, ...]) -> Iterator[Problem]:
    if word and word not in known:
        yield where, f'unknown {what} "{word}"{did_you_mean(word, known)}'


def _wrong_measures(codebook: Codebook) -> Iterator[Problem]:
    for field, measure in codebook.measures.items():
        yield from _unless_known(f"measures.{field}", "measure", measure, MEASURES)
        if field not in ORDERED_FIELDS and measure in MEASURES[1:]:
            yield f"measures.{field}", f"{measure} needs an order, and a {field} has none"


def _wrong_statuses(codebook: Codebook) -> Iterator[Problem]:
    with_claims = [status for status in codebook.statuses if status.takes_claims]
    yield from _unless_one("statuses", "takes_claims = true", with_claims)
    if not any(not status.takes_claims for status in codebook.offered(codebook.statuses)):
        yield "statuses", "a sentence without a claim needs a status too"
    proposals = [
        (segment, status.value)
        for status in codebook.offered(codebook.statuses)
        for segment in status.proposed_for
    ]
    for (segment, first), (other, second) in combinations(proposals, 2):
        if segment == other:
            yield f"statuses.{first}", f"{segment} is also proposed for statuses.{second}"


def _wrong_speaker_types(codebook: Codebook) -> Iterator[Problem]:
    types = codebook.speaker_types
    for role in ROLES:
        having = [kind for kind in types if kind.role == role]
        yield from _unless_one("speaker_types", f'role = "{role}"', having)
    if not codebook.offered(codebook.named_types):
        yield "speaker_types", "at least one must have no role, for speakers with a name"


def _unless_one(where: str, mark: str, values: Iterable[Value]) -> Iterator[Problem]:
    values = tuple(values)
    if len(values) != 1:
        names = f": {', '.join(value.value for value in values)}" if values else ""
        yield where, f"exactly one must have {mark}, here {len(values)}{names}"
    for value in values:
        if value.retired:
            yield f"{where}.{value.value}", f"cannot be retired, because it has {mark}"


def _wrong_scales(codebook: Codebook) -> Iterator[Problem]:
    stances = codebook.offered(codebook.stances)
    on_scale = sum(stance.on_scale for stance in stances)
    if on_scale < 2:
        yield "stances", f"at least two must lie on the scale, here {on_scale}"
    if "aspect" in codebook.fields and not codebook.offered(codebook.aspects):
        yield "fields", "aspect is on, but there are no aspects"
    for certainty in codebook.certainties:
        if not 0 <= certainty.bars <= MOST_BARS:
            yield f"certainties.{certainty.value}", f"bars must be 0 to {MOST_BARS}"
    yield from _stances_that_look_alike(stances)


def _stances_that_look_alike(stances: tuple[Stance, ...]) -> Iterator[Problem]:
    for one, other in combinations(stances, 2):
        if one.shape and (one.colour, one.shape) == (other.colour, other.shape):
            look = f"colour {one.colour} and shape {one.shape}"
            yield f"stances.{one.value}", f"{look} are also those of stances.{other.value}"


def _missing_keys(codebook: Codebook) -> Iterator[Problem]:
    pressed: dict[str, Iterable[Value]] = {
        "statuses": codebook.empty_statuses,
        "speaker_types": (kind for kind in codebook.speaker_types if kind.role),
        "stances": codebook.stances,
        "certainties": codebook.certainties,
    }
    for kind, values in pressed.items():
        for value in values:
            if not value.key and not value.retired:
                yield f"{kind}.{value.value}", "key is missing"


def _clashing_keys(codebook: Codebook) -> Iterator[Problem]:
    owners = [pair for pair in _keys_of(codebook) if pair[1]]
    reserved = dict.fromkeys(SPEAKER_KEYS, "the speakers of the article")
    for name, act in ACTS.items():
        if name not in CODEBOOK_SETS:
            reserved |= {character(key): f'the act "{act.label}" ({name})' for key in act.keys}
    for where, key in owners:
        if not is_key(key):
            yield where, f'key "{key}" must be a single visible character'
        elif key.lower() in reserved:
            yield where, f'key "{key}" is reserved for {reserved[key.lower()]}'
    for (where, key), (other, same) in combinations(owners, 2):
        if key.lower() == same.lower():
            yield where, f'key "{key}" is also the key of {other}'


def _keys_of(codebook: Codebook) -> Iterator[Problem]:
    for where, value in _named_values(codebook):
        if not value.retired:
            yield where, value.key
    yield "speakers.find_key", codebook.speakers.find_key
    yield "speakers.same_key", codebook.speakers.same_key
    yield "unsure", codebook.unsure.key
