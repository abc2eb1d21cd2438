"""The methods that say which value of a unit is most likely true, by name."""

from typing import Literal

Method = Literal["majority", "weighted", "dawid-skene", "one-coin", "mace"]
FITTED: tuple[Method, ...] = ("dawid-skene", "one-coin", "mace")
"""Methods whose parameters are fitted in steps; the others vote."""
