"""The files of a release one by one: their hashes, their bytes, their schema and their order."""

import codecs
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from annotator.errors import RefusedError
from annotator.formats.articles import json_records as json_format
from annotator.formats.articles import jsonl
from annotator.formats.labels import gold_csv
from annotator.formats.labels.gold_csv import Rows
from annotator.formats.release import folder as names
from annotator.formats.release import parquet
from annotator.formats.release.columns import tables
from annotator.formats.release.schemas import misfits, of_release
from annotator.measure.splits import PARTS
from annotator.work.verification.faults import Fault

Row = dict[str, Any]
Key = tuple[Any, ...]

KEYS: Mapping[str, tuple[str, ...]] = {
    names.ARTICLES: ("key",),
    names.SENTENCES: ("article", "sentence"),
    names.ANNOTATIONS: ("article", "sentence", "annotator", "round"),
    names.GOLD: ("article", "sentence"),
    names.DECISIONS: ("article", "sentence"),
}
"""What the rows of each table are unique by and stand in the order of."""


def is_release(folder: Path) -> bool:
    """Say whether a folder looks like a release at all, perhaps a damaged one."""
    signs = (names.SUMS, names.table_name(names.GOLD), names.document_name(names.SPLITS))
    return folder.is_dir() and any((folder / sign).is_file() for sign in signs)


def read() -> list[str]:
    """Return the files whose rows everything else rests on."""
    return [*map(names.table_name, names.TABLES), *map(names.document_name, names.DOCUMENTS)]


def required() -> set[str]:
    """Return the files that every release has."""
    return {*read(), names.CODEBOOK_TEXT, names.CARD, names.CROISSANT, names.CITATION, names.SUMS}


def allowed(name: str) -> bool:
    """Say whether a release may have a file of this name; schemas have a check of their own."""
    return (
        name in required()
        or name == names.document_name(names.MODEL)
        or name.startswith(f"{names.SCHEMAS}/")
        or name in names.GOLD_CSV.values()
        or name in map(names.part_name, PARTS)
        or name in map(names.parquet_name, names.TABLES)
    )


def has_model(folder: Path) -> bool:
    """Say whether a release tells what a model makes of its annotators."""
    return (folder / names.document_name(names.MODEL)).is_file()


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file in the folder but of SHA256SUMS itself."""
    return {name: names.sha256(folder / name) for name in names.files(folder) if name != names.SUMS}


def listed(folder: Path, here: Mapping[str, str]) -> Iterator[Fault]:
    """Yield where SHA256SUMS and the folder differ: files changed, lost, or added."""
    stated: dict[str, str] = {}
    try:
        stated = names.sums(folder)
    except RefusedError as error:
        yield Fault(names.SUMS, None, str(error).removeprefix(f"{names.SUMS}: "))
    if stated and names.write_sums(stated).encode() != (folder / names.SUMS).read_bytes():
        yield Fault(names.SUMS, None, "its lines are not in the order of their paths")
    for name in sorted({*here, *stated, *required()} - {names.SUMS}):
        if name not in here:
            named = name in stated
            why = f"{names.SUMS} lists it" if named else "every release has this file"
            yield Fault(name, None, f"{why}, but it is missing")
        elif not allowed(name):
            yield Fault(name, None, "it is not a file of a release")
        elif stated and name not in stated:
            yield Fault(name, None, f"{names.SUMS} does not list it")
        elif stated and here[name] != stated[name]:
            said = f"its SHA-256 is {here[name]}, while {names.SUMS} says {stated[name]}"
            yield Fault(name, None, said)


def schemas(folder: Path, facts: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield where the schemas of a release are not those of this program; `facts`: of the card."""
    codebook = facts.get("codebook")
    known = codebook if isinstance(codebook, dict) else {}
    fields = known.get("fields", ())
    own = of_release({**known, "fields": fields}, model=has_model(folder))
    kept = folder / names.SCHEMAS
    here = {path.name for path in kept.iterdir()} if kept.is_dir() else set()
    for name in sorted(here | set(own)):
        path = f"{names.SCHEMAS}/{name}"
        if name not in here:
            yield Fault(path, None, "it is missing; every release has this file")
        elif name not in own:
            yield Fault(path, None, "it is not a schema of this release")
        elif (kept / name).read_bytes() != own[name].encode():
            yield Fault(path, None, "it is not the schema that this program writes")


# --- tables


