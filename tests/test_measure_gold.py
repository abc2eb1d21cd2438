"""Votes and models of the truth: by hand, against a plain EM, and what must not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_examples import answers, ratings_from

from annotator.measure.gold import Model, aggregate
from annotator.measure.panel import Panel

METHODS = ["majority", "weighted", "dawid-skene", "one-coin", "mace"]


def panel(table, values="abcd", people=4):
    return Panel.from_ratings(values, ratings_from(table), range(people))


def simulated(seed=1, units=300, confused=False):
    """Make labels of five annotators; one answers at random, or two share a confusion."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 3, units)
    given_ = np.where(rng.random((units, 5)) < 0.8, true[:, None], rng.integers(0, 3, (units, 5)))
    given_[:, 4] = rng.integers(0, 3, units)
    if confused:
        for who in (0, 1, 2):
            swap = (true == 2) & (rng.random(units) < 0.75)
            given_[swap, who] = 1
    given_[rng.random(given_.shape) < 0.1] = -1
    return Panel(("x", "y", "z"), given_.astype(np.int16)), true


def test_majority_by_hand_splits_no_tie():
    found = aggregate(panel(["a a b", "a b .", "c . .", ". . ."], "abc", 3), "majority")
    assert found.chosen.tolist()[:3] == [0, -1, 2]
    assert found.posterior[0] == pytest.approx([2 / 3, 1 / 3, 0])
    assert found.margin.tolist()[:3] == pytest.approx([1 / 3, 0, 1])
    # Annotator 0: the truth a holds .67 + .5 of its two answers a; the c was sure.
    assert found.accuracy[0] == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)


def test_weights_let_the_reliable_decide_what_votes_leave_open():
    rows = [*["a a b"] * 3, *["b b a"] * 3, "a . b"]
    assert aggregate(panel(rows, "ab", 3), "majority").chosen[-1] == -1
    assert aggregate(panel(rows, "ab", 3), "weighted").chosen[-1] == 0


def plain_em(rows, n_values, steps):
    """Run Dawid and Skene's EM unit by unit, without smoothing, as they write it."""
    people = range(len(rows[0]))
    truth = []
    for row in rows:
        said = [v for v in row if v >= 0]
        truth.append([said.count(k) / len(said) for k in range(n_values)])
    for _ in range(steps):
        prior = [sum(t[k] for t in truth) / len(rows) for k in range(n_values)]
        error = {}
        for a in people:
            for j in range(n_values):
                met = [(t[j], row[a]) for t, row in zip(truth, rows, strict=True) if row[a] >= 0]
                whole = sum(weight for weight, _ in met)
                for value in range(n_values):
                    error[a, j, value] = sum(w for w, v in met if v == value) / whole
        updated = []
        for row in rows:
            mass = [
                prior[j] * np.prod([error[a, j, row[a]] for a in people if row[a] >= 0])
                for j in range(n_values)
            ]
            updated.append([m / sum(mass) for m in mass])
        truth = updated
    return truth


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_dawid_skene_is_the_plain_em(steps):
    small = simulated(units=40)[0]
    found = aggregate(small, "dawid-skene", Model(smoothing=0, steps=steps, change=0))
    expected = plain_em(small.given.tolist(), 3, steps)
    assert np.allclose(found.posterior, expected, atol=1e-9)
    assert found.steps == steps


def test_one_coin_by_hand():
    # One round from the votes: a is right (1 + 1 + .5) / 3, b likewise; both in doubt on the last.
    model = Model(smoothing=0, steps=1)
    found = aggregate(panel(["a a", "b b", "a b"], "ab", 2), "one-coin", model)
    p = 2.5 / 3
    assert found.posterior[0, 0] == pytest.approx(p**2 / (p**2 + (1 - p) ** 2))
    assert found.posterior[2] == pytest.approx([0.5, 0.5])
    assert found.chosen.tolist() == [0, 1, -1]


def test_dawid_skene_sees_through_a_shared_confusion():
    data, true = simulated(units=3000, confused=True)
    right = {m: (aggregate(data, m).chosen == true).mean() for m in ("majority", "dawid-skene")}
    assert right["dawid-skene"] > right["majority"] + 0.03


@pytest.mark.parametrize("method", METHODS[1:])
def test_who_answers_at_random_has_the_lowest_accuracy(method):
    found = aggregate(simulated()[0], method)
    assert found.accuracy.argmin() == 4
    assert found.accuracy[4] < 0.55 < found.accuracy[:4].min()


@pytest.mark.parametrize("method", METHODS)
@given(table=answers(), random=st.randoms())
def test_order_and_names_of_units_and_annotators_change_nothing(method, table, random):
    model = Model(steps=5, restarts=1)
    order = random.sample(range(len(table)), len(table))
    first = aggregate(_whole(table), method, model)
    second = aggregate(_whole([table[i] for i in order]), method, model)
    assert np.allclose(first.posterior[order], second.posterior)
    sums = first.posterior.sum(axis=1)
    empty = np.array([all(v is None for v in row) for row in table], dtype=bool)
    assert np.allclose(sums, np.where(empty, 0, 1))
    assert (first.chosen[empty] == -1).all()
    if method not in {"mace"}:
        turned = aggregate(_whole([row[::-1] for row in table]), method, model)
        assert np.allclose(first.posterior, turned.posterior, atol=1e-8)
        assert np.allclose(first.accuracy, turned.accuracy[::-1], equal_nan=True)


def _whole(table):
    """Return a panel that keeps units without an answer, unlike one made from ratings."""
    place = {"a": 0, "b": 1, "c": 2, "d": 3, None: -1}
    rows = np.array([[place[v] for v in row] for row in table], np.int16).reshape(-1, 4)
    return Panel(tuple("abcd"), rows)


@pytest.mark.parametrize("method", METHODS)
def test_everybody_agreeing_is_believed(method):
    found = aggregate(panel(["a a a", "b b b", "c c c"] * 5, "abc", 3), method)
    assert found.chosen.tolist() == [0, 1, 2] * 5


@pytest.mark.parametrize("method", METHODS)
def test_an_annotator_alone_keeps_the_answer(method):
    found = aggregate(panel(["a a .", "b b .", ". . b"], "ab", 3), method)
    assert found.chosen[2] == 1
    assert np.isfinite(found.confusion).all()


def test_the_same_seed_is_the_same_result():
    data = simulated()[0]
    first, again = (aggregate(data, "mace", Model(seed=3)) for _ in range(2))
    assert (first.posterior == again.posterior).all()


def test_unknown_methods_and_scales_of_one_are_refused():
    with pytest.raises(ValueError, match="not a method"):
        aggregate(panel(["a b"], "ab", 2), "guess")
    with pytest.raises(ValueError, match="two values"):
        aggregate(panel(["a a"], "a", 2), "mace")
