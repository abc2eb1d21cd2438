"""brat: a folder of `.ann` files for each annotator, or `talks.A07.ann` beside `talks.txt`."""

from pathlib import PurePosixPath

from annotator.errors import RefusedError
from annotator.formats.articles import brat
from annotator.formats.articles.records import OtherWordsError, RecordError
from annotator.formats.labels.documents import (
    Document,
    Documents,
    Fault,
    Fields,
    Label,
    Link,
    Reading,
)
from annotator.formats.labels.files import Files
from annotator.formats.labels.rows import Remark
from annotator.text.decode import UndecodableText, decode


def read(files: Files, _fields: Fields) -> Documents:
    """Yield a document for each `.ann` file; its text stands beside it."""
    for name in files:
        if not brat.ENDING.search(name):
            continue
        path = PurePosixPath(name)
        stem, dot, suffix = path.stem.rpartition(".")
        beside = path.with_suffix(".txt")
        if dot and str(beside) not in files:
            who, key, beside = suffix, stem, path.with_name(f"{stem}.txt")
        else:
            who, key = path.parent.name, path.stem
        try:
            if str(beside) not in files:
                raise RefusedError(f"{beside.name} is missing")
            text = decode(files[str(beside)]).text
            found = brat.read_labels(files[name], text)
        except (RefusedError, UndecodableText) as error:
            yield RecordError(f"{name}: {error}; the file is left out")
            continue
        for line, kind in found.others:
            yield Remark(f"{name} line {line}: a {kind} says nothing that is imported; passed over")
        yield document(name, who, key, text, found)


def document(name: str, who: str, key: str, text: str, found: brat.Labels) -> Document:
    """Return the labels, events and relations of one file."""
    reading = Reading()
    for fault in found.faults:
        spans = fault.spans if isinstance(fault, OtherWordsError) else ()
        reading.faults.append(Fault(f"{name} {fault}; left out", spans))
    for label in found.labels.values():
        where = f"{name} line {label.line}"
        values = tuple(label.attributes.items())
        reading.labels.append(Label(where, label.type, values, label.spans, label.words, label.id))
    for relation in found.relations.values():
        where = f"{name} line {relation.line}"
        roles = [(role, trigger(found, to)) for role, to in relation.roles]
        missing = [to for _, to in roles if to not in found.labels]
        if missing:
            reading.refuse(where, f"its {missing[0]} is no label that can be read")
            continue
        values = tuple(relation.attributes.items())
        reading.links.append(Link(where, relation.type, tuple(roles), values))
    return Document(
        name,
        who,
        key,
        text,
        labels=tuple(reading.labels),
        links=tuple(reading.links),
        faults=tuple(reading.faults),
    )


def trigger(found: brat.Labels, name: str) -> str:
    """Return the label that stands for an event: its trigger."""
    event = found.relations.get(name)
    return event.roles[0][1] if event and event.is_event else name
