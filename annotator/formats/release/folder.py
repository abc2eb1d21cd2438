"""A release folder: which files it has, its tables row by row, and the hashes of its files.

What each file holds is said where it is written, in `annotator.work.releases.writing`.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.articles import json_records, jsonl
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.gold_csv import Rows

ARTICLES, SENTENCES, ANNOTATIONS = "articles", "sentences", "annotations"
GOLD, DECISIONS = "gold", "decisions"
TABLES = (ARTICLES, SENTENCES, ANNOTATIONS, GOLD, DECISIONS)
"""Each is a file of JSON Lines, `<table>.jsonl`."""

SPEAKERS, SPLITS, AGREEMENT, CODEBOOK = "speakers", "splits", "agreement", "codebook"
DOCUMENTS = (SPEAKERS, SPLITS, AGREEMENT, CODEBOOK)
"""Each is a file `<document>.json`."""
MODEL = "model"
"""A document, too, but only where a method made gold that learns from all answers."""

GOLD_CSV: Mapping[Rows, str] = {"sentences": "gold.csv", "claims": "gold-claims.csv"}
"""Gold again, as tables; releases of before do not have them."""

CODEBOOK_TEXT = "codebook.md"
CARD, CROISSANT, CITATION = "README.md", "croissant.json", "CITATION.cff"
SCHEMAS, PARQUET = "schemas", "parquet"
SUMS = "SHA256SUMS"

PIECE = 1024 * 1024
SUM = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)")


def table_name(table: str) -> str:
    """Return the file name of a table."""
    return f"{table}.jsonl"


def part_name(part: str) -> str:
    """Return the file name of the gold rows of one part of the split."""
    return f"{GOLD}/{part}.jsonl"


def parquet_name(table: str) -> str:
    """Return the file name of a table as Parquet."""
    return f"{PARQUET}/{table}.parquet"


def document_name(document: str) -> str:
    """Return the file name of a document."""
    return f"{document}.json"


def rows(folder: Path, table: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table in their order, one at a time; see `numbered_rows`."""
    for _number, row in numbered_rows(folder, table):
        yield row


def numbered_rows(folder: Path, table: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the line number, from 1, and the object of each line; a table may be empty.

    Raises:
        RecordError: a line is no JSON object; file and line are named.
        RefusedError: there is no such file, or it cannot be read.

    """
    path = folder / table_name(table)
    try:
        with path.open("rb") as stream:
            if stream.peek(1):
                yield from jsonl.objects(stream)
    except OSError as error:
        raise unreadable(path, error) from error
    except RefusedError as error:
        raise RecordError(f"{path.name}: {error}") from error


def document(folder: Path, name: str) -> Any:
    """Return what a JSON document of the folder says.

    Raises:
        RecordError: it is no JSON in UTF-8; the file is named.
        RefusedError: there is no such file, or it cannot be read.

    """
    path = folder / document_name(name)
    try:
        return json_records.parse(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise RecordError(f"{path.name}: byte {error.start + 1} is not UTF-8") from error
    except RefusedError as error:
        raise RecordError(f"{path.name}: {error}") from error


def unreadable(path: Path, error: OSError) -> RefusedError:
    """Return the refusal of a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return RefusedError(f"There is no {path.name} in {path.parent}. Is this a release folder?")
    return RefusedError(f"{path} cannot be read: {error.strerror}")


# --- hashes


def write_sums(hashes: Mapping[str, str]) -> str:
    """Return the text of SHA256SUMS: `<hex>  <path>`, sorted by path, as `sha256sum -c` reads."""
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes))


def sums(folder: Path) -> dict[str, str]:
    """Return the hash of each path that SHA256SUMS names.

    Raises:
        RecordError: a line is none of ours, names a file twice or one outside of the folder.
        RefusedError: there is no such file, or it cannot be read.

    """
    path = folder / SUMS
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise RecordError(f"{SUMS}: byte {error.start + 1} is not UTF-8") from error
    found: dict[str, str] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        match = SUM.fullmatch(line)
        if match is None:
            raise RecordError(f"{SUMS}: line {number}: it is not “<64 hex digits>  <path>”")
        name = match[2]
        if not is_inside(name):
            raise RecordError(f"{SUMS}: line {number}: “{name[:60]}” is not a path in the folder")
        if name in found:
            raise RecordError(f"{SUMS}: line {number}: “{name[:60]}” is listed twice")
        found[name] = match[1]
    return found


def is_inside(name: str) -> bool:
    """Say whether a path is a plain one below the folder, the way we write it."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and str(path) == name and name != "."


def files(folder: Path) -> list[str]:
    """Return the paths of all files in a folder and below, sorted, with `/` between parts."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex; memory does not grow with the file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
