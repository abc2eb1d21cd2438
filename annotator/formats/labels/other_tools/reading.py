"""Which format some files have, and their documents."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from annotator.errors import RefusedError
from annotator.formats.articles import brat as brat_texts
from annotator.formats.articles import csv_tables
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.documents import Documents, Fields
from annotator.formats.labels.files import Files
from annotator.formats.labels.json_files import records
from annotator.formats.labels.other_tools import (
    brat,
    cas_json,
    doccano,
    gate,
    label_studio,
    potato,
    prodigy,
    table,
    webanno_tsv,
)

OWN = "rows"
# What a model has answered to the requests of `annotator model-tasks`.
RESULTS = "results"


class Format(NamedTuple):
    """One format: what people call it, and its reader."""

    title: str
    read: Callable[[Files, Fields], Documents]


FORMATS: Mapping[str, Format] = {
    "label-studio": Format("Label Studio", label_studio.read),
    "doccano": Format("doccano", doccano.read),
    "brat": Format("brat", brat.read),
    "webanno-tsv": Format("INCEpTION (WebAnno TSV 3)", webanno_tsv.read),
    "cas-json": Format("INCEpTION (UIMA CAS JSON)", cas_json.read),
    "gate": Format("GATE or Teamware", gate.read),
    "potato": Format("Potato", potato.read),
    "prodigy": Format("Prodigy", prodigy.read),
    "csv": Format("CSV", table.read),
}
# In this order: what a row of one tool has, a row of another may have beside more.
BY_ROW: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    RESULTS: lambda row: "custom_id" in row,
    "cas-json": cas_json.recognises,
    "label-studio": label_studio.recognises,
    OWN: lambda row: {"article", "sentence", "annotator", "claims"} <= row.keys(),
    "prodigy": prodigy.recognises,
    "gate": gate.recognises,
    "potato": potato.recognises,
    "doccano": doccano.recognises,
}
LOOKED_AT = 5


def recognise(files: Files) -> str:
    """Return the format of some files by what is in them; `rows` for our own.

    Raises:
        RefusedError: it is none of those that are read.

    """
    if any(brat_texts.ENDING.search(name) for name in files):
        return "brat"
    for name in itertools.islice(files, LOOKED_AT):
        raw = files[name].removeprefix(b"\xef\xbb\xbf")
        if raw.startswith(webanno_tsv.BEGINS.encode()):
            return "webanno-tsv"
        if raw.lstrip()[:1] in {b"{", b"["}:
            try:
                found = [row for _, row in itertools.islice(records(files, name), LOOKED_AT)]
            except RefusedError:
                continue
            for row in found:
                if not isinstance(row, RecordError) and (known := form_of(row)):
                    return known
            continue
        try:
            columns = set(csv_tables.open_sheet(raw, name).columns)
        except RefusedError:
            continue
        if {"item", "annotator"} <= columns:
            return "csv"
    names = ", ".join(form.title for form in FORMATS.values())
    raise RefusedError(f"it is no format that is known here by its content: {names}")


def form_of(row: Mapping[str, Any]) -> str:
    """Return whose row this is; "" where it is not known."""
    return next((form for form, fits in BY_ROW.items() if fits(row)), "")


def read(files: Files, form: str, fields: Fields) -> Documents:
    """Yield the documents of some files in one format."""
    if not files:
        raise RefusedError("there is no file in it")
    return FORMATS[form].read(files, fields)
