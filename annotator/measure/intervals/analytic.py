"""Intervals from a standard error over units, without resampling."""

from dataclasses import dataclass

from annotator.measure.intervals.student import quantile


@dataclass(frozen=True, slots=True)
class Analytic:
    """A standard error over `df` + 1 units, and the interval it gives; in the figure's units."""

    se: float
    low: float
    high: float
    df: int


def analytic_interval(
    value: float | None, se: float | None, n_units: int, level: float = 0.95
) -> Analytic | None:
    """Return value plus and minus t times the error, with n - 1 degrees of freedom, at most 1.

    None where there is no value or no error. Source: Gwet 2014, "Handbook of Inter-Rater
    Reliability", 4th edition, chapter 5.
    """
    if value is None or se is None or n_units < 2:
        return None
    reach = quantile((1 + level) / 2, n_units - 1) * se
    return Analytic(se, value - reach, min(value + reach, 1.0), n_units - 1)
