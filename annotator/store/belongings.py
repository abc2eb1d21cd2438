"""What belongs to a project, in every table: found by the foreign keys, so none is forgotten."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, ColumnElement, Table, or_, select

from annotator.store.db import Base

# The columns by which a row belongs to somebody, the nearest to the project first.
OWNERS = ("project_id", "article_id", "sentence_id", "answer_id", "decision_id", "claim_id")
# Another way into a project: the first may be empty, or lead to where a withdrawn article was.
OTHERWISE = {"answers": "aside_in_id", "decision_events": "decision_id"}
# Notes of imports on their way are looked after by who carries them out.
NOBODYS = frozenset({"projects", "stagings", "staged_answers"})


def of_projects(projects: Sequence[int]) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield each table with the condition of the rows of some projects, dependent tables first.

    The projects' own rows are not among them, and people are nobody's.
    """
    for table in reversed(Base.metadata.sorted_tables):
        which = condition(table, projects)
        if which is not None:
            yield table, which


def condition(table: Table, projects: Sequence[int]) -> ColumnElement[bool] | None:
    """Return the condition of the rows of some projects; None for a table that has none."""
    if table.name in NOBODYS:
        return None
    columns = owning(table)
    if not columns:
        return None
    return or_(*(belongs(column, projects) for column in columns))


def owning(table: Table) -> list[Column[int]]:
    """Return the columns by which rows of a table belong to a project."""
    near = next((name for name in OWNERS if name in table.c), None)
    names = [name for name in (near, OTHERWISE.get(table.name)) if name]
    if names:
        return [table.c[name] for name in names]
    return [
        column
        for column in table.c
        for key in column.foreign_keys
        if key.column.table is not table and condition(key.column.table, ()) is not None
    ][:1]


def belongs(column: Column[int], projects: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that what a column points at is of some projects."""
    [key] = column.foreign_keys
    parent = key.column.table
    if parent.name == "projects":
        return column.in_(projects)
    which = condition(parent, projects)
    assert which is not None, f"{column} leads to no project"
    return column.in_(select(key.column).where(which))


def pointing_at_itself(table: Table) -> list[Column[int]]:
    """Return the columns that point at other rows of the same table and may be empty."""
    return [
        column
        for column in table.c
        if column.nullable and any(key.column.table is table for key in column.foreign_keys)
    ]
