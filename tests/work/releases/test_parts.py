"""Parts rest on what people said, and stay where they are whatever gold is made of it."""

from annotator.codebook.load import load_default
from annotator.work.releases.parts import (
    ANSWERS,
    GOLD,
    ArticleFacts,
    Tally,
    absent_in_words,
    absent_stances,
    parts_of,
)

SETTINGS = {"by": "article", "shares": {"train": 0.5, "dev": 0.25, "test": 0.25}, "seed": 3}
STANCES = ("support", "oppose", "neutral")


def row(number, is_open):
    """Return what matters of a gold row: three votes, and a gold claim where it is not open."""
    stance = STANCES[number % 3]
    claim = {"stance": stance, "speaker": f"S{number}", "speaker_type": "person"}
    return {
        "n": 3,
        "open": "no majority" if is_open else None,
        "status": None if is_open else "claims",
        "claims": [] if is_open else [claim],
        "soft_label": {"claims": [{"stance": {stance: 2, STANCES[(number + 1) % 3]: 1}}]},
    }


def parts(open_rows, **more):
    tallies, articles = {}, []
    for number in range(24):
        tally = tallies.setdefault(f"a{number:02}", Tally())
        for place in range(number % 4 + 1):
            tally.count(row(number + place, (number, place) in open_rows), load_default())
        key = f"a{number:02}"
        articles.append(ArticleFacts(key, key, 9, "", "", "en"))
    return parts_of(articles, tallies, {**SETTINGS, **more})


def test_parts_do_not_move_when_the_method_leaves_other_sentences_open():
    one, other = set(), {(number, 0) for number in range(0, 24, 2)}
    assert parts(one, rests_on=ANSWERS) == parts(other, rests_on=ANSWERS)
    assert parts(one) != parts(other)
    assert parts(one) == parts(one, rests_on=GOLD)


def test_a_decision_without_an_answer_beside_it_counts_as_it_stands():
    tally = Tally()
    alone = {**row(0, False), "n": 0, "soft_label": {"claims": []}}
    tally.count(alone, load_default())
    assert (tally.answered, tally.votes) == (1, {"support": 1})


def test_parts_without_a_stance_or_without_any_gold_are_named():
    counts = {
        "train": {"gold": 9, "stances": {"support": 5, "oppose": 4, "neutral": 0}},
        "dev": {"gold": 2, "stances": {"support": 2, "oppose": 0, "neutral": 0}},
        "test": {"gold": 0, "stances": {"support": 0, "oppose": 0, "neutral": 0}},
    }
    shares = {"train": 0.8, "dev": 0.1, "test": 0.1}
    absent = absent_stances({"counts": counts, "settings": {"shares": shares}})
    assert absent_in_words(absent) == [
        "The split “dev” has no gold claim with oppose.",
        "The split “test” has no gold.",
    ]
    unasked = {"train": 0.9, "dev": 0.1, "test": 0}
    assert absent_stances({"counts": counts, "settings": {"shares": unasked}}) == {
        "dev": ["oppose"]
    }
