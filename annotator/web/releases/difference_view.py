"""The difference of two releases as its page draws it."""

from collections.abc import Iterator
from dataclasses import dataclass

from annotator.codebook.scheme import LABELS
from annotator.formats.release.card.codebook import title_of
from annotator.phrases import both_numbers
from annotator.web.agreement.chart import Chart, Row, drawn
from annotator.work.agreement.report import FIELDS
from annotator.work.releases import difference_words as words
from annotator.work.releases.difference import Difference, Figure, most_first
from annotator.work.releases.difference_words import field_word

MOST_MOVES = 5
# How the names of figures begin that are about a field of claims.
LABELLED = (("speaker", "speaker"), *((name, name) for name in LABELS))


@dataclass(frozen=True)
class CountRow:
    """One count before and after; `most` is the longer of both bars."""

    name: str
    before: int | None
    after: int | None
    step: str

    @property
    def most(self) -> int:
        """Return the larger of both."""
        return max(self.before or 0, self.after or 0)


@dataclass(frozen=True)
class FieldRow:
    """How often one field differs; `moves` are the most frequent (before, after, n)."""

    name: str
    added: int
    changed: int
    removed: int
    moves: tuple[tuple[str, str, int], ...]

    @property
    def total(self) -> int:
        """Return how often there was any difference."""
        return self.added + self.changed + self.removed


@dataclass(frozen=True)
class TableView:
    """One table: its fields that differ, and how many of its rows do."""

    id: str
    title: str
    rows: FieldRow
    same: int
    fields: tuple[FieldRow, ...]

    @property
    def most(self) -> int:
        """Return the longest bar."""
        return max((field.total for field in self.fields), default=0)


@dataclass(frozen=True)
class ChangeRow:
    """One change of gold in words."""

    article: str
    sentence: str
    field: str
    speaker: str | None
    before: str
    after: str
    reason: str


@dataclass(frozen=True)
class FigureRow:
    """One figure on agreement before and after, in words."""

    name: str
    measure: str
    before: str
    after: str


@dataclass(frozen=True)
class View:
    """Everything the page shows."""

    before: str
    after: str
    settings: str
    summary: str
    counts: tuple[CountRow, ...]
    tables: tuple[TableView, ...]
    chart: Chart | None
    figures: tuple[FigureRow, ...]
    changes: tuple[ChangeRow, ...]
    left_off: int


def view_of(found: Difference) -> View:
    """Return what the page shows of a difference."""
    rows = tuple(chart_rows(found))
    return View(
        before=words.heading(found.before),
        after=words.heading(found.after),
        settings=words.settings(found),
        summary=words.summary(found),
        counts=tuple(
            CountRow(plain(name), one, other, words.step(one, other))
            for name, one, other in found.counts
        ),
        tables=tuple(table_view(name, title, found) for name, title in words.TABLES.items()),
        chart=drawn("agreement", "Agreement before and after", rows, 52) if rows else None,
        figures=tuple(figure_row(each, found) for each in found.agreement),
        changes=tuple(change_rows(found)),
        left_off=found.left_off,
    )


def plain(name: str) -> str:
    """Return the name of a count in words."""
    return name.replace("_", " ")


def field_title(name: str, found: Difference) -> str:
    """Return the name of a figure or field as the codebook of the newer release has it."""
    for start, label in LABELLED:
        if name.removeprefix("aligned_").startswith(start):
            title = title_of(found.after, label)
            rest = plain(name.removeprefix("aligned_").removeprefix(start))
            aligned = ", aligned claims" if name.startswith("aligned_") else ""
            return f"{title}{rest}{aligned}"
    return plain(name).capitalize()


def table_view(name: str, title: str, found: Difference) -> TableView:
    """Return one table; fields that do not differ are left out."""
    table = found.tables[name]
    fields = tuple(
        FieldRow(
            field_word(field, found.after), tally.added, tally.changed, tally.removed,
            tuple((one, other, n) for (one, other), n in most_first(tally.moves)[:MOST_MOVES]),
        )
        for field, tally in table.fields.items()
        if tally.total
    )  # fmt: skip
    rows = FieldRow("rows", table.rows.added, table.rows.changed, table.rows.removed, ())
    return TableView(name, title, rows, table.same, fields)


def chart_rows(found: Difference) -> Iterator[Row]:
    """Yield the headline figures of both releases, where one of them is defined."""
    for each in found.agreement:
        if each.field not in FIELDS:
            continue
        for known, name in ((each.before, found.before["name"]), (each.after, found.after["name"])):
            if known is not None:
                said = words.figure(known)
                title = f"{field_title(each.field, found)}, {name}"
                ends = known["value"], known["low"], known["high"]
                yield Row(title, said, *ends, f"{title}: {said}")


def figure_row(each: Figure, found: Difference) -> FigureRow:
    """Return one figure in words."""
    return FigureRow(
        field_title(each.field, found),
        plain(each.measure),
        words.figure(each.before),
        words.figure(each.after),
    )


def change_rows(found: Difference) -> Iterator[ChangeRow]:
    """Yield the changes of gold in words."""
    for each in found.changes:
        yield ChangeRow(
            each.article,
            both_numbers(each.sentence),
            field_word(each.field, found.after),
            None if each.field == "speaker" else each.speaker,
            words.value(each.before),
            words.value(each.after),
            each.reason,
        )
