"""`annotator agreement`: the report of a project, or of a file of labels."""

from typing import BinaryIO

import click

from annotator.cli.faults import WrongUseError

# Those of `measure` and `store`, in words of their own: importing them takes most of a second.
LEVELS = ("nominal", "ordinal", "interval", "ratio")
ROUNDS = ("1", "2")
WEIGHTS = ("linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar")
UNWEIGHTED, EVERY = "unweighted", "all"


@click.command("agreement")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("-p", "--project", "slug", help="The project's short name.")
@click.option(
    "--level",
    type=click.Choice(LEVELS),
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
    "--weights",
    metavar="NAMES",
    help="Print the measures of FILE with these agreement weights as well, separated by commas, or"
    f" all: {', '.join(WEIGHTS)}.  [default: {UNWEIGHTED}]",
)
@click.option("--items", is_flag=True, help="Print the agreement on each item of FILE as well.")
@click.option(
    "--round",
    "round_",
    type=click.Choice(ROUNDS),
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
    weights: str | None,
    items: bool,
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
        # A file needs no database, so nothing of it is imported, and the help needs neither.
        from annotator.cli.agreement_file import print_file  # noqa: PLC0415

        kinds = chosen_weights(weights or UNWEIGHTED)
        told = repeats or "refuse"
        print_file(file, level or LEVELS[0], values, told, kinds, seed, as_data, items)
        return
    if level or values or repeats or weights or items:
        options = "--level, --values, --repeats, --weights and --items need a FILE"
        raise WrongUseError(f"{options}; a project uses its codebook.")
    from annotator.cli.agreement_project import print_project  # noqa: PLC0415 - as above

    print_project(slug or "", int(round_ or ROUNDS[0]), seed, as_data)


def chosen_weights(named: str) -> list[str]:
    """Return the agreement weights of a list of names; none where it is without weights."""
    if named == EVERY:
        return [*WEIGHTS]
    kinds = dict.fromkeys(name.strip() for name in named.split(","))
    for kind in kinds:
        if kind not in (*WEIGHTS, UNWEIGHTED):
            known = ", ".join((*WEIGHTS, UNWEIGHTED, EVERY))
            raise WrongUseError(f"--weights: {kind!r} is none of {known}.")
    return [kind for kind in kinds if kind != UNWEIGHTED]
