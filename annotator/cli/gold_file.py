"""`annotator gold FILE`: the most likely value of each item of a file of labels."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import click

from annotator import phrases
from annotator.cli.faults import WrongUseError, one_line
from annotator.cli.lists import split_values
from annotator.cli.printing import decimals, table, warned
from annotator.measure.methods import Method, Model
from annotator.work.ratings.gold import gold_of
from annotator.work.ratings.reading import RatingsError, read_ratings


def print_file(
    file: BinaryIO,
    method: Method,
    values: str | None,
    repeats: str,
    model: Model,
    as_data: bool,
) -> None:
    """Print the most likely value of each item of FILE, and how its annotators stand to it."""
    declared = None if values is None else split_values(values)
    try:
        ratings = read_ratings(file.read(), declared, repeats == "keep")
    except RatingsError as error:
        raise WrongUseError(f"{file.name}: {one_line(str(error))}") from error
    found = gold_of(ratings, method, declared, model, repeats)
    found["warnings"] = [*ratings.warnings, *found["warnings"]]
    if as_data:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in lines(found):
        click.echo(line)


def lines(found: dict[str, Any]) -> Iterator[str]:
    """Yield the gold as text: every item, then every annotator."""
    ties = sum(each["tie"] for each in found["labels"].values())
    items = phrases.counted(found["n_items"], "item")
    yield f"{items} · {found['method']} · {phrases.counted(ties, 'tie')} left open"
    yield from warned(found["warnings"])
    yield ""
    rows = [
        (
            item,
            "(tie)" if each["tie"] else each["value"],
            decimals(each["margin"]),
            ", ".join(f"{value} {n}" for value, n in each["votes"].items() if n),
        )
        for item, each in found["labels"].items()
    ]
    yield from table([("item", "value", "margin", "votes"), *rows], {2})
    yield ""
    untold = {each["reason"] for each in found["annotators"].values()} - {None}
    people = [
        (name, f"{each['n']:,}", decimals(each["accuracy"]))
        for name, each in found["annotators"].items()
    ]
    yield from table([("annotator", "labels", "accuracy"), *people], {1, 2})
    for reason in sorted(untold):
        yield f"- means not identifiable: {reason}."
