"""CSV for spreadsheets: one row per claim, UTF-8, every line ended by CR LF.

The columns are those of COLUMNS. An answer without claims is one row whose claim columns are
empty; an answer with three claims is three rows that differ in them only, numbered in `claim`.
`sentence` counts from 0, as all files do, and `number` beside it from 1, as pages do.
Yes and no are `true` and `false`; what is not set is empty. `via` holds the names of the chain,
outermost first, with ` > ` between them; `evidence` the words, with ` | ` between them.

A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a
formula, also the full-width forms, and also after a quotation mark or a separator when it cuts
cells otherwise than we do. In each of these places an apostrophe is put in front, so CSV is not
exact; JSON Lines is.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotator.phrases import from_one

ANSWER = (
    "project",
    "article",
    "sentence",
    "number",
    "start",
    "end",
    "text",
    "segment",
    "annotator",
    "status",
    "complete",
    "unsure",
    "note",
)
SAID = (
    "claim",
    "speaker",
    "speaker_type",
    "mention_start",
    "mention_end",
    "mention",
    "via",
    "stance",
    "certainty",
    "conditional",
    "aspect",
)
CLAIM = (*SAID, "evidence", "claim_note")
ORIGIN = (
    "codebook_version",
    "origin",
    "purpose",
    "attempt",
    "round",
    "revision",
    "active_seconds",
    "created_at",
    "updated_at",
)
ATTEMPT = "attempt"
COLUMNS = (*ANSWER, *CLAIM, *ORIGIN)

FORMULA = "=+\\-@＝＋－＠"
BEGINS = re.compile(rf"[\s\"',;|]*[{FORMULA}]|[\t\r]")
RISKY = re.compile(rf"[{FORMULA}\t\r]")
"""Where there is none of these, nothing else has to be looked at."""
INSIDE = re.compile(rf"(?<=[\"',;|\t\r\n])(?=[{FORMULA}])")


BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Dialect:
    """How a CSV is written: Excel needs the mark, and a semicolon where a comma is decimal."""

    mark: bool = False
    separator: str = ","

    @property
    def beginning(self) -> str:
        """Return what stands before the heading."""
        return BYTE_ORDER_MARK if self.mark else ""


PLAIN = Dialect()
DIALECTS: Mapping[str, Dialect] = {
    "any": PLAIN,
    "excel": Dialect(mark=True),
    "excel-semicolon": Dialect(mark=True, separator=";"),
}


def write(rows: Iterable[Mapping[str, Any]], dialect: Dialect = PLAIN) -> Iterator[str]:
    """Yield the heading and then the lines of each annotation row."""
    buffer = io.StringIO()
    buffer.write(dialect.beginning)
    writer = csv.writer(buffer, delimiter=dialect.separator)
    writer.writerow(COLUMNS)
    for row in rows:
        for record in records(row):
            writer.writerow([cell(record.get(name)) for name in COLUMNS])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    if buffer.tell():
        yield buffer.getvalue()


def records(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the flat records of one annotation row, at least one."""
    shared = {name: row[name] for name in (*ANSWER, *ORIGIN) if name not in ("number", ATTEMPT)}
    shared[ATTEMPT] = row.get(ATTEMPT, 1)  # what is work was given once
    shared["number"] = from_one(row["sentence"])
    for number, claim in enumerate(row["claims"], start=1):
        mention = claim["mention"] or {}
        yield shared | {
            "claim": number,
            "speaker": claim["speaker"],
            "speaker_type": claim["speaker_type"],
            "mention_start": mention.get("start"),
            "mention_end": mention.get("end"),
            "mention": mention.get("text"),
            "via": " > ".join(claim["via"]),
            "stance": claim["stance"],
            "certainty": claim["certainty"],
            "conditional": claim["conditional"],
            "aspect": claim["aspect"],
            "evidence": " | ".join(span["text"] for span in claim["evidence"]),
            "claim_note": claim["note"],
        }
    if not row["claims"]:
        yield shared


def cell(value: object) -> object:
    """Return a value as it stands in a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """Put an apostrophe before whatever a spreadsheet would take for the start of a formula."""
    if not RISKY.search(text):
        return text
    begins = BEGINS.match(text)
    if begins is None:
        return INSIDE.sub("'", text)
    return "'" + text[: begins.end()] + INSIDE.sub("'", text[begins.end() :])


def table(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the lines of a plain table, its heading first, each cell made harmless."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
