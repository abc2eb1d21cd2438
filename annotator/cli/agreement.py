"""`annotator agreement`: the report of a project, or of a file of labels."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO, cast, get_args

import click

from annotator import phrases
from annotator.cli.context import application, listed
from annotator.cli.faults import WrongUseError, one_line
from annotator.measure.coefficients.alpha import Distance
from annotator.measure.intervals.resampling import Settings
from annotator.store.models.answers import FIRST_ROUND, ROUNDS
from annotator.text.spelling import number, tidy
from annotator.work.accounts import projects
from annotator.work.agreement import wording
from annotator.work.agreement.measuring import as_json, report_for, usual
from annotator.work.agreement.report import FieldReport, Report
from annotator.work.gold.counts import nothing_to_compare
from annotator.work.ratings.agreement import compare
from annotator.work.ratings.reading import RatingsError, read_ratings

HEADS = (
    "", "alpha", "interval", "reading", "pairs", "units", "answers", "annotators", "articles",
)  # fmt: skip
NUMBERS = {1, 4, 5, 6, 7, 8}
MOST_SPEAKERS = 8


@click.command("agreement")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("-p", "--project", "slug", help="The project's short name.")
@click.option(
    "--level",
    type=click.Choice(get_args(Distance)),
    help="Level of measurement of the values of FILE.  [default: nominal]",
)
@click.option("--values", help='All values of FILE in order, separated by commas: a,"b, c".')
@click.option(
    "--repeats",
    type=click.Choice(["refuse", "keep"]),
    help="Whether an annotator may label an item of FILE twice; each label then counts."
    "  [default: refuse]",
)
@click.option(
    "--round",
    "round_",
    type=click.Choice([str(each) for each in ROUNDS]),
    help="Projects: 1 = independent answers, 2 = later answers.  [default: 1]",
)
@click.option("--seed", type=click.IntRange(0), help="Seed of the resampling.  [default: 7]")
@click.option("--json", "as_data", is_flag=True, help="Print the exact numbers as JSON.")
def agreement_command(
    file: BinaryIO | None,
    slug: str | None,
    level: str | None,
    values: str | None,
    repeats: str | None,
    round_: str | None,
    seed: int | None,
    as_data: bool,
) -> None:
    """Print inter-annotator agreement of a project or a FILE.

    Project (-p): complete, independent answers of annotators to the same sentences. FILE: CSV with
    the columns item, annotator, value and optionally article; needs no database.
    """
    if (file is None) == (slug is None):
        raise WrongUseError("Give either a FILE or a project (-p).")
    if file is not None and round_:
        raise WrongUseError("--round needs a project (-p); a FILE has no rounds.")
    if file is not None:
        settings = Settings() if seed is None else Settings(seed=seed)
        print_file(
            file, cast(Distance, level or "nominal"), values, repeats or "refuse", settings, as_data
        )
        return
    if level or values or repeats:
        options = "--level, --values and --repeats need a FILE"
        raise WrongUseError(f"{options}; a project uses its codebook.")
    print_project(slug or "", int(round_ or FIRST_ROUND), seed, as_data)


def print_project(slug: str, round_: int, seed: int | None, as_data: bool) -> None:
    """Print the report of a project."""
    with application():
        settings = None if seed is None else Settings(seed=seed)
        project = projects.get(slug)
        report = report_for(project, replace(usual(project), round=round_), settings)
        empty = report.scope.double_labelled == 0
        nothing = nothing_to_compare(project, report) if empty else ""
    if as_data:
        click.echo(as_json(report), nl=False)
        return
    for line in lines(report, nothing):
        click.echo(line)


def print_file(
    file: BinaryIO,
    level: Distance,
    values: str | None,
    repeats: str,
    settings: Settings,
    as_data: bool,
) -> None:
    """Print the figures of a file of labels."""
    declared = None if values is None else split_values(values)
    try:
        ratings, warnings = read_ratings(file.read(), declared, repeats == "keep")
        found = compare(ratings, level, declared, settings, repeats)
    except RatingsError as error:
        raise WrongUseError(f"{file.name}: {one_line(str(error))}") from error
    found["warnings"] = warnings
    if as_data:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in file_lines(found):
        click.echo(line)


def split_values(text: str) -> list[str]:
    """Return the declared values, each once; two spellings of one number are one value."""
    values = [tidy(value) for value in listed(text, "--values")]
    amounts = [value if (amount := number(value)) is None else amount for value in values]
    if "" in values or len(set(amounts)) < len(values):
        raise WrongUseError("--values: list each value once, separated by commas.")
    return values


def warned(warnings: Iterable[str]) -> Iterator[str]:
    """Yield what somebody should know who reads the figures, as lines."""
    for each in warnings:
        yield f"Warning: {each}"


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


def decimals(value: float | None) -> str:
    """Return a figure with four decimals, or a dash."""
    return "-" if value is None else f"{value:.4f}"


def lines(report: Report, nothing: str) -> Iterator[str]:
    """Yield the report as text; `nothing` says why there is none."""
    yield wording.scope(report)
    if nothing:
        yield nothing
        return
    yield from filter(None, [phrases.changed_later(report.scope.changed)])
    yield "".join(words.text for words in wording.summary(report)).strip()
    yield ""
    yield "Agreement by step:"
    yield from table([HEADS, *(row(field) for field in report.steps)], NUMBERS)
    yield from filter(None, (wording.all_the_way(report), wording.merges(report)))
    yield ""
    yield "Agreement by field:"
    others = [field for field in (*report.fields, *report.more) if field not in report.steps]
    yield from table([HEADS, *(row(field) for field in others)], NUMBERS)
    yield ""
    yield f"{wording.method(report)}. pairs: agreeing pairs of answers to one unit."
    yield phrases.ROUNDING
    for field in (*report.steps, *others):
        yield ""
        yield f"{wording.QUESTIONS[field.name]} ({wording.condition(field)})"
        yield from (f"  {said}" for said in wording.reading(field))
        if wording.planning(field):
            yield f"  {wording.planning(field)}"
        yield f"  Values: {given(field)}." if field.answers else "  Values: none."


def row(field: FieldReport) -> tuple[str, ...]:
    """Return one line of the table."""
    raw = field.percent.value
    counted = (field.units, field.answers, field.annotators, field.articles)
    return (
        wording.QUESTIONS[field.name],
        "-" if field.alpha.value is None else phrases.coefficient(field.alpha.value),
        wording.interval(field.interval) or "-",
        wording.verdict(field),
        "-" if raw is None else phrases.percent(raw),
        *(f"{number:,}" for number in counted),
    )


def given(field: FieldReport) -> str:
    """Return how often each value was given; of speakers the most frequent ones."""
    shown = [f"{label} {n:,}" for label, n in zip(field.labels, field.given, strict=True)]
    if field.pairs is None and len(shown) > MOST_SPEAKERS:
        shown[MOST_SPEAKERS:] = [f"and {len(shown) - MOST_SPEAKERS:,} more"]
    return ", ".join(shown)


def table(rows: Sequence[Sequence[str]], numbers: set[int]) -> Iterator[str]:
    """Yield aligned lines; the columns in `numbers` stand at their right edge."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for cells in rows:
        aligned = (
            cell.rjust(width) if index in numbers else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        yield "  ".join(aligned).rstrip()
