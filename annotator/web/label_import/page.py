"""Import of labels in the browser: a file, its mapping, a check, and then a job."""

from dataclasses import dataclass, replace
from functools import partial

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.config import MEGABYTE
from annotator.errors import RefusedError
from annotator.formats.labels import files
from annotator.formats.labels.files import Files
from annotator.formats.labels.mapping import Mapped, read_mapping
from annotator.formats.labels.other_tools import reading
from annotator.phrases import counted
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import Job, Membership, Project, Role, User
from annotator.web import errors
from annotator.web.access import project_for
from annotator.web.jobs import Beat, Words, start
from annotator.web.jobs import page as job_page
from annotator.web.label_import.mapping_form import Held, held_in, meanings, parts_of, toml_of
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.web.uploads import pack_bytes, unpack_bytes
from annotator.work import jobs
from annotator.work.accounts import activity
from annotator.work.jobs import Told
from annotator.work.label_import import declaring, undoing
from annotator.work.label_import.kinds import KINDS, Said, kind_of
from annotator.work.label_import.mapped import answer_rows
from annotator.work.label_import.rows import Importer, Plan

SHOWN_PROBLEMS = 100
KEPT = 20
# Reading more than this again for a check takes longer than somebody waits.
MUCH = 8 * MEGABYTE
# As many are changed or removed at once; more as a job.
MANY = 2_000
# How the controls of the form are called.
CHOICES = ("who-", "label-", "value-", "any-", "no_label")


@dataclass(frozen=True)
class Order:
    """A file of labels, what somebody says it is, and how it is read."""

    name: str
    raw: bytes
    said: Said
    toml: str
    skip: bool = False

    @property
    def files(self) -> Files:
        """Return the files that were sent."""
        return files.of_bytes(self.name, self.raw)

    def plan(self, importer: Importer) -> Plan:
        """Check every label; nothing is stored."""
        mapped = read_mapping(self.toml.encode())
        form = mapped.format or reading.recognise(self.files)
        documents = reading.read(self.files, form, mapped.of_file)
        return importer.plan(answer_rows(importer, documents, mapped))


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
        if wanted == "look":
            return page(project, membership, str(error)), 422
        return mapping_page(project, membership, order, refused=str(error)), 422


def ordered() -> Order:
    """Return what was asked for.

    Raises:
        RefusedError: a part of it is missing or damaged; the message says which.

    """
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        name, raw = sent.filename, sent.read()
    else:
        name = request.form.get("name", "")
        try:
            raw = unpack_bytes(request.form.get("carried", ""))
        except ValueError as error:
            raise RefusedError("The file was damaged on its way. Choose it again.") from error
    if not raw:
        raise RefusedError("Choose a file.")
    if "kind" not in request.form:
        raise RefusedError("Say what the labels are: nothing is assumed.")
    kind = kind_of(request.form["kind"])
    model = " ".join(request.form.get("model", "").split()) if kind.name == "model" else ""
    if kind.name == "model" and not model:
        raise RefusedError("Enter the name of the model.")
    said = Said(kind, model, source=name[:200], user_id=person().id)
    return Order(name, raw, said, request.form.get("mapping", ""), "skip" in request.form)


def look(project: Project, membership: Membership, order: Order) -> ResponseReturnValue:
    """Show what the file holds, and ask what it means."""
    form, held = found_in(order)
    return mapping_page(project, membership, order, form=form, held=held)


def found_in(order: Order) -> tuple[str, Held]:
    """Return the format of a file, and what it holds."""
    form = reading.recognise(order.files)
    if form == reading.OWN:
        raise RefusedError(
            "These are annotation rows of this program, which say themselves what they are: import"
            " them with the command “annotator labels import”."
        )
    return form, held_in(reading.read(order.files, form, Mapped().of_file))


def check(project: Project, membership: Membership, order: Order) -> ResponseReturnValue:
    """Show what would come in, and the mapping as a file."""
    if "mapping" not in request.form:
        form, held = found_in(order)
        toml = toml_of(form, held, request.form, request.form.get("no_label", ""))
        order = replace(order, toml=toml)
    if len(order.raw) > MUCH:
        return mapping_page(project, membership, order)
    with Importer(project, order.said) as importer:
        plan = order.plan(importer)
    return mapping_page(project, membership, order, plan=plan)


def download(order: Order) -> Response:
    """Send the mapping as the file that the command reads."""
    toml = order.toml
    if not toml:
        form, held = found_in(order)
        toml = toml_of(form, held, request.form, request.form.get("no_label", ""))
    reply = current_app.response_class(toml, mimetype="application/toml")
    reply.headers["Content-Disposition"] = 'attachment; filename="mapping.toml"'
    return reply


