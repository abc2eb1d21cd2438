"""Many sentences put into the adjudication queue, as a job that says how far it is."""

from collections.abc import Sequence
from functools import partial

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from annotator.phrases import counted
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import Project, User
from annotator.web.jobs import Beat, start
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work import jobs
from annotator.work.adjudication import requesting

# As many as are put into the queue while somebody waits for the page.
MUCH = requesting.AT_ONCE


def begin(project: Project, sentences: Sequence[int], back: str) -> ResponseReturnValue:
    """Begin to put sentences into the queue; `back` is the view that they are of."""
    user = person()
    with write():
        job = jobs.begin(jobs.QUEUE, project, user, len(sentences), back=back)
    record("job %d: sentences of %r into the adjudication queue, begun", job.id, project.slug)
    start(jobs.QUEUE, job.id, partial(carry_out, job.id, project.id, user.id, sentences))
    return redirect(url_for("queueing.show", slug=project.slug, number=job.id), 303)


def carry_out(
    number: int, project_id: int, user_id: int, sentences: Sequence[int], beat: Beat
) -> None:
    """Put the sentences into the queue, then say that the job is over."""
    project = db.session.get_one(Project, project_id)
    user = db.session.get_one(User, user_id)
    done = write_in_steps(requesting.request(project, sentences, user, beat))
    with write(wait=60):
        jobs.finish(number, added(done, len(sentences) - done))
    said = "job %d: %d sentences of %r put into the adjudication queue"
    record(said, number, done, project.slug, by=f"user {user.id}")


def added(done: int, left: int) -> str:
    """Say how many sentences were put into the queue, and how many were not."""
    more = f" {left:,} already there or without an answer." if left else ""
    return f"{counted(done, 'sentence')} added to the adjudication queue.{more}"
