"""Releases: those there are, making one in the background, and taking one home."""

import re
from functools import partial
from pathlib import Path
from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue

from annotator.errors import RefusedError
from annotator.formats.release import archive, gates
from annotator.formats.release import folder as release_folder
from annotator.phrases import counted, method_name
from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.jobs import Words, start
from annotator.web.jobs import page as job_page
from annotator.web.paging import chosen, refuse_unknown
from annotator.web.question import Question, ask, is_sure, posted
from annotator.web.releases import run as release_run
from annotator.web.releases.form import MAJORITY, METHODS, ReleaseForm, WayForm
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work import jobs
from annotator.work.assignment.progress import figures
from annotator.work.gold.fitting import against
from annotator.work.releases import kept as long_releases
from annotator.work.releases import terms
from annotator.work.releases.kept import Kept
from annotator.work.releases.parts import absent_in_words
from annotator.work.releases.settings import Settings
from annotator.work.releases.status import standing

# YAML between two lines of hyphens.
FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)

NOT_HERE = "The folder of this release is not in the data folder of this installation."
WAY = ("method", "margin", "smoothing", "model_seed")
# Beyond so many sentences the gold of all takes some seconds, so a person asks for it.
MANY = 20_000


def show(slug: str) -> ResponseReturnValue:
    """Show the releases and the form for the next."""
    project, membership = project_for(slug, Role.LEAD)
    form = ReleaseForm(formdata=None)
    form.without_text.data = not project.texts_may_be_shared
    return page(project, membership, form)


def add(slug: str) -> ResponseReturnValue:
    """Ask, then begin a release and lead to the page that says how far it is."""
    project, membership = project_for(slug, Role.LEAD)
    form = ReleaseForm()
    if not form.validate():
        return page(project, membership, form), 422
    user = person()
    try:
        settings = form.settings()
        if not settings.despite_warning and (warnings := against(project, settings.way)):
            form.despite_warning.errors = warnings
            return page(project, membership, form), 422
        if not is_sure():
            long_releases.refuse_taken(project, settings.name)
            return ask(membership, question(project, settings))
        with write():
            job = long_releases.begin(project, user, settings)
    except RefusedError as error:
        form.name.errors = [str(error)]
        return page(project, membership, form), 422
    record("release %r of %r begun", settings.name, slug)
    start(
        jobs.RELEASE,
        job.id,
        partial(release_run.carry_out, job.id, data(), project.id, user.id, settings),
    )
    return redirect(url_for("releases.progress", slug=slug, number=job.id), 303)


def question(project: Project, settings: Settings) -> Question:
    """Return what is asked before a release is frozen: what will be in it, for ever."""
    name, found = settings.name, figures(project)
    have = f"{counted(found.articles, 'article')} and {counted(found.sentences, 'sentence')}"
    by = method_name(settings.method)
    lines = [f"{name} will contain the labels of {have}, with gold by {by}."]
    if settings.with_text:
        lines.append(texts_line(project))
    else:
        lines.append("Article texts are not included; offsets and hashes are.")
    if settings.despite_warning:
        lines.append("Warnings about this method become part of the dataset card.")
    if settings.with_notes:
        lines.append("Annotators’ notes are included.")
    lines.append("Releases are immutable, and the name cannot be reused.")
    with_texts = " with article texts" if settings.with_text else ""
    here = url_for("releases.show", slug=project.slug)
    return Question(
        f"Create release {name}{with_texts}?",
        lines,
        f"Create release {name}{with_texts}",
        here,
        here,
        "Back to releases",
        posted(),
    )


def texts_line(project: Project) -> str:
    """Say which texts a release would hold, on whose terms."""
    by_licence = terms.articles_by_licence(project)
    known = [
        f"{counted(number, 'article')} under “{licence}”"
        for licence, number in by_licence.items()
        if licence
    ]
    if bare := by_licence.get("", 0):
        known.append(f"{counted(bare, 'article')} without their own licence")
    said = f"The full texts are included: {', '.join(known)}."
    if project.texts_licence:
        said += f" Licence of the texts in the settings: “{project.texts_licence}”."
    if not project.texts_may_be_shared:
        said += " The settings do not allow sharing the texts."
    return said


