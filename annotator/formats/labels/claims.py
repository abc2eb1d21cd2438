"""Labels of another tool as claims, by a mapping.

Labels of one span are one claim, and so are those that a relation joins; labels without a stance
join the only claim of their sentence. Each label that has no place is named by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.labels.documents import Document, Fault, Label, Link
from annotator.formats.labels.documents import Span as Place
from annotator.formats.labels.mapping import OWN_WORDS, Mapped, Meaning, Relation
from annotator.formats.labels.rows import AnswerRow, ClaimRow, Span
from annotator.text.spelling import tidy


@dataclass(frozen=True, slots=True)
class Part:
    """What one label says of a claim, and the fragments of the words it marks."""

    where: str
    meaning: Meaning
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The parts of one claim, and the words that tell its sentence; none means the document.

    A claim that a relation made is one by itself, also without a stance.
    """

    parts: tuple[Part, ...]
    anchor: tuple[Place, ...] = ()
    by_itself: bool = False

    @property
    def where(self) -> str:
        """Return the places of all parts, each once."""
        return " and ".join(dict.fromkeys(part.where for part in self.parts))

    def said(self) -> list[str]:
        """Return what is said, whatever its place in the file: equal for what says the same."""
        return sorted(f"{sorted(part.meaning.items())} {part.spans}" for part in self.parts)


@dataclass
class Grouping:
    """How the labels of one document become claims."""

    document: Document
    mapped: Mapped
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def groups(self) -> list[Group]:
        """Return the claims of the document, in the order of their labels."""
        self.faults += self.document.faults
        labels = {each.id: each for each in self.document.labels if each.id}
        joined, used = self.joined(labels)
        single: dict[object, list[Part]] = {}
        anchors: dict[object, tuple[Place, ...]] = {}
        for number, label in enumerate(self.document.labels):
            if label.id in used:
                continue
            parts = self.parts(label)
            key: object = label.spans or number
            held = single.setdefault(key, [])
            same = [(each.meaning, each.spans) for each in held]
            fresh = [each for each in parts if (each.meaning, each.spans) not in same]
            if parts and not fresh:
                self.remarks.append(f"{label.where}: this label stands there twice; it is one")
            held += fresh
            anchors[key] = label.spans
        groups = joined + [
            Group(tuple(parts), anchors[key]) for key, parts in single.items() if parts
        ]
        return sorted(groups, key=lambda each: each.anchor[:1])

    def parts(self, label: Label) -> list[Part]:
        """Return what a label and its values say; nothing for one that is ignored."""
        meanings: list[Meaning] = []
        values = list(self.values(label))
        if label.name and not (label.layer and values and not self.mapped.labels.get(label.name)):
            found = self.tried(label, self.mapped.label, label.name)
            if found is None or found.get("ignore"):
                return []
            meanings.append(found)
        for name, value in values:
            found = self.tried(label, self.mapped.value, name, value, label.name)
            if found is not None and not found.get("ignore"):
                meanings.append(found)
        spans = self.spans(label)
        return [Part(label.where, each, spans) for each in meanings]

    def values(self, label: Label) -> Iterator[tuple[str, str]]:
        """Yield the values of a label, unless all of it is ignored."""
        if not self.mapped.labels.get(tidy(label.name), {}).get("ignore"):
            yield from label.values

    def tried(self, label: Label | Link, look_up: Any, *names: str) -> Any:
        """Return what the mapping says of a name, or note the fault and return None."""
        try:
            return look_up(*names)
        except RefusedError as error:
            spans = label.spans if isinstance(label, Label) else ()
            self.faults.append(Fault(f"{label.where}: {error}; left out", spans))
            return None

    def spans(self, label: Label) -> tuple[Span, ...]:
        """Return the fragments of a label with their words."""
        text = self.document.text
        if text is None:
            words = label.words or ""
            return tuple((start, end, words) for start, end in label.spans)
        return tuple((start, end, text[start:end]) for start, end in label.spans)

    def joined(self, labels: Mapping[str, Label]) -> tuple[list[Group], set[str]]:
        """Return the claims that relations make, and the labels that have their place by that."""
        claims: dict[str, list[Part]] = {}
        anchors: dict[str, tuple[Place, ...]] = {}
        used: set[str] = set()
        for number, link in enumerate(self.document.links):
            known = link.name in self.mapped.relations or not self.ignored(link, labels)
            relation = self.tried(link, self.mapped.relation, link.name) if known else None
            if relation is None:
                continue
            about, parts, taken = self.of_link(link, relation, labels)
            if not parts:
                continue
            which = about.id if about else f"#{number}"
            claims.setdefault(which, []).extend(parts)
            anchor = about or next(labels[to] for _, to in link.roles)
            anchors.setdefault(which, anchor.spans)
            used |= taken
        made = []
        for which, parts in claims.items():
            about = labels.get(which)
            own = self.parts(about) if about else ()
            made.append(Group((*own, *parts), anchors[which], by_itself=True))
        return made, used

    def ignored(self, link: Link, labels: Mapping[str, Label]) -> bool:
        """Say whether a relation is a slot of nothing but ignored labels."""
        return all(
            self.mapped.labels.get(tidy(labels[to].name), {}).get("ignore") for _, to in link.roles
        )

    def of_link(
        self, link: Link, relation: Relation, labels: Mapping[str, Label]
    ) -> tuple[Label | None, list[Part], set[str]]:
        """Return the label of the claim that a relation is about, its parts, and what is used."""
        about: Label | None = None
        taken: set[str] = set()
        parts = [Part(link.where, relation.meaning)] if relation.meaning else []
        for name, value in link.values:
            found = self.tried(link, self.mapped.value, name, value, link.name)
            if found is not None and not found.get("ignore"):
                parts.append(Part(link.where, found))
        for role, to in link.roles:
            label, part = labels[to], relation.part(role)
            if part is None:
                self.faults.append(
                    Fault(
                        f"{link.where}: the mapping's relation “{link.name}” has no role"
                        f" “{role[:60]}”; left out",
                        label.spans,
                    )
                )
                return None, [], set()
            if part == "claim":
                about = about or label
            elif part != "ignore":
                own = self.parts(label) if part in {"speaker", "mention"} else []
                whole: Meaning = {"evidence": True} if part == "evidence" else {part: OWN_WORDS}
                meaning = {"mention": True} if part == "mention" else whole
                parts += [*own, Part(label.where, meaning, self.spans(label))]
            if part != "ignore":
                taken.add(to)
        return about, parts, taken


