"""The columns of a release's four tables and their types, in the order of the files.

From here the dataset card, croissant.json and Parquet are made, so that they say the same. The rows
themselves are written by `work/releases/writing.py`; a test holds rows and columns together.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from annotator.codebook.scheme import USUAL_LABELS

Kind = Literal["string", "int64", "float64", "bool", "date", "moment"]
Names = Literal["status", "present", "stance", "certainty", "aspect"]


@dataclass(frozen=True)
class Many:
    """A list."""

    of: "Kind | Struct"


@dataclass(frozen=True)
class Tally:
    """Numbers by value of the codebook: how many gave each; `names` says of which field."""

    names: Names
    of: Literal["int64", "float64"] = "int64"


@dataclass(frozen=True)
class Free:
    """An object with any keys: what a file said of an article."""


@dataclass(frozen=True)
class Column:
    """One column: its name, its type, and what it says."""

    name: str
    of: "Type"
    says: str = ""
    label: str = ""  # of a codebook's further label, and only there where that is asked for


@dataclass(frozen=True)
class Struct:
    """An object with these keys in this order."""

    columns: tuple[Column, ...]


Type = Kind | Many | Tally | Free | Struct
Columns = tuple[Column, ...]


def struct(**columns: Type) -> Struct:
    """Return an object with these columns."""
    return Struct(tuple(Column(name, of) for name, of in columns.items()))


SPAN = struct(start="int64", end="int64", text="string")


def by_field(further: Type, **columns: Type) -> Struct:
    """Return an object with something by field of a claim, the further label last."""
    return Struct((*struct(**columns).columns, Column("aspect", further, label="aspect")))


CLAIM_FIELDS = by_field("string", speaker="string", stance="string", certainty="string")

PLACE = (
    Column("project", "string", "Short name of the project."),
    Column("article", "string", "Key of the article, as in articles.jsonl."),
    Column("sentence", "int64", "Number of the sentence in the article, from 0; on screen from 1."),
    Column("start", "int64", "First character of the sentence: Unicode code points, from 0."),
    Column("end", "int64", "End of the sentence, exclusive."),
    Column("text", "string", "Text of the sentence."),
    Column("segment", "string", "Headline, dateline, body or boilerplate."),
)

ARTICLES: Columns = (
    Column("key", "string", "The article's key, unique in the dataset."),
    Column("title", "string"),
    Column("publisher", "string"),
    Column("author", "string"),
    Column("url", "string"),
    Column("published_on", "date"),
    Column("language", "string", "Language code."),
    Column("licence", "string", "Licence of this article's text, as far as known."),
    Column("sha256", "string", "SHA-256 of the text in UTF-8."),
    Column("characters", "int64", "Length of the text in Unicode code points."),
    Column("splitter", "string", "Program that split the text into sentences."),
    Column("splitter_version", "string"),
    Column("version", "int64", "Number of this text among the versions of one article."),
    Column("cluster", "string", "Smallest key among the near-duplicates of this text."),
    Column("metadata", Free(), "Other fields of the source file."),
    Column("text", "string", "The whole text, unaltered."),
)

SENTENCES: Columns = (
    *PLACE[1:5],
    PLACE[6],
    Column("paragraph", "int64", "Number of the paragraph in the article, from 0."),
    PLACE[5],
)

ANNOTATIONS: Columns = (
    *PLACE,
    Column("annotator", "string", "Pseudonym of the annotator."),
    Column("status", "string", "Status of the answer."),
    Column("complete", "bool", "Whether every claim has speaker, stance and certainty."),
    Column("unsure", "bool"),
    Column("note", "string"),
    Column(
        "claims",
        Many(
            struct(
                speaker="string",
                speaker_type="string",
                mention=SPAN,
                via=Many("string"),
                stance="string",
                certainty="string",
                conditional="bool",
                aspect="string",
                evidence=Many(SPAN),
                note="string",
            )
        ),
        "Claims with speaker, stance and certainty.",
    ),
    Column("codebook_version", "int64"),
    Column("origin", "string", "Origin of the answer: human, people, reference or imported."),
    Column("purpose", "string", "What the article was given for: always work."),
    Column("round", "int64"),
    Column("revision", "int64", "Number of saves of the answer."),
    Column("active_seconds", "int64"),
    Column("created_at", "moment"),
    Column("updated_at", "moment"),
)

GOLD: Columns = (
    *PLACE,
    Column("how", "string", "How the sentence was decided; open or none if it was not."),
    Column("n", "int64", "Number of complete, independent answers."),
    Column("status", "string"),
    Column(
        "claims",
        Many(
            struct(
                speaker="string",
                speaker_type="string",
                mention=SPAN,
                via=Many("string"),
                stance="string",
                certainty="string",
                conditional="bool",
                aspect="string",
                fields=CLAIM_FIELDS,
                votes=by_field(
                    Tally("aspect"),
                    speaker=Tally("present"),
                    stance=Tally("stance"),
                    certainty=Tally("certainty"),
                ),
                margin=by_field(
                    "float64", speaker="float64", stance="float64", certainty="float64"
                ),
                posterior=by_field(
                    Tally("aspect", "float64"),
                    stance=Tally("stance", "float64"),
                    certainty=Tally("certainty", "float64"),
                ),
            )
        ),
        "The gold claims.",
    ),
    Column("fields", struct(status="string"), "How each field was decided."),
    Column("votes", struct(status=Tally("status")), "Votes per value."),
    Column(
        "margin", struct(status="float64"), "Share of the first value minus share of the second."
    ),
    Column(
        "posterior",
        struct(status=Tally("status", "float64")),
        "Probability of each value by the model.",
    ),
    Column(
        "soft_label",
        struct(
            n="int64",
            status=Tally("status"),
            claims=Many(
                by_field(
                    Tally("aspect"),
                    speaker="string",
                    present=Tally("present"),
                    stance=Tally("stance"),
                    certainty=Tally("certainty"),
                )
            ),
        ),
        "Votes per value and field.",
    ),
    Column("adjudicator", "string", "Pseudonym of the adjudicator, if any."),
    Column("reason", "string", "Reason of the decision."),
    Column("rule", "string", "Codebook rule of the decision."),
    Column("stale", "bool", "Whether an answer was changed or added after the decision."),
    Column("codebook_version", "int64"),
    Column("decided_at", "moment"),
    Column("open", "string", "Why there is no single gold answer."),
    Column("split", "string", "Split of the article."),
)

TABLES: dict[str, Columns] = {
    "articles": ARTICLES,
    "sentences": SENTENCES,
    "annotations": ANNOTATIONS,
    "gold": GOLD,
}


def tables(*, with_text: bool = True, labels: Collection[str] = USUAL_LABELS) -> dict[str, Columns]:
    """Return the columns of each table, where the codebook asks for these labels of claims.

    Without text, no column is named `text` at any depth.
    """

    def is_there(column: Column) -> bool:
        is_asked = not column.label or column.label in labels
        return is_asked and (with_text or column.name != "text")

    return {name: tuple(chosen(columns, is_there)) for name, columns in TABLES.items()}


def chosen(columns: Sequence[Column], is_there: Callable[[Column], bool]) -> Iterator[Column]:
    """Yield the columns that are there, at any depth."""
    for each in filter(is_there, columns):
        match each.of:
            case Struct(inner):
                yield replace(each, of=Struct(tuple(chosen(inner, is_there))))
            case Many(Struct(inner)):
                yield replace(each, of=Many(Struct(tuple(chosen(inner, is_there)))))
            case _:
                yield each