def stand(slug: str) -> ResponseReturnValue:
    """Show how the project stands at its gates now, and what a release would be called."""
    project, membership = project_for(slug, Role.LEAD)
    refuse_unknown(*WAY)
    chosen("method", METHODS, MAJORITY)
    form = WayForm(request.args, meta={"csrf": False})
    known = form.validate()
    text = render_template(
        "releases/gates.html",
        project=project,
        membership=membership,
        form=form,
        standing=standing(project, form.way) if known else None,
        at=now(),
        **about_gates(project),
    )
    return text, 200 if known else 422


def progress(slug: str, number: int) -> ResponseReturnValue:
    """Show how far a release is, or what became of it."""
    project, membership = project_for(slug, Role.LEAD)
    job = jobs.get(jobs.RELEASE, project, number)
    name = job.details["name"]
    how_far = f"{100 * job.done // job.total} % written." if job.total else "Starting…"
    return job_page(job, membership, f"Release {name}", how_far, words_for(slug, name, job.said))


def words_for(slug: str, name: str, said: str) -> Words:
    """Return what the page of a release says while it is written, and afterwards."""
    lacking = [("Edit details of articles", url_for("metadata.choose", slug=slug))]
    return Words(
        running="Writing",
        nothing_yet="Nothing is released yet.",
        done=f"Release {name} is complete. It cannot be changed.",
        cancelled="Cancelled; no files were kept and the name can be used again.",
        nothing="No files were kept and the name can be used again.",
        cancel="Cancel release",
        onward=(
            ("Download", url_for("releases.download", slug=slug, name=name)),
            ("All releases", url_for("releases.show", slug=slug)),
            *(lacking if "Edit details" in said else ()),
        ),
    )


def cancel(slug: str, number: int) -> ResponseReturnValue:
    """Cancel a release; one that is written stays, and the page says so."""
    project, _ = project_for(slug, Role.LEAD)
    job = jobs.get(jobs.RELEASE, project, number)
    with write():
        jobs.cancel(job)
    record("release %d of %r cancelled", number, slug)
    return redirect(url_for("releases.progress", slug=slug, number=number), 303)


def download(slug: str, name: str) -> Response:
    """Send the folder of a release as one file: the same bytes each time."""
    kept, folder = kept_for(slug, name)
    names = [*sorted(kept.release.hashes), release_folder.SUMS]
    top = f"{slug}-{name}"
    record("release %r of %r downloaded", name, slug)
    db.session.rollback()
    reply = Response(
        stream_with_context(archive.stream(folder, names, top)), content_type="application/zip"
    )
    reply.headers["Content-Disposition"] = f'attachment; filename="{top}.zip"'
    return reply


def card(slug: str, name: str) -> Response:
    """Send the dataset card as text, without the metadata for programs that stand before it."""
    _, folder = kept_for(slug, name)
    text = (folder / release_folder.CARD).read_text(encoding="utf-8")
    body = FRONT_MATTER.sub("", text, count=1).lstrip("\n")
    return Response(body, content_type="text/plain; charset=utf-8")


def kept_for(slug: str, name: str) -> tuple[Kept, Path]:
    """Return a release whose folder is here, for a lead."""
    project, _ = project_for(slug, Role.LEAD)
    found = long_releases.get_release(project, name, data())
    if found.folder is None:
        abort(404, NOT_HERE)
    return found, found.folder


def data() -> Path:
    """Return the data folder of this installation."""
    return Path(current_app.config["SETTINGS"].data)


def page(project: Project, membership: Membership, form: ReleaseForm) -> str:
    """Render the releases, the newest first, above them the form."""
    by_gold = gates.looks_at_gold(project.gates)
    return render_template(
        "releases/page.html",
        project=project,
        membership=membership,
        form=form,
        releases=long_releases.releases_of(project, data()),
        running=jobs.running(jobs.RELEASE, project),
        standing=None,
        at_once=not by_gold or figures(project).sentences <= MANY,
        absent=absent_in_words,
        **about_gates(project),
    )


def about_gates(project: Project) -> dict[str, Any]:
    """Return what the templates need to speak of gates."""
    return {
        "gates": gates.offered(project.codebook),
        "says": partial(gates.says, titles=project.codebook.titles),
        "by_gold": gates.looks_at_gold(project.gates),
    }
