"""The mapping as a form: what a file holds on the left, what it means here on the right."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from annotator.codebook.scheme import Codebook
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.documents import Document, Documents
from annotator.formats.labels.mapping import TEXTS
from annotator.text.spelling import tidy

# A field with more values than this is mapped as a whole.
MOST_VALUES = 50
REFUSED, IGNORED, ITSELF = "", "ignore=true", "*"


@dataclass
class Held:
    """What a file holds, each with its number."""

    documents: int = 0
    annotators: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    fields: dict[str, Counter[str]] = field(default_factory=dict)
    relations: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def held_in(documents: Documents) -> Held:
    """Count what a file holds."""
    found = Held()
    for each in documents:
        if isinstance(each, RecordError):
            found.faults.append(str(each))
        if not isinstance(each, Document):
            continue
        found.documents += 1
        found.annotators[tidy(each.annotator)] += 1
        found.faults += map(str, each.faults)
        found.relations.update(tidy(link.name) for link in each.links)
        for label in each.labels:
            if label.name and not label.layer:
                found.labels[tidy(label.name)] += 1
            for name, value in label.values:
                found.fields.setdefault(tidy(name), Counter())[tidy(value)] += 1
    return found


@dataclass(frozen=True)
class Choice:
    """One thing of theirs: how its control is called, its words, number, and what is chosen."""

    name: str
    words: str
    n: int
    chosen: str
    label: str


@dataclass(frozen=True)
class Part:
    """Some things of theirs under one heading."""

    heading: str
    hint: str
    choices: tuple[Choice, ...]
    is_person: bool = False


def meanings(codebook: Codebook) -> Iterator[tuple[str, str]]:
    """Yield what something of theirs can mean here: the lines of the mapping, and in words."""
    yield REFUSED, "Not mapped: each is named and left out"
    yield IGNORED, "Ignored, without a word"
    for key, values in (("stance", codebook.stances), ("certainty", codebook.certainties)):
        for each in values:
            yield f"{key}={each.value}", f"{key.capitalize()}: {each.label}"
    for status in codebook.statuses:
        yield f"status={status.value}", f"Status: {status.label}"
    for kind in codebook.speaker_types:
        yield f"speaker=*;speaker_type={kind.value}", f"The words are the speaker: {kind.label}"
    yield "mention=true", "The words mention the speaker"
    yield "evidence=true", "The words are evidence"
    yield "conditional=true", "The claim is conditional"
    yield "unsure=true", "The annotator was unsure"
    yield "note=*", "A note"


def parts_of(held: Held, codebook: Codebook, given: Mapping[str, str]) -> list[Part]:
    """Return what there is to choose, with what was chosen, or else what looks right."""
    options = [code for code, _ in meanings(codebook)]

    def choice(name: str, words: str, n: int, usual: str, label: str) -> Choice:
        return Choice(name, words, n, given.get(name, usual), label)

    people = tuple(
        choice(f"who-{at}", who, n, who, f"Pseudonym of {who}")
        for at, (who, n) in enumerate(ordered(held.annotators))
    )
    found = [Part("Annotators", "Their names, and the pseudonyms here.", people, True)]
    labels = tuple(
        choice(f"label-{at}", name, n, alike(name, options), f"Meaning of {name}")
        for at, (name, n) in enumerate(ordered(held.labels))
    )
    found.append(Part("Labels", "The labels that they gave to words.", labels))
    for place, (name, values) in enumerate(sorted(held.fields.items())):
        usual = ITSELF if name in TEXTS else ""
        if len(values) > MOST_VALUES:
            one = choice(
                f"any-{place}", f"any of {len(values):,} values", values.total(),
                usual or IGNORED, f"Meaning of {name}",
            )  # fmt: skip
            found.append(Part(f"Field {name}", "Its values are mapped as one.", (one,)))
            continue
        chosen = tuple(
            choice(
                f"value-{place}-{at}", value or "(empty)", n,
                usual or alike(value, options), f"Meaning of {name} {value}",
            )
            for at, (value, n) in enumerate(ordered(values))
        )  # fmt: skip
        found.append(Part(f"Field {name}", "", chosen))
    return [part for part in found if part.choices]


def ordered(found: Counter[str]) -> list[tuple[str, int]]:
    """Return things by how often they are there, then by name."""
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))


def alike(name: str, options: list[str]) -> str:
    """Return the meaning that is called as something of theirs is; none where none is."""
    last = tidy(name).casefold().rpartition(":")[2].replace(" ", "_")
    return next((each for each in options if each.partition("=")[2] == last), REFUSED)


def toml_of(form: str, held: Held, given: Mapping[str, str], no_label: str) -> str:
    """Return the mapping that was chosen, as the file that the command reads."""
    lines = [f"format = {quoted(form)}"]
    if no_label:
        lines.append(f"no_label = {quoted(no_label)}")
    renamed = [
        (who, new)
        for at, (who, _) in enumerate(ordered(held.annotators))
        if (new := given.get(f"who-{at}", who).strip()) not in ("", who)
    ]
    if renamed:
        lines += ["", "[annotators]", *(f"{quoted(who)} = {quoted(new)}" for who, new in renamed)]
    for at, (name, _) in enumerate(ordered(held.labels)):
        lines += entry(f"[labels.{quoted(name)}]", given.get(f"label-{at}", ""))
    for place, (name, values) in enumerate(sorted(held.fields.items())):
        whole = given.get(f"any-{place}", "")
        lines += entry(f'[fields.{quoted(name)}."*"]', whole)
        for at, (value, _) in enumerate(ordered(values)):
            lines += entry(
                f"[fields.{quoted(name)}.{quoted(value)}]", given.get(f"value-{place}-{at}", "")
            )
    for name, _ in ordered(held.relations):
        lines += entry(f"[relations.{quoted(name)}]", IGNORED)
    return "\n".join(lines) + "\n"


def entry(heading: str, code: str) -> list[str]:
    """Return the lines of one entry; none for what is not mapped or means itself."""
    if code in (REFUSED, ITSELF):
        return []
    pairs = [each.partition("=") for each in code.split(";")]
    said = [f"{key} = {value if value == 'true' else quoted(value)}" for key, _, value in pairs]
    return ["", heading, *said]


def quoted(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
