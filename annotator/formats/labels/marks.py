"""Labels of other tools as marks: who says what of which words of which article.

doccano: JSON Lines of sequence labels (`label`, `labels` or `entities`) or of classes (`label`).
Label Studio: the JSON export, with several annotators per task. brat: `.ann` files, one folder per
annotator, or `talks.A07.ann`. CSV: `item,annotator,field,value`, or one column per field.
"""

import io
import json as standard
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles import brat, csv_tables, json_records, jsonl
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.mapping import Mapped
from annotator.formats.labels.rows import Remark

ITEM = "#"


@dataclass(frozen=True)
class Mark:
    """One label: its meanings, and the words it marks.

    `article` is a key or empty, then `text` says which article or sentence is meant. Without a span
    the whole text is meant; `sentence` is a position where the file names one.
    """

    where: str
    annotator: str
    article: str
    text: str | None
    meanings: tuple[Mapping[str, Any], ...]
    span: tuple[int, int] | None = None
    words: str | None = None
    sentence: int | None = None


Marks = Iterator[Mark | RecordError | Remark]
Span = tuple[int, int]
Counting = Callable[[Span], Span | None]
"""Turns a span as a file counts it into code points; None where it would halve a character."""


def doccano(raw: bytes, name: str, mapped: Mapped) -> Marks:
    """Yield the labels of a doccano export; a file is called after its annotator there."""
    stem = name.rpartition(".")[0] or name
    before: dict[tuple[str, str, str], tuple[int, list[str]]] = {}
    for line, row in jsonl.objects(io.BytesIO(raw)):
        where = f"line {line}"
        try:
            text = row.get("text", row.get("data"))
            if not isinstance(text, str):
                raise RefusedError("it has no “text”")
            who = mapped.pseudonym(row.get(mapped.annotator, stem) if mapped.annotator else stem)
            key = str(row.get(mapped.article, "")) if mapped.article else ""
            labels = list(doccano_labels(row, mapped))
            said = sorted(map(repr, labels))
            first, same = before.setdefault((key, text, who), (line, said))
            if first == line:
                for meanings, span in labels:
                    yield Mark(where, who, key, text, meanings, span)
            elif said == same:
                yield Remark(
                    f"{where}: {who} has the same labels as in line {first}; they are imported once"
                )
            else:
                raise RefusedError(
                    f"{who} labels the text of line {first} again with other labels; keep"
                    " one of the two lines"
                )
        except RefusedError as error:
            yield RecordError(f"{where}: {error}")


def doccano_labels(
    row: Mapping[str, Any], mapped: Mapped
) -> Iterator[tuple[tuple[Mapping[str, Any], ...], tuple[int, int] | None]]:
    """Yield meaning and span of each label of one row."""
    found = row.get("entities", row.get("label", row.get("labels", [])))
    for each in found if isinstance(found, list) else [found]:
        if isinstance(each, str):
            yield (mapped.label(each),), None
        elif isinstance(each, dict) and {"label", "start_offset", "end_offset"} <= each.keys():
            place = (each["start_offset"], each["end_offset"])
            yield (mapped.label(str(each["label"])),), whole_numbers(place)
        elif isinstance(each, list) and len(each) == 3:
            yield (mapped.label(str(each[2])),), whole_numbers((each[0], each[1]))
        else:
            said = standard.dumps(each)[:60]
            raise RefusedError(f"“{said}” is not a label: expected a name, or start, end and name")


def whole_numbers(place: tuple[object, object]) -> tuple[int, int]:
    """Return start and end, if that is what they are."""
    start, end = place
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
        raise RefusedError(f"“{start}, {end}” is not a valid start and end")
    return start, end


def label_studio(raw: bytes, name: str, mapped: Mapped) -> Marks:
    """Yield the labels of a Label Studio JSON export."""
    for number, task in enumerate(json_records.objects(raw), start=1):
        where = f"task {task.get('id', number)}"
        try:
            yield from task_marks(task, where, mapped)
        except (RefusedError, KeyError, TypeError, AttributeError) as error:
            said = error if isinstance(error, RefusedError) else "it is not a Label Studio task"
            yield RecordError(f"{where}: {said}")


def task_marks(task: Mapping[str, Any], where: str, mapped: Mapped) -> Marks:
    """Yield the labels of one task; the results of one region go together."""
    given = task["data"]
    text = given.get("text")
    if not isinstance(text, str):
        raise RefusedError("its data have no “text”")
    key = str(given.get(mapped.article, "")) if mapped.article else ""
    given_by: dict[str, list[tuple[str, list[Mapping[str, Any]]]]] = {}
    for number, annotation in enumerate(task.get("annotations", []), start=1):
        if annotation.get("was_cancelled"):
            continue
        by = annotation.get("completed_by", "")
        who = mapped.pseudonym(by.get("email", by.get("id")) if isinstance(by, dict) else by)
        called = str(annotation.get("id", f"number {number}"))
        given_by.setdefault(who, []).append((called, annotation["result"]))
    everything = [result for each in given_by.values() for _, found in each for result in found]
    counting = counting_of(text, everything)
    for who, several in given_by.items():
        (first, results), *more = several
        others = [each for each, found in more if alike(found) != alike(results)]
        if others:
            yield RecordError(
                f"{where}: {who} has annotations that differ, {' and '.join([first, *others])};"
                " keep one of them"
            )
            continue
        if more:
            names = " and ".join(each for each, _ in several)
            yield Remark(f"{where}: annotations {names} of {who} are equal; one is imported")
        regions: dict[str, list[Mapping[str, Any]]] = {}
        for result in results:
            regions.setdefault(str(result.get("id")), []).append(result)
        for region in regions.values():
            yield region_mark(region, Mark(where, who, key, text, ()), mapped, counting)


