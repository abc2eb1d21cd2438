"""GATE and Teamware: documents with sets of annotations, one set for each annotator.

`annotation_sets` as in GATE's bdoc and in Teamware's export (raw or gate, JSON or JSON Lines), or
`entities` by type with `indices`, as GATE writes for one annotator. Written after the manual of
Teamware and the description of bdoc. An annotation over the whole text labels the document.
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
    Reading,
    Span,
    document_text,
    span_of,
    text_at,
    values_of,
)
from annotator.formats.labels.files import Files
from annotator.formats.labels.json_files import documents
from annotator.formats.labels.offsets import code_points, counting_of
from annotator.formats.labels.rows import Remark

# Offsets are those of Java unless the document says that they are Python's.
PYTHON = "p"
WHOLE = "Document"


def recognises(row: Mapping[str, Any]) -> bool:
    """Say whether an object is a document of GATE."""
    entities = row.get("entities")
    return isinstance(row.get("annotation_sets"), Mapping) or (
        isinstance(entities, Mapping) and isinstance(row.get("text"), str)
    )


def read(files: Files, fields: Fields) -> Documents:
    """Yield a document for each set of annotations of each text."""
    for name in files:
        make = partial(of_row, stem=PurePosixPath(name).stem, fields=fields)
        yield from documents(files, name, make, "it is no document of GATE")


def of_row(
    row: Mapping[str, Any], where: str, stem: str, fields: Fields
) -> Iterator[Document | Remark]:
    """Yield the documents of one text."""
    text = document_text(row, (fields.text or "text",))
    key = text_at(row, (fields.article,)) if fields.article else ""
    sets = dict(sets_of(row))
    units_first = row.get("offset_type") != PYTHON
    spans: list[tuple[Span, str | None]] = [
        ((each["start"], each["end"]), None)
        for found in sets.values()
        for each in found
        if each["start"] < each["end"]
    ]
    counting = counting_of(text, spans, units_first)
    for who, annotations in sets.items():
        owner = who or (text_at(row, (fields.annotator,)) if fields.annotator else stem)
        reading = Reading()
        for each in annotations:
            place = f"{where} set “{who}” annotation {each.get('id', '')}".rstrip()
            try:
                span = code_points(text, span_of(each["start"], each["end"]), None, counting)
                reading.labels.append(label(each, place, span, text))
            except RefusedError as error:
                reading.refuse(place, error)
        yield Document(
            f"{where} set “{who}”",
            owner,
            key,
            text,
            labels=tuple(reading.labels),
            faults=tuple(reading.faults),
        )
    status = row.get("teamware_status", row.get("features", {}).get("teamware_status", {}))
    for name in ("rejected_by", "timed_out", "aborted"):
        for who in status.get(name, ()):
            yield Remark(f"{where}: {who} gave no labels ({name.replace('_', ' ')})")


def sets_of(row: Mapping[str, Any]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Yield each set of annotations with the name of its annotator; empty where it has none."""
    if "annotation_sets" in row:
        for name, found in row["annotation_sets"].items():
            yield str(found.get("name", name)), list(found["annotations"])
        return
    yield (
        "",
        [
            {
                "type": kind,
                "start": each["indices"][0],
                "end": each["indices"][1],
                "features": {name: value for name, value in each.items() if name != "indices"},
            }
            for kind, several in row["entities"].items()
            for each in several
        ],
    )


def label(each: Mapping[str, Any], where: str, span: Span, text: str) -> Label:
    """Return one annotation; Teamware's over the whole text has no name of its own."""
    features = dict(each.get("features", {}))
    nested = features.pop("label", {})  # Teamware before 2.2
    features.update(nested if isinstance(nested, Mapping) else {"label": nested})
    values, kind = values_of(features), str(each["type"])
    if kind == WHOLE and span == (0, len(text)):
        return Label(where, values=values)
    return Label(where, kind, values, (span,), text[span[0] : span[1]], layer=True)
