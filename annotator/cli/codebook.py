"""`annotator codebook`: check, export, import, compare and publish codebooks."""

from collections.abc import Iterator
from pathlib import Path

import click

from annotator.cli.context import application, record
from annotator.cli.faults import FailedCheckError, WrongUseError, plain_faults
from annotator.cli.projects import codebook_from
from annotator.codebook.difference import Change, difference
from annotator.codebook.lint import advice_on, keys_per_claim
from annotator.codebook.scheme import Codebook
from annotator.codebook.toml import to_toml
from annotator.errors import NotFoundError
from annotator.phrases import counted
from annotator.store.db import write
from annotator.store.models import CodebookVersion, Project
from annotator.work.accounts import accounts, projects
from annotator.work.codebook import drafts, publishing, remapped_types, versions

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
of_project = click.option(
    "-p", "--project", "slug", required=True, help="The project's short name."
)


@click.group()
def codebook() -> None:
    """Check, export, import, compare and publish codebooks."""


@codebook.command()
@click.argument("file", type=FILE, required=False)
@click.option("-p", "--project", "slug", help="Check the draft of this project.")
def check(file: Path | None, slug: str | None) -> None:
    """Check a codebook FILE (TOML), or the draft of a project; a FILE needs no database.

    Errors, one per line with the entry they are about, end with 2; advice does not.
    """
    if (file is None) == (slug is None):
        raise WrongUseError("Give either a FILE or -p PROJECT.")
    if file is not None:
        report(codebook_from(file))
        return
    with application():
        found = projects.get(slug or "")
        draft = drafts.draft_of(found)
        report(checked(drafts.document_of(draft)) if draft else found.codebook)


def checked(document: drafts.Document) -> Codebook:
    """Return a draft as a codebook, or print everything that it lacks."""
    found = drafts.checked(document)
    if found.codebook is None:
        *others, last = [": ".join(filter(None, each)) for each in found.problems]
        for problem in others:
            click.echo(f"Error: {drafts.DRAFT}: {problem}", err=True)
        raise WrongUseError(f"{drafts.DRAFT}: {last}")
    return found.codebook


def report(found: Codebook) -> None:
    """Print what a codebook holds, and the advice on it."""
    counts = [
        counted(len(found.offered(found.stances)), "stance"),
        counted(len(found.offered(found.certainties)), "degree") + " of certainty",
        counted(len(found.rules), "rule"),
        f"{counted(keys_per_claim(found), 'key')} per claim",
    ]
    click.echo(f"{found.title}, version {found.version}: {', '.join(counts)}.")
    for advice in advice_on(found):
        click.echo(f"Advice: {advice.where}: {advice.what}")


@codebook.command("export")
@of_project
@click.option("--version", "number", type=int, help="Number of the version. Default: the newest.")
@click.option("--draft", is_flag=True, help="The draft instead of a version.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: standard out."
)
def export_command(slug: str, number: int | None, draft: bool, output: Path | None) -> None:
    """Write a version of a project's codebook as TOML."""
    if draft and number is not None:
        raise WrongUseError("Give either --version or --draft.")
    with application():
        found = projects.get(slug)
        text = to_toml(draft_codebook(found) if draft else version_of(found, number).codebook)
    if output is None:
        click.echo(text, nl=False)
        return
    with plain_faults():
        output.write_text(text, encoding="utf-8")


def version_of(found: Project, number: int | None) -> CodebookVersion:
    """Return a version by its number, by default the one in force."""
    return found.codebook_version if number is None else versions.version_for(found, number)


def draft_codebook(found: Project) -> Codebook:
    """Return the draft as a codebook, or refuse."""
    draft = drafts.draft_of(found)
    if draft is None:
        raise NotFoundError(f"The codebook of {found.slug} has no draft.")
    return checked(drafts.document_of(draft))


@codebook.command("import")
@click.argument("file", type=FILE)
@of_project
@click.option("--replace", is_flag=True, help="Replace the draft that is there.")
def import_command(file: Path, slug: str, replace: bool) -> None:
    """Make FILE (TOML) the draft of the project's next version; nothing is published."""
    read = codebook_from(file)
    with application():
        with write():
            found = projects.to_change(slug)
            if not replace and drafts.draft_of(found) is not None:
                raise WrongUseError(
                    f"The codebook of {slug} has a draft already. Add --replace, or publish it."
                )
            drafts.save(found, drafts.document_from(read), None, None)
        record("draft of the codebook of %r imported", slug)
        planned = versions.plan(found, read)
        click.echo(f"Draft of {slug}: version {read.version}.")
        for line in (*changes_in_words(planned.changes), *kept_in_words(planned.kept)):
            click.echo(line)


