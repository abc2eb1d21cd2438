"""Whether the parts of a release leak nothing, and are those that its settings and seed give."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from json import dumps
from pathlib import Path
from typing import Any, BinaryIO

from annotator.errors import RefusedError
from annotator.formats.release import folder as names
from annotator.measure.splits import PARTS
from annotator.work.releases.parts import ArticleFacts, parts_of, splits_document
from annotator.work.verification.counts import Tallied
from annotator.work.verification.faults import Fault
from annotator.work.verification.first_difference import faults_of

FILE = names.document_name(names.SPLITS)


def splits(found: dict[str, Any], tallied: Tallied) -> Iterator[Fault]:
    """Yield what is wrong with splits.json: articles twice or nowhere, leaks, other parts."""
    yield from clusters(tallied)
    place: dict[str, str] = {}
    for part, keys in found["parts"].items():
        for key in keys:
            if key in place:
                yield Fault(FILE, None, f"article “{key}” is in {place[key]} and in {part}")
            place[key] = part
    known = {each.key for each in tallied.articles}
    for key in sorted(known ^ set(place)):
        said = "is in no part" if key in known else "is in a part and not in the release"
        yield Fault(FILE, None, f"article “{key}” {said}")
    for key, part in tallied.split.items():
        if key in place and place[key] != part:
            said = f"“split” is “{part}”; {FILE} has article {key} in “{place[key]}”"
            yield Fault(names.table_name(names.GOLD), tallied.where[key], said)
    if known == set(place):
        yield from leaks(tallied, place)
        if known >= {each.cluster for each in tallied.articles}:
            yield from same_parts(found, tallied)


def clusters(tallied: Tallied) -> Iterator[Fault]:
    """Yield articles whose cluster is not named by its smallest key."""
    known = {each.key: each.cluster for each in tallied.articles}
    for line, each in zip(tallied.lines, tallied.articles, strict=True):
        if each.cluster > each.key or known.get(each.cluster) != each.cluster:
            said = f"“cluster” is “{each.cluster}”, which is not the smallest key of a cluster"
            yield Fault(names.table_name(names.ARTICLES), line, said)


def leaks(tallied: Tallied, place: Mapping[str, str]) -> Iterator[Fault]:
    """Yield clusters that are in two parts."""
    first: dict[str, ArticleFacts] = {}
    for each in tallied.articles:
        other = first.setdefault(each.cluster, each)
        if place[other.key] != place[each.key]:
            where = f"{place[other.key]} and {place[each.key]}"
            pair = f"articles “{other.key}” and “{each.key}”"
            yield Fault(FILE, None, f"{pair} are near-duplicates, but in {where}")


def same_parts(found: dict[str, Any], tallied: Tallied) -> Iterator[Fault]:
    """Yield where the split is not the one that its settings and seed give."""
    own = {name: found["settings"][name] for name in ("by", "shares", "seed")}
    if "rests_on" in found["settings"]:
        own["rests_on"] = found["settings"]["rests_on"]
    try:
        parts = parts_of(tallied.articles, tallied.tallies, own)
    except RefusedError as error:
        yield Fault(FILE, None, f"its settings are not valid: {error}")
        return
    expected = splits_document(tallied.articles, tallied.tallies, parts, own, tallied.codebook)
    yield from faults_of(FILE, found, expected, "the rows and its settings give")


def part_files(folder: Path) -> Iterator[Fault]:
    """Yield where the gold of single parts is not that of gold.jsonl, line by line."""
    with ExitStack() as stack:
        files: dict[str, BinaryIO] = {
            part: stack.enter_context((folder / names.part_name(part)).open("rb"))
            for part in PARTS
            if (folder / names.part_name(part)).is_file()
        }
        numbers = dict.fromkeys(PARTS, 0)
        ends = {part: f'"split": {dumps(part)}}}\n'.encode() for part in PARTS}
        whole = stack.enter_context((folder / names.table_name(names.GOLD)).open("rb"))
        for number, line in enumerate(whole, start=1):
            # Each row has been checked, so the part is the last thing in it.
            part = next(part for part, end in ends.items() if line.endswith(end))
            numbers[part] += 1
            if part not in files:
                yield Fault(
                    names.part_name(part), None, "it is missing; gold has rows of this part"
                )
                return
            if files[part].readline() != line:
                said = f"it is not line {number} of {names.table_name(names.GOLD)}"
                yield Fault(names.part_name(part), numbers[part], said)
                return
        for part, file in files.items():
            if file.readline():
                said = "it is in no row of this part in gold.jsonl"
                yield Fault(names.part_name(part), numbers[part] + 1, said)
            elif not numbers[part]:
                yield Fault(names.part_name(part), None, "no row is in this part")
