"""doccano: annotation rows as JSON Lines of sequence labels, one line per answer.

The text is the sentence. A claim is labels over its mention, or over the whole sentence where it
has none: `speaker:James Mattis`, `stance:neutral`, and `mention` where it has one; a status without
claims is one label over the sentence. What doccano has no place for (chains, notes, revisions, and
which of several claims evidence belongs to) is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from annotator.formats.articles import jsonl

CLAIM = ("speaker", "speaker_type", "stance", "certainty", "aspect")


def write(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield one line per annotation row."""
    return jsonl.write(map(line_of, rows))


def line_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one answer as doccano reads it."""
    labels = []
    for claim in row["claims"]:
        start, end = place(row, claim["mention"])
        labels += [[start, end, f"{name}:{claim[name]}"] for name in CLAIM if claim[name]]
        labels += [[start, end, "mention"]] if is_inside(row, claim["mention"]) else []
        labels += [[*place(row, span), "evidence"] for span in claim["evidence"]]
    if not row["claims"] and row["status"]:
        labels.append([0, len(row["text"]), f"status:{row['status']}"])
    return {
        "text": row["text"],
        "label": labels,
        "article": row["article"],
        "sentence": row["sentence"],
        "annotator": row["annotator"],
    }


def is_inside(row: Mapping[str, Any], span: Mapping[str, Any] | None) -> bool:
    """Say whether there is a span, and it lies within its sentence."""
    return span is not None and row["start"] <= span["start"] < span["end"] <= row["end"]


def place(row: Mapping[str, Any], span: Mapping[str, Any] | None) -> tuple[int, int]:
    """Return a span within its sentence; what lies outside it stands as the whole sentence."""
    if span is None or not is_inside(row, span):
        return 0, len(row["text"])
    return span["start"] - row["start"], span["end"] - row["start"]
