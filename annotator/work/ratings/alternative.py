"""May a model replace a person? The alternative annotator test on labels of anybody's making."""

from collections.abc import Sequence
from typing import Any

from annotator.errors import RefusedError
from annotator.measure.alternative_annotator import (
    FEWEST_ITEMS,
    Q,
    Score,
    Verdict,
    alternative_annotator_test,
    losses,
)
from annotator.measure.panel import Panel
from annotator.phrases import counted
from annotator.text.spelling import numbers, tidy
from annotator.work.ratings.labels import scale
from annotator.work.ratings.reading import Ratings

FEW = 3
TWO = (
    "There are two people: with nobody else to compare with, the test only says which of the two"
    " the model is nearer to. Three or more are advised."
)


class NoTestError(RefusedError):
    """The test cannot be made of these labels; the message says what it needs."""


def alternative_of(
    ratings: Ratings, model: str, epsilon: float, score: Score, declared: Sequence[str] | None
) -> dict[str, Any]:
    """Return the test of the annotator `model` in a file of labels, as its JSON.

    `rmse` counts places on the declared scale, or else the numbers that the values are. Raises
    NoTestError where nobody has this name, nobody else has labelled anything, or the values have
    no order.
    """
    model = tidy(model)
    if model not in ratings.annotators:
        raise NoTestError(
            f"--model: nobody is called “{model}”; the annotators are {named(ratings.annotators)}"
        )
    values = list(declared) if declared is not None else scale(ratings.values)
    places: Sequence[float] | None = range(len(values)) if declared else numbers(values)
    panel, owners = ratings.panel(values, ratings.items)
    return tested(panel, owners, model, epsilon, score, places)


def tested(
    panel: Panel,
    names: Sequence[str],
    model: str,
    epsilon: float,
    score: Score,
    places: Sequence[float] | None,
) -> dict[str, Any]:
    """Return the test of the column named `model` of a panel, as its JSON.

    `places`: of each value on its scale, None where the values have no order.
    """
    if len(names) < FEW:
        raise NoTestError(
            "The test compares a model with at least two people;"
            f" there {'is one' if len(names) > 1 else 'is nobody'} beside “{model}”."
        )
    if score == "rmse" and places is None:
        raise NoTestError("--score rmse needs values with an order; declare it with --values.")
    cost = losses(places if score == "rmse" and places is not None else len(panel.values))
    verdict = alternative_annotator_test(panel, names.index(model), cost, epsilon)
    return {
        "model": model,
        "epsilon": epsilon,
        "q": Q,
        "score": score,
        **as_json(verdict, names),
        "warnings": [TWO] if len(names) == FEW else [],
    }


def as_json(verdict: Verdict, names: Sequence[str]) -> dict[str, Any]:
    """Return what the test says by the names of the people."""
    return {
        "winning_rate": verdict.winning_rate,
        "advantage": verdict.advantage,
        "passed": verdict.passed,
        "persons": {
            names[column]: {
                "n": each.n, "advantage": each.advantage, "p": each.p, "wins": each.wins,
            }
            for column, each in verdict.persons.items()
        },
        "left_out": {
            names[column]: (
                f"{counted(n, 'item')} that the model and somebody else labelled, too;"
                f" the test needs {FEWEST_ITEMS}"
            )
            for column, n in verdict.left_out.items()
        },
    }  # fmt: skip


def named(names: Sequence[str], most: int = 10) -> str:
    """Return the first of some names, and how many there are beside."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(sorted(names)[:most]) + more
