"""UIMA CAS JSON 0.4: feature structures with types, offsets and references (INCEpTION).

Written after the specification of the Apache UIMA JSON CAS format. The text is in the file; offsets
count UTF-16 units. A relation is an annotation with a Governor and a Dependent, a slot a list of
links with a role and a target.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles import json_records
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.documents import (
    Document,
    Documents,
    Fields,
    Label,
    Link,
    Reading,
    span_of,
    values_of,
)
from annotator.formats.labels.files import Files
from annotator.formats.labels.offsets import by_units, code_points
from annotator.formats.labels.other_tools.inception import (
    NOBODY,
    document_and_annotator,
    short,
)
from annotator.formats.labels.rows import Remark

STRUCTURES = "%FEATURE_STRUCTURES"
SOFA = "uima.cas.Sofa"
# Every text has these; they are nobody's labels.
STRUCTURE = {
    "Sofa",
    "DocumentAnnotation",
    "DocumentMetaData",
    "Sentence",
    "Token",
    "Paragraph",
    "Heading",
    "Div",
    "TagsetDescription",
    "CASMetadata",
}
ENDS = {"@Governor": "source", "@Dependent": "target"}
OWN = {"begin", "end"}


def recognises(row: Mapping[str, Any]) -> bool:
    """Say whether an object is a CAS."""
    return STRUCTURES in row


def read(files: Files, fields: Fields) -> Documents:
    """Yield a document for each file."""
    for name in files:
        if not name.lower().endswith(".json"):
            yield Remark(f"{name}: no CAS JSON; passed over")
            continue
        try:
            key, who = document_and_annotator(name)
            if who == NOBODY:
                yield Remark(f"{name}: the document before anybody annotated it; passed over")
                continue
            [cas] = json_records.objects(files[name])
            if isinstance(cas, RecordError):
                raise cas
            yield document(cas, name, fields.article or key, who)
        except (RefusedError, KeyError, TypeError, ValueError, AttributeError) as error:
            said = error if isinstance(error, RefusedError) else "it is no CAS JSON"
            yield RecordError(f"{name}: {said}; the file is left out")


def document(cas: Mapping[str, Any], name: str, key: str, who: str) -> Document:
    """Return the annotations and relations of one file."""
    structures = structures_of(cas[STRUCTURES])
    sofa = next((each for each in structures.values() if each["%TYPE"] == SOFA), None)
    if sofa is None or not isinstance(sofa.get("sofaString"), str):
        raise RefusedError("it has no text (a uima.cas.Sofa with a sofaString)")
    text: str = sofa["sofaString"]
    counting = by_units(text)
    reading = Reading()
    for number, each in structures.items():
        layer = short(each["%TYPE"])
        if "begin" not in each or layer in STRUCTURE:
            continue
        where = f"{name} %ID {number}"
        try:
            values = values_of(
                {
                    n: v
                    for n, v in each.items()
                    if n[:1] not in "%@^" and n not in OWN and not is_list_of_links(v)
                }
            )
            if ENDS.keys() <= each.keys():
                ends = tuple((role, str(each[end])) for end, role in ENDS.items())
                reading.links.append(Link(where, layer, ends, values))
                continue
            span = code_points(text, span_of(each["begin"], each["end"]), None, counting)
        except RefusedError as error:
            reading.refuse(where, error)
            continue
        words = text[span[0] : span[1]]
        reading.labels.append(Label(where, layer, values, (span,), words, number, layer=True))
        slots = list(slots_of(each, structures))
        if slots:
            reading.links.append(Link(where, layer, ((layer, number), *slots)))
    return with_ends(Document(name, who, key, text), reading)


def with_ends(document: Document, reading: Reading) -> Document:
    """Return a document with what was read; a relation without its ends is a fault."""
    known = {each.id for each in reading.labels}
    kept = []
    for link in reading.links:
        if all(to in known for _, to in link.roles):
            kept.append(link)
        else:
            reading.refuse(link.where, f"one end of its “{link.name}” is no annotation here")
    return Document(
        document.where,
        document.annotator,
        document.article,
        document.text,
        labels=tuple(reading.labels),
        links=tuple(kept),
        faults=tuple(reading.faults),
    )


def structures_of(found: Any) -> dict[str, Mapping[str, Any]]:
    """Return the feature structures by their numbers, in a list or in an object."""
    if isinstance(found, Mapping):
        return {str(number): each for number, each in found.items()}
    return {str(each["%ID"]): each for each in found}


def is_list_of_links(value: object) -> bool:
    """Say whether a feature is a slot: a list of objects."""
    return isinstance(value, list) and any(isinstance(each, Mapping | int) for each in value)


def slots_of(
    each: Mapping[str, Any], structures: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Yield role and target of each link of a slot, written in place or by reference."""
    for name, value in each.items():
        if name[:1] == "%" or name in ENDS or name == "@sofa":
            continue
        links = value
        if name[:1] == "@" and str(value) in structures:
            links = structures[str(value)].get("%ELEMENTS", ())
        for link in links if isinstance(links, list) else ():
            found = structures.get(str(link)) if isinstance(link, int) else link
            if isinstance(found, Mapping) and "@target" in found:
                yield str(found.get("role") or name.lstrip("@")), str(found["@target"])
