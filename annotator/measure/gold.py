"""The most likely true value of each unit from what annotators gave: votes and models.

Votes split ties never: a tie has no value and goes to a person. The models are for closed sets.
Smoothing is a pseudo-count per cell; 0 gives the textbook form. Sources: A. P. Dawid and A. M.
Skene 1979 (an error matrix per annotator, EM); the one-coin model of Y. Zhang, X. Chen, D. Zhou and
M. I. Jordan 2014 (one accuracy per annotator); D. Hovy, T. Berg-Kirkpatrick, A. Vaswani and E. Hovy
2013 (MACE: annotators who sometimes answer without looking).
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

import numpy as np

from annotator.measure.panel import NONE, Panel
from annotator.measure.patterns import FloatArray, IntArray, distinct_rows

Method = Literal["majority", "weighted", "dawid-skene", "one-coin", "mace"]
FITTED: tuple[Method, ...] = ("dawid-skene", "one-coin", "mace")
"""Methods whose parameters are fitted in steps; the others vote."""
SMOOTHING, STEPS, CHANGE, RESTARTS, SEED = 0.01, 100, 1e-5, 10, 7
EVEN = 1e-9


@dataclass(frozen=True)
class Model:
    """How a model is fitted."""

    smoothing: float = SMOOTHING
    steps: int = STEPS
    change: float = CHANGE
    restarts: int = RESTARTS
    seed: int = SEED


@dataclass(frozen=True, eq=False)
class Gold:
    """What a method makes of a panel of U units, A annotators and K values.

    `posterior` (U, K): shares of the votes, or probabilities under the model; 0 throughout where a
    unit has no answer. `chosen` (U,): the place of the best value, -1 for a tie or no answer.
    `margin` (U,): the best share minus the second. `confusion` (A, K, K): how often an annotator
    gives each value (column) where the truth is a value (row), rows sum to 1. `accuracy` (A,): the
    expected share of right answers. `steps`: rounds until nothing moved, 0 for votes.
    """

    posterior: FloatArray
    chosen: IntArray
    margin: FloatArray
    confusion: FloatArray
    accuracy: FloatArray
    steps: int = 0


class Cells(NamedTuple):
    """The answers one by one, (L,) each: unit, annotator, value, and how many units are alike.

    Every sum runs over these, so its cost grows with the answers, not with units times annotators.
    """

    unit: IntArray
    who: IntArray
    value: IntArray
    weight: FloatArray
    shape: tuple[int, int, int]  # units, annotators, values

    @classmethod
    def of(cls, given: IntArray, times: FloatArray, n_values: int) -> Self:
        """Return the answers of (U, A) places on the scale, -1 where there is none."""
        unit, who = np.nonzero(given != NONE)
        return cls(unit, who, given[unit, who], times[unit], (*given.shape, n_values))

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


def aggregate(panel: Panel, method: Method, model: Model = Model()) -> Gold:
    """Return what `method` makes of a panel; the same input gives the same result.

    Raises ValueError for an unknown method or a scale of a single value under a model.
    """
    rows, place = distinct_rows(panel.given.astype(np.int64) + 1)
    times = np.bincount(place, minlength=len(rows)).astype(np.float64)
    n_values = len(panel.values)
    cells = Cells.of(rows - 1, times, n_values)
    steps = 0
    if method == "majority":
        posterior = votes(cells)
    elif method == "weighted":
        posterior = weighted_votes(cells)
    elif n_values < 2:
        raise ValueError("a model needs a scale of two values or more")
    elif method in ("dawid-skene", "one-coin"):
        posterior, steps = dawid_skene(cells, times, model, method == "one-coin")
    elif method == "mace":
        posterior, steps = mace(cells, times, model)
    else:
        raise ValueError(f"{method!r} is not a method of aggregation")
    chosen, margin = decide(posterior)
    matrices = confusions(cells, posterior, 0.0 if steps == 0 else model.smoothing)
    right = expected_right(cells, posterior)
    return Gold(posterior[place], chosen[place], margin[place], matrices, right, steps)


def votes(cells: Cells) -> FloatArray:
    """Return the shares of the votes (U, K), 0 throughout without any."""
    counts = cells.per_unit_and_value()
    shares: FloatArray = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares


def weighted_votes(cells: Cells) -> FloatArray:
    """Return shares of votes that weigh as much as their annotator agrees with the plain shares.

    One round: the weight of an annotator is the mean share of the others that give the same value,
    1 where there are none. As Wawa (worker agreement with aggregate), on shares, so that ties need
    no order.
    """
    counts = cells.per_unit_and_value()
    others = cells.per_unit()[cells.unit] - 1
    alike = counts[cells.unit, cells.value] - 1
    met = np.where(others > 0, cells.weight, 0.0)
    total = cells.per_person(met)
    share = cells.per_person(met * alike / np.maximum(others, 1))
    weights = np.where(total > 0, share / np.where(total > 0, total, 1.0), 1.0)
    # Nobody weighs nothing: a unit that only such an annotator answered would lose its answer.
    weights = np.maximum(weights, EVEN)
    mass = cells.per_unit_and_value(weights[cells.who])
    shares: FloatArray = mass / np.maximum(mass.sum(axis=1, keepdims=True), EVEN / 2)
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


def dawid_skene(
    cells: Cells, times: FloatArray, model: Model, one_coin: bool = False
) -> tuple[FloatArray, int]:
    """Return the posterior (U, K) and the number of rounds of EM, from the shares of the votes.

    `times`: (U,) how many units are alike. `one_coin`: one accuracy per annotator, errors spread
    evenly, instead of an error matrix.
    """
    posterior = votes(cells)
    answered = posterior.sum(axis=1) > 0
    matrices = evened if one_coin else confusions
    taken = 0
    for step in range(1, model.steps + 1):
        taken = step
        prior = np.maximum(times @ posterior, 0) + model.smoothing
        prior = prior / prior.sum()
        errors = matrices(cells, posterior, model.smoothing)
        before = posterior
        posterior = _posterior(cells, np.log(np.maximum(prior, 1e-300)), errors, answered)
        if np.abs(posterior - before).max(initial=0.0) < model.change:
            break
    return posterior, taken


def _posterior(
    cells: Cells, log_prior: FloatArray, errors: FloatArray, answered: np.ndarray
) -> FloatArray:
    """Return the posterior (U, K) under error matrices (A, K, K), in log space."""
    logs = np.log(np.maximum(errors, 1e-300))
    said = [cells.per_unit(logs[cells.who, true, cells.value]) for true in range(len(log_prior))]
    score = np.stack(said, axis=1) + log_prior
    score -= score.max(axis=1, keepdims=True, initial=-np.inf)
    mass = np.exp(score)
    return np.where(answered[:, None], mass / mass.sum(axis=1, keepdims=True), 0.0)


def confusions(cells: Cells, posterior: FloatArray, smoothing: float) -> FloatArray:
    """Return (A, K, K): how often each annotator gives a value where the truth is another.

    A row that rests on nothing is even: an annotator without shared units has the prior.
    """
    n_values = posterior.shape[1]
    found = np.stack(
        [
            cells.per_person_and_value(cells.weight * posterior[cells.unit, true])
            for true in range(n_values)
        ],
        axis=1,
    )
    found += smoothing
    total = found.sum(axis=2, keepdims=True)
    return np.where(total > 0, found / np.where(total > 0, total, 1.0), 1.0 / n_values)


def evened(cells: Cells, posterior: FloatArray, smoothing: float) -> FloatArray:
    """Return error matrices of one accuracy each, with the errors spread evenly (A, K, K).

    Of an annotator without an answer nothing is known, and nothing is asked.
    """
    n_values = posterior.shape[1]
    right = expected_right(cells, posterior, smoothing)
    wrong = (1.0 - right) / (n_values - 1)
    eye = np.eye(n_values)
    matrices: FloatArray = eye * right[:, None, None] + (1 - eye) * wrong[:, None, None]
    return matrices


def expected_right(cells: Cells, posterior: FloatArray, smoothing: float = 0.0) -> FloatArray:
    """Return (A,): the expected share of right answers; nan without an answer."""
    n = cells.per_person(cells.weight)
    right = cells.per_person(cells.weight * posterior[cells.unit, cells.value])
    share = (right + smoothing) / np.where(n > 0, n + smoothing * posterior.shape[1], 1.0)
    return np.where(n > 0, share, np.nan)


def mace(cells: Cells, times: FloatArray, model: Model) -> tuple[FloatArray, int]:
    """Return the posterior (U, K) and the rounds of the best of several seeded starts.

    Each annotator either knows the true value, or answers by a habit of their own (Hovy et al.
    2013, EM with additive smoothing); the start with the highest likelihood wins.
    """
    rng = np.random.default_rng(model.seed)
    _, people, n_values = cells.shape
    answered = cells.per_unit() > 0
    best: tuple[float, FloatArray, int] | None = None
    for _ in range(model.restarts):
        known = np.asarray(rng.uniform(0.5, 1.0, people), dtype=np.float64)
        habit = rng.dirichlet(np.ones(n_values), people)
        likelihood: float = -np.inf
        taken = 0
        for step in range(1, model.steps + 1):
            before, taken = likelihood, step
            posterior, likelihood = _mace_truth(cells, times, known, habit)
            known, habit = _mace_people(cells, posterior, known, habit, model.smoothing)
            if abs(likelihood - before) < model.change * max(abs(likelihood), 1.0):
                break
        if best is None or likelihood > best[0] + EVEN:
            best = (likelihood, posterior, taken)
    if best is None:
        raise ValueError("MACE needs one start or more")
    return np.where(answered[:, None], best[1], 0.0), best[2]


def _mace_truth(
    cells: Cells, times: FloatArray, known: FloatArray, habit: FloatArray
) -> tuple[FloatArray, float]:
    """Return the posterior of the truth (U, K) with an even prior, and the log likelihood."""
    chance = (1 - known[cells.who]) * habit[cells.who, cells.value]
    guessed = np.log(np.maximum(chance, 1e-300))
    knew = np.log(np.maximum(chance + known[cells.who], 1e-300))
    score = cells.per_unit_and_value(knew - guessed) + cells.per_unit(guessed)[:, None]
    score -= np.log(cells.shape[2])
    top = score.max(axis=1, keepdims=True, initial=-np.inf)
    mass = np.exp(score - top)
    total = mass.sum(axis=1, keepdims=True)
    return mass / total, float(times @ (np.log(total) + top)[:, 0])


def _mace_people(
    cells: Cells, posterior: FloatArray, known: FloatArray, habit: FloatArray, smoothing: float
) -> tuple[FloatArray, FloatArray]:
    """Return how often each annotator knows, and the habit of each when not."""
    who, value, w = cells.who, cells.value, cells.weight
    chance = (1 - known[who]) * habit[who, value]
    looked = posterior[cells.unit, value] * known[who] / np.maximum(known[who] + chance, 1e-300)
    n = cells.per_person(w)
    knew = (cells.per_person(w * looked) + smoothing) / np.where(n > 0, n + 2 * smoothing, 1.0)
    guessed = cells.per_person_and_value(w * (1 - looked)) + smoothing
    total = guessed.sum(axis=1, keepdims=True)
    met = (n > 0)[:, None] & (total > 0)
    habits = np.where(met, guessed / np.where(total > 0, total, 1.0), habit)
    return np.where(n > 0, knew, known), habits
