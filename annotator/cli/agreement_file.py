"""`annotator agreement FILE`: the figures of a file of labels, without a database."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import click

from annotator import phrases
from annotator.cli.faults import WrongUseError, one_line
from annotator.cli.lists import split_values
from annotator.cli.printing import decimals, table, warned
from annotator.measure.coefficients.alpha import Distance
from annotator.measure.coefficients.weights import Weights
from annotator.measure.intervals.resampling import Settings
from annotator.work.ratings.agreement import compare
from annotator.work.ratings.reading import RatingsError, read_ratings

PAIR = ("value", "se", "linear", "quadratic", "maximum", "z", "p")


def print_file(
    file: BinaryIO,
    level: str,
    values: str | None,
    repeats: str,
    weights: list[str],
    seed: int | None,
    as_data: bool,
    by_item: bool,
) -> None:
    """Print the figures of a file of labels; `level` is a Distance, `weights` are Weights."""
    settings = Settings() if seed is None else Settings(seed=seed)
    declared = None if values is None else split_values(values)
    try:
        ratings = read_ratings(file.read(), declared, repeats == "keep")
        kinds = cast(list[Weights], weights)
        found = compare(ratings, cast(Distance, level), declared, settings, repeats, kinds, by_item)
    except RatingsError as error:
        raise WrongUseError(f"{file.name}: {one_line(str(error))}") from error
    found["warnings"] = [*ratings.warnings]
    if as_data:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in file_lines(found):
        click.echo(line)


def file_lines(found: dict[str, Any]) -> Iterator[str]:
    """Yield the figures of a file as text."""
    numbers = [(found["n_items"], "item"), (found["n_annotators"], "annotator")]
    numbers.append((found["n_labels"], "label"))
    yield " · ".join(phrases.counted(n, word) for n, word in numbers)
    counts = [f"{value} {each['count']:,}" for value, each in found["per_value"].items()]
    yield f"Values: {', '.join(counts)}."
    yield from warned(found["warnings"])
    yield ""
    rows: list[tuple[str, ...]] = [
        (
            name,
            *(decimals(each[key]) for key in ("value", "low", "high", "se")),
            *(decimals((each["analytic"] or {}).get(key)) for key in ("low", "high")),
            each["reason"] or "",
        )
        for name, each in found["measures"].items()
    ]
    first = ("measure", "value", "low", "high", "error", "t low", "t high", "")
    yield from table([first, *rows], {1, 2, 3, 4, 5, 6})
    yield ""
    made = found["settings"]
    yield (
        f"low to high: {made['interval']:.0%} interval from {made['replicates']:,} resamples of"
        f" {made['resampled']}, seed {made['seed']}. {made['note']}".strip()
    )
    yield "t low to t high: value and error over items, with Student's t; no resampling."
    yield ""
    if found["cohen_kappa_pairs"]:
        pairs = [
            (
                f"{each['a']} and {each['b']}", f"{each['n']:,}",
                *(decimals(each[key]) for key in PAIR),
            )
            for each in found["cohen_kappa_pairs"]
        ]  # fmt: skip
        yield from table([("pair", "items", "kappa", *PAIR[1:]), *pairs], {1, 2, 3, 4, 5, 6, 7, 8})
        yield ""
    people = [
        (who, f"{each['n']:,}", decimals(each["rest_agreement"]), decimals(each["alpha_without"]))
        for who, each in found["annotators"].items()
    ]
    heads = (
        "annotator",
        "labels",
        "agreement with the others",
        f"alpha without ({found['level']})",
    )
    yield from table([heads, *people], {1, 2, 3})
    yield from item_lines(found.get("items"))


def item_lines(items: dict[str, Any] | None) -> Iterator[str]:
    """Yield the agreement on each item, the least agreed first."""
    if items is None:
        return
    least = sorted(items, key=lambda item: (items[item]["n"] < 2, items[item]["agreement"]))
    shown = [
        (
            item, f"{items[item]['n']:,}", decimals(items[item]["agreement"]),
            ", ".join(f"{value} {times:,}" for value, times in items[item]["counts"].items()),
        )
        for item in least
    ]  # fmt: skip
    yield ""
    yield from table([("item", "labels", "agreement", "values"), *shown], {1, 2})
