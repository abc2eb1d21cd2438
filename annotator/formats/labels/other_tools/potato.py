"""Potato: an object for each item and annotator, as JSON or JSON Lines.

Written after "Export Formats" of Potato's documentation: `id`, `annotations` by the name of their
scheme, `annotator`. What was chosen is a text, a list, or an object of labels; spans have `start`,
`end` and `label`. Offsets are those of the browser.
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
    span_of,
    text_at,
    value_at,
)
from annotator.formats.labels.files import Files
from annotator.formats.labels.json_files import documents
from annotator.formats.labels.offsets import code_points, counting_of

ANNOTATIONS = ("annotations", "label_annotations", "span_annotations")
ANNOTATORS = ("annotator", "user_id", "user", "username")
TEXTS = ("text", "displayed_text")
CHOSEN = {"true", "on", "1", "yes"}
NOT_CHOSEN = {"", "false", "off", "0", "no", "none", "null"}


def recognises(row: Mapping[str, Any]) -> bool:
    """Say whether an object has the shape of an export."""
    found = any(isinstance(row.get(name), Mapping) for name in ANNOTATIONS)
    return found and any(name in row for name in ("id", "instance_id"))


def read(files: Files, fields: Fields) -> Documents:
    """Yield a document for each object; a folder may be called after its annotator."""
    for name in files:
        path = PurePosixPath(name)
        make = partial(of_item, folder=path.parent.name or path.stem, fields=fields)
        yield from documents(files, name, make, "it is no item of Potato")


def of_item(row: Mapping[str, Any], where: str, folder: str, fields: Fields) -> Iterator[Document]:
    """Yield what one annotator said of one item: of an article or of a sentence (`key#12`)."""
    paths = (fields.text,) if fields.text else TEXTS
    text = next((found for path in paths if isinstance(found := value_at(row, path), str)), None)
    key = text_at(row, (fields.article,) if fields.article else ("id", "instance_id"))
    reading = Reading()
    schemes = [
        (str(scheme), said)
        for name in ANNOTATIONS
        for scheme, said in (row.get(name) or {}).items()
    ]
    found = [
        (each["start"], each["end"], each.get("text"))
        for _, said in schemes
        for each in spans_in(said)
    ]
    whole = [
        ((start, end), words)
        for start, end, words in found
        if isinstance(start, int) and isinstance(end, int) and start < end
    ]
    counting = counting_of(text or "", whole) if text is not None else (lambda span: span)
    values: list[tuple[str, str]] = []
    for scheme, said in schemes:
        try:
            values += chosen(scheme, said)
        except RefusedError as error:
            reading.refuse(where, error)
        for each in spans_in(said):
            try:
                words = each.get("text")
                span = span_of(each["start"], each["end"])
                if text is not None:
                    span = code_points(text, span, words, counting)
                    words = text[span[0] : span[1]]
                label = each.get("label", each.get("name", ""))
                reading.labels.append(Label(where, str(label), (), (span,), words))
            except RefusedError as error:
                reading.refuse(where, error)
    if values:
        reading.labels.insert(0, Label(where, values=tuple(values)))
    yield Document(
        where,
        text_at(row, (fields.annotator,) if fields.annotator else ANNOTATORS) or folder,
        key,
        text,
        labels=tuple(reading.labels),
        faults=tuple(reading.faults),
        made=text_at(row, ("timestamp",)),
    )


def spans_in(said: object) -> list[Mapping[str, Any]]:
    """Return the spans among what was said under a scheme."""
    several = said if isinstance(said, list) else [said]
    return [
        each for each in several if isinstance(each, Mapping) and {"start", "end"} <= each.keys()
    ]


def chosen(scheme: str, said: object) -> Iterator[tuple[str, str]]:
    """Yield scheme and value of each choice; text typed under a label is `scheme.label`."""
    if isinstance(said, Mapping):
        if {"start", "end"} <= said.keys():
            return
        for label, value in said.items():
            word = str(value).strip()
            if word.casefold() in CHOSEN or word == str(label):
                yield scheme, str(label)
            elif word.casefold() not in NOT_CHOSEN:
                yield f"{scheme}.{label}", word
    elif isinstance(said, list):
        for each in said:
            if not isinstance(each, Mapping):
                yield from chosen(scheme, each)
            elif not {"start", "end"} <= each.keys():
                raise RefusedError(f"“{scheme[:60]}” holds an object that is no span")
    elif isinstance(said, str | int | float) and str(said).strip():
        yield scheme, str(said)
