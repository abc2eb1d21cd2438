"""The rail beside a quotation of several sentences, and its grey opening marks."""

from hypothesis import given
from hypothesis import strategies as st
from places import PACKAGE

from annotator.text.outline import outline
from annotator.text.quotations import quotations

SAMPLES = PACKAGE / "samples"


def drawn(*sentences, paragraph=0):
    """Show each sentence as letters: o opens, c closes, i inside, g with a grey mark, - none."""
    return marks([(paragraph, sentence) for sentence in sentences])


def marks(sentences):
    return [
        "".join(
            letter
            for letter, is_on in zip(
                "iocg", (one.inside, one.opens, one.closes, one.continues), strict=True
            )
            if is_on
        )
        or "-"
        for one in quotations(sentences)
    ]


def test_the_sample_article_is_drawn_as_on_the_label_screen():
    text = (SAMPLES / "003_d8b704d0d15f47b2.txt").read_bytes().decode()
    sentences = [(one.paragraph, one.text) for one in outline(text).sentences]
    rail = {place: mark for place, mark in enumerate(marks(sentences)) if mark != "-"}
    assert rail == {8: "io", 9: "i", 10: "i", 11: "ig", 12: "icg"}


def test_a_quotation_inside_one_sentence_has_no_rail():
    assert drawn("“We left,” he said, “at noon.”", "Then it ended.") == ["-", "-"]


def test_straight_marks_open_and_close_by_their_place():
    assert drawn('"We left.', "We came back.", 'It ended," he said.', "So.") == [
        "io",
        "ig",
        "ic",
        "-",
    ]


def test_an_inch_mark_opens_nothing():
    assert drawn('The 6" gun fired.', "It hit.") == ["-", "-"]


def test_an_unbalanced_quotation_ends_with_its_paragraph():
    assert marks([(0, "“We left."), (0, "It ended."), (1, "He slept.")]) == ["io", "icg", "-"]


def test_a_paragraph_that_reopens_a_quotation_starts_a_new_stretch():
    sentences = [(0, "“We left."), (0, "It ended."), (1, "“We slept."), (1, "Well.”")]
    assert marks(sentences) == ["io", "icg", "io", "icg"]


def test_a_closing_mark_in_the_middle_hangs_no_grey_mark():
    assert drawn("“We left.", "It ended,” he said.") == ["io", "ic"]


def test_a_quotation_that_resumes_in_the_same_sentence_goes_on():
    assert drawn("“We left.", "It ended,” he said, “and", "so on.”") == ["io", "i", "icg"]


def test_single_quotation_marks_and_apostrophes_do_not_count():
    assert drawn("‘We didn’t go.", "They did.’") == ["-", "-"]


def test_stray_closing_marks_do_nothing():
    assert drawn("We left.”", "It ended.") == ["-", "-"]


def test_no_sentences_give_no_marks():
    assert quotations([]) == []


@given(st.lists(st.tuples(st.integers(0, 2), st.text(alphabet="aB “”\"'’.,"))))
def test_every_rail_has_both_ends_in_one_paragraph(sentences):
    found = quotations(sentences)
    start = None
    for place, one in enumerate(found):
        if one.opens:
            assert start is None
            start = place
        assert one.inside == (start is not None)
        assert one.inside or not (one.closes or one.continues)
        if one.closes:
            assert place > start
            assert sentences[start][0] == sentences[place][0]
            start = None
    assert start is None
