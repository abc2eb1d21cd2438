"""Import of labels in the browser: a file, its mapping, a check, and then a job."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.config import MEGABYTE
from annotator.errors import RefusedError
from annotator.formats.labels.documents import Fields
from annotator.formats.labels.mapping import read_mapping
from annotator.formats.labels.other_tools import reading
from annotator.phrases import counted
from annotator.store.db import write, write_in_steps
from annotator.store.models import Membership, Project, Role
from annotator.web import errors
from annotator.web.access import project_for
from annotator.web.jobs import page as job_page
from annotator.web.jobs import start
from annotator.web.label_import.mapping_form import (
    OPTIONS,
    PLACES,
    SETTINGS,
    Held,
    held_in,
    parts_of,
    toml_of,
)
from annotator.web.label_import.order import ITSELF, Order, ordered
from annotator.web.label_import.running import (
    SHOWN_PROBLEMS,
    carry_out,
    change_later,
    heading_of,
    how_far,
    words_for,
)
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.web.uploads import pack_bytes
from annotator.work import jobs
from annotator.work.imported_labels import declaring, undoing
from annotator.work.imported_labels.kinds import KINDS, kind_of
from annotator.work.label_import.rows import Importer, Plan

# Reading more than this again for a check takes longer than somebody waits.
MUCH = 8 * MEGABYTE
# As many are changed or removed at once; more as a job.
MANY = 2_000
# How the controls of the form are called.
CHOICES = ("who-", "label-", "value-", "any-", "relation-", "role-", *SETTINGS)


def show(slug: str) -> ResponseReturnValue:
    """Show the form, and what was imported."""
    project, membership = project_for(slug, Role.LEAD)
    return page(project, membership)


def step(slug: str) -> ResponseReturnValue:
    """Take one step of an import: look into the file, write the mapping, check it, or store."""
    project, membership = project_for(slug, Role.LEAD)
    try:
        order = ordered()
    except RefusedError as error:
        return page(project, membership, str(error)), 422
    wanted = request.form.get("step", "look")
    if wanted == "look":
        order = replace(order, toml="")
    try:
        if wanted == "toml":
            return download(order)
        if wanted == "store":
            return store(project, order)
        return (check if wanted == "check" else look)(project, membership, order)
    except RefusedError as error:
        if wanted == "look" or not order.toml:
            return page(project, membership, str(error)), 422
        return mapping_page(project, membership, order, refused=str(error)), 422


def look(project: Project, membership: Membership, order: Order) -> ResponseReturnValue:
    """Show what the file holds, and ask what it means, where it needs a mapping."""
    if not order.is_mapped:
        return check(project, membership, order)
    return mapping_page(project, membership, order, held=found_in(order))


def found_in(order: Order) -> Held:
    """Return what a file of another tool holds, read by the fields that were named."""
    named = Fields(**{name: request.form.get(name, "").strip() for name in PLACES})
    return held_in(reading.read(order.files, order.form, named))


def chosen_before(read_by: str) -> Mapping[str, str]:
    """Return what was chosen in the form; of a file that was read by other fields, its settings.

    What is chosen for the first annotator or label is that of another one there.
    """
    same = request.form.get("read_by", read_by) == read_by
    return {
        name: value
        for name, value in request.form.items()
        if name.startswith(CHOICES if same else SETTINGS)
    }


def check(project: Project, membership: Membership, order: Order) -> ResponseReturnValue:
    """Show what would come in, and the mapping as a file."""
    if order.is_mapped and not order.toml:
        order = replace(order, toml=toml_of(order.form, found_in(order), request.form))
    if len(order.raw) > MUCH:
        return mapping_page(project, membership, order)
    with Importer(project, order.said) as importer:
        plan = order.plan(importer)
    return mapping_page(project, membership, order, plan=plan)


def download(order: Order) -> Response:
    """Send the mapping as the file that the command reads."""
    if not order.is_mapped:
        raise RefusedError("Rows of our own export, and answers to our requests, need no mapping.")
    toml = order.toml or toml_of(order.form, found_in(order), request.form)
    reply = current_app.response_class(toml, mimetype="application/toml")
    reply.headers["Content-Disposition"] = 'attachment; filename="mapping.toml"'
    return reply


def store(project: Project, order: Order) -> ResponseReturnValue:
    """Begin the import and lead to the page that says how far it is."""
    if order.is_mapped:
        read_mapping(order.toml.encode())
    user = person()
    with write():
        job = jobs.begin(jobs.LABELS, project, user, 0, source=order.said.source)
    record("import %d of labels into %r begun", job.id, project.slug)
    start(jobs.LABELS, job.id, partial(carry_out, job.id, project.id, user.id, order))
    return redirect(url_for("labels_in.progress", slug=project.slug, number=job.id), 303)


def progress(slug: str, number: int) -> ResponseReturnValue:
    """Show how far an import is, or what became of it."""
    project, membership = project_for(slug, Role.LEAD)
    job = jobs.get(jobs.LABELS, project, number)
    left_out = job.details.get("left_out")
    return job_page(
        job,
        membership,
        heading_of(job),
        how_far(job),
        words_for(slug, job),
        ["label_import/_left_out.html"] if left_out else [],
        most=SHOWN_PROBLEMS,
    )


def cancel(slug: str, number: int) -> ResponseReturnValue:
    """Cancel an import; nothing of it stays."""
    project, _ = project_for(slug, Role.LEAD)
    job = jobs.get(jobs.LABELS, project, number)
    if "act" in job.details:
        raise RefusedError(f"{heading_of(job)} is carried to its end; it cannot be cancelled.")
    with write():
        jobs.cancel(job)
    record("import %d of labels into %r cancelled", number, slug)
    return redirect(url_for("labels_in.progress", slug=slug, number=number), 303)


def change(slug: str, number: int, act: str) -> ResponseReturnValue:
    """Say what an import is, take that back, or undo the import; number 0 is all without one."""
    project, membership = project_for(slug, Role.LEAD)
    user = person()
    if number == 0:
        write_in_steps(declaring.note_earlier(project), wait=None)
        number = next((each.row.id for each in declaring.imports_of(project)), 0)
    row = declaring.get(project, number)
    try:
        if act == "declare":
            kind = kind_of(request.form.get("kind", ""))
            model = " ".join(request.form.get("model", "").split()) if kind.name == "model" else ""
            if kind.name == "model" and not model:
                raise RefusedError("Enter the name of the model.")
            steps = declaring.declare(project, [number], kind, model, user)
        elif act == "back":
            steps = declaring.take_back(project, [number], user)
        else:
            steps = undoing.undo(project, number, user)
        if row.answers > MANY:
            steps.close()
            return later(project, row.answers, number, act)
        done = write_in_steps(steps, wait=None)
    except RefusedError as error:
        return page(project, membership, str(error)), 422
    record("import %d of labels into %r: %s", number, slug, act)
    flash(f"{counted(done, 'answer')} {'removed' if act == 'undo' else 'changed'}.")
    return redirect(url_for("labels_in.show", slug=slug), 303)


def later(project: Project, answers: int, number: int, act: str) -> ResponseReturnValue:
    """Change many answers as a job."""
    user = person()
    with write():
        job = jobs.begin(
            jobs.LABELS, project, user, answers, source=f"import {number}", act=act, of=number
        )
    asked = request.form.get("kind", ""), " ".join(request.form.get("model", "").split())
    work = partial(change_later, job.id, project.id, user.id, number, act, asked)
    start(jobs.LABELS, job.id, work)
    return redirect(url_for("labels_in.progress", slug=project.slug, number=job.id), 303)


def page(project: Project, membership: Membership, refused: str = "") -> str:
    """Render the form, and what was imported."""
    return render_template(
        "label_import/page.html",
        project=project,
        membership=membership,
        refused=refused,
        asked=request.form,
        kinds=KINDS,
        itself=ITSELF,
        formats=[each.title for each in reading.FORMATS.values()],
        imports=declaring.imports_of(project),
        earlier=declaring.of_no_import(project.id),
        running=jobs.running(jobs.LABELS, project),
        largest=current_app.config["SETTINGS"].largest_upload // MEGABYTE,
    )


def mapping_page(
    project: Project,
    membership: Membership,
    order: Order,
    *,
    held: Held | None = None,
    plan: Plan | None = None,
    refused: str = "",
) -> str:
    """Render the second step: what the file holds and means, or what would come in."""
    read_by = "|".join(request.form.get(name, "").strip() for name in PLACES)
    chosen = chosen_before(read_by)
    return render_template(
        "label_import/mapping.html",
        project=project,
        membership=membership,
        order=order,
        carried=pack_bytes(order.raw),
        format=reading.FORMATS[order.form].title if held else "",
        is_mapped=bool(held) or order.is_mapped,
        leaves_out=not held and order.is_results,
        itself=ITSELF,
        held=held,
        parts=parts_of(held, project.codebook, chosen) if held else [],
        options=OPTIONS,
        statuses=[each for each in project.codebook.statuses if not each.takes_claims],
        plan=plan,
        chosen=chosen,
        places=PLACES,
        read_by=read_by,
        refused=refused,
        most=SHOWN_PROBLEMS,
        much=len(order.raw) > MUCH,
    )


def refuse_size(_error: Exception) -> Response:
    """Say how large it may be."""
    largest = current_app.config["SETTINGS"].largest_upload // MEGABYTE
    return errors.page(
        413,
        f"This file is too large; at most {largest:,} MB. Import it with the command “annotator"
        " labels import”.",
    )
