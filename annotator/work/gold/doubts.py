"""What speaks against a method of gold, in the same words on pages, cards and the command line."""

from collections.abc import Sequence
from typing import get_args

from annotator.measure.aggregation import Gold
from annotator.measure.doubts import Doubt, doubts
from annotator.measure.methods import Method
from annotator.measure.panel import Panel
from annotator.phrases import method_name, percent

NAMES: dict[Method, str] = {each: method_name(each, alone=True) for each in get_args(Method)}
UNTOLD = "solutions that fit the answers equally well say different shares"
"""Why an annotator has no accuracy under a model."""
MOST_NAMED = 5


def warnings(method: Method, panel: Panel, gold: Gold, names: Sequence[str]) -> list[str]:
    """Return what speaks against a method on a panel; nothing ever does against the majority."""
    if method == "majority":
        return []
    return [says(method, each, names) for each in doubts(panel, gold)]


def says(method: Method, doubt: Doubt, names: Sequence[str]) -> str:
    """Say one thing that speaks against a method; `names` are those of the panel's columns."""
    name, who = NAMES[method], [names[each] for each in doubt.who]
    if doubt.kind == "unanimous":
        return (
            f"{name} doubts {doubt.n:,} of {doubt.of:,} on which all agree: it may have taken one"
            " value for another, as models do where groups of annotators share no answers."
        )
    if doubt.kind == "majorities":
        return (
            f"{name} decides against the majority in {doubt.n:,} of {doubt.of:,} on which"
            " annotators differ and more than half give one value."
        )
    found, beside = percent(doubt.found), percent(doubt.beside)
    if doubt.kind == "accord":
        return (
            f"{name} takes the annotators’ answers to be right in {found}, although {beside} of"
            " their pairs agree."
        )
    if doubt.kind == "chance":
        return (
            f"{name} takes the annotators’ answers to be right in {found}; guessing would be in"
            f" {beside}."
        )
    if doubt.kind == "person":
        more = f" and {len(who) - MOST_NAMED} more" if len(who) > MOST_NAMED else ""
        return (
            f"{name} takes {', '.join(who[:MOST_NAMED])}{more} to be right less often than by"
            f" guessing ({beside})."
        )
    return (
        f"{name} takes the word of {who[0]} for the truth: it follows {who[0]} in all"
        f" {doubt.of:,} on which annotators differ, in {doubt.n:,} of them without a majority."
    )
