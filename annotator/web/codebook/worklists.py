"""Worklists after a change of the codebook: made by leads, worked through by annotators."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import NotFoundError, RefusedError
from annotator.phrases import counted
from annotator.store.db import write
from annotator.store.models import Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.codebook.parts import PLACES
from annotator.web.codebook.rechecking import address
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.codebook import rechecking, worklists
from annotator.work.codebook.worklists import Wanted
from annotator.work.labelling.saving import StaleRevisionError

OF_VALUES = ("statuses", "stances", "certainties", "aspects")


def show(slug: str) -> ResponseReturnValue:
    """Show how far everybody is, and how many answers a new worklist would have."""
    project, membership = project_for(slug, Role.LEAD)
    return page(project, membership, asked(request.args))


def asked(said: object) -> Wanted:
    """Return which answers are meant."""
    given = dict(said.items())  # type: ignore[attr-defined]
    return Wanted(*(given.get(name, "").strip() for name in ("value", "rule", "words")))


def page(project: Project, membership: Membership, wanted: Wanted, said: str = "") -> str:
    """Render the page; `said`: why no worklist was made."""
    codebook = project.codebook
    return render_template(
        "codebook/worklists.html",
        project=project,
        membership=membership,
        lists=worklists.worklists_of(project),
        wanted=wanted,
        meant=None
        if wanted.says_nothing
        else worklists.preview(project, worklists.answers_meant(project, wanted)),
        values=[(place, PLACES[place], getattr(codebook, place)) for place in OF_VALUES],
        rules=codebook.rules,
        reason=request.form.get("reason", ""),
        said=said,
    )


def make(slug: str) -> ResponseReturnValue:
    """Make a worklist."""
    project, membership = project_for(slug, Role.LEAD)
    wanted = asked(request.form)
    try:
        with write():
            made = worklists.make(project, wanted, request.form.get("reason", ""), person())
    except RefusedError as error:
        return page(project, membership, wanted, str(error)), 422
    record("worklist %d of %r made", made.id, slug)
    flash("Worklist made. Its annotators find it under My work.")
    return redirect(url_for(".show", slug=slug), 303)


def own(slug: str) -> ResponseReturnValue:
    """Show an annotator what to look at again."""
    project, membership = project_for(slug)
    return own_page(project, membership)


def own_page(project: Project, membership: Membership, said: str = "") -> str:
    """Render one person's list; `said`: why an answer was not confirmed."""
    items = worklists.items_of(project, person())
    first = rechecking.next_after(project, person())
    return render_template(
        "codebook/worklist.html",
        project=project,
        membership=membership,
        items=items,
        left=worklists.count_left(project, person()),
        begin=address(*first) if first else None,
        to_submit=() if first else rechecking.to_submit(project, person()),
        keys=[secrets.token_hex(8) for _ in items],
        said=said,
    )


def confirm(slug: str, worklist: int, answer: int) -> ResponseReturnValue:
    """Store that an answer is still right."""
    project, membership = project_for(slug)
    revision, key = request.form.get("revision", ""), request.form.get("key", "")
    try:
        if not (
            revision.isdecimal()
            and revision.isascii()
            and len(revision) <= 9
            and 8 <= len(key) <= 64
        ):
            raise RefusedError("Not saved: reload the page and try again.")
        with write():
            worklists.confirm(project, person(), worklist, answer, int(revision), key)
    except NotFoundError:
        raise
    except RefusedError as error:
        status = 409 if isinstance(error, StaleRevisionError) else 422
        return own_page(project, membership, f"Not confirmed: {error}"), status
    left = worklists.count_left(project, person())
    flash(f"Confirmed. {counted(left, 'sentence')} left." if left else "Confirmed. That was all.")
    return redirect(url_for(".own", slug=slug), 303)
