"""Writing a release in a thread that says how far it is."""

import logging
import threading
import time

from flask import Flask

from annotator.errors import RefusedError
from annotator.formats.release.draft import drafting
from annotator.store.db import DatabaseBusyError, db, write
from annotator.store.models import Project, User
from annotator.web.request_log import called, record
from annotator.work.releases import kept, writing
from annotator.work.releases.kept import CancelledError
from annotator.work.releases.settings import Settings

log = logging.getLogger("annotator.releases")
BEAT_SECONDS = 0.5


class Beat:
    """Says now and then how far a release is, and hears whether it was cancelled."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Store how many sentences are passed, not more often than anybody could see."""
        if time.monotonic() - self.last < BEAT_SECONDS:
            return
        try:
            with write():
                kept.beat(self.number, done, total)
        except DatabaseBusyError:
            log.info("release %d could not say how far it is; it goes on", self.number)
        self.last = time.monotonic()


def start(app: Flask, number: int, project_id: int, user_id: int, settings: Settings) -> None:
    """Write a release in a thread of its own."""
    thread = threading.Thread(
        target=work,
        args=(app, number, project_id, user_id, settings),
        name=f"release-{number}",
        daemon=True,  # a server that is told to stop does not wait for it: it is cut off whole
    )
    thread.start()


def work(app: Flask, number: int, project_id: int, user_id: int, settings: Settings) -> None:
    """Write a release; whatever ends it, its row says so."""
    with app.app_context():
        try:
            carry_out(app, number, project_id, user_id, settings)
        except CancelledError:
            log.info("release %d was cancelled", number)
        except RefusedError as error:
            with write(wait=60):
                kept.fail(number, str(error))
        except Exception:
            log.exception("release %d failed", number)
            with write(wait=60):
                kept.fail(number, "Something broke on our side.")
        finally:
            db.session.remove()


def carry_out(app: Flask, number: int, project_id: int, user_id: int, settings: Settings) -> None:
    """Write the folder, then record it in the transaction in which it gets its place."""
    data = app.config["SETTINGS"].data
    project = db.session.get_one(Project, project_id)
    user = db.session.get_one(User, user_id)
    kept.sweep(data, project, settings.name)
    with drafting(kept.folder_of(data, project, settings.name)) as draft:
        written = writing.fill(draft, project, settings, Beat(number))
        with write(wait=60):
            writing.record(project, user, written)
            kept.finish(number)
            draft.move()
    by = called(user.username, user.id)
    record("release %r of %r written", settings.name, project.slug, by=by)
