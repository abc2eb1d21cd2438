"""The part of the front matter that the Hugging Face `datasets` loader reads.

The loader takes one file a split, so the gold of each part has a file of its own; it refuses empty
files, so a part without rows has none. It guesses types from the first ten megabytes and fails on
later rows that differ; therefore the types of all columns are declared. It takes objects with any
keys as text only at the top level; tallies name their keys, which are values of the codebook.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotator.formats.release.card.codebook import labels_of, names_of
from annotator.formats.release.columns import (
    Column,
    Columns,
    Free,
    Many,
    Struct,
    Tally,
    Type,
    tables,
)

Facts = Mapping[str, Any]

# The loader reads ISO times as times before it looks at the declared types.
DTYPES = {"date": "date32", "moment": "timestamp[s, tz=UTC]"}
PARTS = ("train", "dev", "test")


def gold_file(part: str) -> str:
    """Return the path of the gold rows of one part."""
    return f"gold/{part}.jsonl"


def filled_parts(facts: Facts) -> list[str]:
    """Return the parts that have sentences, and so a file."""
    counts = facts["splits"]["counts"]
    return [part for part in PARTS if part in counts and counts[part]["sentences"]]


def filled_tables(facts: Facts) -> dict[str, Columns]:
    """Return the tables that have rows, gold first: it is what most people want."""
    counts = facts["counts"]
    rows = {
        "gold": counts["sentences"],
        "annotations": counts["answers"],
        "sentences": counts["sentences"],
        "articles": counts["articles"],
    }
    known = tables(with_text=facts["with_text"], labels=labels_of(facts))
    return {name: known[name] for name, n in rows.items() if n}


def configs(facts: Facts) -> list[dict[str, Any]]:
    """Return one configuration per table with its files."""
    made = []
    for name in filled_tables(facts):
        files: Any = f"{name}.jsonl"
        if name == "gold":
            files = [{"split": part, "path": gold_file(part)} for part in filled_parts(facts)]
        first = {"default": True} if name == "gold" else {}
        made.append({"config_name": name, "data_files": files, **first})
    return made


def dataset_info(facts: Facts) -> list[dict[str, Any]]:
    """Return the types of the columns of each table."""
    names = names_of(facts["codebook"])
    return [
        {"config_name": name, "features": list(features(columns, names))}
        for name, columns in filled_tables(facts).items()
    ]


def features(
    columns: Sequence[Column], names: Mapping[str, Sequence[str]]
) -> Iterator[dict[str, Any]]:
    """Yield each column with its type as the loader writes them."""
    for each in columns:
        yield {"name": each.name, **feature(each.of, names)}


def feature(of: Type, names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    match of:
        case Struct(columns):
            return {"struct": list(features(columns, names))}
        case Many(Struct(columns)):
            return {"list": list(features(columns, names))}
        case Many(str(kind)):
            return {"list": DTYPES.get(kind, kind)}
        case Tally(field, number):
            return {"struct": [{"name": name, "dtype": number} for name in names[field]]}
        case Free():
            return {"dtype": "string"}
        case str(kind):
            return {"dtype": DTYPES.get(kind, kind)}
    raise TypeError(f"no type of the loader for {of!r}")
