"""What speaks against a method on some answers: figures that nobody should read without a word.

A model of the truth may settle on a world in which values have exchanged their names, everybody
guesses, or one annotator is never wrong. The answers themselves show it: it then contradicts what
all or most say, or takes people for less right than they are alike.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from annotator.measure.aggregation import Gold
from annotator.measure.panel import NONE, Given, Panel
from annotator.measure.patterns import FloatArray, IntArray

Kind = Literal["unanimous", "majorities", "accord", "chance", "person", "word"]
MUCH = 0.05
"""Of what all agree on, a share that no model doubts for good reason."""
FEWEST_UNITS, FEWEST_ANSWERS = 5, 10
"""Of fewer nothing can be said."""
ACCORD = 0.1
"""People of some accuracy agree about as often as each is right, or less; by so much never more."""
NEVER_WRONG = 0.99
AGAINST, LEAST_AGAINST = 0.1, 4
"""From this share on, and so many units, one person's word is taken against the others'."""


@dataclass(frozen=True)
class Doubt:
    """One thing that speaks against a method.

    `unanimous`: of `of` units on which all agree it finds another value likelier in `n`.
    `majorities`: of `of` units with differing answers and a majority it contradicts `n`.
    `accord`: it takes answers for right in the share `found`, and `beside` of their pairs agree.
    `chance`: it takes answers for right in the share `found`, and guessing would be in `beside`.
    `person`: the same of the annotators `who` alone.
    `word`: it follows the one in `who` on all `of` units with differing answers, in `n` of them
    without or against a majority.
    `who` are columns of the panel.
    """

    kind: Kind
    n: int = 0
    of: int = 0
    found: float = 0.0
    beside: float = 0.0
    who: tuple[int, ...] = ()


def doubts(panel: Panel, gold: Gold) -> list[Doubt]:
    """Return what speaks against a method on a panel of U units, the gravest first."""
    unlike, place = panel.alike
    times = np.bincount(place, minlength=len(unlike.given))
    # What is so of one unit is so of all that are like it.
    some = np.zeros(len(times), dtype=np.int64)
    some[place] = np.arange(len(place))
    shared = (unlike.answers >= 2) & (times > 0)
    given, counts = unlike.given[shared], unlike.counts[shared]
    times, some = times[shared], some[shared]
    chosen, posterior = gold.chosen[some], gold.posterior[some]
    if not len(given):
        return []

    def units(which: npt.NDArray[np.bool_]) -> int:
        return int(times[which].sum())

    n, top, said = counts.sum(axis=1), counts.max(axis=1), counts.argmax(axis=1)
    decided, alike = chosen != NONE, top == n
    found = []
    wrong = alike & decided & (chosen != said)
    if units(wrong) > MUCH * units(alike):
        found.append(Doubt("unanimous", units(wrong), units(alike)))
    most = ~alike & decided & (2 * top > n)
    against = most & (chosen != said)
    if units(most) >= FEWEST_UNITS and 2 * units(against) > units(most):
        found.append(Doubt("majorities", units(against), units(most)))
    accuracy = shared_accuracy(given, times, posterior, gold)
    answers = times @ (given != NONE)
    found += of_people(accuracy, answers, accord(counts, times), len(panel.values))
    for who in np.flatnonzero((accuracy >= NEVER_WRONG) & (answers >= FEWEST_ANSWERS)).tolist():
        mine = ~alike & (given[:, who] != NONE)
        alone = mine & ~((2 * top > n) & (said == given[:, who]))
        of, without = units(mine), units(alone)
        follows = bool((chosen[mine] == given[mine, who]).all())
        if follows and of >= FEWEST_UNITS and without >= max(AGAINST * of, LEAST_AGAINST):
            found.append(Doubt("word", without, of, who=(who,)))
    return found


def of_people(accuracy: FloatArray, answers: FloatArray, accord: float, values: int) -> list[Doubt]:
    """Return what speaks against how right a method takes people to be, (A,) each."""
    known = np.isfinite(accuracy) & (answers > 0)
    if answers[known].sum() < FEWEST_ANSWERS:
        return []
    found = []
    mean, chance = float(np.average(accuracy[known], weights=answers[known])), 1.0 / values
    if mean + ACCORD < accord:
        found.append(Doubt("accord", found=mean, beside=accord))
    if mean < chance:
        found.append(Doubt("chance", found=mean, beside=chance))
    else:
        low = known & (answers >= FEWEST_ANSWERS) & (np.nan_to_num(accuracy, nan=1.0) < chance)
        if low.any():
            found.append(Doubt("person", beside=chance, who=tuple(np.flatnonzero(low).tolist())))
    return found


def shared_accuracy(given: Given, times: IntArray, posterior: FloatArray, gold: Gold) -> FloatArray:
    """Return the expected share of right answers to shared units (A,), nan where not told."""
    right = np.zeros(given.shape, dtype=np.float64)
    unit, who = np.nonzero(given != NONE)
    right[unit, who] = posterior[unit, given[unit, who]]
    n = times @ (given != NONE)
    share = times @ right / np.maximum(n, 1)
    known: FloatArray = np.where((n > 0) & gold.told, share, np.nan)
    return known


def accord(counts: IntArray, times: IntArray) -> float:
    """Return the share of agreeing pairs of answers to one unit, all units together.

    `counts`: (U, K) answers per value, `times`: (U,) how many units are alike.
    """
    n = counts.sum(axis=1, dtype=np.int64)
    return float((times @ (counts * (counts - 1.0))).sum() / (times @ (n * (n - 1.0))))
