"""One figure of the report: a number, or in words why there is none."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from annotator.measure.intervals.resampling import Interval
from annotator.phrases import counted

NO_PAIRS = "Not defined, because no unit has two independent answers."


@dataclass(frozen=True, slots=True)
class Measure:
    """A measured value or the reason why it is not defined; exactly one of the two is set.

    `n_units` and `n_ratings` count what the figure rests on (units, answers), and `se` is the
    analytic standard error in the units of `value`, where one is known.
    """

    value: float | None
    reason: str | None
    n_units: int
    n_ratings: int
    name: str = ""
    se: float | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError("a measure has either a value or a reason, not both and not neither")
        if self.value is not None and not isfinite(self.value):
            raise ValueError(f"{self.name or 'measure'}: {self.value} is no value; give a reason")
        if self.se is not None and (self.value is None or not isfinite(self.se) or self.se < 0):
            raise ValueError(f"{self.name or 'measure'}: {self.se} is no standard error")


def named(name: str, weights: str = "identity") -> str:
    """Return the name of a measure with these agreement weights."""
    return name if weights == "identity" else f"{name}_{weights}"


def same_value_reason(n_pairs: int) -> str:
    """Say that one value was used throughout; `n_pairs` pairs of answers all agree."""
    pairs = counted(n_pairs, "pair")
    return f"Not defined, because everyone gave the same value. Raw agreement is 100 % of {pairs}."


def measure_json(measure: Measure, interval: Interval | None = None) -> dict[str, Any]:
    """Return one measure as every JSON of the product has it."""
    return {
        "value": measure.value,
        "low": None if interval is None else interval.low,
        "high": None if interval is None else interval.high,
        "se": measure.se,
        "n": measure.n_units,
        "reason": measure.reason,
    }
