"""A person's copied words are found in the sentence, or not at all."""

import pytest

from annotator.text.match import find_words

SENTENCE = "“The Pentagon’s chief,” he\n said, “won’t go.” The chief left."


def found(words, text=SENTENCE):
    place = find_words(words, text)
    return place and text[slice(*place)]


def test_exact_words_are_found():
    assert find_words("chief", SENTENCE) == (16, 21)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Pentagon's chief", "Pentagon’s chief"),
        ('"The Pentagon', "“The Pentagon"),
        ("he  said", "he\n said"),
        ("  the pentagon’s  ", "The Pentagon’s"),
        ("WON'T GO", "won’t go"),
    ],
)
def test_white_space_quotes_and_case_do_not_matter(words, expected):
    assert found(words) == expected


def test_exact_words_win_over_similar_ones():
    assert find_words("foo", "Foo FOO foo") == (8, 11)


def test_parts_of_words_are_no_words_where_whole_ones_are_wanted():
    assert find_words("he", "The end") == (1, 3)
    assert find_words("he", "The end", parts=False) is None


def test_whole_words_win_over_parts_of_words():
    assert find_words("he", "The end, he said") == (9, 11)


def test_a_part_of_a_word_is_found_at_last():
    assert found("entagon") == "entagon"


def test_offsets_count_code_points():
    assert find_words("Putin", "🙂🙂 Putin") == (3, 8)


@pytest.mark.parametrize("words", ["", "  ", "Kremlin", "chief he"])
def test_missing_words_are_not_found(words):
    assert find_words(words, SENTENCE) is None


def test_signs_of_patterns_are_plain_characters():
    assert find_words("a.b (c)*", "axb a.b (c)* d") == (4, 12)
