"""What a report on people and models holds, and its JSON."""

from dataclasses import dataclass
from typing import Any

from annotator.measure.coefficients.result import Measure, measure_json
from annotator.measure.intervals.resampling import Interval

NOT_COUNTED = (
    "Answers of models are counted in this report only: agreement, gold, gates, progress and"
    " releases are what they would be without them."
)
NO_VALUE = ""
"""In a confusion: no claim of which the field could be asked."""


@dataclass(frozen=True)
class Alpha:
    """Alpha of one field: among the people, or of one model with each of the people.

    `who` is the pseudonym of the model, "" for the people. The units of a model are its pairs: an
    answer of the model beside that of one person to the same sentence.
    """

    who: str
    alpha: Measure
    interval: Interval | None


@dataclass(frozen=True)
class FieldAlphas:
    """One field with alpha among people, and of each model with people."""

    name: str
    level: str
    people: Alpha
    models: tuple[Alpha, ...]


@dataclass(frozen=True)
class Confusion:
    """What a model says, by what gold says: `counts` has a row for each value of gold.

    The last value, `NO_VALUE`, stands for sentences without a claim.
    """

    who: str
    field: str
    values: tuple[str, ...]
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def n(self) -> int:
        """Return the number of sentences."""
        return sum(map(sum, self.counts))

    @property
    def accuracy(self) -> float | None:
        """Return the share of sentences on which the model says what gold says."""
        same = sum(row[place] for place, row in enumerate(self.counts))
        return same / self.n if self.n else None


@dataclass(frozen=True)
class Shown:
    """Answers to sentences of which a model had said something: how many say the same."""

    same: int
    n: int

    @property
    def share(self) -> float | None:
        """Return the share that says the same, None of nothing."""
        return self.same / self.n if self.n else None


@dataclass(frozen=True)
class Anchoring:
    """How much more often people say what a model says where its suggestion was shown to them.

    `difference` of the two shares, None where one of them rests on nothing.
    """

    who: str
    field: str
    shown: Shown
    hidden: Shown
    difference: float | None
    interval: Interval


@dataclass(frozen=True)
class PeopleAndModels:
    """People and models of a project: `models` are pseudonyms, `answers` how many each gave.

    `suggested`: so many answers of people, given after a suggestion was shown, are not compared
    with models.
    """

    people: tuple[str, ...]
    models: tuple[str, ...]
    answers: tuple[int, ...]
    fields: tuple[FieldAlphas, ...]
    confusions: tuple[Confusion, ...]
    anchorings: tuple[Anchoring, ...]
    suggested: int = 0


def alpha_json(alpha: Alpha) -> dict[str, Any]:
    """Return one alpha as every JSON of the product has a measure."""
    return measure_json(alpha.alpha, alpha.interval)


def report_json(found: PeopleAndModels) -> dict[str, Any]:
    """Return a report as JSON."""
    return {
        "people": [*found.people],
        "models": {who: {"answers": n} for who, n in zip(found.models, found.answers, strict=True)},
        "fields": {
            each.name: {
                "level": each.level,
                "people": alpha_json(each.people),
                "models": {alpha.who: alpha_json(alpha) for alpha in each.models},
            }
            for each in found.fields
        },
        "confusion": {
            who: {
                each.field: {
                    "n": each.n,
                    "accuracy": each.accuracy,
                    "values": [value or None for value in each.values],
                    "counts": [[*row] for row in each.counts],
                }
                for each in found.confusions
                if each.who == who
            }
            for who in found.models
        },
        "anchoring": {
            who: {
                each.field: {
                    "shown": {"n": each.shown.n, "same": each.shown.same},
                    "not_shown": {"n": each.hidden.n, "same": each.hidden.same},
                    "difference": each.difference,
                    "low": each.interval.low,
                    "high": each.interval.high,
                    "reason": each.interval.reason or None,
                }
                for each in found.anchorings
                if each.who == who
            }
            for who in sorted({each.who for each in found.anchorings})
        },
        "suggested": found.suggested,
        "note": NOT_COUNTED,
    }
