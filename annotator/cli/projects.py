"""`annotator project`: make projects and look at them."""

from pathlib import Path

import click

from annotator.cli.context import WrongUseError, application
from annotator.codebook.load import CodebookError, load, load_default
from annotator.codebook.scheme import Codebook
from annotator.store.db import write
from annotator.store.models import Project
from annotator.work import people, projects


@click.group()
def project() -> None:
    """Add projects and show them."""


@project.command()
@click.argument("slug")
@click.option("--title", help="The name people see. Default: the codebook's title.")
@click.option(
    "--codebook",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A codebook as TOML. Default: US-Russia cooperation.",
)
def add(slug: str, title: str | None, file: Path | None) -> None:
    """Add the project SLUG, a short name for addresses and commands."""
    codebook = codebook_from(file)
    with application():
        with write():
            made = projects.create(slug, title or codebook.title, codebook)
        click.echo(f'Added {made.slug}: {made.name}, codebook "{made.codebook_version.label}".')


def codebook_from(file: Path | None) -> Codebook:
    """Load the codebook, or say everything that is wrong in it."""
    if file is None:
        return load_default()
    try:
        return load(file.read_text(encoding="utf-8"), file.name)
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUseError(f"{file.name}: cannot be read as UTF-8 text: {error}") from error
    except CodebookError as error:
        *others, last = error.problems
        for problem in others:
            click.echo(f"Error: {problem}", err=True)
        raise WrongUseError(last) from error


@project.command("list")
def list_() -> None:
    """Print every project: short name, name."""
    with application():
        for each in projects.all_projects():
            click.echo(f"{each.slug}\t{each.name}")


@project.command()
@click.argument("slug")
def show(slug: str) -> None:
    """Print the project SLUG: its question, codebook, settings and people."""
    with application():
        found = projects.get(slug)
        for name, value in facts(found):
            click.echo(f"{name}: {value}")
        for each in people.members(found):
            click.echo(f"  {each.pseudonym}  {each.user.username}  {people.role_names(each)}")


def facts(found: Project) -> list[tuple[str, str]]:
    """Return what there is to say of a project, each with its name."""
    version = found.codebook_version
    return [
        ("project", found.slug),
        ("name", found.name),
        ("target question", found.target_question),
        ("codebook", f"{version.label}, version {version.number} here"),
        ("annotators per article", str(found.overlap)),
        ("others' answers", found.blind.replace("_", " ")),
        ("headlines in agreement", "yes" if found.headlines_in_agreement else "no"),
        ("people", str(len(people.members(found)))),
    ]
