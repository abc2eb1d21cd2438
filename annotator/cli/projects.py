"""`annotator project`: make projects and look at them."""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click

from annotator.cli.context import application, record
from annotator.cli.faults import WrongUseError
from annotator.codebook.load import CodebookError, load, load_default
from annotator.codebook.scheme import Codebook
from annotator.formats.release.gates import GATES
from annotator.phrases import counted
from annotator.store.db import write
from annotator.store.models import Project
from annotator.work.accounts import activity, memberships, projects
from annotator.work.assignment import progress
from annotator.work.labelling.speakers import count_speakers
from annotator.work.releases import terms as publishing

# The roles of which a second factor can be required, and the setting of each.
FACTOR_FOR = {
    "lead": "factor_for_leads",
    "adjudicator": "factor_for_adjudicators",
    "annotator": "factor_for_annotators",
}
NOBODY = "none"
PUBLISHING = {each.name for each in fields(publishing.Terms)}


@click.command()
@click.argument("slug")
@click.option("--title", help="Name shown on all pages. Default: the title of the codebook.")
@click.option(
    "--codebook",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A codebook as TOML. Default: US-Russia cooperation.",
)
def add(slug: str, title: str | None, file: Path | None) -> None:
    """Add the project SLUG, a short name for URLs and commands."""
    codebook = codebook_from(file)
    with application():
        with write():
            made = projects.create(slug, title or codebook.title, codebook)
            activity.note(made, None, activity.SETTINGS, "Project created")
        record("project %r made", made.slug)
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


@click.command()
@click.argument("slug")
@click.option("--title", "name", help="Name shown on all pages.")
@click.option("--overlap", type=int, help="Annotators per article.")
@click.option(
    "--lease-hours", type=int, help="Hours until an unstarted assignment expires; 0 = never."
)
@click.option(
    "--second-factor",
    "factor_for",
    multiple=True,
    type=click.Choice([*FACTOR_FOR, NOBODY]),
    help="Role that needs a second factor to sign in; repeatable. none: no role.",
)
@click.option(
    "--ask-for-work/--no-ask-for-work",
    "self_assign",
    default=None,
    help="Whether annotators may get the next article themselves.",
)
@click.option(
    "--precedents/--no-precedents",
    default=None,
    help="Whether annotators may look at decisions on like sentences of other articles.",
)
@click.option(
    "--blind",
    type=click.Choice(projects.BLIND),
    help="How long answers of other annotators are hidden.",
)
@click.option(
    "--headlines/--no-headlines",
    "headlines_in_agreement",
    default=None,
    help="Whether headlines count in agreement.",
)
@click.option(
    "--gate",
    "gate",
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Minimum for gold, from 0 to 1; NAME= removes it. {', '.join(GATES)}. Repeatable.",
)
@click.option("--annotations-licence", help='Licence of the annotations, for example "CC BY 4.0".')
@click.option("--texts-licence", help="Licence of the article texts.")
@click.option(
    "--share-texts/--no-share-texts",
    "texts_may_be_shared",
    default=None,
    help="Whether releases may contain the texts.",
)
@click.option(
    "--author",
    "authors",
    multiple=True,
    help='Author as "Family, Given" or a group; repeat in citation order. "" alone removes all.',
)
def change(slug: str, gate: Sequence[str], **given: Any) -> None:
    """Change settings of the project SLUG; other settings stay unchanged."""
    asked = dict(map(one_gate, gate))
    with application():
        with write():
            found = projects.to_change(slug)
            said = {name: value for name, value in given.items() if value not in (None, ())}
            said |= factor_flags(said.pop("factor_for", ()))
            settings, terms = projects.settings_of(found), publishing.terms_of(found)
            of_terms = {name: said.pop(name) for name in PUBLISHING if name in said}
            gates = {**terms.gates, **asked}
            projects.change(found, replace(settings, **said))
            publishing.change(found, replace(terms, gates=gates, **of_terms))
            changed = [*said, *of_terms, *(["gates"] if asked else [])]
            if changed:
                what = f"Settings changed: {', '.join(changed)}"
                activity.note(found, None, activity.SETTINGS, what)
        record("settings of %r saved: %s", slug, ", ".join(changed) or "nothing changed")
        for name, value in facts(found):
            click.echo(f"{name}: {value}")


def factor_flags(roles: Collection[str]) -> dict[str, bool]:
    """Return the settings that say whose roles need a second factor; none where none is named."""
    if NOBODY in roles and len(roles) > 1:
        raise WrongUseError("--second-factor none stands alone.")
    return {flag: role in roles for role, flag in FACTOR_FOR.items()} if roles else {}


def one_gate(text: str) -> tuple[str, float | None]:
    """Return a gate and its value, None where it is to be unset."""
    name, sign, value = text.partition("=")
    try:
        if sign:
            return name.strip(), float(value) if value.strip() else None
    except ValueError as error:
        raise WrongUseError(f"--gate {text}: “{value}” is not a number from 0 to 1.") from error
    raise WrongUseError(f"--gate {text}: write NAME=VALUE, for example coverage=0.9.")


@click.command()
@click.argument("slug")
def show(slug: str) -> None:
    """Print the project SLUG: its question, codebook, settings and people."""
    with application():
        found = projects.get(slug)
        for name, value in (*facts(found), *count_facts(found)):
            click.echo(f"{name}: {value}")
        for each in memberships.members(found):
            click.echo(f"  {each.pseudonym}  {each.user.username}  {memberships.role_names(each)}")


def facts(found: Project) -> list[tuple[str, str]]:
    """Return what there is to say of a project, each with its name."""
    version = found.codebook_version
    return [
        ("project", found.slug),
        ("name", found.name),
        ("target question", found.target_question),
        ("codebook", f"{version.label}, version {version.number} here"),
        ("annotators per article", str(found.overlap)),
        ("answers of others", found.blind.replace("_", " ")),
        ("unstarted assignments expire", lease_words(found.lease_hours)),
        ("annotators may get articles themselves", "yes" if found.self_assign else "no"),
        ("second factor required", factor_words(found)),
        ("annotators may look at precedents", "yes" if found.precedents else "no"),
        ("headlines in agreement", "yes" if found.headlines_in_agreement else "no"),
        ("people", str(len(memberships.members(found)))),
        *terms_facts(found),
    ]


def factor_words(found: Project) -> str:
    """Say whose roles need a second factor."""
    return ", ".join(role for role, flag in FACTOR_FOR.items() if getattr(found, flag)) or NOBODY


def count_facts(found: Project) -> list[tuple[str, str]]:
    """Return the counts of a project, as its pages and its releases have them."""
    figures = progress.figures(found)
    numbers = [
        ("articles", figures.articles),
        ("sentences", figures.sentences),
        ("complete answers", figures.answers),
        ("speakers", count_speakers(found)),
    ]
    return [(name, f"{n:,}") for name, n in numbers]


def terms_facts(found: Project) -> list[tuple[str, str]]:
    """Return the terms of releases, each with its name."""
    terms = publishing.terms_of(found)
    return [
        ("gates", ", ".join(f"{name} {value:g}" for name, value in terms.gates.items()) or "none"),
        ("licence of the annotations", terms.annotations_licence or "not stated"),
        ("licence of the texts", terms.texts_licence or "not stated"),
        ("texts may be shared", "yes" if terms.texts_may_be_shared else "no"),
        ("authors", "; ".join(terms.authors) or "not stated"),
    ]


def lease_words(hours: int) -> str:
    return f"after {counted(hours, 'hour')}" if hours else "never"
