"""A labelling scheme: its values, its rules, and the questions others may ask of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from annotator.codebook.keys import ACTS

SECTIONS = ("target", "segment", "status", "claim", "speaker", "stance", "certainty", "aspect")
# A codebook may do without that of a field it does not have; aspects are explained under the target
# where they have no section of their own.
OPTIONAL_SECTIONS = ("certainty", "aspect")
SEGMENTS = ("headline", "dateline", "body", "boilerplate")
OPTIONAL_FIELDS = ("aspect", "conditional", "mention", "via", "evidence", "note")
REQUIRED_FIELDS = ("speaker", "stance", "certainty")
# The labels of a claim, which have values of the codebook, and those that every codebook has.
LABELS = ("stance", "certainty", "aspect")
USUAL_LABELS = LABELS[:2]
# How these are read a codebook says itself; an aspect has no order and is always nominal.
MEASURED_FIELDS = ("status", "speaker", *USUAL_LABELS)
ORDERED_FIELDS = USUAL_LABELS
MEASURES = ("nominal", "ordinal", "interval")
COLOURS = ("sup", "opp", "neu", "unr", "ink")
SHAPES = ("triangle-up", "triangle-down", "bar", "ring-slash")
NARRATOR_ROLE = "narrator"
UNNAMED_ROLE = "unnamed"
ROLES = (NARRATOR_ROLE, UNNAMED_ROLE)
# The values of statuses and speaker types of the codebooks that come with the program.
USUAL_VALUES = ("claims", "no_claim", "not_article_text", "person", "organisation", "group")
OURS = frozenset((*SECTIONS, *USUAL_VALUES, *ROLES, "unsure"))


def inside(value: str, label: str) -> str:
    """Return a label as it stands inside a sentence.

    Those that come with the program lose their capital ("No claim" of `no_claim`); somebody's own
    words keep their case: German nouns, acronyms, names.
    """
    plain = value.replace("_", " ")
    return plain if value in OURS and label == plain.capitalize() else label


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Anything written as one table; fields without a default must be filled in."""


@dataclass(frozen=True, kw_only=True)
class Value(Entry):
    """One value people can choose; a retired one is kept for old answers, not offered."""

    value: str
    label: str
    definition: str
    rule: str = ""
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    key: str = ""
    retired: bool = False

    @property
    def word(self) -> str:
        """What it is called inside a sentence."""
        return inside(self.value, self.label)


@dataclass(frozen=True, kw_only=True)
class Status(Value):
    """What is said of a whole sentence; `proposed_for` names segments it is proposed for."""

    takes_claims: bool = False
    proposed_for: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SpeakerType(Value):
    """A kind of speaker; `role` marks the narrator's and the unnamed sources' type.

    `surname` says that the last word of a name is enough where space is short.
    """

    role: str = ""
    surname: bool = False


@dataclass(frozen=True, kw_only=True)
class Stance(Value):
    """Where a speaker stands; off the scale are values that only filter."""

    colour: str
    shape: str
    on_scale: bool = True


@dataclass(frozen=True, kw_only=True)
class Certainty(Value):
    """How firmly a speaker commits, drawn as 0 to 3 filled bars; a codebook may do without."""

    bars: int
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Aspect(Value):
    """Which side of the target a claim is about."""


@dataclass(frozen=True, kw_only=True)
class Section(Entry):
    """One chapter of the codebook; `rules` are those shown first."""

    value: str
    title: str
    definition: str
    rules: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """What it is called inside a sentence."""
        return inside(self.value, self.title)


@dataclass(frozen=True, kw_only=True)
class Rule(Entry):
    """A numbered rule in full, and in one plain sentence."""

    id: str
    section: str
    short: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Unsure(Entry):
    """The flag for a saved answer that wants a second look."""

    label: str
    key: str
    definition: str

    @property
    def word(self) -> str:
        """What it is called inside a sentence."""
        return inside("unsure", self.label)


@dataclass(frozen=True, kw_only=True)
class Speakers(Entry):
    """How the narrator is called, and the keys that choose a speaker without being a type."""

    narrator: str
    find_key: str
    same_key: str


class Opens(NamedTuple):
    """The words for a field of a claim that is open."""

    speaker: str
    stance: str
    certainty: str


ValueT = TypeVar("ValueT", bound=Value)
FoundT = TypeVar("FoundT", Status, SpeakerType, Stance, Certainty, Aspect, Section)


