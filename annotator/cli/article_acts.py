"""`annotator article`: withdraw articles, restore and remove them, delete them for good."""

from collections.abc import Callable, Sequence
from typing import Any

import click
from sqlalchemy import select

from annotator.cli.context import application, record
from annotator.cli.faults import WrongUseError
from annotator.phrases import counted, utc_text
from annotator.store.db import among, db, write, write_in_steps
from annotator.store.models import Article
from annotator.work import shelving
from annotator.work.accounts import projects
from annotator.work.corrections import withdrawing
from annotator.work.corrections.withdrawing import Concerned

Command = Callable[..., Any]


def of_articles(command: Command) -> Command:
    """Add the arguments that all of these commands have."""
    for decorate in (
        click.option("--reason", default="", help="Stands in the history."),
        click.option("-p", "--project", "slug", required=True, help="The project's short name."),
        click.argument("keys", nargs=-1, required=True, metavar="KEY..."),
    ):
        command = decorate(command)
    return command


@click.command("withdraw")
@of_articles
def withdraw_command(keys: tuple[str, ...], slug: str, reason: str) -> None:
    """Take the articles KEY... out of work, reports and coming releases; labels are kept.

    "annotator article restore" puts them back as they were.
    """
    with application():
        project = projects.to_change(slug)
        numbers = numbers_of(project.id, keys)
        with write():
            done = withdrawing.withdraw(project, numbers, None, reason)
        say(slug, done, "withdrawn")


@click.command("restore")
@of_articles
def restore_command(keys: tuple[str, ...], slug: str, reason: str) -> None:
    """Put the withdrawn articles KEY... back, with their labels and assignments."""
    with application():
        project = projects.to_change(slug)
        numbers = numbers_of(shelving.shelf_of(project.id) or 0, keys)
        with write():
            done = withdrawing.restore(project, numbers, None, reason)
        say(slug, done, "restored")


@click.command("remove")
@of_articles
@click.confirmation_option(prompt="Delete these articles? This cannot be undone.")
def remove_command(keys: tuple[str, ...], slug: str, reason: str) -> None:
    """Delete the articles KEY... that nobody has answered; this cannot be undone."""
    with application():
        project = projects.to_change(slug)
        numbers = numbers_of(project.id, keys)
        done = write_in_steps(withdrawing.remove(project, numbers, None, reason))
        say(slug, done, "removed")


@click.command("erase")
@click.argument("key")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
@click.option("--reason", default="", help="Stands in the history.")
@click.option("--yes", is_flag=True, help="Do not ask for the key.")
def erase_command(key: str, slug: str, reason: str, *, yes: bool) -> None:
    """Delete the withdrawn article KEY with its labels for good; this cannot be undone."""
    with application():
        project = projects.to_change(slug)
        shelf = shelving.shelf_of(project.id) or 0
        (number,) = numbers_of(shelf, [key], "is not withdrawn")
        (found,) = withdrawing.concerned(shelf, [number])
        click.echo(
            f"{found.key}: {counted(found.sentences, 'sentence')},"
            f" {counted(found.answers, 'answer')}, {counted(found.decisions, 'decision')}."
        )
        typed = key if yes else click.prompt("Type the key to delete it for good")
        done = write_in_steps(withdrawing.erase(project, number, typed, None, reason))
        say(slug, [done], "deleted for good")


@click.command("withdrawn")
@click.option("-p", "--project", "slug", required=True, help="The project's short name.")
def withdrawn_command(slug: str) -> None:
    """Print the withdrawn articles of a project: key, answers, when, by whom, why."""
    with application():
        for each in withdrawing.withdrawn_from(projects.get(slug)):
            when = utc_text(each.at) if each.at else ""
            who = each.by.username if each.by else "by command"
            answers = counted(each.article.answers, "answer")
            click.echo("\t".join((each.article.key, answers, when, who, each.reason)))


def numbers_of(project_id: int, keys: Sequence[str], why: str = "is not there") -> list[int]:
    """Return the numbers of the articles with these keys, or refuse and say why."""
    query = select(Article.key, Article.id).where(
        Article.project_id == project_id, among(Article.key, keys)
    )
    found = {row.key: row.id for row in db.session.execute(query)}
    unknown = [key for key in keys if key not in found]
    if unknown:
        raise WrongUseError(f"Article “{unknown[0]}” {why}.")
    return list(found.values())


def say(slug: str, done: Sequence[Concerned], what: str) -> None:
    """Print and write down what was done."""
    for each in done:
        answers, decisions = counted(each.answers, "answer"), counted(each.decisions, "decision")
        click.echo(f"{each.key}: {what}, {answers}, {decisions}")
    keys = ", ".join(each.key for each in done)
    record("%s of %r %s: %s", counted(len(done), "article"), slug, what, keys[:500])
