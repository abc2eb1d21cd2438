"""Known speakers in the words of a sentence."""

import pytest

from annotator.text.known_names import Form, KnownNames, tells_who
from annotator.text.proposals import MOST, Proposal

TRUMP = "Donald Trump"
NAMES = KnownNames(
    [
        Form(TRUMP, TRUMP, "person"),
        Form("Trump", TRUMP, "person"),
        Form("the Pentagon chief", "James Mattis", "person"),
        Form("U.S. Department of Defense", "U.S. Department of Defense", "organisation"),
        Form("the Pentagon", "U.S. Department of Defense", "organisation"),
        Form("WHO", "World Health Organization", "organisation"),
        Form("he", TRUMP, "person"),
        Form("the president", TRUMP, "person"),
        Form("Bush", "George H. W. Bush", "person"),
        Form("Bush", "George W. Bush", "person"),
        Form("中国外交部", "中国外交部", "organisation"),
    ]
)


def found(text, *proposed):
    """Return whom a sentence names, as words and name."""
    return [
        (text[each.start - 100 : each.end - 100], each.name)
        for each in NAMES.add_to(proposed, text, 100)
        if each.known
    ]


@pytest.mark.parametrize(
    ("text", "words", "name"),
    [
        ("Nobody in Moscow asked Trump’s aide.", "Trump", TRUMP),
        ("Trump has not.", "Trump", TRUMP),
        ("The Pentagon chief will not.", "The Pentagon chief", "James Mattis"),
        ("It is for the Pentagon, mostly.", "the Pentagon", "U.S. Department of Defense"),
        (
            "It is for the U.S Department of Defense.",
            "U.S Department of Defense",
            "U.S. Department of Defense",
        ),
        ("昨天中国外交部表示。", "中国外交部", "中国外交部"),
    ],
)
def test_a_known_speaker_is_found_by_name_last_name_and_alias(text, words, name):
    assert found(text) == [(words, name)]


@pytest.mark.parametrize(
    "text",
    [
        "The Trump administration will not.",
        "It rose near Trump Tower.",
        "Melania Trump left.",
        "The Pentagon spokesman left, who is new.",
        "He told the president who would come.",
        "Both knew Bush.",
        "Trumpets sound.",
    ],
)
def test_words_that_mean_others_or_more_than_one_find_nobody(text):
    assert found(text) == []


def test_what_the_text_proposes_gets_the_known_name_and_keeps_its_words():
    text = "Then-candidate Trump argued."
    assert found(text, Proposal(100, 120, "Trump", "person")) == [("Then-candidate Trump", TRUMP)]


def test_a_longer_name_of_another_kind_stays_who_it_is():
    text = "The Trump Organization argued."
    own = Proposal(104, 122, "Trump Organization", "organisation")
    assert NAMES.add_to([own], text, 100) == [own]


def test_a_sentence_has_at_most_four_with_those_of_the_text_first():
    text = "Ann, Ben, Carl and Dora saw Trump."
    own = [
        Proposal(100 + text.index(name), 100 + text.index(name) + len(name), name, "person")
        for name in ("Ann", "Ben", "Carl", "Dora")
    ]
    assert NAMES.add_to(own, text, 100) == own
    assert len(NAMES.add_to(own[:3], text, 100)) == MOST


def test_pronouns_and_titles_alone_tell_nothing_beyond_their_article():
    told = {words: tells_who(words) for words in ("he", "I", "I’m", "The President", "Mr. Putin")}
    assert [words for words, tells in told.items() if tells] == ["Mr. Putin"]
