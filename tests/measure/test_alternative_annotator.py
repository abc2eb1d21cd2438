"""The alternative annotator test, by hand, by brute force and on data of its paper's simulation."""

from math import lgamma, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.measure.alternative_annotator import (
    alternative_annotator_test,
    benjamini_yekutieli,
    losses,
)
from annotator.measure.panel import Panel


def panel(rows, k=4):
    """Return a panel of rows of places (None for nothing); the model is the last column."""
    places = [[-1 if value is None else value for value in row] for row in rows]
    values = tuple(str(place) for place in range(k))
    return Panel(values, np.array(places, dtype=np.int16))


def verdict_of(rows, k=4, epsilon=0.2, cost=None):
    return alternative_annotator_test(
        panel(rows, k), len(rows[0]) - 1, losses(k) if cost is None else cost, epsilon
    )


# Twenty items on which all agree, ten on which person 0 stands alone, ten on which the model does.
BY_HAND = [(0, 0, 0, 0)] * 20 + [(1, 0, 0, 0)] * 10 + [(0, 0, 0, 1)] * 10


def test_a_table_computed_by_hand():
    found = verdict_of(BY_HAND)
    # Person 0: W_h - W_f is 0 twenty times, -1 ten times, 1 ten times: mean 0, variance 20/39.
    t = -0.2 / sqrt(20 / 39 / 40)
    assert t == pytest.approx(-1.7664, abs=5e-5)
    assert found.persons[0].p == pytest.approx(tail(t, 39), abs=1e-6)
    # Persons 1 and 2 are as near to the others as the model where person 0 stands alone: mean 1/4.
    t = 0.05 / sqrt((10 - 40 / 16) / 39 / 40)
    assert found.persons[1].p == pytest.approx(tail(t, 39), abs=1e-6)
    assert [each.advantage for each in found.persons.values()] == [0.75] * 3
    assert (found.winning_rate, found.advantage, found.passed) == (0.0, 0.75, False)


def test_what_may_be_lost_decides():
    assert verdict_of(BY_HAND, epsilon=0.9).winning_rate == 1.0
    assert verdict_of(BY_HAND, epsilon=0.0).winning_rate == 0.0
    rates = [verdict_of(BY_HAND, epsilon=each).winning_rate for each in (0.3, 0.35, 0.45, 0.5)]
    assert rates == sorted(rates)


def test_a_model_that_always_says_what_the_people_say_wins_without_a_doubt():
    found = verdict_of([(0, 0, 0)] * 15 + [(1, 1, 1)] * 15)
    assert [(each.n, each.p, each.wins) for each in found.persons.values()] == [(30, 0.0, True)] * 2
    assert (found.winning_rate, found.advantage, found.passed) == (1.0, 1.0, True)
    # Without anything to be lost, the same is no better.
    assert verdict_of([(0, 0, 0)] * 30, epsilon=0).winning_rate == 0.0


def test_a_model_that_is_always_alone_loses_against_everybody():
    found = verdict_of([(0, 0, 1)] * 30)
    assert (found.winning_rate, found.advantage, found.passed) == (0.0, 0.0, False)
    assert {each.p for each in found.persons.values()} == {1.0}


def test_people_with_too_few_items_are_left_out_and_stay_among_the_others():
    rows = [(0, 0, 0, 0)] * 29 + [(0, None, 0, 0), (1, 1, None, 1), (2, None, None, 2)]
    found = verdict_of(rows)
    # The last item was labelled by person 0 and the model alone: nobody is left to compare with.
    assert found.persons[0].n == 31
    assert (set(found.persons), found.left_out) == ({0, 1, 2}, {})
    assert verdict_of(rows[:-2]).left_out == {1: 29}
    nobody = verdict_of(rows[:20])
    assert nobody.left_out == {0: 20, 1: 20, 2: 20}
    assert (nobody.winning_rate, nobody.advantage, nobody.passed) == (None, None, False)


def test_near_values_count_by_the_root_mean_square_difference():
    # Person 0 says 0, the others 2 and 2, the model 1: nearer than person 0, yet no value is equal.
    rows = [(0, 2, 2, 1)] * 30
    assert verdict_of(rows).persons[0].advantage == 1.0  # both agree with nobody
    near = verdict_of(rows, cost=losses(range(4)))
    assert near.persons[0].wins
    # Person 1 has 2 beside 0 and 2: squares 4 + 0; the model 1 + 1.
    assert near.persons[1].advantage == 1.0
    assert verdict_of([(0, 2, 2, 3)] * 30, cost=losses(range(4))).persons[1].advantage == 0.0


