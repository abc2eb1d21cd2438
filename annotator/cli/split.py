"""`annotator split`: where the sentences of a text are, without a database."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from annotator.cli.faults import WrongUseError
from annotator.formats.articles.json_records import whole_number
from annotator.text import sentences
from annotator.text.decode import UndecodableText, decode
from annotator.text.languages import detecting, names
from annotator.text.splitters import splitter_of

AUTO = "auto"


@click.command("split")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--language",
    default="en",
    show_default=True,
    metavar="CODE",
    help="Language of the texts, which chooses the splitter; auto detects that of each text.",
)
def split_command(file: str, language: str) -> None:
    """Split texts into sentences and print the offsets as JSONL; needs no database.

    FILE is JSONL with "doc_id" and "text" in each row, or one text file; "-" reads standard
    input. Each row says the language and the splitter unless it is English.
    Offsets are Unicode code points, the end is exclusive.
    """
    with click.open_file(file, "rb") as stream:
        first = stream.readline()
        if is_rows(file, first):
            for doc_id, text in read_rows(first, stream):
                click.echo(split_line(doc_id, text, language))
            return
        raw = first + stream.read()
    try:
        click.echo(split_line(Path(file).stem, decode(raw).text, language))
    except UndecodableText as error:
        raise WrongUseError(f"{file}: {error}") from error


def split_line(doc_id: str | int, text: str, language: str) -> str:
    """Return the row of one text."""
    code = detecting.language_of(text) if language == AUTO else names.code_of(language)
    spans = sentences.split(text, code)
    sentences.check(text, spans)
    row = {"doc_id": doc_id, "sentences": spans}
    if code != "en":
        row |= {"language": code, "splitter": splitter_of(code).name}
    return json.dumps(row)


def is_rows(name: str, first: bytes) -> bool:
    """Say whether a file holds JSONL: by its name, else by its first line."""
    if name.endswith((".jsonl", ".ndjson")):
        return True
    return not name.endswith(".txt") and first.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read_rows(first: bytes, rest: Iterable[bytes]) -> Iterator[tuple[str | int, str]]:
    """Yield the rows; a bad one stops everything and is named with its number."""
    number, line = 1, first.removeprefix(b"\xef\xbb\xbf")
    lines = iter(rest)
    while line or number == 1:
        if line.strip():
            try:
                yield read_row(line)
            except ValueError as error:
                raise WrongUseError(
                    f"line {number}: {error}; the previous lines are complete"
                ) from (error)
        number, line = number + 1, next(lines, b"")


def read_row(line: bytes) -> tuple[str | int, str]:
    """Return `doc_id` and `text` of one row, or say what is wrong with it."""
    try:
        row: Any = json.loads(line.decode("utf-8"), parse_int=whole_number)
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    except json.JSONDecodeError as error:
        fault = error.msg.removesuffix(" at")
        raise ValueError(f"is not JSON ({fault} at character {error.colno})") from error
    if not isinstance(row, dict):
        raise ValueError('is not an object with "doc_id" and "text"')
    doc_id, text = row.get("doc_id"), row.get("text")
    if isinstance(doc_id, bool) or not isinstance(doc_id, str | int):
        raise ValueError('has no "doc_id" (a text or a whole number)')
    if not isinstance(text, str):
        raise ValueError('has no "text"')
    return doc_id, text
