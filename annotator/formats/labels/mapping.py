"""The mapping file: which labels of another tool are which field and value of ours, in TOML.

    format = "doccano"            # else the content of the file tells
    article = "key"               # their field with our article's key; else the text tells
    annotator = "username"        # their field that names the annotator
    no_label = "no_claim"         # what a sentence without a label means; else nobody answered it
    over_sentences = "larger"     # or "each": where labels over several sentences go
    repeats = "newer"             # of two that contradict each other; else both are refused

    [annotators]                  # their names and our pseudonyms; who is not named keeps his own
    "jane@example.org" = "A07"

    [labels."SUPPORT"]            # one table for each label they use
    stance = "for"                # a value of the codebook
    [labels."Person"]             # a span whose words are the speaker's name
    speaker = "*"
    speaker_type = "person"
    [labels."Evidence"]           # a span that is evidence
    evidence = true
    [labels."typo"]
    ignore = true

    [fields.Stance.Pro]           # attributes (brat), choices by name (Label Studio), CSV columns
    stance = "for"
    [fields.Comment."*"]          # any value of a field; "*" on the right is the value itself
    note = "*"

    [relations.Says]              # an event or relation joins labels to one claim
    roles = {Says = "ignore", Source = "speaker", Content = "claim", Reporter = "via"}

What is read by it is one claim after another: `annotator.formats.labels.claims`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.labels.documents import Fields
from annotator.formats.labels.other_tools.reading import FORMATS
from annotator.text.spelling import tidy

TEXTS = ("stance", "certainty", "aspect", "status", "speaker", "speaker_type", "via", "note")
FLAGS = ("conditional", "evidence", "mention", "ignore", "unsure")
ROLES = ("claim", "speaker", "mention", "via", "evidence", "ignore")
# One of ours that takes the words of a span, or the value of a field, as they are.
OWN_WORDS = "*"
CHOICES = {
    "over_sentences": ("refuse", "larger", "each"),
    "repeats": ("refuse", "newer"),
}
OPTIONS = ("article", "annotator", "text", "no_label", *CHOICES)
TABLES = ("annotators", "labels", "fields", "relations")

Meaning = Mapping[str, Any]


class MappingError(RefusedError):
    """The mapping file is wrong; the message names the entry."""


@dataclass(frozen=True)
class Relation:
    """What an event or relation means: the part of each of its roles, and of the claim itself."""

    roles: Mapping[str, str]
    meaning: Meaning

    def part(self, role: str) -> str | None:
        """Return the part of a role; brat numbers those that come twice (`Source2`)."""
        return self.roles.get(tidy(role)) or self.roles.get(tidy(role).rstrip("0123456789"))


@dataclass(frozen=True)
class Mapped:
    """What a mapping says, checked."""

    format: str = ""
    article: str = ""
    annotator: str = ""
    text: str = ""
    no_label: str = ""
    over_sentences: str = "refuse"
    repeats: str = "refuse"
    annotators: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Meaning] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, Meaning]] = field(default_factory=dict)
    relations: Mapping[str, Relation | None] = field(default_factory=dict)

    @property
    def of_file(self) -> Fields:
        """Return which fields of the file hold what a reader looks for."""
        return Fields(self.article, self.annotator, self.text)

    def label(self, name: str) -> Meaning:
        """Return what a label means, or refuse one that the mapping does not know.

        Labels such as `stance:oppose`, as our own export for doccano writes them, are values of a
        field.
        """
        tidied = tidy(name)
        if tidied in self.labels:
            return self.labels[tidied]
        own, colon, value = tidied.partition(":")
        if colon and (own in self.fields or own in TEXTS):
            return self.value(own, value)
        raise RefusedError(f"the mapping has no entry for the label “{tidied[:60]}”")

    def value(self, name: str, value: str, owner: str = "") -> Meaning:
        """Return what a value of a field means; a field of ours means itself.

        Two layers may have features of one name; then the mapping calls them `Layer.feature`.
        """
        name, owner, tidied = tidy(name), tidy(owner), tidy(value)
        known = self.fields.get(f"{owner}.{name}") if owner else None
        known = self.fields.get(name) if known is None else known
        found = None
        if known is not None:
            found = known.get(tidied) or known.get(OWN_WORDS)
        elif tidied in self.labels:
            found = self.labels[tidied]
        elif name in TEXTS:
            found = {name: OWN_WORDS}
        if found is None:
            raise RefusedError(f"the mapping has no entry for “{name[:60]}” = “{value[:60]}”")
        return {
            key: (value if key == "note" else tidied) if is_own_word(key, said) else said
            for key, said in found.items()
        }

    def relation(self, name: str) -> Relation | None:
        """Return what an event or relation means, None where it is ignored; or refuse it."""
        name = tidy(name)
        if name not in self.relations:
            raise RefusedError(f"the mapping has no entry for the relation “{name[:60]}”")
        return self.relations[name]

    def pseudonym(self, name: str) -> str:
        """Return our name for one of their annotators."""
        return self.annotators.get(tidy(name), tidy(name))


def is_own_word(key: str, said: object) -> bool:
    """Say whether a meaning takes the value of a field."""
    return said == OWN_WORDS and key in TEXTS


def read_mapping(raw: bytes) -> Mapped:
    """Read a mapping file.

    Raises:
        MappingError: it is no TOML, or an entry is none of ours.

    """
    try:
        said = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingError(f"the mapping is not valid TOML in UTF-8: {error}") from error
    known = {"format", *OPTIONS, *TABLES}
    for name in said.keys() - known:
        raise MappingError(
            f"the mapping has the unknown key “{name}”; allowed keys: {', '.join(sorted(known))}"
        )
    if said.get("format", "") not in {"", *FORMATS}:
        raise MappingError(f"the mapping has an unknown format; use one of {', '.join(FORMATS)}")
    for name in OPTIONS:
        if not isinstance(said.get(name, ""), str):
            raise MappingError(f"the mapping's “{name}” is not a text")
        if name in CHOICES and said.get(name, "refuse") not in CHOICES[name]:
            raise MappingError(f"the mapping's {name} is not one of {', '.join(CHOICES[name])}")
    labels, fields = table(said, "labels"), table(said, "fields")
    for name, meaning in labels.items():
        check_meaning(f"labels.{name}", meaning)
    for name, values in fields.items():
        if not isinstance(values, dict):
            raise MappingError(f"the mapping's fields.{name} is not a table of values")
        fields[name] = tidied(values, f"fields.{name}")
        for value, meaning in values.items():
            check_meaning(f"fields.{name}.{value}", meaning)
    relations = table(said, "relations")
    annotators = table(said, "annotators")
    if not all(isinstance(each, str) and tidy(each) for each in annotators.values()):
        raise MappingError("the mapping's annotators must map names to pseudonyms, both as texts")
    return Mapped(
        format=said.get("format", ""),
        **{name: said[name] for name in OPTIONS if name in said},
        annotators={name: tidy(each) for name, each in annotators.items()},
        labels=labels,
        fields=fields,
        relations={name: relation(name, each) for name, each in relations.items()},
    )


def table(said: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = said.get(name, {})
    if not isinstance(found, dict):
        raise MappingError(f"the mapping's “{name}” is not a table")
    return tidied(found, name)


def tidied(found: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return a table by names as they are compared; refuse two that look alike."""
    tidy_names = {tidy(name): value for name, value in found.items()}
    if len(tidy_names) < len(found):
        raise MappingError(f"the mapping's {where} has two names that look alike")
    return tidy_names


