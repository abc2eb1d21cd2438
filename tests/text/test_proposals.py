"""Who may be speaking in a sentence, told from the text alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import DATA

from annotator.paths import SAMPLES
from annotator.text.proposals import MOST, Line, Proposal, propose
from annotator.work.articles import storing

ENOUGH = 0.9
READING = [
    json.loads(line)
    for line in (DATA / "reference_reading.jsonl").read_text(encoding="utf-8").splitlines()
]


def in_one(*sentences):
    """Return what is proposed in the sentences of one paragraph, as words and name."""
    text = " ".join(sentences)
    start, lines = 0, []
    for sentence in sentences:
        lines.append(Line(start, 0, sentence))
        start += len(sentence) + 1
    return [[(text[each.start : each.end], each.name, each.kind) for each in found]
            for found in propose(lines)]  # fmt: skip


def sample(key):
    """Return the lines of a sample article, and its text."""
    draft = storing.read_file(f"{key}.txt", (SAMPLES / f"{key}.txt").read_bytes())
    return [
        Line(each.start, each.paragraph, draft.text[each.start : each.end])
        for each in draft.outline.sentences
    ]


def test_nine_in_ten_reference_speakers_are_among_at_most_four_proposals():
    wanted = exact = named = chips = 0
    most = 0
    for key in dict.fromkeys(row["article"] for row in READING):
        rows = [row for row in READING if row["article"] == key]
        for row, found in zip(rows, propose(sample(key)), strict=True):
            offered = [each for each in found if each.kind != "role"]
            chips, most = chips + len(offered), max(most, len(found))
            mentions = {
                tuple(claim["mention"]) for claim in row.get("claims", ()) if claim.get("mention")
            }
            wanted += len(mentions)
            for start, end in mentions:
                hit = [each for each in offered if each.start < end and start < each.end]
                named += bool(hit)
                exact += any((each.start, each.end) == (start, end) for each in hit)
    print(f"{wanted} reference speakers are named in their sentences or its quotation:")
    print(f"{named} lie under a proposal, {exact} of these with the very same words;")
    print(f"{chips / len(READING):.2f} proposals a sentence, at most {most}")
    assert named >= ENOUGH * wanted
    assert exact >= ENOUGH * wanted
    assert most <= MOST


def test_a_title_belongs_to_the_mention_and_not_to_the_name():
    (found,) = in_one("No, Defense Secretary James N. Mattis said Tuesday.")
    assert found == [("Defense Secretary James N. Mattis", "James Mattis", "person")]


def test_a_surname_is_called_by_the_fullest_name_of_the_article():
    first, second = in_one("Julie Bishop met Mike Pompeo.", "“We agree,” Ms. Bishop said.")
    assert ("Julie Bishop", "Julie Bishop", "person") in first
    assert second == [("Ms. Bishop", "Julie Bishop", "person")]


def test_two_names_of_the_same_words_are_one_body():
    _, second = in_one(
        "The Russian Ministry of Defense is busy.", "The Russian Defense Ministry denied it."
    )
    assert second == [
        ("The Russian Defense Ministry", "Russian Ministry of Defense", "organisation")
    ]


def test_whoever_says_something_is_proposed_before_whoever_is_only_named():
    names = "Ann Bell met Carl Dove, Edna Fox, Gus Hill and Ida Jones, Kurt Lamb said."
    (found,) = in_one(names)
    assert len(found) == MOST
    assert found[-1] == ("Kurt Lamb", "Kurt Lamb", "person")


def test_unnamed_sources_keep_their_words():
    (found,) = in_one("The plan is dead, according to multiple officials.")
    assert found == [("multiple officials", "multiple officials", "unnamed")]


def test_a_group_is_more_than_a_capitalised_name():
    (found,) = in_one("It received backlash from Democrats and some Republicans.")
    words = "Democrats and some Republicans"
    assert found == [(words, words, "group")]


def test_he_is_whoever_was_quoted_last():
    _, second = in_one("“No,” Ann Bell said.", "“Not yet,” she added.")
    assert second == [("she", "Ann Bell", "person")]


def test_a_quotation_of_several_sentences_has_its_speaker_in_each():
    found = in_one("“It is late.", "Let us go,” Ann Bell said.")
    assert found == [[("Ann Bell", "Ann Bell", "person")]] * 2


def test_words_that_stand_for_somebody_are_a_mention_and_nobody_new():
    (found,) = in_one("The talks failed, the president said.")
    assert found == [("the president", "the president", "role")]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("„Das wird nichts“, sagte Angela Merkel am Montag.", "Angela Merkel"),
        ("«Нет», сказал Игорь Конашенков.", "Игорь Конашенков"),
        ("« Non », a répondu Jean Dupont.", "Jean Dupont"),
    ],
)
def test_a_name_beside_a_quotation_is_proposed_in_any_language(sentence, words):
    (found,) = in_one(sentence)
    assert words in [each[0] for each in found]


def test_a_headline_in_capital_letters_proposes_nobody():
    assert in_one("Trump Won’t Work With Russia Against ISIS In Syria") == [[]]


SIGNS = st.text(alphabet="Aa b.’'“”„«»:,-Éß中א I\n\U0001f600", max_size=60)
WORDS = st.sampled_from(
    ["Mr.", "Ann", "Bell", "said", "the", "president", "of", "officials", "in", "Moscow", "“No,”",
     "reportedly", "he", "U.S", "and", "I’m", "News", "Report", "Then-candidate", "reports",
     "given"]
)  # fmt: skip
TEXTS = st.one_of(SIGNS, st.lists(WORDS, max_size=14).map(" ".join))


@given(st.lists(st.tuples(st.integers(0, 2), TEXTS), max_size=6))
def test_whatever_a_text_is_its_proposals_lie_in_it(sentences):
    start, lines = 0, []
    for paragraph, text in sentences:
        lines.append(Line(start, paragraph, text))
        start += len(text) + 1
    found = propose(lines)
    assert found == propose(lines)
    assert len(found) == len(lines)
    for each in found:
        assert len(each) <= MOST
        assert list(each) == sorted(set(each))
        for proposal in each:
            assert 0 <= proposal.start < proposal.end <= start
            assert proposal.name.strip()
            assert isinstance(proposal, Proposal)
