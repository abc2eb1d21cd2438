import pytest

from annotator.measure.intervals.analytic import analytic_interval
from annotator.measure.intervals.student import incomplete_beta, quantile, upper_tail


@pytest.mark.parametrize(
    ("df", "quantiles"),
    # Student's t as in every table of it: .95, .975, .995.
    [
        (1, (6.3138, 12.7062, 63.6567)), (2, (2.9200, 4.3027, 9.9248)),
        (5, (2.0150, 2.5706, 4.0321)), (10, (1.8125, 2.2281, 3.1693)),
        (29, (1.6991, 2.0452, 2.7564)), (120, (1.6577, 1.9799, 2.6174)),
        (1_000_000, (1.6449, 1.9600, 2.5758)),
    ],
)  # fmt: skip
def test_quantiles_are_those_of_the_tables(df, quantiles):
    for probability, t in zip((0.95, 0.975, 0.995), quantiles, strict=True):
        assert quantile(probability, df) == pytest.approx(t, abs=6e-5)
        assert quantile(1 - probability, df) == pytest.approx(-t, abs=6e-5)
        assert upper_tail(quantile(probability, df), df) == pytest.approx(1 - probability)


def test_the_tail_of_one_degree_of_freedom_is_that_of_cauchy():
    # P(T > 1) = 1/4 for Cauchy's distribution, and P(T > t) = 1/2 - t / (2 sqrt(2 + t^2)) for two.
    assert upper_tail(1, 1) == pytest.approx(0.25)
    assert upper_tail(-1, 1) == pytest.approx(0.75)
    for t in (-20, -0.1, 0, 0.5, 3, 40):
        assert upper_tail(t, 2) == pytest.approx(0.5 - t / (2 * (2 + t * t) ** 0.5), abs=1e-12)


def test_what_no_distribution_has_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile(1, 3)
    with pytest.raises(ValueError, match="needs a, b > 0"):
        incomplete_beta(0, 1, 0.5)
    assert (incomplete_beta(2, 3, 0), incomplete_beta(2, 3, 1)) == (0, 1)


def test_an_analytic_interval_ends_at_one_and_needs_two_units():
    found = analytic_interval(0.77544, 0.14295, 12)
    # Gwet 2014: AC1 of 4 raters and 12 subjects lies between .461 and 1.
    assert (found.low, found.high, found.df) == (pytest.approx(0.4608, abs=5e-5), 1.0, 11)
    assert analytic_interval(0.5, 0.1, 1) is None
    assert analytic_interval(None, 0.1, 9) is analytic_interval(0.5, None, 9) is None
