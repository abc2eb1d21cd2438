"""How far long work is, for scripts, and cancelling it."""

from flask import Response

from annotator.store.db import write
from annotator.store.models import Role
from annotator.web.api.asked import parameters, project_asked, require_scope
from annotator.web.api.replies import one
from annotator.web.request_log import record
from annotator.work import jobs
from annotator.work.api.reading import job_item
from annotator.work.tokens import IMPORT, LABELS, RELEASE

SCOPE_OF = {jobs.IMPORT: IMPORT, jobs.LABELS: LABELS, jobs.RELEASE: RELEASE}


def show(slug: str, number: int) -> Response:
    """Show how far a job is; whoever may start one may look, too."""
    project, _ = project_asked(slug, "", Role.LEAD)
    parameters()
    return one(job_item(jobs.any_of(project, number)))


def cancel(slug: str, number: int) -> Response:
    """Cancel a job; one that is over stays as it is."""
    project, _ = project_asked(slug, "", Role.LEAD)
    parameters()
    found = jobs.any_of(project, number)
    require_scope(SCOPE_OF[found.kind])
    with write():
        is_cancelled = jobs.cancel(found)
    if is_cancelled:
        record("%s %d of %r cancelled", found.kind, number, project.slug)
    return one(job_item(jobs.any_of(project, number)))