def answer(row: AnswerRow, groups: Sequence[Group]) -> AnswerRow | None:
    """Return the answer that the groups of one sentence make; None where there are none.

    Raises:
        RefusedError: two of them contradict each other, or cannot be told apart.

    """
    parts = [(claim_of(group), group) for group in groups]
    if not parts:
        return None
    whole: dict[str, Any] = {}
    for said, group in parts:
        for name in ("status", "unsure"):
            if name in said:
                put(whole, name, said.pop(name), group.where)
    claims, loose = [], []
    for said, group in parts:
        if group.by_itself or "stance" in said:
            claims.append(said)
        elif said:
            loose.append((said, group))
    if len(claims) > 1 and loose:
        names = ", ".join(dict.fromkeys(group.where for _, group in loose))
        raise RefusedError(
            f"{len(claims)} labels have a stance and others have none ({names}): the claims cannot"
            " be matched"
        )
    if loose:
        claims = [merged([*claims, *(said for said, _ in loose)])]
    return replace(
        row,
        status=whole.get("status"),
        unsure=whole.get("unsure", False),
        claims=tuple(claim(said) for said in claims if said),
    )


def claim_of(group: Group) -> dict[str, Any]:
    """Return what one group says, by field."""
    said: dict[str, Any] = {}
    for part in group.parts:
        for name, value in part.meaning.items():
            if name == "evidence":
                if value:
                    said.setdefault("evidence", []).extend(spans_of(part, name))
            elif name == "mention":
                if value:
                    put(said, "mention", one_span(part, name), part.where)
            elif name == "speaker" and value == OWN_WORDS:
                span = one_span(part, name)
                put(said, "speaker", tidy(span[2]), part.where)
                put(said, "mention", span, part.where)
            elif name == "via":
                name_of = tidy(one_span(part, name)[2]) if value == OWN_WORDS else value
                if name_of not in said.setdefault("via", []):
                    said["via"].append(name_of)
            else:
                put(said, name, value, part.where)
    return said


def spans_of(part: Part, name: str) -> tuple[Span, ...]:
    """Return the fragments of a part that needs some."""
    if not part.spans:
        raise RefusedError(f"{part.where}: the mapping makes it {name}, but it has no span")
    return part.spans


def one_span(part: Part, name: str) -> Span:
    """Return the only span of a part: a mention has no gaps, and is never made wider."""
    spans = spans_of(part, name)
    if len(spans) > 1:
        raise RefusedError(
            f"{part.where}: its words stand in {len(spans)} pieces, which {name} cannot; as"
            " evidence they could"
        )
    return spans[0]


def put(said: dict[str, Any], name: str, value: Any, where: str = "") -> None:
    """Say something once."""
    if said.setdefault(name, value) != value:
        place = f"{where}: " if where else ""
        raise RefusedError(f"{place}it has two values for {name}: {said[name]} and {value}")


def merged(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the parts of one claim together."""
    whole: dict[str, Any] = {}
    for said in parts:
        for name, value in said.items():
            if name in {"evidence", "via"}:
                held = whole.setdefault(name, [])
                held.extend(each for each in value if each not in held)
            else:
                put(whole, name, value)
    return whole


def claim(said: Mapping[str, Any]) -> ClaimRow:
    """Return a claim of its fields."""
    return ClaimRow(
        speaker=said.get("speaker"),
        speaker_type=said.get("speaker_type"),
        mention=said.get("mention"),
        via=tuple(said.get("via", ())),
        stance=said.get("stance"),
        certainty=said.get("certainty"),
        conditional=said.get("conditional", False),
        aspect=said.get("aspect"),
        evidence=tuple(sorted(said.get("evidence", ()))),
        note=said.get("note", ""),
    )
