"""Votes and models of the truth: by hand, against a plain EM, and what must not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_examples import answers, ratings_from
from slow_cases import further

from annotator.measure import cells, lookups
from annotator.measure.aggregation import STANDARD, Gold, aggregate, aggregates
from annotator.measure.cells import decide
from annotator.measure.doubts import doubts
from annotator.measure.lookups import Lookups
from annotator.measure.methods import Model
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


# Several solutions, and what speaks against one

TIES = ["a a b b", "b b a a"] * 3
ANCHORED = [*TIES, *["a a a a"] * 10, *["b b b b"] * 10]


@pytest.mark.parametrize("rows", [TIES, ANCHORED])
@pytest.mark.parametrize("seed", further([1, 3, 7, 8]))
def test_two_groups_that_contradict_each_other_stay_ties_whatever_the_seed(rows, seed):
    found = aggregate(panel(rows, "ab"), "mace", Model(seed=seed))
    assert found.chosen.tolist()[:6] == [-1] * 6
    assert (found.margin[:6] == 0).all()
    assert found.posterior[:6] == pytest.approx(0.5)
    assert (found.posterior[:6, 0] == found.posterior[:6, 1]).all()
    assert (found.chosen[6:] >= 0).all()


@pytest.mark.parametrize("rows", [TIES, ANCHORED])
def test_nobody_has_an_accuracy_where_solutions_differ_in_who_is_right(rows):
    found = aggregate(panel(rows, "ab"), "mace")
    assert not found.told.any()
    assert np.isnan(found.accuracy).all()
    assert np.isfinite(found.confusion).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", further([1, 2, 3, 7, 8]))
def test_who_always_agrees_is_right_and_not_guessing(method, seed):
    found = aggregate(panel(["a a a a"] * 8, "abc"), method, Model(seed=seed))
    assert found.accuracy == pytest.approx([1, 1, 1, 1], abs=0.01)
    assert found.margin == pytest.approx([1] * 8, abs=0.01)


@pytest.mark.parametrize("method", ["majority", "weighted", "dawid-skene"])
def test_of_two_annotators_neither_is_believed_more(method):
    """Error matrices of two have more to learn than their answers tell: either may be right."""
    rng = np.random.default_rng(1)
    true = rng.choice(2, 80, p=[0.7, 0.3])
    given_ = np.where(rng.random((80, 2)) < 0.8, true[:, None], rng.integers(0, 2, (80, 2)))
    found = aggregate(Panel(("x", "y"), given_.astype(np.int16)), method)
    differ = given_[:, 0] != given_[:, 1]
    assert differ.any()
    assert (found.chosen[differ] == -1).all()
    assert (found.chosen[~differ] == given_[~differ, 0]).all()
    assert np.isnan(found.accuracy).all() == (method == "dawid-skene")


@pytest.mark.parametrize("method", METHODS[2:])
def test_two_who_agree_are_right_against_one_who_never_does(method):
    """With the names of the values exchanged the third would always be right, just as likely."""
    found = aggregate(panel(["a a b", "b b a"] * 4, "ab", 3), method)
    assert found.chosen.tolist() == [0, 1] * 4
    assert found.accuracy[2] < 0.1 < found.accuracy[0]


@pytest.mark.parametrize("seed", further([0, 1, 2]))
def test_mace_decides_a_skewed_field_as_most_do(seed):
    """With all values equally common, everybody would seem to guess where 97 % are one value."""
    rng = np.random.default_rng(seed)
    true = (rng.random(281) < 0.03).astype(np.int16)
    given_ = np.where(rng.random((281, 3)) < 0.97, true[:, None], 1 - true[:, None])
    data = Panel(("claims", "no_claim", "not_article_text"), given_.astype(np.int16))
    found, voted = aggregate(data, "mace"), aggregate(data, "majority")
    assert found.accuracy.min() > 0.9
    assert (found.chosen == voted.chosen).mean() > 0.98
    assert doubts(data, found) == []


def gold_of(posterior, panel_, **fields):
    posterior = np.asarray(posterior, dtype=float)
    chosen, margin = decide(posterior)
    people = panel_.given.shape[1]
    empty = np.zeros((people, posterior.shape[1], posterior.shape[1]))
    told = np.ones(people, dtype=bool)
    return Gold(posterior, chosen, margin, empty, np.ones(people), told, **fields)


def kinds(found):
    return [each.kind for each in found]


def test_against_a_model_speak_all_and_most_and_accuracies_below_guessing():
    data = panel(["a a a"] * 12 + ["a a b"] * 6, "ab", 3)
    exchanged = gold_of([[0.1, 0.9]] * 18, data)
    first, second, *others = doubts(data, exchanged)
    assert (first.kind, first.n, first.of) == ("unanimous", 12, 12)
    assert (second.kind, second.n, second.of) == ("majorities", 6, 6)
    assert kinds(others) == ["accord", "chance"]
    assert doubts(data, gold_of([[0.9, 0.1]] * 18, data)) == []


def test_guessing_everybody_is_doubted_although_nothing_is_decided_otherwise():
    """So MACE was seen: 36 % accuracy for each where 97 % of the answers are one value."""
    data = panel(["a a a"] * 40, "abc", 3)
    found = doubts(data, gold_of([[0.36, 0.32, 0.32]] * 40, data))
    assert kinds(found) == ["accord"]
    assert (found[0].found, found[0].beside) == (pytest.approx(0.36), 1)


def test_one_persons_word_for_the_truth_is_said():
    data = panel(["a a a"] * 10 + ["b b b"] * 10 + ["a b b"] * 4 + ["a a b"] * 4, "ab", 3)
    word = [[1, 0]] * 10 + [[0, 1]] * 10 + [[1, 0]] * 8
    found = doubts(data, gold_of(word, data))
    assert kinds(found) == ["word"]
    assert (found[0].who, found[0].n, found[0].of) == ((0,), 4, 8)
    majority = [[1, 0]] * 10 + [[0, 1]] * 14 + [[1, 0]] * 4
    assert doubts(data, gold_of(majority, data)) == []


def test_one_coin_that_follows_one_of_two_is_doubted():
    rows = ["a a"] * 60 + ["b b"] * 5 + ["a b"] * 12
    data = panel(rows, "ab", 2)
    assert "word" in kinds(
        doubts(data, gold_of([[1, 0]] * 60 + [[0, 1]] * 5 + [[1, 0]] * 12, data))
    )


def test_who_is_right_less_than_by_guessing_is_named():
    data = panel(["a a b", "b b a"] * 10, "ab", 3)
    found = doubts(data, aggregate(data, "one-coin"))
    assert (found[0].kind, found[0].who) == ("person", (2,))


def beside(monkeypatch, panel_, method, model=STANDARD):
    """Compare a method on sums that are looked up with the same on sums over answers."""
    found = []
    for least in (0, 10**9):
        monkeypatch.setattr(cells, "LEAST_LOOKED_UP", least)
        found.append(aggregate(panel_, method, model))
    looked_up, plain = found
    assert looked_up.steps == plain.steps
    assert looked_up.chosen.tolist() == plain.chosen.tolist()
    for name in ("posterior", "margin", "confusion", "accuracy"):
        np.testing.assert_allclose(
            getattr(looked_up, name), getattr(plain, name), rtol=0, atol=1e-12
        )


def answered_often(seed, units=400, people=8):
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 4, units)
    slips = rng.random((units, people)) < rng.uniform(0.1, 0.5, people)
    given = np.where(slips, rng.integers(0, 4, slips.shape), true[:, None])
    given[rng.random(given.shape) < 0.2] = -1
    return given.astype(np.int16)


@pytest.mark.parametrize("method", ["weighted", "dawid-skene", "one-coin", "mace"])
@pytest.mark.parametrize("seed", range(3))
def test_sums_that_are_looked_up_find_what_sums_over_answers_find(monkeypatch, method, seed):
    beside(monkeypatch, Panel(tuple("abcd"), answered_often(seed)), method)


@pytest.mark.parametrize("method", ["dawid-skene", "one-coin", "mace"])
def test_they_do_with_people_and_units_that_have_no_answer(monkeypatch, method):
    given = answered_often(3)
    given[:, 2] = -1
    given[5:9] = -1
    beside(monkeypatch, Panel(tuple("abcd"), given), method)


@pytest.mark.parametrize("method", ["dawid-skene", "one-coin", "mace"])
def test_they_do_where_products_are_too_small_to_be_numbers(monkeypatch, method):
    """Without smoothing what nobody of a model would give has a likelihood of nothing."""
    given = np.repeat(np.arange(60) % 3, 9).reshape(60, 9)
    given[::7, :4] = (given[::7, :4] + 1) % 3
    panel_ = Panel(tuple("abc"), given.astype(np.int16))
    beside(monkeypatch, panel_, method, Model(smoothing=0))
    monkeypatch.setattr(lookups, "LEAST", 2.0)
    beside(monkeypatch, Panel(tuple("abcd"), answered_often(4)), method)


@given(table=answers())
def test_what_is_looked_up_is_the_sum_over_the_answers_of_each_unit(table):
    # Of many units so many that groups are of several annotators.
    given_ = np.tile(_whole(table).given, (40, 1))
    units, times = len(given_), np.arange(1.0, len(given_) + 1)
    some = Lookups.of(given_, times, 4)
    amounts = np.random.default_rng(1).random((4, 4, 2))
    by_unit = np.random.default_rng(2).random((units, 3))
    sums, products = np.zeros((units, 2)), np.ones((units, 2))
    given_in = np.zeros((4, 4, 3))
    for unit, row in enumerate(given_.tolist()):
        for who, value in enumerate(row):
            if value >= 0:
                sums[unit] += amounts[who, value]
                products[unit] *= np.exp(amounts[who, value])
                given_in[who, value] += by_unit[unit]
    tables = some.tables(amounts)
    everything = slice(None)
    np.testing.assert_allclose(some.sums(tables, everything), sums, rtol=1e-12)
    factors = [np.exp(each) for each in tables]
    np.testing.assert_allclose(some.products(factors, everything), products, rtol=1e-12)
    np.testing.assert_allclose(some.given_in(by_unit), given_in, rtol=1e-12)
    assert all(met.sum() == times.sum() for met in some.met)


def test_several_methods_at_once_are_each_as_alone():
    data = simulated()[0]
    for method, together in aggregates(data, METHODS).items():
        assert (together.posterior == aggregate(data, method).posterior).all()
