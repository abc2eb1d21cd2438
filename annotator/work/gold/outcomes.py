"""What each method decides, for all units of a field at once: the rules of `voting` on arrays.

Gold itself votes sentence by sentence. Pages and summaries ask for every method at once, and then
only arrays are quick enough; a test holds both to the same outcomes.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotator.measure.panel import NONE, Panel
from annotator.measure.patterns import FloatArray, IntArray
from annotator.work.consensus.voting import OPEN, SINGLE, UNANIMOUS
from annotator.work.gold.models import Aggregation, Fit

Some = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The outcome of each unit of a field, (U,) each; places on the scale, -1 for none.

    `value`: what is decided, -1 while it is open; “likely”: what the method finds likeliest,
    decided or not, -1 for a tie. `single`, `unanimous`: units that one alone or all decide;
    `method`: those that the method does.
    """

    value: IntArray
    likely: IntArray
    answered: Some
    single: Some
    unanimous: Some
    method: Some

    @property
    def open(self) -> Some:
        """Return the units that nobody decides, (U,)."""
        still: Some = self.answered & (self.value == NONE)
        return still

    @property
    def differing(self) -> Some:
        """Return the units on which annotators differ, (U,)."""
        return self.answered & ~self.single & ~self.unanimous

    @property
    def doubted(self) -> Some:
        """Return the units of which all say one value and the method finds another likelier."""
        doubt: Some = self.unanimous & (self.likely != NONE) & (self.likely != self.value)
        return doubt

    def counts(self, method: str, kept: Some | None = None) -> dict[str, int]:
        """Return how many of the units, or of some (U,), are decided by whom and how many open."""
        found = {UNANIMOUS: self.unanimous, SINGLE: self.single, method: self.method}
        found[OPEN] = self.open
        return {
            name: int(np.count_nonzero(some if kept is None else some & kept))
            for name, some in found.items()
        }


def outcomes(panel: Panel, way: Aggregation, fit: Fit) -> Outcomes:
    """Return what a method decides of the units of a panel to which it was fitted."""
    unlike, place = panel.alike
    counts = unlike.counts
    n = unlike.answers
    said = counts.argmax(axis=1)
    top = counts.max(axis=1, initial=0)
    single, unanimous = n == 1, (n > 1) & (top == n)
    differing = (n > 1) & ~unanimous
    share = counts / np.maximum(n, 1)[:, None]
    likely = np.where(n > 0, said, NONE)
    if way.method == "majority":
        first, second = top, second_of(counts)
        margin = (first - second) / np.maximum(n, 1)
        sure = (2 * first > n) & (margin >= way.least_margin)
        likely = np.where(first > second, likely, NONE)
    else:
        fitted = one_of_each(place[panel.answers > 1], len(n))[n > 1]
        share[n > 1] = fit.gold.posterior[fitted]
        likely[n > 1] = fit.gold.chosen[fitted]
        margin = share.max(axis=1, initial=0.0) - second_of(share)
        sure = (share.max(axis=1, initial=0.0) > 0.5) & (margin >= way.least_margin) & (margin > 0)
    by_method = differing & sure
    value = np.where(single | unanimous, said, NONE)
    value[by_method] = share[by_method].argmax(axis=1)
    return Outcomes(
        value[place],
        likely[place],
        (n > 0)[place],
        single[place],
        unanimous[place],
        by_method[place],
    )


def one_of_each(kinds: IntArray, n: int) -> IntArray:
    """Return (N,) where some one of each kind stands; any place for kinds that are not there."""
    found = np.zeros(n, dtype=np.int64)
    found[kinds] = np.arange(len(kinds))
    return found


def second_of(amounts: FloatArray | IntArray) -> npt.NDArray[np.float64]:
    """Return the second largest of each row, 0 where there is only one."""
    if amounts.shape[1] < 2:
        return np.zeros(len(amounts))
    found: npt.NDArray[np.float64] = np.partition(amounts, -2, axis=1)[:, -2].astype(np.float64)
    return found
