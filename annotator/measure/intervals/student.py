"""Student's t distribution: tails and quantiles, for intervals and tests of few values.

The tail is a regularised incomplete beta function (M. Abramowitz and I. A. Stegun, "Handbook of
Mathematical Functions", 1964, 26.7.1 and 26.5.2), evaluated by its continued fraction 26.5.8.
"""

from math import exp, inf, lgamma, log, log1p

TINY, CLOSE, MOST_STEPS = 1e-300, 1e-15, 10_000


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1.

    Raises ValueError outside of these.
    """
    if not (a > 0 and b > 0 and 0 <= x <= 1):
        raise ValueError(f"I_x(a, b) needs a, b > 0 and 0 <= x <= 1, not {a}, {b}, {x}")
    if x in (0.0, 1.0):
        return x
    # The fraction converges quickly below the mean of the distribution; above it by symmetry.
    if x > (a + 1) / (a + b + 2):
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    return front / (a * _fraction(a, b, x))


def _fraction(a: float, b: float, x: float) -> float:
    """Return 1 + d_1 / (1 + d_2 / (1 + ...)) by the method of W. J. Lentz (1976)."""
    value, upper, lower = 1.0, 1.0, 0.0
    for step in range(1, MOST_STEPS):
        m = step // 2
        if step % 2:
            part = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            part = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1.0 / (1.0 + part * lower or TINY)
        upper = 1.0 + part / upper or TINY
        value *= upper * lower
        if abs(upper * lower - 1.0) < CLOSE:
            return value
    raise ArithmeticError(f"I_{x}({a}, {b}) did not converge in {MOST_STEPS} steps")


def upper_tail(t: float, df: float) -> float:
    """Return P(T > t) for Student's distribution with `df` degrees of freedom (above 0).

    To 8 digits up to a million degrees of freedom.
    """
    if t == 0:
        return 0.5
    half = incomplete_beta(df / 2, 0.5, df / (df + t * t)) / 2
    return half if t > 0 else 1.0 - half


def quantile(probability: float, df: float) -> float:
    """Return t with P(T <= t) = probability, which lies between 0 and 1; to 8 digits.

    Raises ValueError outside of these.
    """
    if not 0 < probability < 1:
        raise ValueError(f"a probability lies between 0 and 1, not {probability}")
    if probability < 0.5:
        return -quantile(1 - probability, df)
    low, high = 0.0, 1.0
    while upper_tail(high, df) > 1 - probability:
        low, high = high, high * 2
        if high == inf:
            raise ArithmeticError(f"no quantile of {probability} with {df} degrees of freedom")
    while high - low > 1e-13 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if upper_tail(middle, df) > 1 - probability else (low, middle)
    return (low + high) / 2
