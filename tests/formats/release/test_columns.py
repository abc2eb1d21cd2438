"""The columns say what the rows have: a key that is new in a row is named here first."""

import pytest
from agreement_examples import label, random_project

from annotator.codebook.load import load_default
from annotator.formats.release.card.codebook import facts_of, names_of
from annotator.formats.release.columns import Column, Free, Many, Struct, Tally, tables
from annotator.work.gold.rows import gold_rows
from annotator.work.labelling.annotation_rows import annotation_rows

KINDS = {"string": str, "int64": int, "float64": float, "bool": bool, "date": str, "moment": str}
NAMES = names_of(facts_of(load_default()))
# What a release adds to the rows of the program.
OF_A_RELEASE = {"split"}


def misfits(value, of, where):
    """Yield every place where a value is not of its type."""
    if value is None or isinstance(of, Free):
        return
    match of:
        case Struct(columns):
            # A vote that nobody was asked for is left out.
            if set(value) - {each.name for each in columns}:
                yield f"{where}: {list(value)}"
            for each in columns:
                yield from misfits(value.get(each.name), each.of, f"{where}.{each.name}")
        case Many(inner):
            for each in value:
                yield from misfits(each, inner, where)
        case Tally(field):
            if set(value) - set(NAMES[field]):
                yield f"{where}: {list(value)}"
        case str(kind):
            if not isinstance(value, KINDS[kind]):
                yield f"{where}: {value!r}"


def check(rows, columns):
    for row in rows:
        assert list(row) == [each.name for each in columns]
        for each in columns:
            assert list(misfits(row[each.name], each.of, each.name)) == []


@pytest.fixture
def labelled(project):
    random_project(project, 1)
    label(project, "a: Mattis sc | b: Mattis sc | c: Trump nl\na: x | b: x\na: Mattis sc | b: x")
    return project


def test_annotation_rows_are_as_declared(labelled):
    rows = list(annotation_rows(labelled))
    assert any(row["claims"] for row in rows)
    check(rows, tables()["annotations"])


def test_gold_rows_are_as_declared(labelled):
    rows = list(gold_rows(labelled))
    assert {"majority", "open", "unanimous"} <= {row["how"] for row in rows}
    check(rows, [each for each in tables()["gold"] if each.name not in OF_A_RELEASE])


def test_what_does_not_fit_is_found():
    of = Struct((Column("a", "int64"), Column("b", Many(Tally("present")))))
    assert list(misfits({"a": "1", "b": [{"yes": 1}, {"maybe": 1}]}, of, "x")) == [
        "x.a: '1'",
        "x.b: ['maybe']",
    ]
