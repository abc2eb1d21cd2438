"""Label Studio: annotation rows as the JSON of tasks, one task per sentence.

Each annotator's answer is one annotation; each claim is one region over its mention, or over the
whole sentence, with choices for speaker, stance, certainty and aspect. Offsets are those of the
browser (UTF-16 units). Chains, notes and revisions have no place there and are left out.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from annotator.formats.labels.doccano import CLAIM, is_inside, place

# The label of a claim whose speaker is not named in the sentence.
WHOLE = "Claim (whole sentence)"
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def write(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a list of tasks; rows of one sentence stand together."""
    before = "[\n"
    groups = groupby(rows, key=lambda row: (row["article"], row["sentence"]))
    for number, (_, same) in enumerate(groups, start=1):
        yield before + ENCODER.encode(task(number, list(same)))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def task(number: int, rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the task of one sentence."""
    first = rows[0]
    return {
        "id": number,
        "data": {
            "text": first["text"],
            "article": first["article"],
            "sentence": first["sentence"],
        },
        "annotations": [
            {"completed_by": {"id": row["annotator"]}, "result": list(results(row))} for row in rows
        ],
    }


def results(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the results of one answer; those of one claim share an id."""
    if not row["claims"] and row["status"]:
        yield choice("status", row["status"], "status")
    for number, claim in enumerate(row["claims"], start=1):
        region = f"claim-{number}"
        named = "Claim" if is_inside(row, claim["mention"]) else WHOLE
        yield label(row, claim["mention"], named, region)
        for name in CLAIM:
            if claim[name]:
                yield choice(name, claim[name], region)
        for place_, span in enumerate(claim["evidence"], start=1):
            evidence = f"{region}-evidence-{place_}"
            yield label(row, span, "Evidence", evidence)
            yield {
                "type": "relation",
                "from_id": region,
                "to_id": evidence,
                "direction": "right",
                "labels": ["evidence"],
            }


def label(
    row: Mapping[str, Any], span: Mapping[str, Any] | None, name: str, region: str
) -> dict[str, Any]:
    """Return a label over words of the sentence."""
    text = row["text"]
    start, end = place(row, span)
    value = {
        "start": units(text[:start]),
        "end": units(text[:end]),
        "text": text[start:end],
        "labels": [name],
    }
    return {"id": region, "type": "labels", "from_name": "label", "to_name": "text", "value": value}


def choice(name: str, value: str, region: str) -> dict[str, Any]:
    return {
        "id": region,
        "type": "choices",
        "from_name": name,
        "to_name": "text",
        "value": {"choices": [value]},
    }


def units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return len(text.encode("utf-16-le")) // 2
