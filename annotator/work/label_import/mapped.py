"""Labels of other tools to answers: each finds its sentence, those of one become one answer.

What has no place is named by itself, label by label; the rest of its sentence comes in.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from sys import intern

from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.claims import Group, Grouping, Part, answer, claim_of
from annotator.formats.labels.documents import Document, Documents, Fault
from annotator.formats.labels.mapping import Mapped
from annotator.formats.labels.rows import AnswerRow, ClaimRow, Remark
from annotator.measure.origins import CONTEXT
from annotator.phrases import both_numbers, counted
from annotator.text.pronouns import is_pronoun
from annotator.work.label_import.rows import Importer
from annotator.work.label_import.texts import Located
from annotator.work.spooling import Spooling

# Where labels of one annotator are: article, position, annotator.
Where = tuple[str, int, str]


@dataclass
class Unlabelled:
    """A sentence that one annotator has read: where that is said, and in which documents."""

    where: str
    read_in: list[int] = field(default_factory=list)
    left_out: bool = False


UNREAD = Unlabelled("")
NOWHERE = -1


@dataclass
class Seen:
    """A document as it was read first: its number, place, content and time."""

    number: int
    where: str
    content: int
    made: str


class Gathering(Spooling):
    """The labels of one import, sentence by sentence.

    The claims themselves wait in a temporary file; memory holds where each is.
    """

    def __init__(self, importer: Importer, mapped: Mapped) -> None:
        super().__init__()
        self.importer = importer
        self.mapped = mapped
        self.length = 0
        # Where in the file the last claim of each is; with every claim stands where the one before
        # it is.
        self.gathered: dict[Where, int] = {}
        self.read: dict[Where, Unlabelled] = {}  # only where no label means something
        self.seen: dict[tuple[str, str, int, int], Seen] = {}
        self.dropped: set[int] = set()
        self.unnamed = importer.project.codebook.unnamed_type.value
        self.pronouns = Counter[str]()

    def add(self, document: Document, number: int) -> Iterator[RecordError | Remark]:
        """Take in a document; yield what is left out of it, and what was read otherwise."""
        # One string for each of them, not one for each row.
        who = intern(self.mapped.pseudonym(document.annotator))
        try:
            if not who:
                raise RefusedError("it does not say whose labels these are")
            place = self.importer.texts.place(document)
        except RefusedError as error:
            yield RecordError(f"{document.where}: {error}; left out")
            return
        if document.whole:
            again = self.again(document, number, who, place)
            if again is not None:
                yield again
            if number in self.dropped:
                return
        if self.mapped.no_label:
            for each in place.sentences:
                self.at(place.key, each.position, who, document.where).read_in.append(number)
        grouping = Grouping(moved(document, place), self.mapped)
        for group in grouping.groups():
            try:
                around = place.around(group, self.mapped.over_sentences)
                for _, part in around:
                    claim_of(part)
            except RefusedError as error:
                yield RecordError(f"{at(group.where, error)}; left out")
                self.leave_out(place, group.anchor, who, document.where)
                continue
            for sentence, part in around:
                self.keep((place.key, sentence.position, who), number, part)
        for fault in dict.fromkeys(grouping.faults):
            yield RecordError(fault.said)
            self.leave_out(place, fault.spans, who, document.where)
        yield from (Remark(said) for said in grouping.remarks)

    def keep(self, at: Where, number: int, group: Group) -> None:
        """Keep a claim on a sentence, and in which document it stands."""
        line = dumped(self.gathered.get(at, NOWHERE), number, group)
        self.gathered[at] = self.length
        self.length += self.spool.write(line)

    def kept(self, place: int) -> list[tuple[int, Group]]:
        """Return the claims whose last one is at this place of the file, in order."""
        found = []
        while place != NOWHERE:
            self.spool.seek(place)
            place, number, group = loaded(self.spool.readline())
            found.append((number, group))
        return found[::-1]

    def at(self, key: str, position: int, who: str, where: str) -> Unlabelled:
        """Return what is known of a sentence that one annotator has read."""
        self.gathered.setdefault((key, position, who), NOWHERE)
        return self.read.setdefault((key, position, who), Unlabelled(where))

    def leave_out(
        self, place: Located, spans: Iterable[tuple[int, int]], who: str, at: str
    ) -> None:
        """Note the sentences of a label that is left out: they are not without a label."""
        touched = [
            each
            for each in place.sentences
            if not spans or any(start < each.end and each.start < end for start, end in spans)
        ]
        for each in touched if self.mapped.no_label else ():
            self.at(place.key, each.position, who, at).left_out = True

    def again(
        self, document: Document, number: int, who: str, place: Located
    ) -> RecordError | Remark | None:
        """Say what becomes of the labels of one text that one person gave twice."""
        end = place.sentences[-1].end if place.sentences else 0
        content = hash(tuple(content_of(document)))
        seen = Seen(number, document.where, content, document.made)
        first = self.seen.setdefault((who, place.key, place.offset, end), seen)
        if first is seen:
            return None
        pair = f"{who} labels one text twice, here and in {first.where}"
        self.dropped.add(number)
        if first.content == content and first.number not in self.dropped:
            return Remark(f"{document.where}: {pair}, with equal labels; they are imported once")
        if self.mapped.repeats == "newer":
            told = bool(document.made and first.made)
            newer = not told or document.made >= first.made
            if newer:
                self.dropped.discard(number)
                self.dropped.add(first.number)
                self.seen[who, place.key, place.offset, end] = seen
            taken = "here" if newer else f"in {first.where}"
            return Remark(
                f"{document.where}: {pair}, with other labels; the newer ones {taken} count"
            )
        self.dropped.add(first.number)
        return RecordError(
            f"{document.where}: {pair}, with other labels; both are left out. Keep one of them, or"
            " say repeats = “newer” in the mapping"
        )

    def answers(self) -> Iterator[AnswerRow | RecordError | Remark]:
        """Yield the answers that all documents make, or what cannot be one."""
        kind = self.importer.said.kind
        origin = kind.origin if kind else CONTEXT
        for (key, position, who), place in self.gathered.items():
            groups = [each for number, each in self.kept(place) if number not in self.dropped]
            if len(groups) > 1:
                kept: dict[str, Group] = {}
                for group in groups:
                    if kept.setdefault(repr(group.said()), group) is not group:
                        said = f"{group.where}: {who} has this label twice; it is imported once"
                        yield Remark(said)
                groups = list(kept.values())
            read = self.read.get((key, position, who), UNREAD)
            where = groups[0].where if groups else read.where
            row = AnswerRow(where, key, who, position, origin=origin)
            try:
                made = answer(row, groups)
            except RefusedError as error:
                answered = f"sentence {both_numbers(position)} of “{key}”"
                said = f"{at(row.where, error)}; the answer of {who} to {answered} is left out"
                yield RecordError(said)
                continue
            counts = any(number not in self.dropped for number in read.read_in)
            if made is None and counts and not read.left_out:
                made = replace(row, status=self.mapped.no_label)
            if made is not None:
                claims = tuple(self.named(one, key) for one in made.claims)
                yield made if claims == made.claims else replace(made, claims=claims)
        if self.pronouns:
            found = ", ".join(f"“{each}”" for each in sorted(self.pronouns)[:10])
            many = counted(self.pronouns.total(), "claim")
            yield Remark(
                f"Pronouns name nobody beyond their article ({found}, {many}): they are sources"
                " without a name"
            )

    def named(self, claim: ClaimRow, key: str) -> ClaimRow:
        """Return a claim whose speaker is no pronoun shared by several articles."""
        if claim.speaker is None or not is_pronoun(claim.speaker):
            return claim
        self.pronouns[claim.speaker] += 1
        return replace(claim, speaker=f"{claim.speaker} ({key})", speaker_type=self.unnamed)


def answer_rows(
    importer: Importer, documents: Documents, mapped: Mapped
) -> Iterator[AnswerRow | RecordError | Remark]:
    """Yield an answer for each annotator and sentence, or what cannot be mapped."""
    with Gathering(importer, mapped) as gathering:
        try:
            for number, document in enumerate(documents):
                if isinstance(document, Document):
                    yield from gathering.add(document, number)
                else:
                    yield document
        except RecordError as error:  # a file that cannot be read ends the reading
            yield error
        yield from gathering.answers()


def dumped(before: int, number: int, group: Group) -> bytes:
    """Return a claim as one line, with the place of the one before, and its document's number."""
    parts = [[each.where, dict(each.meaning), each.spans] for each in group.parts]
    return json.dumps([before, number, parts, group.anchor, group.by_itself]).encode() + b"\n"


