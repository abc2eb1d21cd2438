"""What is known about an article beside its text, edited one by one or from a table."""

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, select

from annotator.errors import RefusedError
from annotator.formats.articles import csv_tables
from annotator.formats.articles import metadata_tables as tables
from annotator.formats.articles.metadata_tables import FIELDS
from annotator.formats.labels import csv_rows
from annotator.store.db import among, db
from annotator.store.models import Article, Correction, Project, User
from annotator.store.snapshot import by_code_point

METADATA = "metadata"
MOST_FAULTS = 100
# A key longer than any, or far too many of them, belong to another table.
MOST_ROWS = 100_000

Values = dict[str, str]


@dataclass(frozen=True)
class Edit:
    """One article and the fields that change, as they are and as they will be."""

    article_id: int
    key: str
    before: Values
    after: Values


@dataclass(frozen=True)
class Table:
    """A table as it was chosen: which columns hold what, how its days are written.

    `columns` is by field, and has "key". With `clear`, an empty cell empties its field.
    """

    raw: bytes
    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    clear: bool = False


@dataclass(frozen=True)
class Plan:
    """What a table would change; `faults` are lines that cannot be read, each with its cause."""

    edits: tuple[Edit, ...] = ()
    same: int = 0
    faults: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    asks_dates: bool = False

    @property
    def proof(self) -> str:
        """Return a digest of the edits, to know by that nothing else is carried out."""
        said = [[each.article_id, each.before, each.after] for each in self.edits]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    @property
    def by_field(self) -> Mapping[str, int]:
        """Return how many articles each field changes in."""
        found = Counter(name for each in self.edits for name in each.after)
        return {name: found[name] for name in FIELDS if found[name]}


def values_of(article: Article) -> Values:
    """Return the fields of an article as texts, its day as 2019-05-03 or empty."""
    return {
        name: (article.published_on.isoformat() if article.published_on else "")
        if name == "published_on"
        else getattr(article, name)
        for name in FIELDS
    }


def plan_one(article: Article, given: Mapping[str, str]) -> Edit:
    """Return what somebody has typed for an article as an edit.

    Raises:
        RefusedError: a value cannot be stored; the message names its field.

    """
    after = {name: tables.checked(name, value) for name, value in given.items()}
    return difference(article, after)


def difference(article: Article, after: Mapping[str, str]) -> Edit:
    """Return the fields that change."""
    now = values_of(article)
    changed = {name: value for name, value in after.items() if value != now[name]}
    return Edit(article.id, article.key, {name: now[name] for name in changed}, changed)


def plan_table(project: Project, table: Table) -> Plan:
    """Return what a table would change, and each line that cannot be read.

    Raises:
        RefusedError: it is no table, or no column holds the key.

    """
    sheet = csv_tables.open_sheet(table.raw, table.name)
    columns = {**tables.propose(sheet), **table.columns}
    columns = {name: column for name, column in columns.items() if column}
    for column in columns.values():
        if column not in sheet.columns:
            raise RefusedError(f"there is no column “{column}”")
    days = columns.get("published_on", "")
    found = Plan(
        headings=sheet.columns,
        columns=columns,
        dates=table.dates or csv_tables.order_of(sheet, days),
        asks_dates=csv_tables.has_other_days(sheet, days),
    )
    if "key" not in columns or len(columns) == 1:
        said = "choose the column with the keys and at least one field"
        return Plan((), 0, (said,), found.headings, found.columns, found.dates, found.asks_dates)
    rows = list(tables.rows(sheet, columns))
    if len(rows) > MOST_ROWS:
        raise RefusedError(f"it has {len(rows):,} lines, at most {MOST_ROWS:,} are read at once")
    edits, same, faults = compare(articles_of(project, rows), rows, found.dates, clear=table.clear)
    return Plan(
        tuple(edits), same, tuple(faults), found.headings, columns, found.dates, found.asks_dates
    )


def articles_of(project: Project, rows: Sequence[tables.Row]) -> Mapping[str, Article]:
    """Return the articles of a project that the lines name, by what they call them."""
    keys = {row.key for row in rows}
    query = select(Article).where(Article.project_id == project.id)
    found: dict[str, Article] = {}
    for article in db.session.scalars(query if len(keys) > 500 else query.where(named(keys))):
        found[article.key] = found[csv_rows.harmless(article.key)] = article
    return found


def named(keys: set[str]) -> ColumnElement[bool]:
    """Return the condition of articles that have one of these keys, as a table writes them."""
    return among(Article.key, [*keys, *(key[1:] for key in keys if key.startswith("'"))])


def compare(
    articles: Mapping[str, Article], rows: Sequence[tables.Row], order: str, *, clear: bool
) -> tuple[list[Edit], int, list[str]]:
    """Return the edits, how many lines change nothing, and what is wrong with others."""
    edits: list[Edit] = []
    faults: list[str] = []
    met: dict[str, int] = {}
    same = 0
    for row in rows:
        article = articles.get(row.key)
        if article is None:
            faults.append(f"line {row.line}: there is no article “{row.key[:60]}”")
        elif article.key in met:
            first = met[article.key]
            faults.append(f"line {row.line}: article “{row.key}” stands in line {first} already")
        else:
            met[article.key] = row.line
            try:
                edit = plan_row(article, row, order, clear=clear)
            except RefusedError as error:
                faults.append(f"line {row.line}: article “{row.key}”: {error}")
                continue
            if edit.after:
                edits.append(edit)
            else:
                same += 1
    return edits, same, faults


def plan_row(article: Article, row: tables.Row, order: str, *, clear: bool) -> Edit:
    """Return what one line changes; empty cells change nothing, unless they shall clear."""
    now = values_of(article)
    after = {
        name: tables.checked(name, cell, order)
        for name, cell in row.values.items()
        if not tables.is_as_written(cell, now[name])
        and (cell.strip() or (clear and name not in tables.REQUIRED))
    }
    return difference(article, after)


def apply(project: Project, edits: Sequence[Edit], user: User | None, act: str = "") -> None:
    """Store edits, each with what was there before; to be committed as one.

    Raises:
        RefusedError: an article has been changed since the edit was planned.

    """
    act = act or secrets.token_hex(8)
    wanted = [each.article_id for each in edits]
    query = select(Article).where(Article.project_id == project.id, among(Article.id, wanted))
    found = {each.id: each for each in db.session.scalars(query.with_for_update())}
    for edit in edits:
        article = found.get(edit.article_id)
        now = values_of(article) if article is not None else {}
        if article is None or any(now[name] != value for name, value in edit.before.items()):
            raise RefusedError(f"Article “{edit.key}” was changed meanwhile. Check the preview.")
        for name, value in edit.after.items():
            setattr(article, name, stored(name, value))
        db.session.add(
            Correction(
                project_id=project.id,
                article_id=article.id,
                kind=METADATA,
                act=act,
                key=article.key,
                before=edit.before,
                after=edit.after,
                user_id=user.id if user else None,
            )
        )


def stored(name: str, value: str) -> str | date | None:
    """Return a field as its column holds it."""
    if name != "published_on":
        return value
    return date.fromisoformat(value) if value else None


def lines(project: Project) -> Iterator[str]:
    """Yield a table of a project's articles as CSV, with a byte order mark for spreadsheets."""
    query = select(Article).where(Article.project_id == project.id)
    articles = db.session.scalars(query.order_by(by_code_point(Article.key)))
    rows = (tables.written(each.key, values_of(each)) for each in articles)
    yield "\ufeff"
    yield from csv_rows.table([("key", *FIELDS), *rows])
