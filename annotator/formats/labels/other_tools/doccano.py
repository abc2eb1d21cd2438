"""doccano: JSON Lines of labels over words (`label`, `labels`, `entities`) or of classes.

An export is one file, or a ZIP archive with one file per annotator, called after them. With
relations, `entities` have an id, and `relations` lead from one to another.
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.labels.documents import (
    Document,
    Documents,
    Fields,
    Label,
    Link,
    Reading,
    document_text,
    position_at,
    span_of,
    text_at,
    values_of,
)
from annotator.formats.labels.files import Files
from annotator.formats.labels.json_files import documents


def recognises(row: Mapping[str, Any]) -> bool:
    """Say whether a row has the shape of an export."""
    text = isinstance(row.get("text", row.get("data")), str)
    return text and any(isinstance(row.get(name), list) for name in ("label", "labels", "entities"))


def read(files: Files, fields: Fields) -> Documents:
    """Yield a document for each line."""
    for name in files:
        make = partial(of_line, stem=PurePosixPath(name).stem, fields=fields)
        yield from documents(files, name, make, "it is no line of doccano")


def of_line(row: Mapping[str, Any], where: str, stem: str, fields: Fields) -> Iterator[Document]:
    """Yield the labels of one line."""
    text = document_text(row, (fields.text,) if fields.text else ("text", "data"))
    reading = Reading()
    found = row.get("entities", row.get("label", row.get("labels", [])))
    for each in found if isinstance(found, list) else [found]:
        try:
            reading.labels.append(label(each, where, text))
        except RefusedError as error:
            reading.refuse(where, error)
    for each in row.get("relations", ()):
        try:
            ends = (("from", str(each["from_id"])), ("to", str(each["to_id"])))
            reading.links.append(Link(where, str(each["type"]), ends))
        except (KeyError, TypeError):
            reading.refuse(where, f"“{json.dumps(each)[:60]}” is not a relation")
    comments = values_of({"comment": row.get("comments", row.get("Comments", []))})
    if comments:
        reading.labels.append(Label(where, values=comments))
    key = text_at(row, (fields.article,)) if fields.article else ""
    yield Document(
        where,
        text_at(row, (fields.annotator,)) if fields.annotator else stem,
        key,
        text,
        position_at(row, key),
        labels=tuple(reading.labels),
        links=tuple(reading.links),
        faults=tuple(reading.faults),
    )


def label(each: object, where: str, text: str) -> Label:
    """Return one label: a class, or start, end and name."""
    if isinstance(each, str):
        return Label(where, each)
    if isinstance(each, Mapping) and {"label", "start_offset", "end_offset"} <= each.keys():
        span = span_of(each["start_offset"], each["end_offset"])
        name, number = str(each["label"]), str(each.get("id", ""))
    elif isinstance(each, list) and len(each) == 3:
        span, name, number = span_of(each[0], each[1]), str(each[2]), ""
    else:
        said = json.dumps(each)[:60]
        raise RefusedError(f"“{said}” is not a label: expected a name, or start, end and name")
    if span[1] > len(text):
        raise RefusedError(f"{span[0]}-{span[1]} is outside the text of {len(text)} characters")
    return Label(where, name, spans=(span,), words=text[span[0] : span[1]], id=number)
