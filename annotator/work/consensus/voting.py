"""What several annotators say of one field: who wins, by how much, or that nobody does.

A tie or a low margin is never broken, it stays open.
A statistical model may take the place of `majority`: anything that turns ballots into a `Vote`.
It then decides where annotators differ, under its own name (see `modelling`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, get_args

from annotator.measure.methods import Method

UNANIMOUS, MAJORITY, MODEL, ADJUDICATED = "unanimous", "majority", "model", "adjudicated"
SINGLE = "single"  # one annotator alone: neither unanimous nor a majority
OPEN = "open"  # a tie or a low margin: nobody has decided
# From what rests on everybody to what rests on nobody; the last one of its fields names a whole.
MODELS = (MODEL, *(each for each in get_args(Method) if each != MAJORITY))
ORDER = (UNANIMOUS, SINGLE, MAJORITY, *MODELS, ADJUDICATED, OPEN)

LEAST_MARGIN = 0.3
"""Two of three (.33) decide, three of five (.20) do not."""


@dataclass(frozen=True)
class Vote:
    """The outcome for one field: `value` is None while it is open.

    `margin` is the share of the first value less that of the second: of the votes, or of the
    posterior where a model was asked to decide. `posterior`: probability of each value under the
    model, empty where there is none.
    """

    value: str | None
    how: str
    votes: Mapping[str, int]
    margin: float
    posterior: Mapping[str, float] = field(default_factory=dict)

    @property
    def ballots(self) -> int:
        """Return how many annotators said something."""
        return sum(self.votes.values())


class Voting(Protocol):
    """Decides one field from what each annotator said; `name` is status, present, stance, …"""

    def __call__(self, name: str, ballots: Mapping[int, str], /) -> Vote:
        """Return the outcome for the ballots of these annotators."""


@dataclass(frozen=True)
class Majority:
    """More than half of the votes, and at least this margin."""

    least_margin: float = LEAST_MARGIN

    def __call__(self, _name: str, ballots: Mapping[int, str], /) -> Vote:
        """Return what most say, or that it is open."""
        return majority(ballots.values(), self.least_margin)


def majority(said: Iterable[str], least_margin: float = LEAST_MARGIN) -> Vote:
    """Return what more than half say with at least this margin, else an open vote."""
    return outcome(tuple(sorted(said)), least_margin)


# Of few values by few annotators: the same ballots come again and again.
@lru_cache(maxsize=10_000)
def outcome(said: tuple[str, ...], least_margin: float) -> Vote:
    """Return the vote of sorted ballots."""
    votes = dict(sorted(Counter(said).items(), key=lambda each: (-each[1], each[0])))
    total = sum(votes.values())
    if not total:
        return Vote(None, OPEN, {}, 0.0)
    (value, most), *others = votes.items()
    second = others[0][1] if others else 0
    margin = (most - second) / total
    if total == 1:
        return Vote(value, SINGLE, votes, margin)
    if most == total:
        return Vote(value, UNANIMOUS, votes, margin)
    if 2 * most > total and margin >= least_margin:
        return Vote(value, MAJORITY, votes, margin)
    return Vote(None, OPEN, votes, margin)


def weakest(hows: Iterable[str]) -> str:
    """Return the way of deciding that rests on the fewest: it names the whole."""
    return max(hows, key=ORDER.index, default=UNANIMOUS)
