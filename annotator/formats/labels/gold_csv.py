"""Gold as CSV for Excel, R, Stata and SPSS: one table of sentences, and one of their claims.

Both are UTF-8 with lines ended by `\\n`, and made from the gold rows, in their order. `sentence`
counts from 0, as all files do; `number` beside it counts from 1, as pages do. `project`, `article`
and `sentence` are the same in both tables and join them. Yes and no are `true` and `false`, what is
not set is empty; `via` and `votes` are lists in words. Cells that a spreadsheet would take for a
formula begin with an apostrophe, as in `csv_rows`.
"""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Literal

from annotator.codebook.scheme import LABELS, USUAL_LABELS
from annotator.formats.labels.csv_rows import PLAIN, SAID, Dialect, cell
from annotator.phrases import from_one

Rows = Literal["sentences", "claims"]
Row = Mapping[str, Any]

ARTICLE = ("publisher", "published_on", "language")
PLACE = ("project", "article", *ARTICLE, "sentence", "number")
SENTENCES = (
    *PLACE,
    "start",
    "end",
    "segment",
    "text",
    "status",
    "claims",
    "how",
    "n",
    "votes",
    "margin",
    "open",
    "adjudicator",
    "reason",
    "rule",
    "stale",
    "codebook_version",
    "decided_at",
)


def claims_columns(labels: Collection[str]) -> tuple[str, ...]:
    """Return the columns of the claims where the codebook asks for these labels."""
    parts = ("how", "votes", "margin")
    decided = (f"{field}_{part}" for field in ("speaker", *labels) for part in parts)
    return (*PLACE, "segment", "text", "how", *SAID, *decided)


COLUMNS: Mapping[Rows, Callable[[Collection[str]], tuple[str, ...]]] = {
    "sentences": lambda _: SENTENCES,
    "claims": claims_columns,
}
WORDS = {"text", "mention"}
"""Columns that hold words of an article; files without texts do not have them."""


def write(
    rows: Iterable[Row],
    table: Rows = "sentences",
    articles: Mapping[str, Row] | None = None,
    dialect: Dialect = PLAIN,
    labels: Collection[str] = USUAL_LABELS,
) -> Iterator[str]:
    """Yield the heading and then the lines of each gold row.

    `articles` has `ARTICLE` by key; what is not known of one is empty. `labels` are those that the
    codebook asks for.
    """
    lines = Lines(table, articles or {}, dialect, labels=labels)
    yield dialect.beginning + lines.heading()
    for row in rows:
        if made := lines.of(row):
            yield made


class Lines:
    """Makes the lines of one table, row by row."""

    def __init__(
        self,
        table: Rows,
        articles: Mapping[str, Row],
        dialect: Dialect = PLAIN,
        *,
        with_text: bool = True,
        labels: Collection[str] = USUAL_LABELS,
    ) -> None:
        columns = COLUMNS[table](labels)
        self.columns = [name for name in columns if with_text or name not in WORDS]
        self.articles = articles
        self.records = sentence_records if table == "sentences" else claim_records
        self.buffer = io.StringIO()
        # Ended by CR LF at first: only then are cells with either of them quoted.
        self.writer = csv.writer(self.buffer, delimiter=dialect.separator)

    def heading(self) -> str:
        """Return the line that names the columns."""
        return self.line(self.columns)

    def of(self, row: Row) -> str:
        """Return the lines of a gold row: one, or one for each claim."""
        article = self.articles.get(row["article"], {})
        return "".join(
            self.line([cell(record.get(name)) for name in self.columns])
            for record in self.records(row, article)
        )

    def line(self, cells: Iterable[Any]) -> str:
        """Return one line, ended by LF."""
        self.writer.writerow(cells)
        return self.taken().removesuffix("\r\n") + "\n"

    def taken(self) -> str:
        """Return what was written since the last time."""
        made = self.buffer.getvalue()
        self.buffer.seek(0)
        self.buffer.truncate()
        return made


def place_of(row: Row, article: Row) -> dict[str, Any]:
    """Return where a row is: its article with what is known of it, and both numbers."""
    return {
        "project": row["project"],
        "article": row["article"],
        **{name: article.get(name) for name in ARTICLE},
        "sentence": row["sentence"],
        "number": from_one(row["sentence"]),
    }


def sentence_records(row: Row, article: Row) -> Iterator[dict[str, Any]]:
    """Yield the one record of a gold row."""
    yield {
        **row,
        **place_of(row, article),
        "claims": len(row["claims"]),
        "votes": votes_in_words(row["votes"]["status"]),
        "margin": row["margin"].get("status"),
    }


def claim_records(row: Row, article: Row) -> Iterator[dict[str, Any]]:
    """Yield a record for each claim of a gold row."""
    for number, claim in enumerate(row["claims"], start=1):
        mention = claim["mention"] or {}
        yield {
            **claim,
            **place_of(row, article),
            "segment": row["segment"],
            "text": row.get("text"),
            "how": row["how"],
            "claim": number,
            "mention_start": mention.get("start"),
            "mention_end": mention.get("end"),
            "mention": mention.get("text"),
            "via": " > ".join(claim["via"]),
            **{
                name: value
                for field in ("speaker", *LABELS)
                for name, value in (
                    (f"{field}_how", claim["fields"].get(field)),
                    (f"{field}_votes", votes_in_words(claim["votes"].get(field, {}))),
                    (f"{field}_margin", claim["margin"].get(field)),
                )
            },
        }


def votes_in_words(votes: Mapping[str, int]) -> str:
    """Return votes as `oppose 2 | neutral 1`, in the order of the row."""
    return " | ".join(f"{value} {n}" for value, n in votes.items())
