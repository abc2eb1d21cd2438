"""WebAnno TSV 3: a line for each token, columns for each layer and feature (INCEpTION).

Written after the format's description in the INCEpTION User Guide, "WebAnno TSV 3.3 File format".
Offsets count UTF-16 units. An annotation of several tokens, or one of several on a token, has a
number in brackets.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.documents import (
    Document,
    Documents,
    Fields,
    Label,
    Link,
    Reading,
    Span,
)
from annotator.formats.labels.files import Files
from annotator.formats.labels.offsets import by_units
from annotator.formats.labels.other_tools.inception import (
    NOBODY,
    document_and_annotator,
    short,
)
from annotator.formats.labels.rows import Remark
from annotator.text.decode import UndecodableText, decode

BEGINS = "#FORMAT=WebAnno TSV 3"
LAYER = re.compile(r"#T_(SP|CH|RL)=([^|]*)((?:\|[^|]*)*)$")
TOKEN = re.compile(r"(\d+-\d+(?:\.\d+)?)\t(\d+)-(\d+)\t")
STACK, SLOT = re.compile(r"(?<!\\)\|"), re.compile(r"(?<!\\);")
NUMBER = re.compile(r"(?<!\\)\[(\d+(?:_\d+)?)\]$")
ESCAPED = re.compile(r"\\(->|.)")
NOTHING, NO_VALUE = "_", "*"
PLAIN = {"t": "\t", "n": "\n", "r": "\r"}


@dataclass(frozen=True)
class Layer:
    """One layer: which columns it has, and what kind it is (SP, CH or RL)."""

    kind: str
    name: str
    columns: tuple[str, ...]
    first: int


@dataclass
class Annotation:
    """One annotation as it grows from token to token."""

    line: int
    layer: Layer
    tokens: list[Span]
    values: dict[str, str] = field(default_factory=dict)
    slots: list[tuple[str, str]] = field(default_factory=list)


def read(files: Files, fields: Fields) -> Documents:
    """Yield a document for each file."""
    for name in files:
        if not files[name].removeprefix(b"\xef\xbb\xbf").startswith(BEGINS.encode()):
            yield Remark(f"{name}: no WebAnno TSV 3; passed over")
            continue
        try:
            key, who = document_and_annotator(name)
            if who == NOBODY:
                yield Remark(f"{name}: the document before anybody annotated it; passed over")
                continue
            yield Sheet(name, decode(files[name]).text).document(fields.article or key, who)
        except (RefusedError, UndecodableText) as error:
            yield RecordError(f"{name}: {error}; the file is left out")


class Sheet:
    """One file as it is read."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.lines = text.split("\n")
        self.layers = list(self.layers_of())
        self.tokens: dict[str, Span] = {}
        self.annotations: dict[tuple[str, str], Annotation] = {}
        self.relations: list[tuple[int, Layer, str, dict[str, str], str, str]] = []
        self.reading = Reading()

    def layers_of(self) -> Iterator[Layer]:
        """Yield the layers of the heading with their columns."""
        first = 3
        for line in self.lines:
            found = LAYER.match(line.rstrip("\r"))
            if found is None:
                continue
            kind, name, rest = found.groups()
            columns = tuple(rest.split("|")[1:])
            if kind == "CH":
                columns = columns or ("referenceType", "referenceRelation")
            yield Layer(kind, name, columns, first)
            first += max(1, len(columns))

    def document(self, key: str, who: str) -> Document:
        """Return the labels and relations of the file."""
        for number, raw in enumerate(self.lines, start=1):
            line = raw.rstrip("\r")
            found = TOKEN.match(line)
            if found is None:
                continue
            try:
                self.token(number, found, line.split("\t"))
            except RefusedError as error:
                self.reading.refuse(f"{self.name} line {number}", error)
        self.finish()
        return Document(
            self.name,
            who,
            key,
            labels=tuple(self.reading.labels),
            links=tuple(self.reading.links),
            faults=tuple(self.reading.faults),
        )

    def token(self, number: int, found: re.Match[str], cells: Sequence[str]) -> None:
        """Read the line of one token."""
        name, start, end = found[1], int(found[2]), int(found[3])
        self.tokens[name] = (start, end)
        width = sum(max(1, len(layer.columns)) for layer in self.layers)
        if len(cells) < 3 + width:
            raise RefusedError(f"it has {len(cells)} columns, expected {3 + width}")
        for layer in self.layers:
            own = cells[layer.first : layer.first + max(1, len(layer.columns))]
            if layer.kind == "RL":
                self.relation(number, layer, name, own)
            elif own[0] != NOTHING or any(cell != NOTHING for cell in own):
                self.annotation(number, layer, name, own)

    def annotation(self, number: int, layer: Layer, token: str, cells: Sequence[str]) -> None:
        """Read the cells of a span layer on one token; several annotations may be stacked."""
        stacks = [STACK.split(cell) for cell in cells]
        for index in range(max(map(len, stacks))):
            parts = [stack[index] if index < len(stack) else NOTHING for stack in stacks]
            mark = next((found[1] for part in parts if (found := NUMBER.search(part))), "")
            which = mark or f"{token}/{index}"
            if layer.kind == "CH":  # the number is that of the chain
                which = f"{token}/{index}"
            made = self.annotations.get((layer.name, which))
            if made is not None:
                if made.tokens[-1] != self.tokens[token]:
                    made.tokens.append(self.tokens[token])
                continue
            made = Annotation(number, layer, [self.tokens[token]])
            self.annotations[layer.name, which] = made
            self.values(made, parts)

    def values(self, made: Annotation, parts: Sequence[str]) -> None:
        """Give an annotation the values of its features, and its slots with their targets."""
        columns = iter(zip(made.layer.columns, parts, strict=False))
        for column, part in columns:
            if column.startswith("ROLE_"):
                target = next(columns, ("", NOTHING))[1]
                if part not in {NOTHING, NO_VALUE}:
                    roles = [plain(NUMBER.sub("", each)) for each in SLOT.split(part)]
                    made.slots += zip(roles, SLOT.split(target), strict=False)
                continue
            value = NUMBER.sub("", part)
            if value not in {NOTHING, NO_VALUE}:
                made.values[column] = plain(value)

    def relation(self, number: int, layer: Layer, token: str, cells: Sequence[str]) -> None:
        """Read the cells of a relation layer: features, and from which token it comes."""
        if cells[-1] == NOTHING:
            return
        for index, source in enumerate(STACK.split(cells[-1])):
            values = {}
            for column, cell in zip(layer.columns[:-1], cells, strict=False):
                stack = STACK.split(cell)
                value = NUMBER.sub("", stack[index]) if index < len(stack) else NO_VALUE
                if value not in {NOTHING, NO_VALUE}:
                    values[column] = plain(value)
            self.relations.append(
                (number, layer, layer.columns[-1].removeprefix("BT_"), values, source, token)
            )

    def finish(self) -> None:
        """Turn everything into labels and links, in code points."""
        counted = by_units(self.spaced_text())
        for (layer_name, which), made in self.annotations.items():
            layer = short(layer_name)
            where = f"{self.name} line {made.line}"
            spans = [span for each in pieces(made.tokens) if (span := counted(each))]
            words = " ".join(self.spaced_text()[start:end] for start, end in spans)
            label = Label(
                where,
                layer,
                tuple(made.values.items()),
                tuple(spans),
                words,
                f"{layer_name} {which}",
                layer=True,
            )
            self.reading.labels.append(label)
            if made.slots:
                roles = [(layer, label.id)]
                roles += [(role, self.target(target, "")) for role, target in made.slots]
                self.link(where, layer, roles, ())
        for number, relation, base, values, source, token in self.relations:
            found = NUMBER.search(source)
            ids = found[1].split("_") if found else ["0", "0"]
            ids = ids if len(ids) == 2 else [ids[0], "0"]
            ends = [
                ("source", self.target(NUMBER.sub("", source) + f"[{ids[0]}]", base)),
                ("target", self.target(f"{token}[{ids[1]}]", base)),
            ]
            self.link(
                f"{self.name} line {number}", short(relation.name), ends, tuple(values.items())
            )

    def link(
        self,
        where: str,
        name: str,
        roles: Sequence[tuple[str, str]],
        values: tuple[tuple[str, str], ...],
    ) -> None:
        """Add a relation, unless one of its ends is no annotation here."""
        if all(to for _, to in roles):
            self.reading.links.append(Link(where, name, tuple(roles), values))
        else:
            self.reading.refuse(where, f"one end of its “{name}” is no annotation here")

    def target(self, place: str, base: str) -> str:
        """Return the label that a token with a number means; empty where there is none."""
        found = NUMBER.search(place)
        mark = found[1] if found and found[1] != "0" else ""
        token = NUMBER.sub("", place)
        for layer, which in self.annotations:
            if (not base or layer == base) and which == (mark or f"{token}/0"):
                return f"{layer} {which}"
        return ""

    def spaced_text(self) -> str:
        """Return the text as far as its tokens tell it: with spaces wherever there is none."""
        if not hasattr(self, "made_text"):
            self.made_text = joined(self.tokens, self.lines)
        return self.made_text


def joined(tokens: Mapping[str, Span], lines: Sequence[str]) -> str:
    """Return tokens at their places in UTF-16 units, spaces between them."""
    units = bytearray()
    for line in lines:
        found = TOKEN.match(line)
        if found is None or "." in found[1]:
            continue
        start, end = tokens[found[1]] if found[1] in tokens else (int(found[2]), int(found[3]))
        word = plain(line.rstrip("\r").split("\t")[2]).encode("utf-16-le")
        units += " ".encode("utf-16-le") * max(0, start - len(units) // 2)
        units += word[: 2 * (end - start)]
    return units.decode("utf-16-le", errors="replace")


def pieces(tokens: Sequence[Span]) -> list[Span]:
    """Return tokens that follow one another as one span.

    The format knows no annotation with a gap: what has one number is one stretch.
    """
    return [(min(start for start, _ in tokens), max(end for _, end in tokens))]


def plain(value: str) -> str:
    """Return a value without the signs that protect others."""
    return ESCAPED.sub(lambda found: PLAIN.get(found[1], found[1]), value)
