"""Verifying the history of every answer, as a job that says how far it is."""

from functools import partial

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from annotator.phrases import counted
from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Job, Project, Role, Sentence, User
from annotator.web.access import project_for
from annotator.web.jobs import Beat, Words, page, start
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work import jobs
from annotator.work.accounts import activity
from annotator.work.labelling import history
from annotator.work.labelling.history import Audit

KEPT, SHOWN_FAULTS = 20, 100


def begin(slug: str) -> ResponseReturnValue:
    """Begin to verify every answer of the project; one that goes on already is shown instead."""
    project, _ = project_for(slug, Role.LEAD)
    going = jobs.running(jobs.AUDIT, project)
    if going:
        return redirect(url_for("audit.show", slug=slug, number=going[0].id), 303)
    user = person()
    with write():
        job = jobs.begin(jobs.AUDIT, project, user, answers_of(project))
    record("audit %d of %r begun", job.id, slug)
    start(jobs.AUDIT, job.id, partial(carry_out, job.id, project.id, user.id))
    return redirect(url_for("audit.show", slug=slug, number=job.id), 303)


def answers_of(project: Project) -> int:
    """Return about how many answers there are to verify: those in copies come on top."""
    query = select(func.count(Answer.id)).join(Answer.sentence).join(Sentence.article)
    return db.session.scalars(query.where(Article.project_id == project.id)).one()


def carry_out(number: int, project_id: int, user_id: int, beat: Beat) -> None:
    """Verify every answer, then keep what was found."""
    project = db.session.get_one(Project, project_id)
    user = db.session.get_one(User, user_id)
    found = history.audit(project, beat)
    with write(wait=60):
        said = words_of(found)
        faults = found.faults[:SHOWN_FAULTS]
        details = {"root": found.root, "faults": faults, "more": len(found.faults) - len(faults)}
        if found.faults:
            jobs.fail(number, said, **details)
        else:
            jobs.finish(number, said, **details)
        activity.note(project, user, activity.LABELS, f"Label history verified. {said}")
        jobs.forget_old(jobs.AUDIT, project_id, KEPT)
    record("audit %d of %r: %s", number, project.slug, said, by=f"user {user.id}")


def words_of(found: Audit) -> str:
    """Say what an audit has found."""
    looked = f"{counted(found.answers, 'answer')} with {counted(found.events, 'saved step')}"
    if found.faults:
        return f"{counted(len(found.faults), 'fault')} in {looked}."
    return f"The history of every answer is intact: {looked}."


def show(slug: str, number: int) -> ResponseReturnValue:
    """Show how far it is, or what was found."""
    project, membership = project_for(slug, Role.LEAD)
    job = jobs.get(jobs.AUDIT, project, number)
    how_far = f"{job.done:,} of {counted(max(job.total, job.done), 'answer')} verified."
    below = ["explore/_audit.html"] if job.details.get("root") else []
    return page(job, membership, "Verify the label history", how_far, words_for(job), below)


def words_for(job: Job) -> Words:
    """Return what the page says while it goes on, and afterwards."""
    return Words(
        running="Verifying",
        nothing_yet="Nothing is changed.",
        done="Done.",
        cancelled="Cancelled; nothing was changed.",
        nothing="Nothing was changed.",
        cancel="Cancel",
        onward=(("Activity", url_for("activity.show", slug=job.project.slug)),),
    )


def cancel(slug: str, number: int) -> ResponseReturnValue:
    """Verify no further."""
    project, _ = project_for(slug, Role.LEAD)
    job = jobs.get(jobs.AUDIT, project, number)
    with write():
        jobs.cancel(job)
    record("audit %d of %r cancelled", number, slug)
    return redirect(url_for("audit.show", slug=slug, number=number), 303)
