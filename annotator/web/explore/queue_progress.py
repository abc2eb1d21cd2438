"""How far it is to put many sentences into the adjudication queue, and its end before the end."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from annotator.phrases import counted
from annotator.store.db import write
from annotator.store.models import Job, Role
from annotator.web.access import project_for
from annotator.web.jobs import Words, page
from annotator.web.request_log import record
from annotator.work import jobs


def show(slug: str, number: int) -> ResponseReturnValue:
    """Show how far it is, or what became of it."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    job = jobs.get(jobs.QUEUE, project, number)
    how_far = f"{job.done:,} of {counted(job.total, 'sentence')} looked at."
    return page(job, membership, "Adding to the adjudication queue", how_far, words_for(job))


def words_for(job: Job) -> Words:
    """Return what the page says while it goes on, and afterwards."""
    return Words(
        running="Adding",
        nothing_yet="They can be decided as they arrive.",
        done="Added.",
        cancelled="Cancelled; what was added before stays in the queue.",
        nothing="What was added before stays in the queue.",
        cancel="Cancel",
        onward=(
            ("Adjudicate", url_for("adjudicate.begin", slug=job.project.slug)),
            ("Back to the view", job.details["back"]),
        ),
    )


def cancel(slug: str, number: int) -> ResponseReturnValue:
    """Put no more sentences into the queue."""
    project, _ = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    job = jobs.get(jobs.QUEUE, project, number)
    with write():
        jobs.cancel(job)
    record("job %d of %r cancelled", number, slug)
    return redirect(url_for("queueing.show", slug=slug, number=number), 303)
