"""The options that say how files are read and which articles are wanted; what is told of each."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

import click

from annotator.cli.faults import WrongUseError
from annotator.formats.articles import choosing
from annotator.formats.articles.dates import ORDERS
from annotator.work.articles.sifting import KINDS, Choice, Told, choose_publishers

C = TypeVar("C", bound=Callable[..., Any])

DAY = click.DateTime(formats=["%Y-%m-%d"])


def reading_options(command: C) -> C:
    """Add the options that say how files of articles are read."""
    return with_options(
        command,
        click.option(
            "--language",
            default="",
            metavar="CODE",
            help="Language of all articles, such as de; else as each says, or as its text reads.",
        ),
        click.option(
            "--dates",
            type=click.Choice([*ORDERS]),
            help="Order of day, month and year where it is ambiguous, as in 05/06/2019.",
        ),
        click.option(
            "--column",
            "columns",
            multiple=True,
            metavar="FIELD=NAME",
            help="Column or JSON key of a field, for example text=body; repeatable.",
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(["auto", *choosing.FORMATS]),
            default="auto",
            show_default=True,
            help="Format of the files; auto goes by their content and names, txt reads plain text.",
        ),
    )


def with_options(command: C, *options: Callable[[C], C]) -> C:
    """Add options to a command, the last of them first."""
    for option in options:
        command = option(command)
    return command


def choice_options(command: C) -> C:
    """Add the options of a choice; `choice_of` reads them."""
    return with_options(
        command,
        click.option(
            "--leave-out",
            "kinds",
            type=click.Choice([*KINDS]),
            multiple=True,
            help="Kind of articles of a news database to leave out; repeatable.",
        ),
        click.option(
            "--publisher",
            "publishers",
            multiple=True,
            metavar="NAME",
            help="Take articles of this publisher only; repeatable.",
        ),
        click.option("--to", "until", type=DAY, help="Take articles up to this day only."),
        click.option("--from", "since", type=DAY, help="Take articles from this day on only."),
        click.option(
            "--least-words",
            type=click.IntRange(min=0),
            default=0,
            help="Leave out articles with fewer words.",
        ),
    )


def choice_of(
    least_words: int,
    since: datetime | None,
    until: datetime | None,
    publishers: tuple[str, ...],
    kinds: tuple[str, ...],
) -> Choice:
    """Return the choice that the options make."""
    first, last = day_of(since), day_of(until)
    if first and last and first > last:
        raise WrongUseError(f"--from {first} is after --to {last}.")
    return Choice(least_words, first, last, choose_publishers(publishers), frozenset(kinds))


def day_of(moment: datetime | None) -> date | None:
    """Return the day of an option."""
    return moment.date() if moment else None


def line_of_article(told: Told) -> str:
    """Return what is told of one article as a line of JSON."""
    draft = told.draft
    return json.dumps(
        {
            "file": told.file,
            "number": told.number,
            "key": draft.key,
            "title": draft.title,
            "publisher": draft.publisher,
            "author": draft.author,
            "published_on": draft.published_on.isoformat() if draft.published_on else None,
            "language": draft.language,
            "words": draft.word_count,
            "declared_words": draft.declared_words,
            "sentences": told.sentences,
            "warnings": list(told.warnings),
        },
        ensure_ascii=False,
    )
