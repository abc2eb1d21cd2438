"""croissant.json: the release described for machines, as MLCommons Croissant 1.0 (JSON-LD).

http://mlcommons.org/croissant/1.0. Files stand with size and SHA-256; each table is a record set
whose fields name the column of the JSON Lines file they are read from.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from annotator.formats.release.card.citation import bibtex, day_of, names, person, title
from annotator.formats.release.card.codebook import labels_of, subjects
from annotator.formats.release.card.licences import spdx
from annotator.formats.release.columns import Column, Free, Many, Struct, Tally, Type, tables

Facts = Mapping[str, Any]
File = tuple[str, int, str]
"""The path in the folder, the size in bytes, and the SHA-256 in hex."""

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
KINDS = {
    "string": "sc:Text",
    "int64": "sc:Integer",
    "float64": "sc:Float",
    "bool": "sc:Boolean",
    "date": "sc:Date",
    "moment": "sc:DateTime",
}
ENCODINGS = {
    ".jsonl": "application/jsonlines",
    ".json": "application/json",
    ".csv": "text/csv",
    ".md": "text/markdown",
    ".cff": "application/yaml",
    ".parquet": "application/x-parquet",
}


def croissant(facts: Facts, files: Iterable[File]) -> str:
    """Return croissant.json as text; the same facts and files give the same bytes."""
    files = sorted(files)
    return json.dumps(dict(entries(facts, files)), ensure_ascii=False, indent=2) + "\n"


def entries(facts: Facts, files: list[File]) -> Iterator[tuple[str, Any]]:
    """Yield what the file says, in a fixed order."""
    yield "@context", CONTEXT
    yield "@type", "sc:Dataset"
    yield "conformsTo", "http://mlcommons.org/croissant/1.0"
    yield "name", title(facts)
    yield "description", f"News articles labelled sentence by sentence. {facts['target_question']}"
    yield "version", facts["name"]
    yield "citeAs", bibtex(facts)
    if day := day_of(facts):
        yield "datePublished", day
    licence = facts["licence"]["annotations"]
    if known := spdx(licence):
        yield "license", f"https://spdx.org/licenses/{known}"
    elif licence:
        yield "license", licence
    yield "creator", [creator(name) for name in names(facts)]
    yield "inLanguage", list(facts["languages"])
    yield "keywords", [*subjects(facts), facts["status"]]
    yield "isLiveDataset", False
    yield "distribution", [file_object(each) for each in files]
    paths = {path for path, _size, _hash in files}
    yield (
        "recordSet",
        [
            record_set(name, columns)
            for name, columns in tables(
                with_text=facts["with_text"], labels=labels_of(facts)
            ).items()
            if f"{name}.jsonl" in paths
        ],
    )


def creator(name: str) -> dict[str, str]:
    """Return an author as schema.org has people and groups."""
    known = person(name)
    if "name" in known:
        return {"@type": "sc:Organization", "name": known["name"]}
    return {
        "@type": "sc:Person",
        "name": f"{known['given-names']} {known['family-names']}",
        "familyName": known["family-names"],
        "givenName": known["given-names"],
    }


def file_object(file: File) -> dict[str, Any]:
    """Return one file with its size and hash."""
    path, size, digest = file
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{size} B",
        "encodingFormat": ENCODINGS.get(PurePosixPath(path).suffix, "text/plain"),
        "sha256": digest,
    }


def record_set(name: str, columns: Iterable[Column]) -> dict[str, Any]:
    """Return one table."""
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "field": [field(name, each) for each in columns],
    }


def field(table: str, column: Column) -> dict[str, Any]:
    """Return one column; what is an object or a list of them is its JSON as text."""
    made: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": f"{table}/{column.name}",
    }
    says = " ".join(filter(None, (column.says, shape(column.of))))
    if says:
        made["description"] = says
    kind = column.of.of if isinstance(column.of, Many) else column.of
    made["dataType"] = KINDS[kind] if isinstance(kind, str) else "sc:Text"
    if isinstance(column.of, Many):
        made["repeated"] = True
    made["source"] = {
        "fileObject": {"@id": f"{table}.jsonl"},
        "extract": {"column": column.name},
    }
    return made


def shape(of: Type) -> str:
    """Say what is in a column that holds more than one value."""
    match of:
        case Many(Struct(columns)):
            return f"A list of objects: {keys(columns)}."
        case Struct(columns):
            return f"An object: {keys(columns)}."
        case Tally(field):
            return f"An object: numbers by {field}."
        case Free():
            return "An object with any keys."
        case _:
            return ""


def keys(columns: Iterable[Column]) -> str:
    """Return the names of keys."""
    return ", ".join(each.name for each in columns)
