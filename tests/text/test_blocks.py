"""Blocks: where a line break ends a sentence and where it is only a hard wrap."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.text.blocks import blocks

BREAKS = ["\r\n", "\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\x1c", "\x1d", "\x1e"]
LINE = "The minister said on Monday that talks in Geneva would"
LONG = "The minister said so. " * 8


def shown(text):
    return [text[block.start : block.end] for block in blocks(text)]


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_blank_line_always_ends_a_block(line_break):
    assert shown(f"{LINE}{line_break} \t{line_break}go on") == [LINE, "go on"]


@pytest.mark.parametrize("line_break", [line for line in BREAKS if line != "\u2029"])
def test_a_hard_wrap_joins(line_break):
    assert len(shown(f"{LINE}{line_break}Be held.")) == 1


def test_a_paragraph_separator_needs_no_second_one():
    assert len(shown(f"{LINE}\u2029Be held.")) == 2


def test_a_short_line_stands_alone():
    text = f"Trump meets Putin\nJuly 24, 2018\nBy Jane Roe\n{LINE}"
    assert shown(text) == ["Trump meets Putin", "July 24, 2018", "By Jane Roe", LINE]
    assert [block.paragraph for block in blocks(text)] == [0, 1, 2, 3]


def test_an_unwrapped_paragraph_stands_alone():
    assert len(shown(f"{LONG}\n{LONG}\n{LINE}")) == 3


def test_a_line_before_an_unwrapped_paragraph_was_not_wrapped():
    assert shown(f"{LINE} fail\n{LONG}") == [f"{LINE} fail", LONG.strip()]


def test_lower_case_continues_a_line_of_middle_length():
    assert len(shown("The minister said on Monday\nthat talks go on.")) == 1


@pytest.mark.parametrize("before", ["Too short", "The minister left on Monday.", LONG + "and then"])
def test_lower_case_continues_no_label_no_stop_and_no_long_line(before):
    assert len(shown(f"{before}\nthat talks go on.")) == 2


@pytest.mark.parametrize(
    "marker", [*"•·‣▪●◦■*+-–—", "--", "(1)", "1.", "12)", "a)", "(b)"], ids=repr
)
def test_a_list_item_begins_a_block_in_the_same_paragraph(marker):
    text = f"{LINE}\n{marker} one thing"
    assert shown(text) == [LINE, f"{marker} one thing"]
    assert [block.paragraph for block in blocks(text)] == [0, 0]


def test_a_figure_that_opens_a_line_is_no_list_marker():
    assert len(shown(f"{LINE}\n1.5 million people")) == 1


def test_offsets_leave_out_white_space():
    text = "\n\n  One.  \n\n\u00a0Two.\n"
    assert [(block.start, block.end, block.paragraph) for block in blocks(text)] == [
        (4, 8, 0),
        (13, 17, 1),
    ]


def test_nothing_gives_no_block():
    assert blocks("") == blocks(" \n\u2029\t") == []


@given(st.text(alphabet=st.sampled_from("aB. 1-*\n\r\f\u2029\u00a0“”")))
def test_blocks_hold_every_character_in_order(text):
    found = blocks(text)
    assert "".join("".join(piece.split()) for piece in shown(text)) == "".join(text.split())
    assert all(one.end <= two.start for one, two in pairwise(found))
    numbers = [block.paragraph for block in found]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(len(set(numbers))))