@codebook.command("diff")
@click.argument("before", required=False)
@click.argument("after", required=False)
@of_project
@click.option("--exit-code", is_flag=True, help="End with 1 if anything differs.")
def diff_command(before: str | None, after: str | None, slug: str, exit_code: bool) -> None:
    """Print what differs between BEFORE and AFTER.

    Each is the number of a version, `draft`, or a TOML file. Default: the newest version and the
    draft; with BEFORE alone, that and the newest version.
    """
    with application():
        found = projects.get(slug)
        one = side_of(found, before)
        other = side_of(found, after or ("draft" if before is None else None))
        lines = list(changes_in_words(difference(one, other)))
        click.echo(f"From {one.version} to {other.version}:")
        for line in lines or ["Nothing differs."]:
            click.echo(line)
    if exit_code and lines:
        raise FailedCheckError(counted(len(lines), "difference"))


def side_of(found: Project, name: str | None) -> Codebook:
    """Return one side of a comparison."""
    if name is None or name.isdecimal():
        return version_of(found, int(name) if name else None).codebook
    if name == "draft":
        return draft_codebook(found)
    if not Path(name).is_file():
        raise WrongUseError(
            f"{name}: not the number of a version, not “draft”, and there is no such file."
        )
    return codebook_from(Path(name))


@codebook.command()
@click.argument("file", type=FILE, required=False)
@of_project
@click.option("--reason", required=True, help="Why: people read it in the history.")
@click.option("--by", "username", help="The account that publishes.")
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="VALUE=VALUE",
    help="Map a retired value: stances.oppose=neutral. Needs --by; repeatable.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def publish(
    file: Path | None,
    slug: str,
    reason: str,
    username: str | None,
    maps: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Publish FILE (TOML), or the draft, as the project's next version.

    Versions that are there never change, and no answer does, but with --map. A value left out stays
    as retired.
    """
    chosen = dict(map(one_mapping, maps))
    if chosen and username is None:
        raise WrongUseError("--map needs --by: each mapped answer is signed.")
    read = codebook_from(file) if file else None
    with application():
        found = projects.get(slug)
        user = accounts.get_user(username) if username else None
        draft = None if read else drafts.draft_of(found)
        token = drafts.token_of(found, draft)
        new = read or draft_codebook(found)
        planned = versions.plan(found, new)
        for line in (*changes_in_words(planned.changes), *kept_in_words(planned.kept)):
            click.echo(line)
        if dry_run:
            labels = {each.label for each in found.codebook_versions}
            versions.refuse_unless_new(planned, reason, labels)
            click.echo("Nothing was published.")
            return
        with write():
            found = projects.to_change(slug)
            if read is None:
                draft = drafts.held_draft(found, token)
            base = draft.base if draft else found.codebook_version.number
            mapped = None
            if chosen and user is not None:
                made, mapped = publishing.publish(found, new, reason, user, base, chosen)
            else:
                made = versions.publish(found, new, reason, user, base)
                if draft is not None:
                    drafts.forget(found)
        record("version %d of the codebook of %r published", made.number, slug)
        click.echo(f"Published {made.label}, version {made.number} of {slug}.")
        if mapped is not None:
            done = f"{counted(mapped.answers, 'answer')}, {counted(mapped.decisions, 'decision')}"
            number = remapped_types.speakers_of(found, [mapped]).get(mapped.id)
            speakers = "" if number is None else f"{counted(number, 'speaker')}, "
            click.echo(f"Mapped: {speakers}{done}.")


def one_mapping(text: str) -> tuple[str, str]:
    """Return a value with its place, and the one that takes its place."""
    old, sign, new = text.partition("=")
    if not (sign and "." in old and new.strip()):
        raise WrongUseError(f"--map {text}: write VALUE=VALUE, like stances.oppose=neutral.")
    return old.strip(), new.strip()


def changes_in_words(changes: tuple[Change, ...]) -> Iterator[str]:
    """Yield a line for each entry that changes."""
    for change in changes:
        was = f" (was {change.was})" if change.was not in ("", change.name) else ""
        words = ", ".join(each.name for each in change.fields if each.name)
        if change.kind == "changed" and not change.place:
            [only] = change.fields
            words = f"{only.before} -> {only.after}"
        told = f": {words}" if words and change.kind not in ("added", "removed") else ""
        yield f"  {change.kind:<12} {change.where}{was}{told}"


def kept_in_words(kept: tuple[str, ...]) -> Iterator[str]:
    """Yield a line for each value that was left out and stays."""
    for where in kept:
        yield f"  kept         {where}: left out, stays as retired because people have labelled"
