"""Answers one by one, as the models of gold sum over them, and what every model makes of them."""

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from annotator.measure.lookups import Lookups
from annotator.measure.panel import NONE, Given
from annotator.measure.patterns import FloatArray, IntArray

EVEN = 1e-9
# So many look-ups cost as much as going to one answer; of a small panel nothing is looked up.
LOOKED_UP, LEAST_LOOKED_UP = 2, 20_000


class Cells(NamedTuple):
    """The answers one by one, (L,) each: unit, annotator, value, and how many units are alike.

    Sums run over these, so their cost grows with the answers, not with units times annotators.
    Where most annotators answered most units they are looked up, by groups of annotators, at a
    tenth of the cost, and equal but for the last digits. `times`: (U,) how many units are alike;
    `counts`: (U, K) answers to one of them by value, `answers`: (U,) all of these.
    """

    unit: IntArray
    who: IntArray
    value: IntArray
    weight: FloatArray
    shape: tuple[int, int, int]  # units, annotators, values
    times: FloatArray
    counts: FloatArray
    answers: FloatArray
    lookups: Lookups | None

    @property
    def disputed(self) -> npt.NDArray[np.bool_]:
        """Return the units to which annotators give different values (U,)."""
        some: npt.NDArray[np.bool_] = (self.counts > 0).sum(axis=1) > 1
        return some

    @classmethod
    def of(cls, given: Given, times: FloatArray, n_values: int) -> Self:
        """Return the answers of (U, A) places on the scale, -1 where there is none."""
        unit, who = np.nonzero(given != NONE)
        value = given[unit, who].astype(np.int64)
        counts = np.stack([(given == each).sum(axis=1) for each in range(n_values)], axis=1)
        shape = (*given.shape, n_values)
        found = counts.astype(np.float64), counts.sum(axis=1).astype(np.float64)
        lookups = Lookups.of(given, times, n_values) if np.prod(shape) >= LEAST_LOOKED_UP else None
        if lookups and len(lookups.groups) * len(given) > LOOKED_UP * len(unit):
            lookups = None
        return cls(unit, who, value, times[unit], shape, times, *found, lookups)

    def given_in(self, posterior: FloatArray) -> FloatArray:
        """Return (A, K, K): the posterior (U, K) summed where an annotator gave a value.

        `[a, true, v]` sums the share of `true` over the units to which `a` gave `v`.
        """
        n_values = self.shape[2]
        if self.lookups is not None:
            sums = self.lookups.given_in(posterior * self.times[:, None])
            table: FloatArray = sums.transpose(0, 2, 1)
            return table
        return np.stack(
            [
                self.per_person_and_value(self.weight * posterior[self.unit, true])
                for true in range(n_values)
            ],
            axis=1,
        )

    def right_in(self, posterior: FloatArray) -> FloatArray:
        """Return (A,): how many answers of each annotator are right under a posterior (U, K)."""
        if self.lookups is None:
            return self.per_person(self.weight * posterior[self.unit, self.value])
        right: FloatArray = self.given_in(posterior).trace(axis1=1, axis2=2)
        return right

    def scores(self, logs: FloatArray) -> FloatArray:
        """Return (K, U): for each value that may be true the sum of the logs of what was given.

        `logs`: (A, K, K) as `given_in` has them.
        """
        return np.stack(
            [self.per_unit(logs[self.who, true, self.value]) for true in range(self.shape[2])]
        )

    def per_unit(self, amount: FloatArray | None = None) -> FloatArray:
        """Return sums of an amount per answer (U,)."""
        return np.bincount(self.unit, amount, self.shape[0]).astype(np.float64)

    def per_person(self, amount: FloatArray) -> FloatArray:
        """Return sums of an amount per answer (A,)."""
        return np.bincount(self.who, amount, self.shape[1]).astype(np.float64)

    def per_unit_and_value(self, amount: FloatArray | None = None) -> FloatArray:
        """Return sums of an amount per answer by unit and value given (U, K)."""
        n_units, _, n_values = self.shape
        place = self.unit * n_values + self.value
        sums = np.bincount(place, amount, n_units * n_values).astype(np.float64)
        return sums.reshape(n_units, n_values)

    def per_person_and_value(self, amount: FloatArray) -> FloatArray:
        """Return sums of an amount per answer by annotator and value given (A, K)."""
        _, people, n_values = self.shape
        place = self.who * n_values + self.value
        sums = np.bincount(place, amount, people * n_values).astype(np.float64)
        return sums.reshape(people, n_values)


class Solution(NamedTuple):
    """Where EM came to rest: the posterior (U, K), its log likelihood, and the rounds it took."""

    posterior: FloatArray
    likelihood: float
    steps: int


def votes(cells: Cells) -> FloatArray:
    """Return the shares of the votes (U, K), 0 throughout without any."""
    shares: FloatArray = cells.counts / np.maximum(cells.answers, 1)[:, None]
    return shares


def decide(posterior: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the place of the best value, -1 for a tie or nothing, and its margin (U,) each."""
    if posterior.shape[1] == 1:
        best = np.where(posterior[:, 0] > 0, 0, NONE)
        return best, posterior[:, 0].copy()
    ordered = np.sort(posterior, axis=1)
    margin = ordered[:, -1] - ordered[:, -2]
    chosen = np.where(margin > EVEN, posterior.argmax(axis=1), NONE)
    return chosen, np.where(margin > EVEN, margin, 0.0)


def confusions(cells: Cells, posterior: FloatArray, smoothing: float) -> FloatArray:
    """Return (A, K, K): how often each annotator gives a value where the truth is another.

    A row that rests on nothing is even: an annotator without shared units has the prior.
    """
    n_values = posterior.shape[1]
    found = cells.given_in(posterior).copy()
    found += smoothing
    total = found.sum(axis=2, keepdims=True)
    return np.where(total > 0, found / np.where(total > 0, total, 1.0), 1.0 / n_values)


def expected_right(cells: Cells, posterior: FloatArray, smoothing: float = 0.0) -> FloatArray:
    """Return (A,): the expected share of right answers; nan without an answer."""
    n = cells.per_person(cells.weight)
    right = cells.right_in(posterior)
    share = (right + smoothing) / np.where(n > 0, n + smoothing * posterior.shape[1], 1.0)
    return np.where(n > 0, share, np.nan)
