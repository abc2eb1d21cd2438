"""MACE: each annotator either knows the true value, or answers by a habit of their own.

D. Hovy, T. Berg-Kirkpatrick, A. Vaswani and E. Hovy 2013, fitted by EM with additive smoothing from
several starts. Other than there, how common each value is is learned, as Dawid and Skene do: with
all values equally common, what nearly everybody says nearly always is best explained as a habit
of everybody's, and the truth as anything.
"""

import numpy as np

from annotator.measure.cells import Cells, Model, Solution, votes
from annotator.measure.patterns import FloatArray

# Half of what is not known to be known: where a start has a posterior and no annotators yet.
KNOWN = 0.75


def mace(cells: Cells, times: FloatArray, model: Model) -> list[Solution]:
    """Return where EM comes to rest from the votes and from seeded starts, in this order.

    `times`: (U,) how many units are alike.
    """
    rng = np.random.default_rng(model.seed)
    _, people, n_values = cells.shape
    even = np.full(n_values, 1.0 / n_values)
    found = [mace_from(votes(cells), cells, times, model)]
    for _ in range(model.restarts - 1):
        known = np.asarray(rng.uniform(0.5, 1.0, people), dtype=np.float64)
        habit = rng.dirichlet(np.ones(n_values), people)
        found.append(_rest(cells, times, model, known, habit, even))
    return found


def mace_from(start: FloatArray, cells: Cells, times: FloatArray, model: Model) -> Solution:
    """Return where EM comes to rest from a posterior (U, K)."""
    people = cells.shape[1]
    given = cells.per_person_and_value(cells.weight) + 1
    habit = given / given.sum(axis=1, keepdims=True)
    known, habit = _people(cells, start, np.full(people, KNOWN), habit, model.smoothing)
    return _rest(cells, times, model, known, habit, _common(start, times, model))


def _rest(
    cells: Cells,
    times: FloatArray,
    model: Model,
    known: FloatArray,
    habit: FloatArray,
    common: FloatArray,
) -> Solution:
    """Return where EM comes to rest.

    `known` (A,): how often each annotator knows; `habit` (A, K): what each answers when not;
    `common` (K,): how common each value is.
    """
    likelihood: float = -np.inf
    posterior, taken = votes(cells), 0
    for step in range(1, model.steps + 1):
        before, taken = likelihood, step
        posterior, likelihood = _truth(cells, times, known, habit, common)
        known, habit = _people(cells, posterior, known, habit, model.smoothing)
        common = _common(posterior, times, model)
        if abs(likelihood - before) < model.change * max(abs(likelihood), 1.0):
            break
    answered = cells.per_unit() > 0
    return Solution(np.where(answered[:, None], posterior, 0.0), likelihood, taken)


def _common(posterior: FloatArray, times: FloatArray, model: Model) -> FloatArray:
    """Return how common each value is (K,)."""
    mass: FloatArray = times @ posterior + model.smoothing
    total = mass.sum()
    return mass / total if total > 0 else np.full(len(mass), 1.0 / len(mass))


def _truth(
    cells: Cells, times: FloatArray, known: FloatArray, habit: FloatArray, common: FloatArray
) -> tuple[FloatArray, float]:
    """Return the posterior of the truth (U, K), and the log likelihood."""
    chance = (1 - known[cells.who]) * habit[cells.who, cells.value]
    guessed = np.log(np.maximum(chance, 1e-300))
    knew = np.log(np.maximum(chance + known[cells.who], 1e-300))
    score = cells.per_unit_and_value(knew - guessed) + cells.per_unit(guessed)[:, None]
    score += np.log(np.maximum(common, 1e-300))
    top = score.max(axis=1, keepdims=True, initial=-np.inf)
    mass = np.exp(score - top)
    total = mass.sum(axis=1, keepdims=True)
    return mass / total, float((times * (np.log(total) + top)[:, 0]).sum())


def _people(
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
