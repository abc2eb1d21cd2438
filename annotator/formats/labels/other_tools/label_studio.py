"""Label Studio: the JSON export, a list of tasks with several annotations each.

The results of one region belong together: its labels, and choices, texts and ratings by the name of
their control. Relations lead from one region to another.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.documents import (
    Document,
    Documents,
    Fault,
    Fields,
    Label,
    Link,
    Reading,
    Span,
    document_text,
    position_at,
    span_of,
    text_at,
)
from annotator.formats.labels.files import Files
from annotator.formats.labels.json_files import documents
from annotator.formats.labels.offsets import Counting, code_points, counting_of

# What a control writes beside labels, and where its value stands.
VALUES = ("choices", "text", "rating", "number", "datetime", "taxonomy")


def recognises(row: Mapping[str, Any]) -> bool:
    """Say whether a task has the shape of an export."""
    return isinstance(row.get("data"), Mapping) and isinstance(row.get("annotations"), list)


def read(files: Files, fields: Fields) -> Documents:
    """Yield a document for each annotation that was not cancelled."""
    make = partial(of_task, fields=fields)
    for name in files:
        yield from documents(files, name, make, "it is not a Label Studio task", "task")


def of_task(
    task: Mapping[str, Any], where: str, fields: Fields
) -> Iterator[Document | RecordError]:
    """Yield the documents of one task; all of it is counted in one way."""
    given = task["data"]
    text = document_text(given, (fields.text or "text",))
    key = text_at(given, (fields.article,)) if fields.article else ""
    kept = [each for each in task["annotations"] if not each.get("was_cancelled")]
    sound = [each for each in kept if has_results(each)]
    counting = counting_of(text, spans_of(result for each in sound for result in each["result"]))
    for number, annotation in enumerate(kept, start=1):
        by = annotation.get("completed_by", "")
        who = by.get("email") or by.get("id") if isinstance(by, Mapping) else by
        place = f"{where} annotation {annotation.get('id', number)}"
        if annotation not in sound:
            yield RecordError(f"{place}: its “result” is not a list of objects; left out")
            continue
        reading = results_of(annotation["result"], place, text, counting)
        yield Document(
            place,
            str(text_at(annotation, (fields.annotator,)) if fields.annotator else who),
            key,
            text,
            position_at(given, key),
            labels=tuple(reading.labels),
            links=tuple(reading.links),
            faults=tuple(reading.faults),
            made=str(annotation.get("updated_at") or annotation.get("created_at") or ""),
        )


def has_results(annotation: Mapping[str, Any]) -> bool:
    """Say whether an annotation has results, or an empty list of them."""
    found = annotation.get("result")
    return isinstance(found, list) and all(isinstance(each, Mapping) for each in found)


def spans_of(results: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Span, str | None]]:
    """Yield the spans with their words; those without sense are refused later."""
    for result in results:
        value = result.get("value", {})
        start, end = value.get("start"), value.get("end")
        if isinstance(start, int) and isinstance(end, int) and 0 <= start < end:
            words = value.get("text")
            yield (start, end), words if isinstance(words, str) else None


def results_of(
    results: Iterable[Mapping[str, Any]], where: str, text: str, counting: Counting
) -> Reading:
    """Return the regions and relations of one annotation."""
    reading = Reading()
    regions: dict[str, list[Mapping[str, Any]]] = {}
    for number, result in enumerate(results):
        if result.get("type") == "relation":
            name, *more = result.get("labels") or ["relation"]
            if not {"from_id", "to_id"} <= result.keys():
                reading.refuse(where, f"its relation “{str(name)[:60]}” has no two ends")
                continue
            ends = (("from", str(result["from_id"])), ("to", str(result["to_id"])))
            reading.links.append(Link(where, str(name), ends))
            for other in more:
                reading.links.append(Link(where, str(other), ends))
        else:
            regions.setdefault(str(result.get("id", f"#{number}")), []).append(result)
    for name, region in regions.items():
        try:
            reading.labels += labels_of(name, region, where, text, counting)
        except (RefusedError, KeyError, TypeError, AttributeError) as error:
            said = error if isinstance(error, RefusedError) else "it is no region"
            reading.refuse(f"{where} region {name}", said)
    known = {each.id for each in reading.labels}
    return Reading(
        reading.labels,
        [each for each in reading.links if all(to in known for _, to in each.roles)],
        reading.faults
        + [
            Fault(f"{where}: its relation “{each.name}” leads to no region; left out")
            for each in reading.links
            if not all(to in known for _, to in each.roles)
        ],
    )


def labels_of(
    name: str, region: list[Mapping[str, Any]], where: str, text: str, counting: Counting
) -> Iterator[Label]:
    """Yield the labels of one region, which share its words and its values."""
    names: list[str] = []
    values: list[tuple[str, str]] = []
    spans: tuple[Span, ...] = ()
    words = None
    for result in region:
        value = result["value"]
        if "start" in value:
            words = value.get("text")
            words = words if isinstance(words, str) else None
            span = code_points(text, span_of(value["start"], value["end"]), words, counting)
            spans, words = (span,), text[span[0] : span[1]]
        names += [str(each) for each in value.get("labels", ())]
        control = str(result.get("from_name", ""))
        kind = result.get("type")
        if kind in {"labels", "hypertextlabels"} or "labels" in value:
            continue
        found = [value[each] for each in VALUES if each in value and each != "text"]
        if kind == "textarea":
            found = [value["text"]]
        if not found:
            raise RefusedError(f"a result of the kind “{kind}” ({json.dumps(value)[:60]})")
        values += [(control, each) for one in found for each in chosen(one)]
    for index, each in enumerate(names or [""]):
        yield Label(where, each, () if index else tuple(values), spans, words, name)


def chosen(found: object) -> Iterator[str]:
    """Yield what was chosen; the last step of a path in a taxonomy says it."""
    if isinstance(found, list):
        if found and all(isinstance(each, list) for each in found):
            yield from (str(path[-1]) for path in found if path)
        else:
            for each in found:
                yield from chosen(each)
    else:
        yield str(found)
