"""How the gold of a project is made, from the options: the gold of a file needs no such import."""

from annotator.cli.faults import WrongUseError
from annotator.cli.gold_options import USUAL, model_of
from annotator.measure.methods import Method
from annotator.work.consensus.voting import LEAST_MARGIN
from annotator.work.gold.models import Aggregation


def way_of(
    method: Method | None, margin: float | None, smoothing: float | None, seed: int | None
) -> Aggregation:
    """Return how gold is made; what was not given is as usual."""
    return Aggregation(method or USUAL, model_of(smoothing, seed), checked_margin(margin))


def checked_margin(margin: float | None) -> float:
    """Return the minimum margin, or refuse what is no share."""
    if margin is None:
        return LEAST_MARGIN
    if not 0 <= margin <= 1:
        raise WrongUseError("--margin: a share of the votes, from 0 to 1.")
    return margin
