"""Claims lined up in arrays: as one by one, and some ids among others."""

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotator.measure.collected import Claims, Collected
from annotator.measure.patterns import repeated
from annotator.work.agreement.collecting import Standing
from annotator.work.gold.panels import aligned, matched

FEW = st.integers(0, 2)
# One answer of an annotator to a sentence: the speaker and two labels of each of its claims.
ANSWER = st.lists(st.tuples(FEW, st.integers(-1, 1), st.integers(-1, 1)), max_size=4)
ANSWERS = st.dictionaries(st.tuples(st.integers(0, 3), FEW), ANSWER, max_size=9)


def collected_of(answers, shuffle):
    rows = [
        (unit, annotator, order, *claim)
        for (unit, annotator), claims in answers.items()
        for order, claim in enumerate(claims)
    ]
    shuffle(rows)
    unit, annotator, order, speaker, stance, certainty = np.array(
        rows, dtype=np.int64
    ).reshape(-1, 6).T  # fmt: skip
    claims = Claims(unit, annotator, order, speaker + 7, {"stance": stance, "certainty": certainty})
    none = np.zeros(0, dtype=np.int64)
    return Collected(np.arange(4), none, none, np.arange(3), np.zeros((4, 3), np.int16), claims, {})


def one_by_one(answers):
    """Return {(unit, annotator, order): (unit, speaker, row)} of the claims that are kept."""
    of_speaker = defaultdict(list)
    for (unit, annotator), claims in sorted(answers.items()):
        said = []
        for order, claim in enumerate(claims):
            if claim not in said:
                said.append(claim)
                of_speaker[unit, claim[0]].append((annotator, order, claim[1:]))
    found = {}
    for (unit, speaker), claims in of_speaker.items():
        annotator = np.array([who for who, _, _ in claims])
        labels = np.array([each for _, _, each in claims]).T
        rows = np.zeros(len(claims), dtype=np.int64)
        if len(set(annotator.tolist())) < len(claims):
            rows = matched(annotator, list(labels))
        for (who, order, _), row in zip(claims, rows.tolist(), strict=True):
            found[unit, who, order] = (unit, speaker + 7, row)
    return found


@given(answers=ANSWERS, random=st.randoms())
def test_claims_are_lined_up_as_one_by_one(answers, random):
    collected = collected_of(answers, random.shuffle)
    slot, of_unit, of_speaker, kept = aligned(collected)
    wanted = one_by_one(answers)
    claims = collected.claims
    columns = (claims.unit, claims.annotator, claims.order)
    keys = list(zip(*(each[kept].tolist() for each in columns), strict=True))
    assert sorted(keys) == sorted(wanted)
    assert kept.tolist() == sorted(kept.tolist())
    slots = sorted(set(wanted.values()))
    assert [slots[each] for each in slot.tolist()] == [wanted[key] for key in keys]
    found = zip(of_unit.tolist(), of_speaker.tolist(), strict=True)
    assert list(found) == [each[:2] for each in slots]


@given(
    ids=st.sets(st.integers(1, 60)),
    wanted=st.lists(st.integers(-5, 10**6) | st.integers(1, 60)),
    far=st.booleans(),
)
def test_an_id_stands_where_it_is_among_others_or_nowhere(ids, wanted, far):
    ordered = sorted({*ids, 10**6} if far else ids)
    found = Standing(np.array(ordered, dtype=np.int64)).place_of(np.array(wanted, dtype=np.int64))
    assert found.tolist() == [ordered.index(each) if each in ordered else -1 for each in wanted]


@given(rows=st.lists(st.tuples(FEW, FEW)))
def test_rows_that_are_there_twice_are_found(rows):
    columns = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    assert repeated(*columns).tolist() == [rows.count(each) > 1 for each in rows]
