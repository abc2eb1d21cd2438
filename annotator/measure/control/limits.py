"""The limits between which chance leaves a count: exact, and of a prediction.

Limits of the normal curve are wrong for few answers, so they are those of the distributions
themselves (D. C. Montgomery, "Introduction to Statistical Quality Control", 7.3, probability limits
of attributes).
"""

from collections.abc import Iterable
from itertools import accumulate
from math import exp, lgamma, log

from annotator.measure.scoring import Share

TAIL = 0.001
"""The probability beyond the limits, on each side."""
JEFFREYS = 0.5


def limits(n: int, p: float) -> tuple[int, int]:
    """Return the fewest and the most right ones of n that chance explains, where each is with p.

    The chance of fewer, and that of more, is below `TAIL` each.
    """
    if p <= 0 or p >= 1:
        return (0, 0) if p <= 0 else (n, n)
    return between([binomial(count, n, p) for count in range(n + 1)])


def predicted(n: int, before: Share, dispersion: float = 1.0) -> tuple[int, int]:
    """Return the fewest and the most right ones of n that chance explains after what was before.

    The share is not known, but estimated from `before`: with the prior of Jeffreys a new count
    has a beta-binomial distribution (U. Menzefricke, "On the evaluation of control chart limits
    based on predictive distributions", Communications in Statistics, Theory and Methods 31, 2002).
    """
    a = JEFFREYS + before.right / dispersion
    b = JEFFREYS + (before.n - before.right) / dispersion
    return between([beta_binomial(count, n, a, b) for count in range(n + 1)])


def between(chances: list[float]) -> tuple[int, int]:
    """Return the lowest and the highest count that leave less than `TAIL` beyond themselves."""
    n = len(chances) - 1
    return first_above(chances), n - first_above(reversed(chances))


def first_above(chances: Iterable[float]) -> int:
    """Return the first place at which the sum of the chances reaches `TAIL`."""
    return next((at for at, sum_ in enumerate(accumulate(chances)) if sum_ >= TAIL), 0)


def binomial(count: int, n: int, p: float) -> float:
    """Return the probability of a count of n, where each is with p between 0 and 1."""
    return exp(choices(n, count) + count * log(p) + (n - count) * log(1 - p))


def beta_binomial(count: int, n: int, a: float, b: float) -> float:
    """Return the probability of a count of n, where the share has a beta distribution."""
    return exp(choices(n, count) + log_beta(count + a, n - count + b) - log_beta(a, b))


def choices(n: int, count: int) -> float:
    """Return the logarithm of the number of ways to choose so many of n."""
    return lgamma(n + 1) - lgamma(count + 1) - lgamma(n - count + 1)


def log_beta(a: float, b: float) -> float:
    """Return the logarithm of the beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)
