"""Claims of several annotators stand side by side where they belong together."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from annotator.measure.matching import Held, Row, align, paired

MATTIS, TRUMP, NARRATOR = "Mattis", "Trump", "NARRATOR"


def said(*claims):
    return [Held(who, tuple(labels)) for who, *labels in map(str.split, claims)]


def test_claims_of_one_speaker_meet_whatever_their_labels():
    rows = align([said("Mattis n c"), said("Mattis o p")])
    assert rows == [Row(MATTIS, (0, 0))]


def test_a_claim_nobody_else_has_is_missing_in_the_others():
    rows = align([said("Mattis n c"), said("Mattis n c", "NARRATOR u c")])
    assert rows == [Row(MATTIS, (0, 0)), Row(NARRATOR, (None, 1))]


def test_two_claims_of_one_speaker_meet_by_stance_not_by_order():
    rows = align([said("Mattis n c", "Mattis o p"), said("Mattis o c", "Mattis n l")])
    assert rows == [Row(MATTIS, (0, 1)), Row(MATTIS, (1, 0))]


def test_the_same_labels_meet_before_the_same_stance():
    rows = align([said("Mattis n c", "Mattis n p"), said("Mattis n p")])
    assert rows == [Row(MATTIS, (0, None)), Row(MATTIS, (1, 0))]


def test_an_answer_without_claims_misses_every_row():
    assert align([[], said("Trump s c")]) == [Row(TRUMP, (None, 0))]
    assert align([[], []]) == []


def test_rows_stand_in_the_order_of_the_text():
    rows = align([said("Trump s c", "Mattis n c"), said("NARRATOR u c", "Trump s c", "Mattis n c")])
    assert [row.speaker for row in rows] == [NARRATOR, TRUMP, MATTIS]


LABELS = st.tuples(st.sampled_from("sonu"), st.sampled_from("clp"))
CLAIM = st.builds(Held, st.sampled_from("ABC"), LABELS)


@given(st.lists(st.lists(CLAIM, max_size=5), min_size=1, max_size=4))
def test_every_claim_stands_in_exactly_one_row_of_its_speaker(answers):
    rows = align(answers)
    for who, answer in enumerate(answers):
        places = Counter(row.places[who] for row in rows if row.places[who] is not None)
        assert places == Counter(range(len(answer)))
        for row in rows:
            place = row.places[who]
            assert place is None or answer[place].speaker == row.speaker


def test_beside_gold_another_speaker_stands_in_the_place_of_the_right_one():
    own, gold = said("Mattis n c", "Trump s c"), said("NARRATOR n c", "Trump s c", "Putin o c")
    assert paired(own, gold) == [(1, 1), (0, 0), (None, 2)]
    assert paired([], gold[:1]) == [(None, 0)]
