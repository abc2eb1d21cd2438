"""What of an answer is as gold says, field by field."""

import pytest

from annotator.measure.scoring import Said, Share, mark, score, short_of

FIELDS = ("speaker", "stance", "certainty")


def said(*claims):
    return Said("claims", tuple(dict(zip(FIELDS, claim.split(), strict=True)) for claim in claims))


NOTHING = Said("no_claim")


def rights(own, gold):
    return [each.right for each in mark(own, gold, FIELDS).claims]


def test_the_same_answer_is_right_in_every_field():
    marked = mark(said("Mattis s c", "Trump o p"), said("Mattis s c", "Trump o p"), FIELDS)
    assert marked.all_right
    right = {"speaker": True, "stance": True, "certainty": True}
    assert [each.right for each in marked.claims] == [right, right]


def test_each_field_of_the_same_speaker_is_marked_alone():
    assert rights(said("Mattis s c"), said("Mattis o c")) == [
        {"speaker": True, "stance": False, "certainty": True}
    ]


def test_another_speaker_is_wrong_once_and_says_nothing_of_the_stance():
    assert rights(said("Mattis s c"), said("Trump s c")) == [{"speaker": False}]


def test_a_claim_too_many_and_one_that_is_missing_are_wrong_speakers():
    assert rights(said("Mattis s c", "Trump s c"), said("Mattis s c"))[1] == {"speaker": False}
    assert rights(NOTHING, said("Mattis s c", "Trump s c")) == [{"speaker": False}] * 2
    assert not mark(NOTHING, said("Mattis s c"), FIELDS).status


def test_two_claims_of_one_speaker_meet_by_what_they_say():
    marked = mark(said("Mattis s c", "Mattis o p"), said("Mattis o p", "Mattis s l"), FIELDS)
    assert [(each.own, each.gold) for each in marked.claims] == [(0, 1), (1, 0)]
    assert [each.right["certainty"] for each in marked.claims] == [False, True]


def test_fields_that_a_codebook_adds_are_compared_too():
    own, gold = ({"speaker": "Mattis", "aspect": each} for each in ("arms", "trade"))
    marked = mark(Said("claims", (own,)), Said("claims", (gold,)), ("speaker", "aspect"))
    assert [each.right for each in marked.claims] == [{"speaker": True, "aspect": False}]


def test_the_score_counts_sentences_for_the_status_and_claims_for_the_rest():
    """Five sentences: right, no claim twice, wrong stance, wrong speaker, one claim missing."""
    marked = [
        mark(said("Mattis s c"), said("Mattis s c"), FIELDS),
        mark(NOTHING, NOTHING, FIELDS),
        mark(said("Mattis s c"), said("Mattis o c"), FIELDS),
        mark(said("Mattis s c"), said("Trump s c"), FIELDS),
        mark(NOTHING, said("Trump o l"), FIELDS),
    ]
    assert score(marked, FIELDS) == {
        "status": Share(4, 5),
        "speaker": Share(2, 4),
        "stance": Share(1, 2),
        "certainty": Share(2, 2),
    }


def test_a_threshold_is_reached_by_exactly_its_share():
    scores = {"speaker": Share(8, 10), "stance": Share(74, 100), "certainty": Share()}
    least = {"speaker": 0.8, "stance": 0.75, "certainty": 0.7}
    assert short_of(scores, least) == ["stance", "certainty"]
    assert short_of(scores, {"speaker": 0.8, "stance": 0, "certainty": 0}) == []


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_share_is_the_published_one(right, n, low, high):
    """R. G. Newcombe 1998, Statistics in Medicine 17: table I, method 3."""
    assert Share(right, n).interval == pytest.approx((low, high), abs=5e-5)
    assert Share(n - right, n).interval == pytest.approx((1 - high, 1 - low), abs=5e-5)


def test_without_anything_to_compare_there_is_no_share():
    assert (Share().value, Share().interval) == (None, None)
