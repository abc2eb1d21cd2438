"""Write a codebook as a document for people to read."""

import re
from collections.abc import Iterable, Iterator, Mapping

from annotator.codebook.scheme import (
    OPTIONAL_FIELDS,
    Aspect,
    Certainty,
    Codebook,
    Rule,
    Section,
    SpeakerType,
    Stance,
    Status,
    Value,
)

SPECIAL = re.compile(r"([\\`*_<>\[\]|&#~])")


def to_markdown(codebook: Codebook) -> str:
    """Write the whole codebook in Markdown; the same codebook gives the same text."""
    blocks = [*_head(codebook)]
    for section in codebook.sections:
        blocks += _section(codebook, section)
    blocks += _settings(codebook)
    return "\n\n".join(blocks) + "\n"


def _head(codebook: Codebook) -> Iterator[str]:
    yield f"# Codebook: {_plain(codebook.title)}"
    yield f"Version {_plain(codebook.version)}"
    yield f"**Target question:** {_plain(codebook.question)}"


def _section(codebook: Codebook, section: Section) -> Iterator[str]:
    yield f"## {_plain(section.title)}"
    yield _plain(section.definition)
    if examples := _examples(section):
        yield _bullets(examples)
    for value in _values_of(codebook).get(section.value, ()):
        yield from _value(value)
    if section.value == "status":
        unsure = codebook.unsure
        yield f"### {_plain(unsure.label)}"
        yield _bullets([f"**Meaning:** {_plain(unsure.definition)}", *_key(unsure.key)])
    if rules := codebook.rules_of(section.value):
        yield "### Rules"
        yield _bullets(_rule(rule) for rule in rules)


def _values_of(codebook: Codebook) -> Mapping[str, tuple[Value, ...]]:
    return {
        codebook.aspect_section: codebook.aspects,
        "status": codebook.statuses,
        "speaker": codebook.speaker_types,
        "stance": codebook.stances,
        "certainty": codebook.certainties,
    }


def _value(value: Value) -> Iterator[str]:
    retired = " (retired)" if value.retired else ""
    kind = "Aspect: " if isinstance(value, Aspect) else ""
    yield f"### {kind}{_plain(value.label)}{retired}"
    yield _bullets(
        [
            f"**Value:** `{value.value}`",
            *_key(value.key),
            f"**Meaning:** {_plain(value.definition)}",
            *([f"**Decision rule:** {_plain(value.rule)}"] if value.rule else []),
            *_traits(value),
            *_examples(value),
            *([f"**Rules:** {', '.join(value.rules)}"] if value.rules else []),
        ]
    )


def _traits(value: Value) -> Iterator[str]:
    match value:
        case Status(proposed_for=segments) if segments:
            yield f"**Proposed for:** {', '.join(segments)}"
        case SpeakerType(role=role) if role:
            yield f"**Role:** {role}"
        case Stance(on_scale=on_scale):
            yield f"**On the scale:** {'yes' if on_scale else 'no'}"
        case Certainty(cues=cues) if cues:
            yield f"**Cue words (hints, not rules):** {', '.join(map(_plain, cues))}"
        case _:
            pass


def _examples(entry: Value | Section) -> list[str]:
    return [
        *(f"**Example:** {_plain(text)}" for text in entry.positive),
        *(f"**Counter-example:** {_plain(text)}" for text in entry.negative),
    ]


def _key(key: str) -> list[str]:
    return [f"**Key:** {_plain(key)}"] if key else []


def _rule(rule: Rule) -> str:
    return f"**{rule.id}** {_plain(rule.text)}"


def _settings(codebook: Codebook) -> Iterator[str]:
    yield "## Settings"
    scale = " < ".join(f"`{stance.value}`" for stance in codebook.stance_scale)
    degrees = " < ".join(f"`{certainty.value}`" for certainty in codebook.certainties)
    off = [name for name in OPTIONAL_FIELDS if name not in codebook.fields]
    yield _bullets(
        [
            f"**Stance scale:** {scale}",
            *([f"**Certainty scale:** {degrees}"] if degrees else []),
            f"**Speaker of unattributed text:** {_plain(codebook.narrator_name)}",
            f"**Optional fields on:** {', '.join(codebook.fields) or 'none'}",
            f"**Optional fields off:** {', '.join(off) or 'none'}",
        ]
    )
    rows = [f"| {field} | {measure} |" for field, measure in codebook.measures.items()]
    yield "\n".join(["| field | measure |", "|---|---|", *rows])


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _plain(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)