@dataclass(frozen=True, kw_only=True)
class Codebook:
    """One version of a labelling scheme; never changes, compares and hashes by content."""

    version: str
    title: str
    question: str
    speakers: Speakers
    unsure: Unsure
    fields: tuple[str, ...]
    measures: Mapping[str, str] = field(hash=False)
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]
    statuses: tuple[Status, ...]
    speaker_types: tuple[SpeakerType, ...]
    stances: tuple[Stance, ...]
    certainties: tuple[Certainty, ...]
    aspects: tuple[Aspect, ...]

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """The hash over the content, which takes long to find."""
        return hash(tuple(getattr(self, each.name) for each in fields(self) if each.hash is None))

    def section(self, value: str) -> Section:
        """Return the section with this name, or raise KeyError."""
        return _find(self.sections, value)

    def title_of(self, field: str) -> str:
        """Return what a field of a claim is called here: the title of its section."""
        titles = (section.title for section in self.sections if section.value == field)
        return next(titles, field.capitalize())

    @property
    def titles(self) -> dict[str, str]:
        """The titles of the fields of a claim that are not as usual, by field."""
        titles = {name: self.title_of(name) for name in ("speaker", *self.labels)}
        return {name: title for name, title in titles.items() if title != name.capitalize()}

    def word_of(self, field: str) -> str:
        """Return the same inside a sentence; capitals of other languages stay."""
        return inside(field, self.title_of(field))

    def label_of_act(self, name: str) -> str:
        """Return what a control of the label page is called."""
        own = {"unsure": self.unsure.label, "unnamed": self.unnamed_type.label}
        usual = {"unsure": "Unsure", "unnamed": "Unnamed"}
        return ACTS[name].label if own.get(name) == usual.get(name) else own[name]

    @cached_property
    def opens(self) -> Opens:
        """How pages say that a field of a claim is open."""
        return Opens(*(f"{self.word_of(name)} open" for name in REQUIRED_FIELDS))

    def rule(self, id: str) -> Rule:
        """Return the rule with this id, or raise KeyError."""
        for rule in self.rules:
            if rule.id == id:
                return rule
        raise KeyError(id)

    def status(self, value: str) -> Status:
        """Return the status spelled like this, retired or not, or raise KeyError."""
        return _find(self.statuses, value)

    def speaker_type(self, value: str) -> SpeakerType:
        """Return the speaker type spelled like this, retired or not, or raise KeyError."""
        return _find(self.speaker_types, value)

    def stance(self, value: str) -> Stance:
        """Return the stance spelled like this, retired or not, or raise KeyError."""
        return _find(self.stances, value)

    def certainty(self, value: str) -> Certainty:
        """Return the certainty spelled like this, retired or not, or raise KeyError."""
        return _find(self.certainties, value)

    def aspect(self, value: str) -> Aspect:
        """Return the aspect spelled like this, retired or not, or raise KeyError."""
        return _find(self.aspects, value)

    def offered(self, values: Iterable[ValueT]) -> tuple[ValueT, ...]:
        """Leave out the retired values."""
        return tuple(value for value in values if not value.retired)

    def rules_of(self, section: str) -> tuple[Rule, ...]:
        """Return the rules of a section in order."""
        return tuple(rule for rule in self.rules if rule.section == section)

    def rules_for(self, entry: Value | Section) -> tuple[Rule, ...]:
        """Return the rules that a value or section points to."""
        return tuple(self.rule(id) for id in entry.rules)

    @property
    def claims_status(self) -> Status:
        """The status of a sentence that holds claims."""
        return next(status for status in self.statuses if status.takes_claims)

    @property
    def empty_statuses(self) -> tuple[Status, ...]:
        """The statuses of sentences without a claim."""
        return tuple(status for status in self.statuses if not status.takes_claims)

    @property
    def narrator_name(self) -> str:
        """The canonical name of the speaker of unattributed text."""
        return self.speakers.narrator

    @property
    def narrator_type(self) -> SpeakerType:
        """The type of the article's own voice."""
        return self._type_in_role(NARRATOR_ROLE)

    @property
    def unnamed_type(self) -> SpeakerType:
        """The type of anonymous and implicit sources."""
        return self._type_in_role(UNNAMED_ROLE)

    @property
    def named_types(self) -> tuple[SpeakerType, ...]:
        """The types of speakers who have a name."""
        return tuple(kind for kind in self.speaker_types if not kind.role)

    @property
    def aspect_section(self) -> str:
        """The section under which the aspects stand."""
        has_own = any(section.value == "aspect" for section in self.sections)
        return "aspect" if has_own else "target"

    @property
    def has_certainty(self) -> bool:
        """Whether a claim says how firmly its speaker commits."""
        return any(not each.retired for each in self.certainties)

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that every claim must have, in the order of the form."""
        return REQUIRED_FIELDS if self.has_certainty else REQUIRED_FIELDS[:-1]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of a claim that are measured, voted on and decided, in the order of the form.

        Certainty is among them in every codebook: without certainties nobody votes on it.
        """
        return LABELS if "aspect" in self.fields else USUAL_LABELS

    @property
    def words_of_labels(self) -> list[str]:
        """What the labels that have values are called inside a sentence."""
        asked = (name for name in self.labels if self.offered(self.values_of(name)))
        return [self.word_of(name) for name in asked]

    def label_of_aspect(self, value: str | None) -> str:
        """Return what an aspect is called, "" where none is given or aspects are not voted on."""
        asked = self.aspects if "aspect" in self.labels else ()
        return next((each.label for each in asked if each.value == value), "")

    def values_of(self, label: str) -> tuple[Value, ...]:
        """Return the values of a label of claims, retired ones included."""
        known: dict[str, tuple[Value, ...]] = {
            "stance": self.stances,
            "certainty": self.certainties,
            "aspect": self.aspects,
        }
        return known[label]

    @property
    def stance_scale(self) -> tuple[Stance, ...]:
        """The stances that lie on the scale in their order, retired ones included."""
        return tuple(stance for stance in self.stances if stance.on_scale)

    @property
    def off_scale(self) -> tuple[Stance, ...]:
        """The stances that only filter, retired ones included."""
        return tuple(stance for stance in self.stances if not stance.on_scale)

    @cached_property
    def act_keys(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of every act of the labelling screen, with those this codebook sets itself."""
        keys = {name: act.keys for name, act in ACTS.items()}
        keys["unnamed"] = (self.unnamed_type.key,)
        keys["find"] = (self.speakers.find_key,)
        keys["same"] = (self.speakers.same_key,)
        keys["unsure"] = (self.unsure.key,)
        return MappingProxyType(keys)

    def _type_in_role(self, role: str) -> SpeakerType:
        return next(kind for kind in self.speaker_types if kind.role == role)


def _find(entries: tuple[FoundT, ...], value: str) -> FoundT:
    for entry in entries:
        if entry.value == value:
            return entry
    raise KeyError(value)
