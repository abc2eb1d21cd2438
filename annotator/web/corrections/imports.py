"""Undo an import: a preview that names what goes and what stays, then the act."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import RefusedError
from annotator.store.db import write_in_steps
from annotator.store.models import Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.question import is_sure
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.corrections import import_undo


def show(slug: str, number: int) -> ResponseReturnValue:
    """Show what undoing an import would do; nothing has been changed."""
    project, membership = project_for(slug, Role.LEAD)
    return page(project, membership, number)


def carry_out(slug: str, number: int) -> ResponseReturnValue:
    """Undo an import; what somebody has answered stays and is named."""
    project, membership = project_for(slug, Role.LEAD)
    reason = request.form.get("reason", "")
    if not is_sure():
        return page(project, membership, number, reason)
    try:
        done = write_in_steps(import_undo.undo(project, number, person(), reason))
    except RefusedError as error:
        return page(project, membership, number, reason, str(error)), 422
    record("import %d into %r undone: %s", number, slug, import_undo.words(done))
    flash(f"Import undone: {import_undo.words(done)}")
    return redirect(url_for("imports.show", slug=slug), 303)


def page(
    project: Project, membership: Membership, number: int, reason: str = "", said: str = ""
) -> str:
    """Render the preview."""
    return render_template(
        "corrections/import_undo.html",
        project=project,
        membership=membership,
        plan=import_undo.plan(project, number),
        reason=reason,
        said=said,
    )
