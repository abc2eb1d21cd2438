"""The most likely true value of each unit from what annotators gave: votes and models.

Votes split ties never: a tie has no value and goes to a person. Nor do the models, which are for
closed sets: where several solutions fit the answers equally well and differ, that is a tie, too.
Smoothing is a pseudo-count per cell; 0 gives the textbook form. Sources: A. P. Dawid and A. M.
Skene 1979 (an error matrix per annotator, EM); the one-coin model of Y. Zhang, X. Chen, D. Zhou and
M. I. Jordan 2014 (one accuracy per annotator); D. Hovy, T. Berg-Kirkpatrick, A. Vaswani and E. Hovy
2013 (MACE: annotators who sometimes answer without looking).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotator.measure.cells import EVEN, Cells, Solution, confusions, decide, expected_right, votes
from annotator.measure.lookups import Likelihoods
from annotator.measure.mace import mace, mace_from
from annotator.measure.methods import FITTED, Method, Model
from annotator.measure.panel import Panel
from annotator.measure.patterns import FloatArray, IntArray
from annotator.measure.rivals import merged, rivals, told

STANDARD = Model()


@dataclass(frozen=True, eq=False)
class Gold:
    """What a method makes of a panel of U units, A annotators and K values.

    `posterior` (U, K): shares of the votes, or probabilities under the model; 0 throughout where a
    unit has no answer. `chosen` (U,): the place of the best value, -1 for a tie or no answer.
    `margin` (U,): the best share minus the second. `confusion` (A, K, K): how often an annotator
    gives each value (column) where the truth is a value (row), rows sum to 1. `accuracy` (A,): the
    expected share of right answers, nan without an answer, or where `told` (A,) is false: solutions
    that fit equally well say different shares. `steps`: rounds until nothing moved, 0 for votes.
    """

    posterior: FloatArray
    chosen: IntArray
    margin: FloatArray
    confusion: FloatArray
    accuracy: FloatArray
    told: npt.NDArray[np.bool_]
    steps: int = 0


def aggregate(panel: Panel, method: Method, model: Model = STANDARD) -> Gold:
    """Return what `method` makes of a panel; the same input gives the same result.

    Raises ValueError for an unknown method or a scale of a single value under a model.
    """
    return aggregates(panel, (method,), model)[method]


def aggregates(
    panel: Panel, methods: Sequence[Method], model: Model = STANDARD
) -> dict[Method, Gold]:
    """Return what each of several methods makes of a panel, as `aggregate` does."""
    unlike, place = panel.alike
    times = np.bincount(place, minlength=len(unlike.given)).astype(np.float64)
    cells = Cells.of(unlike.given, times, len(panel.values))
    return {each: made_by(each, cells, place, model) for each in methods}


def made_by(method: Method, cells: Cells, place: IntArray, model: Model) -> Gold:
    """Return what a method makes of units, each of which is like one of the cells' (U,)."""
    known = np.ones(cells.shape[1], dtype=np.bool_)
    steps = 0
    if method == "majority":
        posterior = votes(cells)
    elif method == "weighted":
        posterior = weighted_votes(cells)
    elif method not in FITTED:
        raise ValueError(f"{method!r} is not a method of aggregation")
    elif cells.shape[2] < 2:
        raise ValueError("a model needs a scale of two values or more")
    else:
        solutions = fitted(cells, method, model)
        posterior, steps, known = merged(solutions), solutions[0].steps, told(cells, solutions)
    chosen, margin = decide(posterior)
    matrices = confusions(cells, posterior, 0.0 if steps == 0 else model.smoothing)
    right = np.where(known, expected_right(cells, posterior), np.nan)
    return Gold(posterior[place], chosen[place], margin[place], matrices, right, known, steps)


def fitted(cells: Cells, method: Method, model: Model) -> list[Solution]:
    """Return the solution of a model, and those that are as good.

    The solution is that which EM reaches from the votes; of MACE the likeliest of all starts.
    """
    fit: Callable[[FloatArray], Solution]
    if method == "mace":
        starts = mace(cells, model)
        first = max(starts, key=lambda each: each.likelihood)

        def fit(start: FloatArray) -> Solution:
            return mace_from(start, cells, model)

    else:

        def fit(start: FloatArray) -> Solution:
            return dawid_skene(start, cells, model, method == "one-coin")

        first, starts = fit(votes(cells)), []
    others = [each for each in starts if each is not first]
    return rivals(cells, first, others, fit, model.change)


def weighted_votes(cells: Cells) -> FloatArray:
    """Return shares of votes that weigh as much as their annotator agrees with the plain shares.

    One round: the weight of an annotator is the mean share of the others that give the same value,
    1 where there are none. As Wawa (worker agreement with aggregate), on shares, so that ties need
    no order.
    """
    counts = cells.counts
    others = cells.answers[cells.unit] - 1
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


def dawid_skene(start: FloatArray, cells: Cells, model: Model, one_coin: bool = False) -> Solution:
    """Return where EM comes to rest from a posterior (U, K).

    `one_coin`: one accuracy per annotator, errors spread evenly, instead of an error matrix.
    """
    posterior, likelihood, taken = start, -np.inf, 0
    answered = cells.answers > 0
    matrices = evened if one_coin else confusions
    for step in range(1, model.steps + 1):
        taken = step
        prior = np.maximum(cells.times @ posterior, 0) + model.smoothing
        prior = prior / prior.sum()
        errors = matrices(cells, posterior, model.smoothing)
        before = posterior
        posterior, likelihood = _posterior(cells, prior, errors, answered)
        if np.abs(posterior - before).max(initial=0.0) < model.change:
            break
    return Solution(posterior, likelihood, taken)


def _posterior(
    cells: Cells, prior: FloatArray, errors: FloatArray, answered: np.ndarray
) -> tuple[FloatArray, float]:
    """Return the posterior (U, K) under error matrices (A, K, K), and its log likelihood."""
    logs, times = np.log(np.maximum(errors, 1e-300)), cells.times
    if cells.lookups is not None:
        # By annotator, value given and true value; of one model.
        likely = Likelihoods(cells.lookups, logs.transpose(0, 2, 1)[..., None], prior[:, None])
        mass, above = likely.shares(slice(None))
        mass[..., ~answered] = 0.0
        return mass[:, 0].T, float((times * above[0]).sum() + likely.total()[0])
    # Values stand in rows: sums over a few long rows are quicker than over many short ones.
    score = cells.scores(logs) + np.log(np.maximum(prior, 1e-300))[:, None]
    top = score.max(axis=0, initial=-np.inf)
    mass = np.exp(score - top)
    total = mass.sum(axis=0)
    # No dot product: of long vectors BLAS makes threads, which cost more than the sum.
    likelihood = float((times * (np.log(total) + top)).sum())
    return np.where(answered, mass / total, 0.0).T, likelihood


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
