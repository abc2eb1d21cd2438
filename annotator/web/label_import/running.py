"""Imports of labels, and what is said of them later, as jobs: carried out, and how far they are."""

from flask import url_for

from annotator.errors import RefusedError
from annotator.phrases import counted
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import Job, Project, User
from annotator.web.jobs import Beat, Words
from annotator.web.label_import.order import Order
from annotator.web.request_log import record
from annotator.work import jobs
from annotator.work.accounts import activity
from annotator.work.imported_labels import declaring, undoing
from annotator.work.imported_labels.kinds import kind_of
from annotator.work.jobs import Told
from annotator.work.label_import.rows import Importer

SHOWN_PROBLEMS = 100
KEPT = 20


def carry_out(number: int, project_id: int, user_id: int, order: Order, beat: Beat) -> None:
    """Check and store a file of labels, in a thread of its own."""
    project = db.session.get_one(Project, project_id)
    user = db.session.get_one(User, user_id)
    with Importer(project, order.said) as importer:
        plan = order.plan(importer)
        if plan.problems and not order.leaves_out:
            shown = "; ".join(plan.problems[:5])
            raise RefusedError(f"{counted(len(plan.problems), 'label')} do not fit: {shown}")
        if not plan.answers:
            raise RefusedError("No answer would come in.")
        beat(0, plan.answers)
        write_in_steps(importer.store(telling(beat)))
    kind = f" as {order.said.kind.name}" if order.said.kind else ""
    said = f"{counted(plan.answers, 'answer')} of {order.said.source} imported{kind}"
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
