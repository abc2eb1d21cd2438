"""What the gold page and its download are asked for, as it stands in the address."""

from collections.abc import Mapping
from math import isfinite

from flask import abort, request

from annotator.measure.methods import MOST_SEED, MOST_SMOOTHING, Model
from annotator.work.consensus.voting import LEAST_MARGIN
from annotator.work.gold.methods import METHODS
from annotator.work.gold.models import Aggregation

WAY = ("method", "margin", "smoothing", "seed")


def way_asked() -> Aggregation:
    """Return the method and its settings; what they cannot mean is 400."""
    asked = request.args.get("method", "majority")
    method = next((each for each in METHODS if each == asked), None)
    if method is None:
        abort(400, f"There is no method “{asked[:64]}”: {', '.join(METHODS)}.")
    usual = Model()
    model = Model(
        smoothing=number("smoothing", usual.smoothing, MOST_SMOOTHING),
        seed=seed_asked(usual.seed),
    )
    return Aggregation(method, model, number("margin", LEAST_MARGIN, 1.0))


def number(name: str, usual: float, most: float) -> float:
    text = request.args.get(name, "").strip()
    if not text:
        return usual
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (isfinite(value) and 0 <= value <= most):
        abort(400, f"The {name} must be a number from 0 to {most:g}, not “{text[:64]}”.")
    return value


def seed_asked(usual: int) -> int:
    """Return the seed of MACE."""
    text = request.args.get("seed", "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) < 11 and int(text) <= MOST_SEED):
        abort(400, f"The seed must be a whole number from 0 to {MOST_SEED:,}, not “{text[:64]}”.")
    return int(text)


def carried(*names: str) -> Mapping[str, str]:
    """Return these parts of the address, for links that keep them."""
    return {name: request.args[name] for name in names if request.args.get(name)}


def command(slug: str, way: Aggregation) -> str:
    """Return the command that writes the same rows as the download."""
    words = ["annotator gold -p", slug, "--method", way.method]
    usual = Aggregation(way.method)
    if way.least_margin != usual.least_margin:
        words += ["--margin", f"{way.least_margin:g}"]
    if way.model.smoothing != usual.model.smoothing:
        words += ["--smoothing", f"{way.model.smoothing:g}"]
    if way.model.seed != usual.model.seed:
        words += ["--seed", str(way.model.seed)]
    return " ".join([*words, "-o gold.jsonl"])
