"""How much more the shares of articles differ than independent answers would."""

from math import isclose

import numpy as np

from annotator.measure.control.dispersion import dispersion, squares_of
from annotator.measure.scoring import Share

SIZE = 8


def run(random, articles, p, alike=0.0):
    """Return articles whose answers are alike: with this correlation within each."""
    shares = np.full(articles, p)
    if alike:
        a = (1 - alike) / alike
        shares = random.beta(a * p, a * (1 - p), articles)
    return [Share(int(each), SIZE) for each in random.binomial(SIZE, shares)]


def test_it_is_that_of_the_formula():
    """p = 12/20: z = (9 - 6) / sqrt(2.4) = 1.9365 and (3 - 6) / sqrt(2.4) = -1.9365."""
    [square] = squares_of([Share(9, 10), Share(3, 10)])
    assert isclose(square, (6 / 2.4**0.5) ** 2)
    assert dispersion([[Share(9, 10), Share(3, 10)] * 6]) > 1


def test_independent_answers_have_none_and_alike_ones_that_of_their_correlation():
    """Answers that correlate with rho in articles of m have 1 + (m - 1) rho (Kish 1965, 5.4)."""
    random = np.random.default_rng(5)
    assert 1 <= dispersion([run(random, 2000, 0.85)]) < 1.1
    found = dispersion([run(random, 4000, 0.85, alike=0.2)])
    assert abs(found - (1 + (SIZE - 1) * 0.2)) < 0.2


def test_a_lasting_fall_is_no_dispersion():
    random = np.random.default_rng(6)
    fallen = [[*run(random, 30, 0.93), *run(random, 30, 0.55)] for _ in range(40)]
    assert dispersion(fallen) < 1.15


def test_too_few_articles_or_such_without_an_error_say_nothing():
    assert dispersion([[Share(9, 10), Share(1, 10)]]) == 1
    assert dispersion([[Share(5, 5)] * 40]) == 1
    assert dispersion([]) == 1
