"""Releases for scripts: those there are, starting one, taking one home."""

from functools import partial
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, request, stream_with_context

from annotator.errors import RefusedError
from annotator.formats.release import archive, parquet
from annotator.formats.release import folder as release_folder
from annotator.store.db import db, write
from annotator.store.models import Project, Role
from annotator.web.api.asked import body, paged, parameters, project_asked
from annotator.web.api.replies import job as job_reply
from annotator.web.api.replies import one, page
from annotator.web.bearer import bearer
from annotator.web.jobs import start
from annotator.web.problems import InvalidError, about
from annotator.web.releases import run as release_run
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work import jobs
from annotator.work.accounts import activity
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.api import reading
from annotator.work.gold.fitting import against
from annotator.work.releases import kept as long_releases
from annotator.work.releases.kept import Kept
from annotator.work.releases.settings import Settings
from annotator.work.tokens import READ, RELEASE


def show_all(slug: str) -> Response:
    """List the releases, the oldest first."""
    project, _ = project_asked(slug, READ, Role.LEAD)
    given = parameters()
    return page(reading.releases(project, *paged(given)), **given)


def add(slug: str) -> Response:
    """Begin a release; the job says how far it is."""
    project, _ = project_asked(slug, RELEASE, Role.LEAD)
    parameters()
    settings = settings_of(project, body())
    if not settings.despite_warning and (warnings := against(project, settings.way)):
        raise InvalidError([("method", said) for said in warnings])
    user = person()
    with about("name"), write():
        made = long_releases.begin(project, user, settings)
        said = f"Release {settings.name} begun (token “{bearer().name}”)"
        activity.note(project, user, activity.RELEASES, said)
    record("release %r of %r begun", settings.name, project.slug)
    carry_out = partial(release_run.carry_out, made.id, data(), project.id, user.id, settings)
    start(jobs.RELEASE, made.id, carry_out)
    return job_reply(project, made, 202)


def settings_of(project: Project, wanted: dict[str, Any]) -> Settings:
    """Return the settings that a body asks for; what it leaves out is as usual."""
    if wanted.get("parquet", False) and not parquet.is_installed():
        raise InvalidError([("parquet", f"{parquet.INSTALL}.")])
    try:
        return Settings(**{"with_text": project.texts_may_be_shared, **wanted})
    except RefusedError as error:
        # All else was checked by the schema.
        raise InvalidError([("shares", str(error))]) from error


def show(slug: str, name: str) -> Response:
    project, _ = project_asked(slug, READ, Role.LEAD)
    parameters()
    found = release_of(project, name)
    return one(reading.release_item(found.release, pseudonyms_of(project)))


def release_of(project: Project, name: str) -> Kept:
    """Return a release of a project, or 404."""
    if "\0" in name:
        abort(404)
    return long_releases.get_release(project, name, data())


def download(slug: str, name: str) -> Response:
    """Send the folder of a release as one file: the same bytes each time."""
    project, _ = project_asked(slug, READ, Role.LEAD)
    parameters()
    found = release_of(project, name)
    if found.folder is None:
        abort(404, "The folder of this release is not in the data folder of this installation.")
    version = found.release.sha256
    if request.if_none_match.contains(version):
        same = Response(status=304)
        same.set_etag(version)
        return same
    names = [*sorted(found.release.hashes), release_folder.SUMS]
    top = f"{project.slug}-{name}"
    record("release %r of %r downloaded", name, project.slug)
    folder = found.folder
    db.session.rollback()
    made = Response(
        stream_with_context(archive.stream(folder, names, top)), content_type="application/zip"
    )
    made.headers["Content-Disposition"] = f'attachment; filename="{top}.zip"'
    made.set_etag(version)
    return made


def data() -> Path:
    """Return the data folder of this installation."""
    return Path(current_app.config["SETTINGS"].data)
