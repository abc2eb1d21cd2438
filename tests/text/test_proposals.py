"""Who may be speaking in a sentence, told from the text alone."""

import json
from datetime import date
from functools import partial
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import DATA

from annotator.paths import SAMPLES
from annotator.text.proposals import MOST, Line, Proposal, propose
from annotator.work.articles import storing
from annotator.work.operations import made_articles

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


def reference():
    """Yield the sample articles: per sentence its line and the mentions of its claims."""
    for key in dict.fromkeys(row["article"] for row in READING):
        rows = [row for row in READING if row["article"] == key]
        yield [
            (
                line,
                {tuple(claim["mention"]) for claim in row.get("claims", ()) if "mention" in claim},
            )
            for line, row in zip(sample(key), rows, strict=True)
        ]


def generated(seed):
    """Yield twenty made articles in the same way."""
    rng = Random(seed)
    persons, bodies = made_articles.people(rng, 40), made_articles.others()
    for number in range(20):
        made = made_articles.article(rng, f"{number:03}", date(2018, 7, 1), persons, bodies)
        yield [
            (
                Line(each.start, each.paragraph, made.text[each.start : each.end]),
                {claim.mention for claim in each.claims if claim.mention},
            )
            for each in made.sentences
        ]


@pytest.mark.parametrize(
    "articles",
    [reference, partial(generated, 1), partial(generated, 2)],
    ids=["samples", "made 1", "made 2"],
)
def test_nine_in_ten_speakers_are_among_at_most_four_proposals(articles):
    wanted = named = exact = sentences = chips = most = 0
    for article in articles():
        found = propose([line for line, _ in article])
        for (_, mentions), here in zip(article, found, strict=True):
            offered = [each for each in here if each.kind != "role"]
            sentences, chips, most = sentences + 1, chips + len(offered), max(most, len(offered))
            wanted += len(mentions)
            for start, end in mentions:
                hit = [each for each in offered if each.start < end and start < each.end]
                named += bool(hit)
                exact += any((each.start, each.end) == (start, end) for each in hit)
    print(f"{wanted} speakers are named in {sentences} sentences or their quotations:")
    print(f"{named} ({named / wanted:.1%}) lie under a proposal, {exact} of these with the very")
    print(f"same words; {chips / sentences:.2f} proposals a sentence, at most {most}")
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


@pytest.mark.parametrize(
    ("sentence", "words", "kind"),
    [
        ("“No,” a senior official said on Monday.", "a senior official", "unnamed"),
        ("Families of the sailors insisted that they wait.", "Families of the sailors", "group"),
        (
            "According to people close to the talks, it ends.",
            "people close to the talks",
            "unnamed",
        ),
        ("It is late, but several officers did not know why.", "several officers", "unnamed"),
    ],
)
def test_who_says_something_without_a_name_is_proposed_by_the_words(sentence, words, kind):
    assert in_one(sentence) == [[(words, words, kind)]]


@pytest.mark.parametrize(
    "sentence",
    ["The report said nothing.", "It said so.", "That claim was denied.", "A visit told."],
)
def test_things_that_say_something_are_few(sentence):
    assert [kind for _, _, kind in in_one(sentence)[0] if kind not in ("role", "unnamed")] == []
