"""The mapping as a form: what a file holds on the left, what it means here on the right."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from annotator.codebook.scheme import Codebook
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.documents import Document, Documents
from annotator.formats.labels.mapping import TEXTS
from annotator.text.spelling import tidy

# A field with more values than this is mapped as a whole.
MOST_VALUES = 50
REFUSED, IGNORED, ITSELF, JOINS = "", "ignore=true", "*", "join"
Options = Sequence[tuple[str, str]]
# What is said of the file as a whole, and what can be chosen for it.
OPTIONS: Mapping[str, Options] = {
    "over_sentences": (
        ("", "refused and named"),
        ("larger", "given to the sentence with most of its words"),
        ("each", "given to each sentence with its part"),
    ),
    "repeats": (
        ("", "both refused and named"),
        ("newer", "replaced by the newer ones"),
    ),
}
# Which of their fields hold our key of the article, the annotator and the text.
PLACES: Mapping[str, str] = {
    "article": "Their field with the key of the article",
    "annotator": "Their field that names the annotator",
    "text": "Their field with the text",
}
SETTINGS = ("no_label", *OPTIONS, *PLACES)
ROLE_WORDS: Mapping[str, str] = {
    "claim": "The claim: its labels, and its sentence",
    "speaker": "The words are the speaker",
    "mention": "The words mention the speaker",
    "via": "The words name who passes it on",
    "evidence": "The words are evidence",
    "ignore": "Ignored, without a word",
}


@dataclass
class Held:
    """What a file holds, each with its number."""

    documents: int = 0
    annotators: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    fields: dict[str, Counter[str]] = field(default_factory=dict)
    relations: dict[str, Counter[str]] = field(default_factory=dict)  # their roles by their name
    joined: Counter[str] = field(default_factory=Counter)  # how many there are of each
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
        for link in each.links:
            name = tidy(link.name)
            found.joined[name] += 1
            found.relations.setdefault(name, Counter()).update(tidy(role) for role, _ in link.roles)
        for label in each.labels:
            if label.name and not label.layer:
                found.labels[tidy(label.name)] += 1
            for name, value in label.values:
                found.fields.setdefault(tidy(name), Counter())[tidy(value)] += 1
    found.relations = {name: without_numbers(roles) for name, roles in found.relations.items()}
    return found


def without_numbers(roles: Counter[str]) -> Counter[str]:
    """Return roles with those as one that brat numbers because they come twice (`Source2`)."""
    found: Counter[str] = Counter()
    for role, n in roles.items():
        bare = role.rstrip("0123456789")
        found[bare if bare in roles else role] += n
    return found


@dataclass(frozen=True)
class Choice:
    """One thing of theirs: how its control is called, its words, number, and what is chosen.

    `options` are what can be chosen, each with its words.
    """

    name: str
    words: str
    n: int
    chosen: str
    label: str
    options: Options = ()


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
    for key in codebook.labels:
        for each in codebook.values_of(key):
            yield f"{key}={each.value}", f"{codebook.title_of(key)}: {each.label}"
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
    known = list(meanings(codebook))
    options = [code for code, _ in known]

    def choice(name: str, words: str, n: int, usual: str, label: str) -> Choice:
        chosen = given.get(name, usual)
        own = [(ITSELF, "As it is: its name is ours")] if chosen == ITSELF else []
        return Choice(name, words, n, chosen, label, [*own, *known])

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
    for place, (name, roles) in enumerate(sorted(held.relations.items())):
        found.append(relation_part(place, name, roles, held.joined[name], known, given))
    return [part for part in found if part.choices]


def relation_part(
    place: int,
    name: str,
    roles: Counter[str],
    n: int,
    known: Options,
    given: Mapping[str, str],
) -> Part:
    """Return what there is to choose for a relation: what it does, and what each role is."""
    own = [
        (IGNORED, "Ignored, without a word"),
        (JOINS, "Joins its labels to one claim"),
        *(
            (code, f"Joins its labels to one claim. {words}")
            for code, words in known
            if code.partition("=")[0] in {"stance", "certainty", "conditional"}
        ),
    ]
    control = f"relation-{place}"
    choices = [
        Choice(control, "the relation", n, given.get(control, IGNORED), f"Meaning of {name}", own)
    ]
    for at, (role, times) in enumerate(ordered(roles)):
        control = f"role-{place}-{at}"
        chosen = given.get(control, alike_role(role))
        options = [(REFUSED, "Not mapped: the relation is named and left out"), *ROLE_WORDS.items()]
        choices.append(Choice(control, role, times, chosen, f"What {role} of {name} is", options))
    hint = "What a relation joins is one claim; each of its roles is a part of that claim."
    return Part(f"Relation {name}", hint, tuple(choices))


def alike_role(role: str) -> str:
    """Return the part of a claim that is called as a role of theirs is; "" where none is."""
    folded = role.casefold()
    return {"source": "speaker", "content": "claim", "cue": "ignore"}.get(
        folded, folded if folded in ROLE_WORDS else REFUSED
    )


def ordered(found: Counter[str]) -> list[tuple[str, int]]:
    """Return things by how often they are there, then by name."""
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))


def alike(name: str, options: list[str]) -> str:
    """Return the meaning that is called as something of theirs is; none where none is."""
    last = tidy(name).casefold().rpartition(":")[2].replace(" ", "_")
    return next((each for each in options if each.partition("=")[2] == last), REFUSED)


def toml_of(form: str, held: Held, given: Mapping[str, str]) -> str:
    """Return the mapping that was chosen, as the file that the command reads."""
    lines = [f"format = {quoted(form)}"]
    lines += [f"{name} = {quoted(given[name])}" for name in SETTINGS if given.get(name)]
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
    for place, (name, roles) in enumerate(sorted(held.relations.items())):
        code = given.get(f"relation-{place}", IGNORED)
        lines += entry(f"[relations.{quoted(name)}]", code)
        if code != IGNORED:
            parts = [
                f"{quoted(role)} = {quoted(part)}"
                for at, (role, _) in enumerate(ordered(roles))
                if (part := given.get(f"role-{place}-{at}", ""))
            ]
            lines.append(f"roles = {{{', '.join(parts)}}}")
    return "\n".join(lines) + "\n"


def entry(heading: str, code: str) -> list[str]:
    """Return the lines of one entry; none for what is not mapped or means itself."""
    if code in (REFUSED, ITSELF):
        return []
    pairs = [each.partition("=") for each in code.split(";") if each != JOINS]
    said = [f"{key} = {value if value == 'true' else quoted(value)}" for key, _, value in pairs]
    return ["", heading, *said]


def quoted(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