def table(folder: Path, name: str, count: Callable[[], None]) -> Iterator[Fault]:
    """Yield what is wrong with the lines of a table; `count` hears of every line.

    Memory grows with the longest line alone.
    """
    file = names.table_name(name)
    before: Key | None = None
    with (folder / file).open("rb") as stream:
        for number, raw in enumerate(lines(stream), start=1):
            count()
            row: Any = None
            for said in strange(raw, first=number == 1):
                yield Fault(file, number, said)
                break
            else:
                row, told = parsed(raw)
                yield from (Fault(file, number, said) for said in told)
                if told:
                    continue
                wrong = list(misfits(name, row))
                yield from (Fault(file, number, said) for said in wrong)
                if wrong:
                    continue
                key = tuple(row[part] for part in KEYS[name])
                if before is not None and key <= before:
                    yield Fault(file, number, out_of_order(name, key, before))
                before = key


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield raw lines, cut where one is longer than any of ours."""
    while raw := stream.readline(jsonl.LONGEST_LINE + 1):
        yield raw


def strange(raw: bytes, *, first: bool) -> Iterator[str]:
    """Yield what is wrong with the bytes of a line."""
    if len(raw) > jsonl.LONGEST_LINE:
        yield f"it is longer than {jsonl.LONGEST_LINE // (1024 * 1024)} MB"
    if first and raw.startswith(codecs.BOM_UTF8):
        yield "it begins with a byte order mark, which no file of a release has"
    if raw.endswith(b"\r\n"):
        yield "it ends with CR LF; the lines of a release end with LF alone"
    if not raw.endswith(b"\n"):
        yield "the last line feed is missing; each line of a release ends with LF"
    if not raw.strip():
        yield "it is empty"


def parsed(raw: bytes) -> tuple[Any, list[str]]:
    """Return the row of a line, and what is wrong with the way it is written."""
    try:
        text = raw.decode("utf-8")
        row = json_format.parse(text)
    except UnicodeDecodeError as error:
        return None, [f"byte {error.start + 1} of it is not UTF-8"]
    except RefusedError as error:
        return None, [str(error)]
    if not isinstance(row, dict):
        return None, ["it is not an object; expected one object {…} per line"]
    if jsonl.line_of(row) != text:
        return row, ["it is not in the form of a release: other spaces, escapes or numbers"]
    return row, []


def out_of_order(name: str, key: Key, before: Key) -> str:
    """Say that a row is there twice, or before its place."""
    shown = ", ".join(f"{part} {value}" for part, value in zip(KEYS[name], key, strict=True))
    if key == before:
        return f"{shown} is a duplicate"
    order = ", ".join(KEYS[name])
    return f"{shown} is a duplicate or out of order; rows are in the order of {order}"


# --- documents


def document(folder: Path, name: str) -> tuple[Any, list[Fault]]:
    """Return what a JSON document says, and what is wrong with it."""
    file = names.document_name(name)
    raw = (folder / file).read_bytes()
    try:
        text = raw.decode("utf-8")
        found = json_format.parse(text)
    except UnicodeDecodeError as error:
        return None, [Fault(file, None, f"byte {error.start + 1} of it is not UTF-8")]
    except RefusedError as error:
        return None, [Fault(file, None, str(error))]
    faults = [Fault(file, None, said) for said in misfits(name, found)]
    if not faults and json.dumps(found, ensure_ascii=False, indent=2) + "\n" != text:
        line = first_other_line(text, json.dumps(found, ensure_ascii=False, indent=2) + "\n")
        said = "it is not in the form of a release: other spaces, line ends or escapes"
        faults.append(Fault(file, line, said))
    if not faults and name == names.SPEAKERS:
        faults = list(register(found))
    if not faults and name == names.CODEBOOK:
        faults = list(versions(found))
    return found, faults


def first_other_line(one: str, other: str) -> int:
    """Return the first line in which two texts differ."""
    pairs = zip(one.split("\n"), other.split("\n"), strict=False)
    return next((n for n, (a, b) in enumerate(pairs, start=1) if a != b), 1)


def register(found: Iterable[Row]) -> Iterator[Fault]:
    """Yield what is wrong among the speakers: twice, out of order, or pointing at nobody."""
    file = names.document_name(names.SPEAKERS)
    known = {each["name"] for each in found}
    before: str | None = None
    for each in found:
        name = each["name"]
        if before is not None and name <= before:
            yield Fault(file, None, f"“{name}” is a duplicate or out of order; names are in order")
        before = name
        for link in ("member_of", "merged_into"):
            if each[link] is not None and each[link] not in known:
                yield Fault(file, None, f"“{name}” is {link} “{each[link]}”, which is missing")
        if each["merged_into"] == name:
            yield Fault(file, None, f"“{name}” is merged into itself")


def versions(found: Row) -> Iterator[Fault]:
    """Yield what is wrong among the versions of the codebook."""
    file = names.document_name(names.CODEBOOK)
    numbers = [each["number"] for each in found["versions"]]
    if numbers != sorted(set(numbers)):
        yield Fault(file, None, "its versions are not in order, or a number is a duplicate")
    if found["current"] != numbers[-1]:
        yield Fault(file, None, f"“current” is {found['current']}; the newest is {numbers[-1]}")


class TableOfGold:
    """One of the CSV files, held against what the rows of gold give, row by row.

    Where the first line differs the rest is not looked at.
    """

    def __init__(
        self, folder: Path, table: Rows, labels: Collection[str], *, with_text: bool
    ) -> None:
        self.name = names.GOLD_CSV[table]
        self.known: dict[str, Row] = {}
        self.lines = gold_csv.Lines(table, self.known, with_text=with_text, labels=labels)
        self.file = (folder / self.name).open("rb")
        self.number = 1
        self.faults: list[Fault] = []
        self.hold(self.lines.heading())

    def add(self, article: Row, row: Row) -> None:
        """Take the next gold row, of this article."""
        if not self.faults:
            self.known.clear()
            self.known[article["key"]] = article
            self.hold(self.lines.of(row))

    def hold(self, text: str) -> None:
        """Hold what comes next in the file against the text that should."""
        expected = text.encode()
        found = self.file.read(len(expected))
        if found != expected:
            pairs = enumerate(zip(found, expected, strict=False))
            same = next((place for place, (a, b) in pairs if a != b), len(found))
            line = self.number + expected[:same].count(b"\n")
            said = f"it is not what {names.table_name(names.GOLD)} and the articles give"
            self.faults.append(Fault(self.name, line, said))
        self.number += expected.count(b"\n")

    def end(self) -> list[Fault]:
        """Return what is wrong, when all rows were taken."""
        if not self.faults and self.file.read(1):
            said = f"it is of no row of {names.table_name(names.GOLD)}"
            self.faults.append(Fault(self.name, self.number, said))
        self.file.close()
        return self.faults


def tables_of_gold(folder: Path, labels: Collection[str], *, with_text: bool) -> list[TableOfGold]:
    """Return the CSV files of a release, where it has them."""
    return [
        TableOfGold(folder, table, labels, with_text=with_text)
        for table, name in names.GOLD_CSV.items()
        if (folder / name).is_file()
    ]


def lost_tables(folder: Path, facts: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the CSV files of gold that the card promises, or not, while they are not, or are."""
    promised = bool(facts.get("csv"))
    for name in names.GOLD_CSV.values():
        if (folder / name).is_file() != promised:
            there = "is missing" if promised else "is there"
            said = f"it {there}, while {names.CARD} has “csv” {str(promised).lower()}"
            yield Fault(name, None, said)


