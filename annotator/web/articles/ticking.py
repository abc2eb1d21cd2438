"""The articles of a download in the preview: what is odd of each, and which are left out.

The page ticks what a filter or a kind leaves out; what a lead ticks or unticks by hand stays
so when the filter changes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from annotator.formats.articles.article import ArticleDraft
from annotator.text.near import NearTexts
from annotator.text.near import sketch as sketch_of
from annotator.web.forms import NumberRange
from annotator.work.articles.previewing import Reading
from annotator.work.articles.sifting import (
    KINDS,
    LIST,
    NEAR,
    Choice,
    choose_publishers,
    kinds_of,
    totals,
)

# On one page, of all its downloads; a browser gets slow with more.
MOST_ROWS = 2000


class FilterForm(FlaskForm):  # type: ignore[misc]
    """Which articles of downloads are left out; part of the form of the second step."""

    class Meta:
        """The form around it has the token."""

        csrf = False

    least_words = IntegerField("Fewest words", [Optional(), NumberRange(0, 1_000_000)])
    since = DateField("From", [Optional()])
    until = DateField("To", [Optional()])
    publishers = SelectMultipleField("Publishers", choices=[], validate_choice=False)
    kinds = SelectMultipleField(
        "Leave out", choices=[SelectChoice(kind, words) for kind, words in KINDS.items()]
    )

    def validate_until(self, field: DateField) -> None:
        """Ask for days in their order."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError("This day is before the first one.")

    @property
    def choice(self) -> Choice:
        """Return what the form says."""
        return Choice(
            self.least_words.data or 0,
            self.since.data,
            self.until.data,
            choose_publishers(self.publishers.data or []),
            frozenset(self.kinds.data or []),
        )


def asked_filter() -> FilterForm:
    """Return the filter as it was sent; before any was, lists and corrections are left out."""
    if "filtered" in request.form:
        return FilterForm()
    form = FilterForm(formdata=None)
    form.kinds.data = [LIST]
    return form


@dataclass(frozen=True)
class Row:
    """One article of a download: what is odd of it in words, and whether it is left out."""

    draft: ArticleDraft
    odd: tuple[str, ...]
    ticked: bool


@dataclass(frozen=True)
class Table:
    """The articles of one download, of which the first `shown` stand on the page.

    `auto` are the numbers that the page ticked by itself, also where somebody unticked them.
    """

    rows: Sequence[Row]
    totals: str
    auto: str
    shown: int

    @property
    def unseen(self) -> str:
        """Return the numbers of the articles that are left out and not shown."""
        return ",".join(str(row.draft.number) for row in self.rows[self.shown :] if row.ticked)

    @property
    def ticked(self) -> int:
        """Return how many articles are left out."""
        return sum(row.ticked for row in self.rows)


def tables_of(
    readings: Sequence[Reading], near: Mapping[str, str], choice: Choice, texts: NearTexts
) -> dict[int, Table]:
    """Return the table of each reading that is a download, by its place among all, from 1.

    `near` names the other copy of each near copy by key; `texts` are those of the project.
    """
    tables: dict[int, Table] = {}
    for place, reading in enumerate(readings, start=1):
        if reading.is_download:
            room = MOST_ROWS - sum(table.shown for table in tables.values())
            tables[place] = table_of(reading, place, near, choice, texts, room)
    return tables


def table_of(
    reading: Reading,
    place: int,
    near: Mapping[str, str],
    choice: Choice,
    texts: NearTexts,
    room: int,
) -> Table:
    """Return the table of one download; of near copies the first that is not left out is kept."""
    by_hand, by_hand_not = hands(place)
    rows, auto, found = [], [], []
    for draft in reading.drafts:
        kinds = [*kinds_of(draft), *([NEAR] if draft.key in near else [])]
        found.extend(kinds)
        sketch = sketch_of(draft.text) if NEAR in kinds and NEAR in choice.kinds else None
        is_out = bool(choice.cause(draft)) or bool(sketch and texts.twin(sketch))
        ticked = (is_out or draft.number in by_hand) and draft.number not in by_hand_not
        # What was done by hand is known again, whatever the filter says between.
        if draft.number in by_hand_not or (is_out and draft.number not in by_hand):
            auto.append(draft.number)
        if sketch and not ticked:
            texts.add(draft.key, sketch)
        rows.append(Row(draft, tuple(said(kind, draft, near) for kind in kinds), ticked))
    shown = min(len(rows), room)
    return Table(rows, totals(found, len(rows)), ",".join(map(str, auto)), shown)


def said(kind: str, draft: ArticleDraft, near: Mapping[str, str]) -> str:
    """Return what is odd of an article, in words."""
    return f"near copy of “{near[draft.key]}”" if kind == NEAR else KINDS[kind]


def hands(place: int) -> tuple[set[int], set[int]]:
    """Return what was ticked by hand, and what was unticked, of one file."""
    auto = numbers(request.form.get(f"auto-{place}", "").split(","))
    if f"auto-{place}" not in request.form:
        return set(), set()
    ticked = left_out(place)
    return set(ticked - auto), auto - ticked


def numbers(values: Sequence[str]) -> set[int]:
    """Return the whole numbers of some fields."""
    return {int(value) for value in values if value.isascii() and value.isdigit()}


def left_out(place: int) -> frozenset[int]:
    """Return the numbers of the articles of one file that are ticked, or left out unseen."""
    unseen = request.form.get(f"unseen-{place}", "").split(",")
    return frozenset(numbers([*request.form.getlist(f"leave-{place}"), *unseen]))


def publishers_of(tables: Mapping[int, Table]) -> list[tuple[str, int]]:
    """Return the publishers of all downloads with their counts, the most frequent first."""
    counts = Counter(row.draft.publisher for table in tables.values() for row in table.rows)
    return [(name, many) for name, many in counts.most_common(200) if name]