def loaded(line: bytes) -> tuple[int, int, Group]:
    """Return what `dumped` wrote."""
    before, number, parts, anchor, by_itself = json.loads(line)
    made = tuple(
        Part(where, said, tuple((start, end, words) for start, end, words in spans))
        for where, said, spans in parts
    )
    return before, number, Group(made, tuple((start, end) for start, end in anchor), by_itself)


def moved(document: Document, place: Located) -> Document:
    """Return a document with the places of its labels in the article.

    A label whose words are others there becomes a fault. Labels of the whole have no place.
    """
    if not (document.faults or document.links or any(each.spans for each in document.labels)):
        return document
    labels = []
    faults = [
        replace(each, spans=tuple((a + place.offset, b + place.offset) for a, b in each.spans))
        for each in document.faults
    ]
    for label in document.labels:
        spans = tuple((start + place.offset, end + place.offset) for start, end in label.spans)
        words = " ".join(place.text[start:end] for start, end in spans)
        if label.words is not None and label.spans and label.words.split() != words.split():
            faults.append(
                Fault(
                    f"{label.where}: “{place.key}” has “{words[:60]}” at {spans[0][0]}, not"
                    f" “{label.words[:60]}”; left out",
                    spans,
                )
            )
        elif spans and spans[-1][1] > len(place.text):
            faults.append(
                Fault(f"{label.where}: {spans[-1][1]} is outside “{place.key}”; left out", spans)
            )
        else:
            labels.append(replace(label, spans=spans, words=words))
    kept = {each.id for each in labels}
    links = tuple(link for link in document.links if all(to in kept for _, to in link.roles))
    faults += [
        Fault(f"{link.where}: a label of its “{link.name}” was left out, and so is it")
        for link in document.links
        if link not in links
    ]
    return replace(
        document, text=place.text, labels=tuple(labels), links=links, faults=tuple(faults)
    )


def content_of(document: Document) -> Iterator[str]:
    """Yield what a document says, whatever the order and the names of its labels."""
    said = {
        each.id: f"{each.name}\0{sorted(each.values)}\0{each.spans}" for each in document.labels
    }
    yield from sorted(
        f"{each.name}\0{sorted(each.values)}\0{each.spans}" for each in document.labels
    )
    yield from sorted(
        f"{link.name}\0{sorted(link.values)}\0"
        f"{sorted((role, said.get(to, '')) for role, to in link.roles)}"
        for link in document.links
    )


def at(where: str, error: RefusedError) -> str:
    """Return what is wrong with its place; an error may have named it already."""
    return str(error) if str(error).startswith(where) else f"{where}: {error}"