ROWS = 10_000


def parquet_files(folder: Path, labels: Collection[str], *, with_text: bool) -> Iterator[Fault]:
    """Yield the Parquet files whose rows are not those of their table; rows are read in groups.

    Raises:
        MissingExtraError: pyarrow is not installed.

    """
    # A damaged page is an OSError to pyarrow, and a damaged name in the schema no text.
    broken = (parquet.module().ArrowException, OSError, UnicodeDecodeError)
    for table, columns in tables(with_text=with_text, labels=labels).items():
        name = names.parquet_name(table)
        if not (folder / name).is_file():
            yield Fault(name, None, "it is missing; every table has one, or none has")
            continue
        with TemporaryDirectory() as place:
            path = Path(place) / "expected.parquet"
            parquet.write(path, columns, names.rows(folder, table))
            try:
                rows = first_other_rows(folder / name, path)
            except broken as error:
                yield Fault(name, None, f"it is not a readable Parquet file: {error}")
                continue
        if rows is not None:
            said = f"rows {rows[0]:,} to {rows[1]:,} are not those of {names.table_name(table)}"
            yield Fault(name, None, said)


def first_other_rows(found: Path, expected: Path) -> tuple[int, int] | None:
    """Return the first rows in which two files differ, from and to; None where they are alike."""
    reader = parquet.module("pyarrow.parquet").ParquetFile
    with reader(found) as one, reader(expected) as other:
        pairs = zip_longest(one.iter_batches(ROWS), other.iter_batches(ROWS))
        for number, (here, there) in enumerate(pairs):
            if here is None or there is None or not here.equals(there):
                return number * ROWS + 1, (number + 1) * ROWS
    return None
