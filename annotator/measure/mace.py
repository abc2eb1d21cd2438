"""MACE: each annotator either knows the true value, or answers by a habit of their own.

D. Hovy, T. Berg-Kirkpatrick, A. Vaswani and E. Hovy 2013, fitted by EM with additive smoothing from
several starts. Other than there, how common each value is is learned, as Dawid and Skene do: with
all values equally common, what nearly everybody says nearly always is best explained as a habit
of everybody's, and the truth as anything.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from annotator.measure.cells import Cells, Solution, votes
from annotator.measure.lookups import Likelihoods, Lookups
from annotator.measure.methods import Model
from annotator.measure.patterns import FloatArray

# Half of what is not known to be known: where a start has a posterior and no annotators yet.
KNOWN = 0.75
# So many units are looked at at once.
AT_ONCE = 1024


class Start(NamedTuple):
    """Where EM begins: how often each annotator knows (A,), habits (A, K), common values (K,)."""

    known: FloatArray
    habit: FloatArray
    common: FloatArray


def mace(cells: Cells, model: Model) -> list[Solution]:
    """Return where EM comes to rest from the votes and from seeded starts, in this order."""
    rng = np.random.default_rng(model.seed)
    _, people, n_values = cells.shape
    even = np.full(n_values, 1.0 / n_values)
    starts = [_begin(votes(cells), cells, model)]
    for _ in range(model.restarts - 1):
        known = np.asarray(rng.uniform(0.5, 1.0, people), dtype=np.float64)
        habit = rng.dirichlet(np.ones(n_values), people)
        starts.append(Start(known, habit, even))
    return _rests(cells, model, starts)


def mace_from(start: FloatArray, cells: Cells, model: Model) -> Solution:
    """Return where EM comes to rest from a posterior (U, K)."""
    return _rests(cells, model, [_begin(start, cells, model)])[0]


def _begin(start: FloatArray, cells: Cells, model: Model) -> Start:
    """Return what a posterior (U, K) says of annotators of whom nothing else is known."""
    people = cells.shape[1]
    given = cells.per_person_and_value(cells.weight) + 1
    habit = given / given.sum(axis=1, keepdims=True)
    known, habit = _people(cells, start, np.full(people, KNOWN), habit, model.smoothing)
    return Start(known, habit, _common(start, cells.times, model))


def _rests(cells: Cells, model: Model, starts: Sequence[Start]) -> list[Solution]:
    """Return where EM comes to rest from each of several starts."""
    if cells.lookups is None:
        return [_rest(cells, model, *each) for each in starts]
    return Together(cells, cells.lookups, model).rests(starts)


class Together:
    """EM from several starts at once, on the answers of groups of annotators (see `Lookups`).

    Some units at a time, all that is made of them stays in the cache of the processor. `known`:
    (R, A) for R starts, `habit`: (R, A, K), `common`: (R, K). What everybody guesses of a unit is
    the same whatever is true, so it enters the likelihood as a sum over annotators.
    """

    def __init__(self, cells: Cells, lookups: Lookups, model: Model) -> None:
        self.cells, self.lookups, self.model = cells, lookups, model
        self.units, self.people, self.n_values = cells.shape
        self.given = cells.per_person_and_value(cells.weight)
        self.gave = np.zeros((self.n_values, self.units, self.people), dtype=np.bool_)
        self.gave[cells.value, cells.unit, cells.who] = True

    def rests(self, starts: Sequence[Start]) -> list[Solution]:
        """Return where EM comes to rest from each start."""
        model = self.model
        known = np.stack([each.known for each in starts])
        habit = np.stack([each.habit for each in starts])
        common = np.stack([each.common for each in starts])
        left, before = np.arange(len(starts)), np.full(len(starts), -np.inf)
        found: dict[int, Solution] = {}
        for step in range(1, model.steps + 1):
            likelihood, right, wrong, mass = self.step(known, habit, common)
            still = np.abs(likelihood - before) < model.change * np.maximum(np.abs(likelihood), 1.0)
            done = still | (step == model.steps)
            for run in np.flatnonzero(done).tolist():
                posterior = self.posterior(known[run], habit[run], common[run])
                found[int(left[run])] = Solution(posterior, float(likelihood[run]), step)
            if done.all():
                break
            go = ~done
            known, habit = self.learned(known[go], habit[go], right[go], wrong[go])
            common = self.shares(mass[go])
            left, before = left[go], likelihood[go]
        return [found[run] for run in range(len(starts))]

    def step(
        self, known: FloatArray, habit: FloatArray, common: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return the log likelihood (R,), and what the posterior says of the answers.

        Summed over the units to which an annotator gave a value, (R, A, K) each: how likely that is
        true, and how likely it is not; and how common each value is (R, K).
        """
        runs, times = len(known), self.cells.times
        likely, guessed = self.likelihoods(known, habit, common)
        likelihood = (self.given * guessed).sum(axis=(1, 2)) + likely.total()
        right = np.zeros((self.n_values, runs, self.people))
        mass = np.zeros((self.n_values, runs))
        for first in range(0, self.units, AT_ONCE):
            some = slice(first, first + AT_ONCE)
            share, above = likely.shares(some)
            likelihood += (times[some] * above).sum(axis=1)
            share *= times[some]
            for k in range(self.n_values):
                right[k] += share[k] @ self.gave[k, some].astype(np.float64)
            mass += share.sum(axis=2)
        right = right.transpose(1, 2, 0)
        # Rounding may leave a sum above its whole.
        return likelihood, right, np.maximum(self.given - right, 0.0), mass.T

    def likelihoods(
        self, known: FloatArray, habit: FloatArray, common: FloatArray
    ) -> tuple[Likelihoods, FloatArray]:
        """Return what the answers say of the truth, above the logs of guessing them (R, A, K)."""
        knew, guessed = logs_of(known, habit)
        gain = (knew - guessed).transpose(1, 2, 0)
        # By annotator, value given and true value: only where these are one something is gained.
        logs = np.zeros((self.people, self.n_values, self.n_values, len(known)))
        for k in range(self.n_values):
            logs[:, k, k] = gain[:, k]
        return Likelihoods(self.lookups, logs, common.T), guessed

    def posterior(self, known: FloatArray, habit: FloatArray, common: FloatArray) -> FloatArray:
        """Return the posterior (U, K) of one run, 0 throughout where a unit has no answer."""
        likely, _ = self.likelihoods(known[None], habit[None], common[None])
        found, _ = likely.shares(slice(None))
        found[..., self.cells.answers == 0] = 0.0
        return found[:, 0].T

    def learned(
        self, known: FloatArray, habit: FloatArray, right: FloatArray, wrong: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return how often each annotator knows, and the habit of each when not."""
        chance = (1 - known)[:, :, None] * habit
        looked = known[:, :, None] / np.maximum(known[:, :, None] + chance, 1e-300)
        n, smoothing = self.given.sum(axis=1), self.model.smoothing
        knew = ((looked * right).sum(axis=2) + smoothing) / np.where(n > 0, n + 2 * smoothing, 1.0)
        # Of the answers that are not right, and of those that are by chance.
        guessed = wrong + (1 - looked) * right + smoothing
        total = guessed.sum(axis=2, keepdims=True)
        met = (n > 0)[:, None] & (total > 0)
        habits = np.where(met, guessed / np.where(total > 0, total, 1.0), habit)
        return np.where(n > 0, knew, known), habits

    def shares(self, mass: FloatArray) -> FloatArray:
        """Return how common each value is (R, K)."""
        smoothed = mass + self.model.smoothing
        total = smoothed.sum(axis=1, keepdims=True)
        return np.where(total > 0, smoothed / np.where(total > 0, total, 1.0), 1 / self.n_values)


def logs_of(known: FloatArray, habit: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the logs of how likely each gives a value that is true, and one that is not."""
    chance = (1 - known)[..., None] * habit
    guessed = np.log(np.maximum(chance, 1e-300))
    return np.log(np.maximum(chance + known[..., None], 1e-300)), guessed


def _rest(
    cells: Cells,
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
    posterior, taken, times = votes(cells), 0, cells.times
    for step in range(1, model.steps + 1):
        before, taken = likelihood, step
        posterior, likelihood = _truth(cells, times, known, habit, common)
        known, habit = _people(cells, posterior, known, habit, model.smoothing)
        common = _common(posterior, times, model)
        if abs(likelihood - before) < model.change * max(abs(likelihood), 1.0):
            break
    answered = cells.answers > 0
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
