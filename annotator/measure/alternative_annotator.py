"""The alternative annotator test: may a model take the place of a person who annotates?

Source: N. Calderon, R. Reichart and R. Dror, "The Alternative Annotator Test for LLM-as-a-Judge",
ACL 2025, section 3. Each person h is left out in turn. On item i the model f and h are both
compared with the other people who labelled it, by a loss (`losses`). Then

    W_f(i, h) = 1 where the model's loss is at most that of h, else 0
    W_h(i, h) = 1 where the loss of h is at most the model's, else 0

The model wins against h where mean(W_h - W_f) < epsilon by a one-sided t test: epsilon is what
may be lost for the labour that is saved. As there is one test per person, what counts as
significant is found by the procedure of Y. Benjamini and D. Yekutieli (2001), which needs no
independence of the tests. The winning rate is the share of people against whom the model wins, the
advantage the mean over people of mean(W_f).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt

from annotator.measure.intervals.student import upper_tail
from annotator.measure.panel import NONE, Panel

Score = Literal["accuracy", "rmse"]
FloatArray = npt.NDArray[np.float64]

EXPERTS = 0.2
"""Epsilon where the people are experts; .15 for skilled people, .1 for crowds (section 3.4)."""
Q = 0.05
FEWEST_ITEMS = 30
PASSES_AT = 0.5
# Losses that differ by less are one: sums of squares of fractions are not exact.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Comparison:
    """The model and one person on `n` items that others labelled, too.

    `advantage` is mean(W_f); `p` belongs to the test that mean(W_h - W_f) < epsilon.
    """

    n: int
    advantage: float
    p: float
    wins: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the test says; rates are None where no person could be compared.

    `persons`: by column of the panel; `left_out`: the items of those with too few.
    """

    winning_rate: float | None
    advantage: float | None
    persons: dict[int, Comparison]
    left_out: dict[int, int]

    @property
    def passed(self) -> bool:
        """Say whether the model wins against at least half of the people."""
        return self.winning_rate is not None and self.winning_rate >= PASSES_AT


def losses(scale: Sequence[float] | int) -> FloatArray:
    """Return (K, K) what one value costs beside another.

    For a number K of values without order 1 where they differ (the loss is then 1 - accuracy); for
    their places on a scale the squared difference (the loss has the order of the RMSE).
    """
    if isinstance(scale, int):
        return 1.0 - np.eye(scale)
    places = np.asarray(scale, dtype=np.float64)
    squared: FloatArray = (places[:, None] - places[None, :]) ** 2
    return squared


def alternative_annotator_test(
    panel: Panel, model: int, cost: FloatArray, epsilon: float = EXPERTS, q: float = Q
) -> Verdict:
    """Test whether the annotator in column `model` of a panel may replace one of the others.

    `cost`: (K, K) of `losses`. Raises ValueError where epsilon lies outside of 0 to 1.
    """
    if not 0 <= epsilon <= 1:
        raise ValueError(f"epsilon lies between 0 and 1, not {epsilon}")
    people = [column for column in range(panel.given.shape[1]) if column != model]
    labelled = panel.where(panel.given[:, model] != NONE)
    by_person = Panel(panel.values, labelled.given[:, people]).counts
    found: dict[int, tuple[int, float, float]] = {}
    left_out = {}
    for person in people:
        own, other = labelled.given[:, person], labelled.given[:, model]
        rest = by_person.copy()
        rows = np.flatnonzero(own != NONE)
        rest[rows, own[rows]] -= 1
        kept = (own != NONE) & (rest.sum(axis=1) > 0)
        n = int(kept.sum())
        if n < FEWEST_ITEMS:
            left_out[person] = n
            continue
        lost = rest[kept] @ cost
        each = np.arange(n)
        theirs, its = lost[each, own[kept]], lost[each, other[kept]]
        wins_f = its <= theirs + ROUNDING
        wins_h = theirs <= its + ROUNDING
        lead = wins_h.astype(np.int64) - wins_f
        found[person] = (n, float(wins_f.mean()), below(lead, epsilon))
    significant = benjamini_yekutieli([p for _, _, p in found.values()], q)
    persons = {
        person: Comparison(n, advantage, p, wins)
        for (person, (n, advantage, p)), wins in zip(found.items(), significant, strict=True)
    }
    if not persons:
        return Verdict(None, None, {}, left_out)
    return Verdict(
        sum(each.wins for each in persons.values()) / len(persons),
        float(np.mean([each.advantage for each in persons.values()])),
        persons,
        left_out,
    )


def below(values: npt.NDArray[np.signedinteger], limit: float) -> float:
    """Return p of the one-sided t test that the mean of two or more values lies below a limit.

    Where all values are the same there is nothing to estimate: p is 0 below the limit, else 1.
    """
    n = len(values)
    mean, deviation = float(values.mean()), float(values.std(ddof=1))
    t = (mean - limit) / (deviation / sqrt(n)) if deviation else inf if mean >= limit else -inf
    return float(t > 0) if t in (inf, -inf) else upper_tail(-t, n - 1)


def benjamini_yekutieli(p: Sequence[float], q: float) -> list[bool]:
    """Return which of m tests are significant at a false discovery rate of at most q.

    With p sorted, all up to the last k with p_k <= k q / (m (1 + 1/2 + ... + 1/m)). Source:
    Benjamini and Yekutieli 2001, theorem 1.3.
    """
    m = len(p)
    harmonic = sum(1 / k for k in range(1, m + 1))
    reached = [each for k, each in enumerate(sorted(p), start=1) if each <= k * q / (m * harmonic)]
    limit = max(reached, default=-1.0)
    return [each <= limit for each in p]
