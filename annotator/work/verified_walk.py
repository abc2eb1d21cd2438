"""A release read sentence by sentence: everything its tables say of each one, side by side."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.formats import release_folder as names
from annotator.phrases import both_numbers
from annotator.work.faults import MOST, Fault
from annotator.work.verified_texts import Texts

Row = dict[str, Any]
Line = tuple[int, Row]
Place = tuple[str, int]


@dataclass(frozen=True)
class Shelf:
    """One article; `text` is None where nobody has given it."""

    line: int
    row: Row
    text: str | None


@dataclass(frozen=True)
class Spot:
    """One sentence with the line it stands in, and what other tables say of it."""

    article: Shelf
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

    def articles(self) -> Iterator[Shelf]:
        """Yield the articles; the sentences of each must be taken before the next."""
        for line, row in names.numbered_rows(self.folder, names.ARTICLES):
            yield Shelf(line, row, self.texts.of(row))

    def spots(self, article: Shelf) -> Iterator[Spot]:
        """Yield the sentences of one article."""
        for line, row in self.sentences.take(article.row["key"]):
            place = place_of(row)
            yield Spot(
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
