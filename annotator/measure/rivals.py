"""Solutions of a model that fit the answers equally well: where they differ, the data cannot tell.

EM comes to rest where it began uphill. Of two groups of annotators that contradict each other on
every unit, either may be right, and a start or a seed would choose one of them. So EM runs again
from worlds in which the disputed units go another way; a solution as likely as the first is its
rival, and no unit on which they differ has a value.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from annotator.measure.cells import Cells, Solution, decide, expected_right
from annotator.measure.panel import NONE
from annotator.measure.patterns import FloatArray

AS_GOOD = 10.0
"""How many of its least changes EM may have stopped short of its summit."""
LEAST_RIGHT = 0.05
"""A solution in which fewer answers are right than so much less has exchanged the values' names."""
TOLD = 0.01
"""Accuracies of one annotator that lie closer are one."""
EXACT = 1e-9
FEW = 2
"""Of so few annotators either's word may be the truth: a model has more to learn than they tell."""

Fitted = Callable[[FloatArray], Solution]
Some = npt.NDArray[np.bool_]


def rivals(
    cells: Cells, first: Solution, others: Sequence[Solution], fit: Fitted, change: float
) -> list[Solution]:
    """Return `first` and every other solution that is as good; `fit` runs EM from a posterior.

    `others` are known already. `change` is the relative change at which EM stops.
    """
    disputed = cells.disputed
    if not disputed.any():
        return [first]
    found = [*others, fit(turned(cells, first.posterior))]
    people = cells.shape[1]
    if people <= FEW:
        found += [fit(word_of(cells, who, first.posterior)) for who in range(people)]
    slack = max(AS_GOOD * change, EXACT) * max(abs(first.likelihood), 1.0)
    least = right_share(cells, first, disputed) - LEAST_RIGHT
    as_good = [
        each
        for each in found
        if each.likelihood >= first.likelihood - slack
        and right_share(cells, each, disputed) >= least
    ]
    return [first, *as_good]


def right_share(cells: Cells, solution: Solution, disputed: Some) -> float:
    """Return the expected share of right answers to some units (U,), those that are disputed."""
    right = cells.right_in(np.where(disputed[:, None], solution.posterior, 0.0))
    return float(right.sum() / (cells.answers * cells.times)[disputed].sum())


def turned(cells: Cells, posterior: FloatArray) -> FloatArray:
    """Return the posterior (U, K) with the first two of the values that were given exchanged.

    What all say stays: it tells a world from one in which the values have other names.
    """
    units = np.flatnonzero(cells.disputed)
    given = np.where(cells.counts > 0, posterior, -1.0)[units]
    order = np.argsort(-given, axis=1, kind="stable")
    first, second = order[:, 0], order[:, 1]
    found = posterior.copy()
    found[units, first] = posterior[units, second]
    found[units, second] = posterior[units, first]
    return found


def word_of(cells: Cells, who: int, posterior: FloatArray) -> FloatArray:
    """Return the posterior (U, K) in which one annotator is right wherever they answered."""
    mine = cells.who == who
    found = posterior.copy()
    found[cells.unit[mine]] = 0.0
    found[cells.unit[mine], cells.value[mine]] = 1.0
    return found


def merged(solutions: Sequence[Solution]) -> FloatArray:
    """Return one posterior (U, K); where the solutions differ, their values are even: a tie."""
    first = solutions[0].posterior
    places = np.stack([decide(each.posterior)[0] for each in solutions])
    differ = np.flatnonzero((places != places[0]).any(axis=0))
    if not len(differ):
        return first
    mean = np.mean([each.posterior[differ] for each in solutions], axis=0)
    named = np.zeros(mean.shape, dtype=np.bool_)
    for place in places[:, differ]:
        named |= (place[:, None] == np.arange(mean.shape[1])) & (place[:, None] != NONE)
    # A value that no solution finds first may still lie above one of these on the whole.
    least = np.where(named, mean, np.inf).min(axis=1, keepdims=True)
    tied = named | (mean >= least)
    level = (mean * tied).sum(axis=1, keepdims=True) / tied.sum(axis=1, keepdims=True)
    found = first.copy()
    found[differ] = np.where(tied, level, mean)
    return found


def told(cells: Cells, solutions: Sequence[Solution]) -> np.ndarray:
    """Return of whom all solutions say one accuracy (A,); who gave no answer counts as told."""
    right = np.stack([expected_right(cells, each.posterior) for each in solutions])
    spread: np.ndarray = np.nan_to_num(right.max(axis=0) - right.min(axis=0)) <= TOLD
    return spread