def store(project: Project, order: Order) -> ResponseReturnValue:
    """Begin the import and lead to the page that says how far it is."""
    read_mapping(order.toml.encode())
    user = person()
    with write():
        job = jobs.begin(jobs.LABELS, project, user, 0, source=order.said.source)
    record("import %d of labels into %r begun", job.id, project.slug)
    start(jobs.LABELS, job.id, partial(carry_out, job.id, project.id, user.id, order))
    return redirect(url_for("labels_in.progress", slug=project.slug, number=job.id), 303)


def carry_out(number: int, project_id: int, user_id: int, order: Order, beat: Beat) -> None:
    """Check and store a file of labels, in a thread of its own."""
    project = db.session.get_one(Project, project_id)
    user = db.session.get_one(User, user_id)
    with Importer(project, order.said) as importer:
        plan = order.plan(importer)
        if plan.problems and not order.skip:
            shown = "; ".join(plan.problems[:5])
            raise RefusedError(f"{counted(len(plan.problems), 'label')} do not fit: {shown}")
        if not plan.answers:
            raise RefusedError("No answer would come in.")
        beat(0, plan.answers)
        write_in_steps(importer.store(telling(beat)))
    kind = order.said.kind.name if order.said.kind else ""
    said = f"{counted(plan.answers, 'answer')} of {order.said.source} imported as {kind}"
    with write(wait=60):
        activity.note(project, user, activity.LABELS, said)
        details = {"problems": plan.problems[:SHOWN_PROBLEMS], "left_out": len(plan.problems)}
        jobs.finish(number, said, remarks=plan.remarks[:SHOWN_PROBLEMS], **details)
        jobs.forget_old(jobs.LABELS, project.id, KEPT)
    record("import %d of labels into %r: %s", number, project.slug, said, by=f"user {user.id}")


def telling(beat: Beat) -> Told:
    """Return what hears how many answers are done, and tells how many that makes."""
    done = 0

    def told(many: int) -> None:
        nonlocal done
        done += many
        beat(done)

    return told


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


def how_far(job: Job) -> str:
    """Say how far an import is."""
    if not job.total:
        return "Reading and checking."
    return f"{job.done:,} of {counted(job.total, 'answer')}."


def heading_of(job: Job) -> str:
    """Return what the page of a job is about."""
    act, of = job.details.get("act"), job.details.get("of")
    if act is None:
        return "Importing labels"
    return f"Removing import {of}" if act == "undo" else f"Changing what import {of} is"


def words_for(slug: str, job: Job) -> Words:
    """Return what the page of an import says; what is done to one is carried to its end."""
    back = ("Imported labels", url_for("labels_in.show", slug=slug))
    onward = (back, ("Agreement", url_for("agreement.show", slug=slug)))
    if "act" in job.details:
        return Words(
            running="Under way",
            nothing_yet="It is carried to its end, also when this page is closed.",
            done="Done.",
            cancelled="",
            nothing="Whatever is missing is carried out when it is asked for again.",
            cancel="",
            onward=onward,
        )
    return Words(
        running="Importing",
        nothing_yet="Nothing can be seen before all of it is there.",
        done="Done.",
        cancelled="Cancelled; nothing was stored.",
        nothing="Nothing was stored.",
        cancel="Cancel import",
        onward=onward,
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


def change_later(
    job: int,
    project_id: int,
    user_id: int,
    number: int,
    act: str,
    asked: tuple[str, str],
    beat: Beat,
) -> None:
    """Carry out in a thread of its own what somebody says of an import, or its undo."""
    told = telling(beat)
    project, user = db.session.get_one(Project, project_id), db.session.get_one(User, user_id)
    kind, model = asked
    if act == "declare":
        steps = declaring.declare(
            project, [number], kind_of(kind), model if kind == "model" else "", user, told
        )
    elif act == "back":
        steps = declaring.take_back(project, [number], user, told)
    else:
        steps = undoing.undo(project, number, user, told)
    done = write_in_steps(steps)
    with write(wait=60):
        jobs.finish(job, f"{counted(done, 'answer')} {'removed' if act == 'undo' else 'changed'}")


def page(project: Project, membership: Membership, refused: str = "") -> str:
    """Render the form, and what was imported."""
    return render_template(
        "label_import/page.html",
        project=project,
        membership=membership,
        refused=refused,
        asked=request.form,
        kinds=KINDS,
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
    form: str = "",
    held: Held | None = None,
    plan: Plan | None = None,
    refused: str = "",
) -> str:
    """Render the second step: what the file holds and means, or what would come in."""
    return render_template(
        "label_import/mapping.html",
        project=project,
        membership=membership,
        order=order,
        carried=pack_bytes(order.raw),
        format=reading.FORMATS[form].title if form else "",
        held=held,
        parts=parts_of(held, project.codebook, request.form) if held else [],
        meanings=list(meanings(project.codebook)),
        statuses=[each for each in project.codebook.statuses if not each.takes_claims],
        plan=plan,
        chosen={name: value for name, value in request.form.items() if name.startswith(CHOICES)},
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
