"""The methods that say which value of a unit is most likely true: their names and settings."""

from dataclasses import dataclass
from typing import Literal

Method = Literal["majority", "weighted", "dawid-skene", "one-coin", "mace"]
FITTED: tuple[Method, ...] = ("dawid-skene", "one-coin", "mace")
"""Methods whose parameters are fitted in steps; the others vote."""
SMOOTHING, STEPS, CHANGE, RESTARTS, SEED = 0.01, 100, 1e-5, 10, 7
MOST_SMOOTHING, MOST_SEED = 1000.0, 2**31 - 1


@dataclass(frozen=True)
class Model:
    """How a model is fitted."""

    smoothing: float = SMOOTHING
    steps: int = STEPS
    change: float = CHANGE
    restarts: int = RESTARTS
    seed: int = SEED
