"""Claims line up by speaker, transitively; what only one annotator saw is presence, no more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.measure.alignment import align, presence, specific_agreement, split_by


def arrays(rows):
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3]


def test_same_speakers_meet_whatever_their_place():
    # (unit, annotator, place, speaker): b names the speakers in another order and one more.
    slots = align(*arrays([(0, 0, 0, 7), (0, 0, 1, 8), (0, 1, 0, 8), (0, 1, 1, 7), (0, 1, 2, 9)]))
    assert slots.slot.tolist() == [0, 1, 1, 0, 2]
    assert slots.speaker.tolist() == [7, 8, 9]
    assert slots.spread(np.array([0, 0, 1, 1, 1]), np.arange(5), 2).tolist() == [
        [0, 3], [1, 2], [-1, 4],
    ]  # fmt: skip


def test_the_second_claim_of_a_speaker_meets_the_second():
    slots = align(*arrays([(0, 0, 2, 7), (0, 0, 0, 7), (0, 1, 5, 7), (1, 1, 0, 7)]))
    assert slots.slot.tolist() == [1, 0, 0, 2]


def test_two_claims_in_one_place_are_refused():
    with pytest.raises(ValueError, match="one place"):
        align(*arrays([(0, 0, 0, 7), (0, 0, 0, 7)]))


def test_nothing_aligns_to_nothing():
    slots = align(*arrays([]))
    assert slots.slot.size == slots.unit.size == 0


CLAIMS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 4), st.integers(0, 2)),
    unique_by=lambda row: row[:3],
)


@given(CLAIMS, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    order = random.sample(range(len(rows)), len(rows))
    first = align(*arrays(rows)).slot
    second = align(*arrays([rows[i] for i in order])).slot
    assert second.tolist() == [first[i] for i in order]


@given(CLAIMS)
def test_every_claim_has_a_slot_of_its_own_per_annotator(rows):
    unit, annotator, order, speaker = arrays(rows)
    slots = align(unit, annotator, order, speaker)
    assert len({(s, a) for s, a in zip(slots.slot, annotator, strict=True)}) == len(rows)
    assert (slots.unit[slots.slot] == unit).all()
    assert (slots.speaker[slots.slot] == speaker).all()


def test_presence_counts_absence_and_leaves_out_who_did_not_look():
    present = np.array([[0, 1, -1], [0, -1, -1]])
    seen = np.array([[0, 0, 0], [0, 0, -1]])
    assert presence(present, seen) == (1, 3)
    assert specific_agreement(1, 3) == pytest.approx(2 / 5)
    assert specific_agreement(0, 0) is None


def test_those_who_agree_are_compared_on_the_next_field():
    stance = np.array([[0, 0, 1, 1], [0, 1, -1, -1], [2, 2, 2, -1]])
    certainty = np.array([[3, 2, 1, 1], [3, 3, -1, -1], [0, 1, 2, -1]])
    rows, units = split_by(stance, certainty)
    assert rows.tolist() == [[3, 2, -1, -1], [-1, -1, 1, 1], [0, 1, 2, -1]]
    assert units.tolist() == [0, 0, 2]
    assert split_by(stance[:0], certainty[:0])[0].shape == (0, 4)
