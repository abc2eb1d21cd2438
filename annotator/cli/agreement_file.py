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
from annotator.measure.intervals.resampling import Settings
from annotator.work.ratings.agreement import compare
from annotator.work.ratings.reading import RatingsError, read_ratings


def print_file(
    file: BinaryIO,
    level: str,
    values: str | None,
    repeats: str,
    seed: int | None,
    as_data: bool,
) -> None:
    """Print the figures of a file of labels; `level` is a Distance."""
    settings = Settings() if seed is None else Settings(seed=seed)
    declared = None if values is None else split_values(values)
    try:
        ratings, warnings = read_ratings(file.read(), declared, repeats == "keep")
        found = compare(ratings, cast(Distance, level), declared, settings, repeats)
    except RatingsError as error:
        raise WrongUseError(f"{file.name}: {one_line(str(error))}") from error
    found["warnings"] = warnings
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
    rows = [
        (
            name,
            *(decimals(each[key]) for key in ("value", "low", "high", "se")),
            each["reason"] or "",
        )
        for name, each in found["measures"].items()
    ]
    yield from table([("measure", "value", "low", "high", "error", ""), *rows], {1, 2, 3, 4})
    yield ""
    made = found["settings"]
    yield (
        f"low to high: {made['interval']:.0%} interval from {made['replicates']:,} resamples of"
        f" {made['resampled']}, seed {made['seed']}. {made['note']}".strip()
    )
    yield ""
    if found["cohen_kappa_pairs"]:
        pairs = [
            (
                f"{each['a']} and {each['b']}", f"{each['n']:,}",
                *(decimals(each[key]) for key in ("value", "se", "linear", "quadratic")),
            )
            for each in found["cohen_kappa_pairs"]
        ]  # fmt: skip
        yield from table(
            [("pair", "items", "kappa", "error", "linear", "quadratic"), *pairs], {1, 2, 3, 4, 5}
        )
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