def alike(results: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Return what is the same in annotations that say the same, whatever their regions' names."""
    regions: dict[str, list[str]] = {}
    for result in results:
        said = [result.get(name) for name in ("from_name", "to_name", "type", "value")]
        regions.setdefault(str(result.get("id")), []).append(standard.dumps(said, sort_keys=True))
    return sorted(sorted(region) for region in regions.values())


def region_mark(
    results: list[Mapping[str, Any]], mark: Mark, mapped: Mapped, counting: Counting
) -> Mark:
    """Return the label of one region, in code points whatever the browser counted."""
    meanings: list[Mapping[str, Any]] = []
    span, words = None, None
    for result in results:
        value = result["value"]
        if "start" in value:
            words = value.get("text")
            span = code_points(mark.text or "", span_of(value), words, counting)
        for name in value.get("labels", ()):
            meanings.append(mapped.label(name))
        field = str(result.get("from_name", ""))
        for choice in value.get("choices", ()):
            known = field in mapped.fields
            meanings.append(mapped.value(field, choice) if known else mapped.label(choice))
    return replace(mark, meanings=tuple(meanings), span=span, words=words)


def span_of(value: Mapping[str, Any]) -> Span:
    """Return the span of a result."""
    return whole_numbers((value["start"], value["end"]))


def counting_of(text: str, results: Iterable[Mapping[str, Any]]) -> Counting:
    """Return how the spans of one task are counted, by the words of all of them together.

    Label Studio counts UTF-16 units, in which an emoji is two; files that other programs write for
    it may count code points. A span alone may fit both, and then on other words that look alike.
    """
    place = [0]
    for index, sign in enumerate(text):
        place += [index + 1] if sign <= "\uffff" else [-1, index + 1]

    def by_units(span: Span) -> Span | None:
        if span[1] >= len(place) or -1 in (place[span[0]], place[span[1]]):
            return None
        return place[span[0]], place[span[1]]

    def as_it_is(span: Span) -> Span | None:
        return span if span[1] <= len(text) else None

    spans = [
        (span_of(result["value"]), result["value"].get("text"))
        for result in results
        if "start" in result["value"]
    ]
    for counting in (by_units, as_it_is):
        found = [(counting(span), words) for span, words in spans]
        if all(
            span is not None and words in (None, text[span[0] : span[1]]) for span, words in found
        ):
            return counting
    return by_units


def code_points(text: str, span: Span, words: str | None, counting: Counting) -> Span:
    """Return a span in code points; refuse one whose words are others."""
    found = counting(span)
    if found is None or words not in (None, text[found[0] : found[1]]):
        raise RefusedError(f"the words at {span[0]}-{span[1]} are not “{(words or '')[:60]}”")
    return found


def table(raw: bytes, name: str, mapped: Mapped) -> Marks:
    """Yield the labels of a CSV: `item,annotator,field,value`, or a column for each field."""
    sheet = csv_tables.open_sheet(raw, name)
    long = {"field", "value"} <= set(sheet.columns)
    if not {"item", "annotator"} <= set(sheet.columns):
        raise RefusedError("its first line has no columns “item” and “annotator”")
    for line, cells in sheet.rows():
        where = f"line {line}"
        row = dict(zip(sheet.columns, cells, strict=True))
        try:
            key, sign, position = row.pop("item").rpartition(ITEM)
            if not sign or not position.isdecimal() or len(position) > 9:
                raise RefusedError(
                    f"its item is not an article and sentence, for example 004{ITEM}12"
                )
            who = mapped.pseudonym(row.pop("annotator"))
            said = {row["field"]: row["value"]} if long else row
            meanings = tuple(mapped.value(name, value) for name, value in said.items() if value)
            yield Mark(where, who, key, None, meanings, sentence=int(position))
        except RefusedError as error:
            yield RecordError(f"{where}: {error}")


def brat_files(folder: Path, mapped: Mapped) -> Marks:
    """Yield the labels of a brat folder: a folder per annotator, or `talks.A07.ann`."""
    for path in sorted(folder.rglob("*.ann")):
        stem, dot, suffix = path.stem.rpartition(".")
        beside = path.with_suffix(".txt")
        if dot and not beside.is_file():
            who, key, beside = suffix, stem, path.with_name(f"{stem}.txt")
        else:
            who, key = path.parent.name, path.stem
        name = str(path.relative_to(folder))
        try:
            text = beside.read_bytes().decode("utf-8-sig") if beside.is_file() else None
            if text is None:
                raise RefusedError(f"{beside.name} is missing")
            for label in brat.read_labels(path.read_bytes(), text).labels:
                pairs = label.attributes.items()
                values = tuple(mapped.value(field, value) for field, value in pairs)
                meanings = (mapped.label(label.type), *values)
                where = f"{name} line {label.line}"
                start, end = label.spans[0][0], label.spans[-1][1]
                words = text[start:end]
                yield Mark(where, mapped.pseudonym(who), key, text, meanings, (start, end), words)
        except (RefusedError, UnicodeDecodeError) as error:
            yield RecordError(f"{name}: {error}")
