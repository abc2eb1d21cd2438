"""Every measure of a file of labels, each with the interval that needs no resampling."""

from collections.abc import Callable, Iterator, Sequence
from typing import get_args

import numpy as np

from annotator.measure.coefficients.alpha import Distance, alpha_custom, distances
from annotator.measure.coefficients.conger import conger
from annotator.measure.coefficients.gwet import brennan_prediger, fleiss_gwet, gwet_ac
from annotator.measure.coefficients.kappa import cohen, fleiss, light, scott
from annotator.measure.coefficients.percent import percent_alpha, percent_items, percent_pairs
from annotator.measure.coefficients.result import Measure, named
from annotator.measure.coefficients.weights import Weights, agreement_weights
from annotator.measure.intervals.analytic import Analytic, analytic_interval
from annotator.measure.intervals.influence import gwet_error
from annotator.measure.patterns import IntArray
from annotator.work.ratings.labels import Labels, undefined

ALWAYS: tuple[Weights, ...] = ("linear", "quadratic", "ordinal")
"""The weights of AC2 that are printed without being asked for."""
REPEATED = "Not defined, because some annotators labelled an item twice."
Found = tuple[Measure, Analytic | None]


def measures_of(labels: Labels, weights: Sequence[Weights] = ()) -> list[Found]:
    """Return every measure, defined or with its reason, in the order in which they are printed.

    `weights`: those for which the weighted form of each is asked for as well.
    """
    asked = [kind for kind in weights if kind != "identity"]
    found = [*plain(labels)]
    lacking = labels.unordered
    for kind in ALWAYS:
        if kind not in asked:
            found.append(by_error(or_lacking(labels, lacking, gwet_ac, "gwet_ac2", kind)))
    for kind in asked:
        found += weighted(labels, kind)
    return found


def plain(labels: Labels) -> Iterator[Found]:
    """Yield the measures for which two values are the same or not, and alpha on every level."""
    patterns = labels.patterns
    yield by_error(percent_items(patterns))
    yield percent_pairs(patterns), None
    yield percent_alpha(patterns), None
    for level in get_args(Distance):
        measure = labels.alpha(patterns, level)
        yield measure, None if measure.value is None else of_alpha(labels, measure, level)
    yield of_two(labels, "scott_pi", scott)
    yield of_two(labels, "cohen_kappa", cohen)
    yield by_error(fleiss(patterns))
    yield by_error(fleiss_gwet(patterns))
    yield of_panel(labels)
    yield light(labels.tables), None
    yield by_error(gwet_ac(patterns))
    yield by_error(brennan_prediger(patterns))


def weighted(labels: Labels, kind: Weights) -> Iterator[Found]:
    """Yield the measures for which two values can be near."""
    patterns, lacking = labels.patterns, labels.unordered
    yield by_error(or_lacking(labels, lacking, percent_items, "percent_items", kind))
    yield alpha_weighted(labels, kind)
    yield of_two(labels, "scott_pi", scott, kind)
    yield of_two(labels, "cohen_kappa", cohen, kind)
    yield by_error(or_lacking(labels, lacking, fleiss_gwet, "fleiss_kappa_gwet", kind))
    yield of_panel(labels, kind)
    name = named("light_kappa", kind)
    yield undefined(name, lacking, patterns) if lacking else light(labels.tables, kind), None
    yield by_error(or_lacking(labels, lacking, gwet_ac, "gwet_ac2", kind))
    yield by_error(or_lacking(labels, lacking, brennan_prediger, "brennan_prediger", kind))


def or_lacking(
    labels: Labels, lacking: str | None, measure: Callable[..., Measure], name: str, kind: Weights
) -> Measure:
    """Return a weighted measure of the patterns, or what the values lack for it."""
    if lacking:
        return undefined(named(name, kind), lacking, labels.patterns)
    return measure(labels.patterns, kind)


def by_error(measure: Measure) -> Found:
    """Return a measure with the interval that its own error over units gives."""
    return measure, analytic_interval(measure.value, measure.se, measure.n_units)


def of_alpha(labels: Labels, measure: Measure, level: Distance) -> Analytic | None:
    """Return Gwet's interval of alpha on a level."""
    known = labels.amounts(level)
    squared = distances(level, labels.patterns.pairable().totals, known)
    se = gwet_error(labels.patterns, squared)
    return analytic_interval(measure.value, se, measure.n_units)


def alpha_weighted(labels: Labels, kind: Weights) -> Found:
    """Return alpha whose distance is 1 minus the agreement weight."""
    name = f"alpha_weighted_{kind}"
    if labels.unordered:
        return undefined(name, labels.unordered, labels.patterns), None
    squared = 1.0 - agreement_weights(kind, len(labels.values))
    found = alpha_custom(labels.patterns, squared)
    se = gwet_error(labels.patterns, squared) if found.value is not None else None
    return by_error(Measure(found.value, found.reason, found.n_units, found.n_ratings, name, se))


def of_two(
    labels: Labels,
    name: str,
    measure: Callable[[IntArray, Weights], Measure],
    kind: Weights = "identity",
) -> Found:
    """Return a measure of exactly two annotators, or that there are not two."""
    n = len(labels.annotators)
    if n != 2:
        are = "is" if n == 1 else "are"
        reason = f"Not defined, because it compares two annotators and there {are} {n}."
        return undefined(named(name, kind), reason, labels.patterns), None
    if kind != "identity" and labels.unordered:
        return undefined(named(name, kind), labels.unordered, labels.patterns), None
    found = measure(labels.tables[0, 1], kind)
    if found.value is None or labels.repeated:
        return found, None
    # Over the units of both, where Conger's kappa is Cohen's and Fleiss' is Scott's.
    both = labels.panel.shared
    whole = conger(both, kind) if name == "cohen_kappa" else fleiss_gwet(both.patterns(), kind)
    return found, analytic_interval(found.value, whole.se, whole.n_units)


def of_panel(labels: Labels, kind: Weights = "identity") -> Found:
    """Return Conger's kappa, which needs to know whose each label is."""
    reason = labels.unordered if kind != "identity" else None
    reason = reason or (REPEATED if labels.repeated else None)
    if reason:
        return undefined(named("conger_kappa", kind), reason, labels.patterns), None
    return by_error(conger(labels.panel, kind))


def value_kappas(labels: Labels) -> list[float | None]:
    """Return Fleiss' kappa of each value against all others (K,), None where it is not defined.

    As Gwet generalises it to missing labels. Source: Fleiss 1971; Fleiss, Nee and Landis 1979.
    """
    patterns = labels.patterns
    r, w = patterns.ratings, patterns.weights.astype(np.float64)
    answered, paired = w @ (r >= 1), w @ (r >= 2)
    if not paired:
        return [None] * len(patterns.values)
    counts = patterns.counts.astype(np.float64)
    others = r[:, None] - counts
    pairs = np.maximum(r * (r - 1), 1)[:, None]
    alike = (counts * (counts - 1) + others * (others - 1)) / pairs
    observed = (w * (r >= 2)) @ alike / paired
    pi = w @ (counts / np.maximum(r, 1)[:, None]) / answered
    free = 2.0 * pi * (1.0 - pi)
    return [
        None if chance <= 0 else float(1.0 - (1.0 - share) / chance)
        for share, chance in zip(observed.tolist(), free.tolist(), strict=True)
    ]
