"""Gold by a statistical model: where annotators differ, the model says which value is likely.

What all say stays unanimous, what one alone says stays single; the model
decides the rest under its own name, by more than half of the probability and a minimum margin.
Whatever is nearer than that stays open for adjudication. Speakers, and whether there is a
claim, are an open set and stay with the majority (`consensus`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from annotator.measure.aggregation import Gold, aggregates
from annotator.measure.methods import FITTED, Method, Model
from annotator.measure.panel import NONE, Panel
from annotator.phrases import method_name
from annotator.work.consensus.voting import (
    LEAST_MARGIN,
    OPEN,
    SINGLE,
    UNANIMOUS,
    Vote,
    majority,
)
from annotator.work.gold.panels import Panels

STANDARD = Model()
Pattern = tuple[tuple[int, int], ...]
"""Who gave what, as (column, place on the scale), in the order of the columns."""


@dataclass(frozen=True)
class Aggregation:
    """How the fields of gold are decided; fitted to a project before it votes."""

    method: Method = "majority"
    model: Model = STANDARD
    least_margin: float = LEAST_MARGIN

    @property
    def learns(self) -> bool:
        """Say whether it learns from all answers; the majority looks at one sentence alone."""
        return self.method != "majority"

    @property
    def says(self) -> str:
        """Return the method in words, with what of its settings is not as usual."""
        usual = Aggregation(self.method).settings()
        other = [
            f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in self.settings().items()
            if value != usual[name]
        ]
        return ", ".join([method_name(self.method), *other])

    def settings(self) -> dict[str, Any]:
        """Return how gold is made, null where the method has no use for it."""
        model = self.model
        fitted, drawn = self.method in FITTED, self.method == "mace"
        return {
            "margin": self.least_margin,
            "smoothing": model.smoothing if fitted else None,
            "most_steps": model.steps if fitted else None,
            "least_change": model.change if fitted else None,
            "restarts": model.restarts if drawn else None,
            "seed": model.seed if drawn else None,
        }

    @classmethod
    def of(cls, method: Method, settings: Mapping[str, Any]) -> "Aggregation":
        """Return what `settings` describes; what is null there is as usual."""
        names = {"smoothing": "smoothing", "most_steps": "steps", "least_change": "change"}
        names |= {"restarts": "restarts", "seed": "seed"}
        own = {name: settings[key] for key, name in names.items() if settings.get(key) is not None}
        return cls(method, Model(**own), settings["margin"])

    def fitted_to(self, panels: Panels) -> "Fitted":
        """Return the fit to panels that have been read."""
        return self.with_fits(panels, self.fits(panels))

    def fits(self, panels: Panels) -> dict[str, "Fit"]:
        """Fit every field of panels that have been read."""
        return {name: self.fit(panel) for name, panel in panels.fields.items()}

    def with_fits(self, panels: Panels, fits: Mapping[str, "Fit"]) -> "Fitted":
        """Return what votes by these fits to the panels."""
        columns = {user: column for column, user in enumerate(panels.people)}
        return Fitted(self, fits, columns)

    def fit(self, panel: Panel) -> "Fit":
        """Fit one field to the units that two or more annotators share; others teach nothing."""
        return fits_of(panel, (self.method,), self.model)[self.method]


def fits_of(panel: Panel, methods: Sequence[Method], model: Model) -> dict[Method, "Fit"]:
    """Fit several methods to the units of one field that two or more annotators share."""
    # A scale of one value has nothing to model.
    used: Sequence[Method] = methods if len(panel.values) > 1 else ("majority",)
    found = aggregates(panel.shared, used, model)
    return {
        each: Fit(panel.values, panel.shared, found[each if each in found else "majority"])
        for each in methods
    }


@dataclass(frozen=True, eq=False)
class Fit:
    """A method fitted to one field: its values, shared units (U', A) and what it makes of them."""

    values: tuple[str, ...]
    shared: Panel
    gold: Gold

    def posteriors(self) -> dict[Pattern, Mapping[str, float]]:
        """Return the probability of each value by pattern of answers."""
        unlike, place = self.shared.alike
        shares = np.empty((len(unlike.given), len(self.values)))
        shares[place] = self.gold.posterior
        return {
            pattern_of(row): dict(zip(self.values, share, strict=True))
            for row, share in zip(unlike.given.tolist(), shares.tolist(), strict=True)
        }


def pattern_of(places: list[int]) -> Pattern:
    """Return a row of a panel as a pattern."""
    return tuple((column, place) for column, place in enumerate(places) if place != NONE)


class Fitted:
    """A voting (see `voting.Voting`) by a method that was fitted to a project."""

    def __init__(
        self, way: Aggregation, fits: Mapping[str, Fit], columns: Mapping[int, int]
    ) -> None:
        # Of the fits only what each pattern comes to: their panels are as large as the project.
        self.way, self.columns = way, columns
        self.places = {
            name: {value: place for place, value in enumerate(fit.values)}
            for name, fit in fits.items()
        }
        self.posteriors = {name: fit.posteriors() for name, fit in fits.items()}

    def __call__(self, name: str, ballots: Mapping[int, str], /) -> Vote:
        """Return the outcome for the ballots of these annotators, who are known by user id."""
        vote = majority(ballots.values(), self.way.least_margin)
        places = self.places[name]
        # A value that the codebook has never had is beyond the model; then votes decide.
        if vote.ballots < 2 or not places.keys() >= vote.votes.keys():
            return vote
        pattern = tuple(sorted((self.columns[who], places[said]) for who, said in ballots.items()))
        posterior = self.posteriors[name].get(pattern)
        # Beside such a value, claims of one speaker may stand otherwise than in the panel.
        return vote if posterior is None else decided(vote, posterior, self.way)


def decided(vote: Vote, posterior: Mapping[str, float], way: Aggregation) -> Vote:
    """Return the votes on a field with what a model makes of them."""
    if vote.how in (UNANIMOUS, SINGLE):
        return replace(vote, posterior=posterior)
    (first, most), (_, second), *_ = sorted(posterior.items(), key=lambda each: -each[1])
    margin = most - second
    sure = most > 0.5 and margin >= way.least_margin and margin > 0
    return Vote(
        first if sure else None, way.method if sure else OPEN, vote.votes, margin, posterior
    )
