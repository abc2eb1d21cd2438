"""The mapping file: which labels of another tool are which field and value of ours, in TOML.

    format = "doccano"            # doccano, label-studio, brat or csv
    article = "key"               # their field with our article's key; else the text tells
    annotator = "username"        # their field that names the annotator

    [annotators]                  # their names and our pseudonyms; who is not named keeps his own
    "jane@example.org" = "A07"

    [labels."SUPPORT"]            # one table for each label they use
    stance = "for"                # a value of the codebook
    [labels."Person"]             # a span whose words are the speaker's name
    speaker = "*"
    speaker_type = "person"
    [labels."Evidence"]           # a span that is evidence
    evidence = true
    [labels."Off topic"]
    status = "no_claim"
    [labels."typo"]
    ignore = true

    [fields.Stance.Pro]           # attributes (brat), choices by name (Label Studio), CSV columns
    stance = "for"

The labels that one annotator gave to one sentence become one answer. Those of one span, or of
one span with its attributes, are one claim; labels without a stance join the only claim there is.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.labels.rows import AnswerRow, ClaimRow, Span
from annotator.text.spelling import tidy

FORMATS = ("doccano", "label-studio", "brat", "csv")
TEXTS = ("stance", "certainty", "aspect", "status", "speaker", "speaker_type", "note")
FLAGS = ("conditional", "evidence", "mention", "ignore", "unsure")
OWN_WORDS = "*"


class MappingError(RefusedError):
    """The mapping file is wrong; the message names the entry."""


@dataclass(frozen=True)
class Mapped:
    """What a mapping says, checked."""

    format: str
    article: str = ""
    annotator: str = ""
    annotators: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)

    def label(self, name: str) -> Mapping[str, Any]:
        """Return what a label means, or refuse one that the mapping does not know."""
        name = tidy(name)
        if name not in self.labels:
            raise RefusedError(f"the mapping has no entry for the label “{name[:60]}”")
        return self.labels[name]

    def value(self, name: str, value: str) -> Mapping[str, Any]:
        """Return what a value of a field means; a field of ours means itself."""
        name = tidy(name)
        value = value if name == "note" else tidy(value)
        known = self.fields.get(name)
        if known is None and name in TEXTS:
            return {name: value}
        if known is None or value not in known:
            raise RefusedError(f"the mapping has no entry for “{name[:60]}” = “{value[:60]}”")
        return known[value]

    def pseudonym(self, name: object) -> str:
        """Return our name for one of their annotators."""
        return self.annotators.get(tidy(str(name)), tidy(str(name)))


@dataclass(frozen=True)
class Group:
    """What one annotator says of one span, or of the whole sentence where there is no span."""

    meanings: tuple[Mapping[str, Any], ...]
    span: Span | None = None


def read_mapping(raw: bytes) -> Mapped:
    """Read a mapping file.

    Raises:
        MappingError: it is no TOML, or an entry is none of ours.

    """
    try:
        said = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingError(f"the mapping is not valid TOML in UTF-8: {error}") from error
    known = {"format", "article", "annotator", "annotators", "labels", "fields"}
    for name in said.keys() - known:
        raise MappingError(
            f"the mapping has the unknown key “{name}”; allowed keys: {', '.join(sorted(known))}"
        )
    if said.get("format") not in FORMATS:
        raise MappingError(f"the mapping has no format; use one of {', '.join(FORMATS)}")
    for name in ("article", "annotator"):
        if not isinstance(said.get(name, ""), str):
            raise MappingError(f"the mapping's “{name}” is not a text")
    labels, fields = table(said, "labels"), table(said, "fields")
    for name, meaning in labels.items():
        check_meaning(f"labels.{name}", meaning)
    for name, values in fields.items():
        if not isinstance(values, dict):
            raise MappingError(f"the mapping's fields.{name} is not a table of values")
        fields[name] = tidied(values, f"fields.{name}")
        for value, meaning in values.items():
            check_meaning(f"fields.{name}.{value}", meaning)
    annotators = table(said, "annotators")
    if not all(isinstance(each, str) and tidy(each) for each in annotators.values()):
        raise MappingError("the mapping's annotators must map names to pseudonyms, both as texts")
    annotators = {name: tidy(each) for name, each in annotators.items()}
    return Mapped(
        said["format"],
        said.get("article", ""),
        said.get("annotator", ""),
        annotators,
        labels,
        fields,
    )


def table(said: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return one table of the mapping."""
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


def answer(row: AnswerRow, groups: Iterable[Group]) -> AnswerRow | None:
    """Return the answer that the groups of one sentence make; None where all are ignored.

    Raises:
        RefusedError: two of them contradict each other, or cannot be told apart.

    """
    kept = [
        Group(tuple(each for each in group.meanings if not each.get("ignore")), group.span)
        for group in groups
    ]
    parts = [(part(group), group) for group in kept if group.meanings]
    if not parts:
        return None
    whole: dict[str, Any] = {}
    for said, _ in parts:
        for name in ("status", "unsure"):
            if name in said:
                put(whole, name, said.pop(name))
    loose = [said for said, _ in parts if said and "stance" not in said]
    firm = [said for said, _ in parts if "stance" in said]
    if len(firm) > 1 and loose:
        raise RefusedError(
            f"{len(firm)} labels have a stance and others have none: the claims cannot be matched"
        )
    claims = firm if len(firm) > 1 else [joined(firm + loose)] if firm + loose else []
    return replace(
        row,
        status=whole.get("status"),
        unsure=whole.get("unsure", False),
        claims=tuple(claim(said) for said in claims),
    )


def part(group: Group) -> dict[str, Any]:
    """Return what one group says, by field."""
    said: dict[str, Any] = {}
    for meaning in group.meanings:
        for name, value in meaning.items():
            if name == "evidence":
                said.setdefault("evidence", []).append(span_of(group, name))
            elif name == "mention":
                put(said, "mention", span_of(group, name))
            elif name == "speaker" and value == OWN_WORDS:
                span = span_of(group, name)
                put(said, "speaker", tidy(span[2]))
                put(said, "mention", span)
            else:
                put(said, name, value)
    return said


def span_of(group: Group, name: str) -> Span:
    """Return the span of a group that needs one."""
    if group.span is None:
        raise RefusedError(f"the mapping makes it {name}, but it has no span")
    return group.span


def put(said: dict[str, Any], name: str, value: Any) -> None:
    """Say something once."""
    if said.setdefault(name, value) != value:
        raise RefusedError(f"it has two values for {name}: {said[name]} and {value}")


def joined(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the parts of one claim together."""
    whole: dict[str, Any] = {}
    for said in parts:
        for name, value in said.items():
            if name == "evidence":
                whole.setdefault("evidence", []).extend(value)
            else:
                put(whole, name, value)
    return whole


def claim(said: Mapping[str, Any]) -> ClaimRow:
    """Return a claim."""
    return ClaimRow(
        speaker=said.get("speaker"),
        speaker_type=said.get("speaker_type"),
        mention=said.get("mention"),
        stance=said.get("stance"),
        certainty=said.get("certainty"),
        conditional=said.get("conditional", False),
        aspect=said.get("aspect"),
        evidence=tuple(sorted(said.get("evidence", ()))),
        note=said.get("note", ""),
    )