def test_equal_distances_of_fractions_are_equal():
    assert verdict_of([(0, 1, 0, 2)] * 30, 3, cost=losses([0.2, 0.3, 0.1])).persons[1].wins


def test_the_rule_of_benjamini_and_yekutieli():
    # Four tests: limits k * .05 / (4 * 25/12) = .006, .012, .018, .024.
    assert benjamini_yekutieli([0.5, 0.006, 0.0121, 0.018], 0.05) == [False, True, True, True]
    assert benjamini_yekutieli([0.5, 0.0061, 0.0121, 0.0181], 0.05) == [False] * 4
    assert benjamini_yekutieli([0.05], 0.05) == [True]
    assert benjamini_yekutieli([], 0.05) == []


def test_epsilon_is_a_share():
    with pytest.raises(ValueError, match="between 0 and 1"):
        verdict_of(BY_HAND, epsilon=1.5)


def tail(t, df):
    """Return P(T <= t) by adding up the density of Student's distribution."""
    x = np.linspace(-400, t, 400_001)
    constant = lgamma((df + 1) / 2) - lgamma(df / 2) - 0.5 * np.log(df * np.pi)
    return float(np.trapezoid(np.exp(constant - (df + 1) / 2 * np.log1p(x * x / df)), x))


def by_brute_force(rows, score, epsilon):
    """Return mean(W_f) and p of each person, item by item as the paper writes it."""
    found = {}
    for h in range(len(rows[0]) - 1):
        w_f, w_h = [], []
        for *people, model in rows:
            others = [v for j, v in enumerate(people) if j != h and v is not None]
            if model is None or people[h] is None or not others:
                continue
            w_f.append(score(model, others) >= score(people[h], others))
            w_h.append(score(people[h], others) >= score(model, others))
        if len(w_f) < 30:
            continue
        d = np.array(w_h, int) - np.array(w_f, int)
        spread = d.std(ddof=1)
        t = (d.mean() - epsilon) / (spread / sqrt(len(d))) if spread else None
        p = float(d.mean() >= epsilon) if t is None else tail(t, len(d) - 1)
        found[h] = (len(d), np.mean(w_f), p)
    return found


def accuracy(value, others):
    return sum(value == other for other in others) / len(others)


def negative_rmse(value, others):
    return -sqrt(sum((value - other) ** 2 for other in others) / len(others))


cell = st.one_of(st.none(), *[st.integers(0, 3)] * 4)


@given(
    st.lists(st.tuples(cell, cell, cell, cell), min_size=30, max_size=60),
    st.sampled_from([accuracy, negative_rmse]),
)
def test_it_is_what_the_paper_says_item_by_item(rows, score):
    found = verdict_of(rows, cost=None if score is accuracy else losses(range(4)))
    expected = by_brute_force(rows, score, 0.2)
    assert set(found.persons) == set(expected)
    for h, (n, advantage, p) in expected.items():
        each = found.persons[h]
        assert (each.n, each.advantage) == (n, pytest.approx(advantage))
        assert each.p == pytest.approx(p, abs=1e-4)


def simulated(n, people, noise, noise_of_model, seed, k=4):
    """Return items with a true value, which everybody replaces by any value with their noise."""
    chance = np.random.default_rng(seed)
    truth = chance.integers(0, k, (n, 1))
    noisy = chance.random((n, people + 1)) < [*[noise] * people, noise_of_model]
    return np.where(noisy, chance.integers(0, k, (n, people + 1)), truth).tolist()


def test_on_simulated_data_better_models_win_more():
    rates = []
    for noise_of_model in (0.0, 0.3, 0.6, 0.9):
        found = [verdict_of(simulated(100, 3, 0.3, noise_of_model, seed)) for seed in range(20)]
        rates.append(
            (
                np.mean([each.winning_rate for each in found]),
                np.mean([each.advantage for each in found]),
            )
        )
    winning, advantage = zip(*rates, strict=True)
    assert list(winning) == sorted(winning, reverse=True)
    assert list(advantage) == sorted(advantage, reverse=True)
    assert winning[0] > 0.95
    assert winning[-1] == 0
