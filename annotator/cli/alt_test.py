"""`annotator alt-test`: may a model replace a person who annotates?"""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import click

from annotator.cli.faults import WrongUseError, one_line

SCORES = ("accuracy", "rmse")


@click.command("alt-test")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("-p", "--project", "slug", help="The project's short name.")
@click.option(
    "--model",
    required=True,
    help="The annotator of FILE that is a model; of a project its name or pseudonym.",
)
@click.option(
    "--field",
    help="Projects: status, speaker, stance, certainty or aspect, of the primary claim."
    "  [default: stance]",
)
@click.option(
    "--epsilon",
    type=click.FloatRange(0, 1),
    default=0.2,
    show_default=True,
    help="What may be lost for the labour that is saved: .2 where people are experts, .15 skilled,"
    " .1 a crowd.",
)
@click.option(
    "--score",
    type=click.Choice(SCORES),
    default=SCORES[0],
    show_default=True,
    help="Agreement with the other people: the share with the same value, or for values with an"
    " order the root mean square difference of ranks.",
)
@click.option("--values", help='All values of FILE in order, separated by commas: a,"b, c".')
@click.option("--json", "as_data", is_flag=True, help="Print the exact numbers as JSON.")
def alt_test_command(
    file: BinaryIO | None,
    slug: str | None,
    model: str,
    field: str | None,
    epsilon: float,
    score: str,
    values: str | None,
    as_data: bool,
) -> None:
    """Test whether a model may replace a person: the alternative annotator test.

    FILE: CSV with the columns item, annotator, value, in which the model is one of the annotators;
    needs no database. Project (-p): one field of its answers. Each person is left out in turn; the
    model wins where it agrees with the others as well as this person does, up to epsilon. It
    passes if it wins against half of the people.
    """
    if (file is None) == (slug is None):
        raise WrongUseError("Give either a FILE or a project (-p).")
    if file is not None and field:
        raise WrongUseError("--field needs a project (-p); a FILE has one field.")
    if file is None and values is not None:
        raise WrongUseError("--values needs a FILE; a project uses its codebook.")
    if file is not None:
        found = of_file(file, model, epsilon, score, values)
    else:
        found = of_project(slug or "", model, field or "stance", epsilon, score)
    if as_data:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in lines(found):
        click.echo(line)


def of_file(
    file: BinaryIO, model: str, epsilon: float, score: str, values: str | None
) -> dict[str, Any]:
    """Return the test of an annotator of a file."""
    # The help needs none of this, whose import takes most of a second, and a file no database.
    from annotator.cli.lists import split_values  # noqa: PLC0415
    from annotator.measure.alternative_annotator import Score  # noqa: PLC0415
    from annotator.work.ratings.alternative import NoTestError, alternative_of  # noqa: PLC0415
    from annotator.work.ratings.reading import RatingsError, read_ratings  # noqa: PLC0415

    declared = None if values is None else split_values(values)
    try:
        ratings = read_ratings(file.read(), declared)
        found = alternative_of(ratings, model, epsilon, cast(Score, score), declared)
    except (RatingsError, NoTestError) as error:
        raise WrongUseError(f"{file.name}: {one_line(str(error))}") from error
    found["warnings"] = [*ratings.warnings, *found["warnings"]]
    return found


def of_project(slug: str, model: str, field: str, epsilon: float, score: str) -> dict[str, Any]:
    """Return the test of a model of a project."""
    from annotator.cli.context import application  # noqa: PLC0415 - as above
    from annotator.measure.alternative_annotator import Score  # noqa: PLC0415
    from annotator.work.accounts import projects  # noqa: PLC0415
    from annotator.work.models.replacing import may_replace  # noqa: PLC0415

    with application():
        return may_replace(projects.get(slug), model, field, epsilon, cast(Score, score))


def lines(found: dict[str, Any]) -> Iterator[str]:
    """Yield the test as text: the verdict, then each person."""
    from annotator.cli.printing import decimals, table, warned  # noqa: PLC0415 - as above

    yield verdict(found)
    yield from warned(found["warnings"])
    yield ""
    if found["persons"]:
        rows = [
            (
                who, f"{each['n']:,}", decimals(each["advantage"]), decimals(each["p"]),
                "the model" if each["wins"] else "not shown",
            )
            for who, each in found["persons"].items()
        ]  # fmt: skip
        heads = ("person", "items", "advantage", "p", "wins")
        yield from table([heads, *rows], {1, 2, 3})
        yield ""
    for who, reason in found["left_out"].items():
        yield f"Left out: {who} ({reason})."
    yield (
        f"Score {found['score']}, epsilon {found['epsilon']:g}; t tests, false discovery rate"
        f" {found['q']:g} (Benjamini and Yekutieli)."
    )
    yield (
        "advantage: share of items on which the model agrees with the others at least as well as"
        " this person does."
    )


def verdict(found: dict[str, Any]) -> str:
    """Return what the test says of the model, as a sentence."""
    n = len(found["persons"])
    if not n:
        return f"{found['model']}: no verdict, because every person was left out."
    won = sum(each["wins"] for each in found["persons"].values())
    share, advantage = found["winning_rate"], found["advantage"]
    wins = (
        f"it wins against {won:,} of {n:,} {'person' if n == 1 else 'people'} (winning rate"
        f" {share:.2f}; .50 is needed; average advantage {advantage:.2f})"
    )
    if found["passed"]:
        return f"{found['model']} passes: {wins}. It may replace a person for this task."
    return (
        f"{found['model']} does not pass: {wins}. This does not show that it may replace a person."
    )
