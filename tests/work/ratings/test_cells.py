"""The cells of a table are numbered as if each had been read by itself."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.work.ratings import cells
from annotator.work.ratings.cells import numbered_columns

CELL = st.text(st.sampled_from("ab12é–𝄞 "), max_size=20)


def spelled(column):
    return [column.spellings[place] for place in column.place]


@given(st.lists(st.tuples(CELL, CELL), max_size=30), st.booleans())
def test_each_cell_has_the_spelling_that_the_csv_module_reads(rows, ends_its_line):
    rows = [row for row in rows if any(row)]
    lines = ["left;right", *map(";".join, rows)]
    text = "\n".join(lines) + "\n" * ends_its_line
    found = numbered_columns(text, ";", 2, (0, 1))
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]
    assert [*map(list, zip(*(spelled(found[each]) for each in (0, 1)), strict=True))] == read
    for column in found.values():
        assert column.spellings == [*dict.fromkeys(spelled(column))]


@pytest.mark.parametrize(
    "text",
    ["a,b\n1,2,3\n", "a,b\n1\n", "a,b\n1\n2,3,4\n", f"a,b\n1,{'x' * 300}\n", "a,b\n1,\0\n"],
    ids=["too many", "too few", "as many in all", "very long", "a NUL"],
)
def test_what_is_no_plain_table_is_left_to_the_csv_module(text):
    assert numbered_columns(text, ",", 2, (0, 1)) is None


def test_empty_lines_are_no_rows():
    found = numbered_columns("\na\n\n1\n\n\n2\n\n", ",", 1, (0,))
    assert spelled(found[0]) == ["1", "2"]


def test_spellings_that_fall_on_one_hash_are_not_taken_for_one(monkeypatch):
    monkeypatch.setattr(cells, "ODD", cells.ODD * 0)
    assert numbered_columns("a\nx\ny\n", ",", 1, (0,)) is None
