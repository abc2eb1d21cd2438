"""The options of how gold is made, under the same names and checks wherever gold is made."""

from math import isnan
from typing import get_args

import click

from annotator.measure.methods import MOST_SEED, MOST_SMOOTHING, Method, Model
from annotator.work.consensus.voting import LEAST_MARGIN

USUAL: Method = "majority"
METHODS = click.Choice(get_args(Method))
SEED = click.IntRange(0, MOST_SEED)
SEED_SAYS = f"Seed of the random starts of MACE.  [default: {Model().seed}]"


def number(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    """Refuse what is no number at all: every comparison lets it through."""
    if value is not None and isnan(value):
        raise click.BadParameter("nan is not a number.")
    return value


margin_option = click.option(
    "--margin",
    type=float,
    help="Minimum margin in a project, as a share of the votes or of the probability under a"
    " model; below it a sentence stays open."
    f"  [default: {LEAST_MARGIN}]",
)
smoothing_option = click.option(
    "--smoothing",
    type=click.FloatRange(0, MOST_SMOOTHING),
    callback=number,
    help="Added to each cell of the confusion matrices; 0 = no smoothing."
    f"  [default: {Model().smoothing}]",
)


def model_of(smoothing: float | None, seed: int | None) -> Model:
    """Return how a model is fitted; what was not given is as usual."""
    usual = Model()
    return Model(
        smoothing=usual.smoothing if smoothing is None else smoothing,
        seed=usual.seed if seed is None else seed,
    )
