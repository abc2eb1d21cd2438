"""Prodigy: JSON Lines of tasks with `spans`, `label`, `accept`, `relations` and an `answer`.

Written after "Annotation interfaces" of Prodigy's documentation. Offsets count code points. A task
that was ignored or rejected gives no labels, and that is said.
"""

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
    Span,
    document_text,
    span_of,
    text_at,
)
from annotator.formats.labels.files import Files
from annotator.formats.labels.json_files import documents
from annotator.formats.labels.offsets import Counting, code_points, counting_of
from annotator.formats.labels.rows import Remark

ANSWERS = ("accept", "reject", "ignore")
ANNOTATORS = ("_annotator_id", "_session_id")


def recognises(row: Mapping[str, Any]) -> bool:
    """Say whether an object is a task."""
    return isinstance(row.get("text"), str) and (
        row.get("answer") in ANSWERS or "_task_hash" in row or "_input_hash" in row
    )


def read(files: Files, fields: Fields) -> Documents:
    """Yield a document for each accepted task."""
    for name in files:
        make = partial(of_task, stem=PurePosixPath(name).stem, fields=fields)
        yield from documents(files, name, make, "it is no task of Prodigy")


def of_task(
    row: Mapping[str, Any], where: str, stem: str, fields: Fields
) -> Iterator[Document | Remark]:
    """Yield the document of one task, or say that it gives none."""
    answer = row.get("answer", "accept")
    if answer == "accept":
        yield document(row, where, stem, fields)
    else:
        yield Remark(f"{where}: the task was answered “{answer}”; it gives no labels")


def document(row: Mapping[str, Any], where: str, stem: str, fields: Fields) -> Document:
    """Return the labels of one task."""
    text = document_text(row, (fields.text or "text",))
    reading = Reading()
    spans = list(row.get("spans", ()))
    counting = counting_of(
        text,
        [((each["start"], each["end"]), each.get("text")) for each in spans],
        units_first=False,
    )
    names = [str(each) for each in row.get("accept", ())]
    names += [str(row["label"])] if isinstance(row.get("label"), str) else []
    reading.labels += [Label(where, each) for each in names]
    if isinstance(row.get("user_input"), str) and row["user_input"].strip():
        reading.labels.append(Label(where, values=(("user_input", row["user_input"]),)))
    for each in spans:
        try:
            reading.labels.append(label(each, where, text, counting))
        except RefusedError as error:
            reading.refuse(where, error)
    for each in row.get("relations", ()):
        try:
            ends = (("head", each["head_span"]), ("child", each["child_span"]))
            roles = tuple((role, end_of(reading, end, where, text)) for role, end in ends)
            reading.links.append(Link(where, str(each["label"]), roles))
        except (RefusedError, KeyError) as error:
            said = error if isinstance(error, RefusedError) else "a relation has no spans"
            reading.refuse(where, said)
    made = row.get("_timestamp")
    return Document(
        where,
        text_at(row, (fields.annotator,) if fields.annotator else ANNOTATORS) or stem,
        text_at(row, (fields.article,)) if fields.article else "",
        text,
        labels=tuple(reading.labels),
        links=tuple(reading.links),
        faults=tuple(reading.faults),
        made=f"{made:020}" if isinstance(made, int) else "",
    )


def label(each: Mapping[str, Any], where: str, text: str, counting: Counting) -> Label:
    """Return the label of one span."""
    words = each.get("text")
    span = code_points(text, span_of(each["start"], each["end"]), words, counting)
    return Label(where, str(each.get("label", "")), (), (span,), text[slice(*span)], id_of(span))


def end_of(reading: Reading, end: Mapping[str, Any], where: str, text: str) -> str:
    """Return the label at one end of a relation; a token without one gets a label without name."""
    span = span_of(end["start"], end["end"])
    if all(each.id != id_of(span) for each in reading.labels):
        reading.labels.append(Label(where, "", (), (span,), text[slice(*span)], id_of(span)))
    return id_of(span)


def id_of(span: Span) -> str:
    """Return by what relations name a span."""
    return f"{span[0]}-{span[1]}"
