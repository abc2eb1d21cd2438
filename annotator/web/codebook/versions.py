"""Earlier versions of a codebook: to read, to download, to compare."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.codebook.difference import difference, words_difference
from annotator.codebook.toml import to_toml
from annotator.errors import NotFoundError
from annotator.store.models import CodebookVersion, Project
from annotator.web.access import project_for
from annotator.web.codebook.parts import PLACES, grouped, toml_file
from annotator.web.codebook.reading import codebook_page
from annotator.work.codebook import remapped_types, remapping, versions


def show(slug: str) -> ResponseReturnValue:
    """Show every version with its reason, who published it, and how many answers rest on it."""
    project, membership = project_for(slug)
    mappings = remapping.remappings_of(project) if membership.lead else []
    return render_template(
        "codebook/versions.html",
        project=project,
        membership=membership,
        history=versions.history(project),
        mappings=mappings,
        speakers=remapped_types.speakers_of(project, mappings),
    )


def open_version(slug: str, number: int) -> ResponseReturnValue:
    """Show one version as it was."""
    project, membership = project_for(slug)
    version = versions.version_for(project, number)
    return codebook_page(project, membership, version)


def download(slug: str, number: int) -> ResponseReturnValue:
    """Send one version as TOML."""
    project, _ = project_for(slug)
    version = versions.version_for(project, number)
    return toml_file(to_toml(version.codebook), f"{project.slug}-codebook-{number}.toml")


def compare(slug: str) -> ResponseReturnValue:
    """Show what differs between two versions; by default the last two."""
    project, membership = project_for(slug)
    newest = project.codebook_version.number
    after = number_asked("to", newest)
    before = number_asked("from", max(after - 1, 1))
    one, other = (versions.version_for(project, number) for number in (before, after))
    if before > after:
        there = f"{url_for('.compare', slug=slug)}?from={after}&to={before}"
        return redirect(there, 303)
    return render_template(
        "codebook/difference.html",
        project=project,
        membership=membership,
        before=one,
        after=other,
        all_versions=all_versions(project),
        groups=grouped(difference(one.codebook, other.codebook)),
        words=words_difference,
        places=PLACES,
    )


def number_asked(name: str, default: int) -> int:
    """Return a version's number from the address."""
    said = request.args.get(name, "")
    if not said:
        return default
    if not said.isascii() or not said.isdecimal() or len(said) > 9:
        raise NotFoundError("There is no such version of this codebook.")
    return int(said)


def all_versions(project: Project) -> list[CodebookVersion]:
    """Return every version, the newest first."""
    return list(reversed(project.codebook_versions))
