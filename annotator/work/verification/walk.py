"""A release read sentence by sentence: everything its tables say of each one, side by side."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from annotator.errors import RefusedError
from annotator.formats.release import folder as names
from annotator.phrases import both_numbers
from annotator.text.decode import UndecodableText, decode
from annotator.text.fingerprint import digest
from annotator.work.verification.faults import MOST, Fault

Row = dict[str, Any]
Line = tuple[int, Row]
Place = tuple[str, int]
LARGEST = 64 * 1024 * 1024  # no article is as large


@dataclass(frozen=True)
class ArticleRow:
    """One article; `text` is None where nobody has given it."""

    line: int
    row: Row
    text: str | None


@dataclass(frozen=True)
class SentenceRow:
    """One sentence with the line it stands in, and what other tables say of it."""

    article: ArticleRow
    line: int
    row: Row
    answers: tuple[Line, ...]
    decision: Line | None
    gold: Line | None

    @property
    def place(self) -> str:
        """Return what messages call it."""
        return f"sentence {both_numbers(self.row['sentence'])} of {self.row['article']}"


@dataclass
class Following:
    """A table that follows another one: its rows are taken in the order of both."""

    table: str
    rows: Iterator[Line]
    key: Callable[[Row], Any]
    owner: str
    waiting: Line | None = None
    stray: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.waiting = next(self.rows, None)

    def take(self, wanted: Any) -> Iterator[Line]:
        """Yield the rows of one key; rows before it belong to nothing, and some are remembered."""
        while self.waiting is not None and self.key(self.waiting[1]) <= wanted:
            line, row = self.waiting
            if self.key(row) == wanted:
                yield line, row
            elif len(self.stray) <= MOST:
                self.stray.append((line, row))
            self.waiting = next(self.rows, None)

    def rest(self) -> Iterator[Fault]:
        """Yield the rows that belong to nothing, once everything has been passed."""
        for line, row in self.stray:
            yield self.astray(line, row)
        while self.waiting is not None:
            yield self.astray(*self.waiting)
            self.waiting = next(self.rows, None)

    def astray(self, line: int, row: Row) -> Fault:
        """Return the fault of a row that belongs to nothing."""
        if "sentence" in row and self.table != names.SENTENCES:
            what = f"sentence {both_numbers(row['sentence'])} of article “{row['article']}”"
        else:
            what = f"article “{row['article']}”"
        return Fault(names.table_name(self.table), line, f"there is no {what} in {self.owner}")


def place_of(row: Row) -> Place:
    """Return the sentence a row belongs to."""
    return row["article"], row["sentence"]


class Texts:
    """Finds the text of an article: in its row, else in a folder of files, by name or by hash.

    A file `<key>.txt` is looked at first; any file whose text has the right SHA-256 will do.
    """

    def __init__(self, folder: Path | None) -> None:
        if folder is not None and not folder.is_dir():
            raise RefusedError(f"{folder} is not a folder with texts.")
        self.folder = folder

    def of(self, article: Mapping[str, Any]) -> str | None:
        """Return the text of an article, None where nobody has given one."""
        if "text" in article:
            return str(article["text"])
        if self.folder is None:
            return None
        wanted = article["sha256"]
        for path in self.candidates(article["key"], wanted):
            for text in readings(path):
                if digest(text) == wanted:
                    return text
        return None

    def candidates(self, key: str, wanted: str) -> Iterator[Path]:
        """Yield the files that may hold a text, the likely one first."""
        if self.folder is None:
            return
        named = self.folder / f"{key}.txt"
        if named.parent == self.folder and named.is_file():
            yield named
        if wanted in self.by_hash:
            yield self.by_hash[wanted]

    @cached_property
    def by_hash(self) -> dict[str, Path]:
        """Return the file of each hash; each file is read once."""
        found: dict[str, Path] = {}
        for path in sorted(self.folder.rglob("*")) if self.folder else ():
            if path.is_file() and path.stat().st_size <= LARGEST:
                for text in readings(path):
                    found.setdefault(digest(text), path)
        return found


def readings(path: Path) -> Iterator[str]:
    """Yield the ways a file can be read: exactly as UTF-8, and as an import reads it, if at all."""
    raw = path.read_bytes()
    for read in (exactly, as_imported):
        text = read(raw)
        if text is not None:
            yield text


def exactly(raw: bytes) -> str | None:
    """Return bytes as UTF-8 with whatever marks they have, None where they are none."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def as_imported(raw: bytes) -> str | None:
    """Return the text an import makes of bytes, None where it would refuse them."""
    try:
        return decode(raw).text
    except UndecodableText:
        return None


class Walk:
    """One way through the tables of a release, which are in one order; memory holds one article."""

    def __init__(self, folder: Path, texts: Texts) -> None:
        self.folder = folder
        self.texts = texts
        owner = names.table_name(names.SENTENCES)
        self.sentences = Following(
            names.SENTENCES,
            names.numbered_rows(folder, names.SENTENCES),
            lambda row: row["article"],
            names.table_name(names.ARTICLES),
        )
        self.answers, self.decisions, self.gold = (
            Following(name, names.numbered_rows(folder, name), place_of, owner)
            for name in (names.ANNOTATIONS, names.DECISIONS, names.GOLD)
        )

    def articles(self) -> Iterator[ArticleRow]:
        """Yield the articles; the sentences of each must be taken before the next."""
        for line, row in names.numbered_rows(self.folder, names.ARTICLES):
            yield ArticleRow(line, row, self.texts.of(row))

    def sentence_rows(self, article: ArticleRow) -> Iterator[SentenceRow]:
        """Yield the sentences of one article."""
        for line, row in self.sentences.take(article.row["key"]):
            place = place_of(row)
            yield SentenceRow(
                article,
                line,
                row,
                tuple(self.answers.take(place)),
                next(iter(list(self.decisions.take(place))), None),
                next(iter(list(self.gold.take(place))), None),
            )

    def strays(self) -> Iterator[Fault]:
        """Yield the rows that belong to nothing, once everything has been passed."""
        for table in (self.sentences, self.answers, self.decisions, self.gold):
            yield from table.rest()