def relation(name: str, said: object) -> Relation | None:
    """Return what an event or relation means; None for one that is ignored."""
    where = f"relations.{name}"
    if not isinstance(said, dict):
        raise MappingError(f"the mapping's {where} is not a table")
    meaning = {key: value for key, value in said.items() if key != "roles"}
    if meaning:
        check_meaning(where, meaning)
    if meaning.get("ignore"):
        return None
    roles = said.get("roles")
    if not isinstance(roles, dict) or not set(map(str, roles.values())) <= set(ROLES):
        raise MappingError(
            f"the mapping's {where}.roles must map each role to one of {', '.join(ROLES)}"
        )
    return Relation(tidied(roles, f"{where}.roles"), meaning)


def check_meaning(where: str, meaning: object) -> None:
    """Refuse what is no meaning of a label."""
    if not isinstance(meaning, dict) or not meaning:
        raise MappingError(f"the mapping's {where} is empty; write for example stance = …")
    for name, value in meaning.items():
        wanted = str if name in TEXTS else bool if name in FLAGS else None
        if wanted is None:
            known = ", ".join((*TEXTS, *FLAGS))
            raise MappingError(
                f"the mapping's {where} has the unknown key “{name}”; allowed keys: {known}"
            )
        if not isinstance(value, wanted):
            kind = "a text" if wanted is str else "true or false"
            raise MappingError(f"the mapping's {where}.{name} is not {kind}")
