"""Long work in a thread of its own, and the page that says how far it is."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app, render_template, url_for

from annotator.errors import RefusedError
from annotator.store.db import db, write
from annotator.store.engine import DatabaseBusyError
from annotator.store.models import Job, Membership
from annotator.work import jobs
from annotator.work.jobs import CancelledError

log = logging.getLogger("annotator.jobs")
BEAT_SECONDS = 0.5
SCREENS = {
    jobs.IMPORT: ("imports", "progress"),
    jobs.RELEASE: ("releases", "progress"),
    jobs.LABELS: ("labels_in", "progress"),
    jobs.QUEUE: ("queueing", "show"),
    jobs.AUDIT: ("audit", "show"),
}


class Beat:
    """Says now and then how far a job is, and hears whether it was cancelled."""

    def __init__(self, kind: str, number: int) -> None:
        self.kind = kind
        self.number = number
        self.last = time.monotonic()

    def __call__(self, done: int, total: int | None = None) -> None:
        """Store how much is done, not more often than anybody could see.

        Raises:
            CancelledError: somebody cancelled the job.

        """
        if time.monotonic() - self.last < BEAT_SECONDS:
            return
        try:
            with write():
                jobs.beat(self.number, done, total)
        except DatabaseBusyError:
            log.info("%s %d could not say how far it is; it goes on", self.kind, self.number)
        self.last = time.monotonic()


def start(kind: str, number: int, carry_out: Callable[[Beat], None]) -> None:
    """Do a job in a thread that outlives the request; `carry_out` ends it in what it stores."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the thread outlives us
    thread = threading.Thread(
        target=work,
        args=(app, kind, number, carry_out),
        name=f"{kind}-{number}",
        daemon=True,  # a server that is told to stop does not wait for it: it is cut off whole
    )
    thread.start()


def work(app: Flask, kind: str, number: int, carry_out: Callable[[Beat], None]) -> None:
    """Do a job; whatever ends it, its row says so."""
    with app.app_context():
        try:
            carry_out(Beat(kind, number))
        except CancelledError:
            log.info("%s %d was cancelled", kind, number)
        except RefusedError as error:
            with write(wait=60):
                jobs.fail(number, str(error))
        except Exception:
            log.exception("%s %d failed", kind, number)
            with write(wait=60):
                jobs.fail(number, "Server error.")
        finally:
            db.session.remove()


@dataclass(frozen=True)
class Words:
    """What the page of a job says; the first of the ways onward is there where the job is done."""

    running: str
    nothing_yet: str
    done: str
    cancelled: str
    nothing: str  # behind what went wrong
    cancel: str  # the button; empty where it is carried to its end
    onward: tuple[tuple[str, str], ...]  # (label, address)


def page(
    job: Job,
    membership: Membership,
    heading: str,
    how_far: str,
    words: Words,
    below: Sequence[str] = (),
    **more: object,
) -> str:
    """Render how far a job is, or what became of it; it asks again every second while the job runs.

    `below` names fragments that stand under it, `more` is what these need.
    """
    screen, show = SCREENS[job.kind]
    slug = job.project.slug
    return render_template(
        "job.html",
        project=job.project,
        membership=membership,
        heading=heading,
        job=job,
        state=jobs.state_of(job),
        how_far=how_far,
        words=words,
        below=below,
        here=url_for(f"{screen}.{show}", slug=slug, number=job.id),
        cancel=url_for(f"{screen}.cancel", slug=slug, number=job.id),
        **more,
    )
