"""Writing a release as a job that says how far it is."""

from pathlib import Path

from annotator.formats.release.draft import drafting
from annotator.store.db import db, write
from annotator.store.models import Project, User
from annotator.web.jobs import Beat
from annotator.web.request_log import record
from annotator.work import jobs
from annotator.work.releases import kept, writing
from annotator.work.releases.settings import Settings


def carry_out(
    number: int, data: Path, project_id: int, user_id: int, settings: Settings, beat: Beat
) -> None:
    """Write the folder, then record it in the transaction in which it gets its place."""
    project = db.session.get_one(Project, project_id)
    user = db.session.get_one(User, user_id)
    kept.sweep(data, project, settings.name)
    with drafting(kept.folder_of(data, project, settings.name)) as draft:
        written = writing.fill(draft, project, settings, beat)
        with write(wait=60):
            kept.record(project, user, written)
            jobs.finish(number)
            draft.move()
    by = f"user {user.id}"
    record("release %r of %r written", settings.name, project.slug, by=by)
