"""The forms in which annotation rows leave a project: as files of our own, and for other tools."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotator.formats.articles import jsonl
from annotator.formats.labels import csv_rows, doccano, label_studio

Writer = Callable[[Iterable[Mapping[str, Any]]], Iterator[str]]


@dataclass(frozen=True)
class Form:
    """One form of a file of labels: who writes it, how its name ends, and of which type it is."""

    write: Writer
    ending: str
    content_type: str


LINES = "application/jsonl; charset=utf-8"
CSV = "csv"
FORMS: Mapping[str, Form] = {
    "jsonl": Form(jsonl.write, ".jsonl", LINES),
    CSV: Form(csv_rows.write, ".csv", "text/csv; charset=utf-8; header=present"),
    "doccano": Form(doccano.write, "-doccano.jsonl", LINES),
    "label-studio": Form(label_studio.write, "-label-studio.json", "application/json"),
}
