"""Withdraw, restore and remove articles: a preview that names what goes, then the act."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import NotFoundError, RefusedError
from annotator.phrases import counted
from annotator.store.db import write, write_in_steps
from annotator.store.models import Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.articles.filters import ticked
from annotator.web.question import is_sure
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work import shelving
from annotator.work.corrections import history, withdrawing
from annotator.work.corrections.withdrawing import REMOVE, RESTORE, WITHDRAW, Concerned


@dataclass(frozen=True)
class Words:
    """What the page of an act says; `done` follows the number of articles."""

    verb: str
    lines: tuple[str, ...]
    done: str


WORDS = {
    WITHDRAW: Words(
        "Withdraw",
        (
            "They leave My work, all queues, figures, reports and coming releases. Annotators who"
            " have them open are told, and nothing they saved is lost.",
            "Texts, labels, decisions and history are kept and shown under Withdrawn. You can"
            " restore them at any time. Releases that exist do not change; the next one says what"
            " was withdrawn.",
        ),
        "withdrawn. You can restore them under Withdrawn.",
    ),
    RESTORE: Words(
        "Restore",
        ("They come back with their labels, decisions and assignments, as they were.",),
        "restored.",
    ),
    REMOVE: Words(
        "Remove",
        (
            "Nobody has answered a sentence of them. Text, sentences and assignments are deleted."
            " This cannot be undone.",
        ),
        "removed.",
    ),
}


def show(slug: str) -> ResponseReturnValue:
    """List the articles that were withdrawn, and what was done to others."""
    project, membership = project_for(slug, Role.LEAD)
    return render_template(
        "corrections/withdrawn.html",
        project=project,
        membership=membership,
        withdrawn=withdrawing.withdrawn_from(project),
        changes=history.of_project(project, WITHDRAW, RESTORE, REMOVE),
        words={},
    )


def carry_out(slug: str, act: str) -> ResponseReturnValue:
    """Show what an act would do to the chosen articles; when the lead is sure, do it."""
    project, membership = project_for(slug, Role.LEAD)
    numbers = ticked(project)
    reason = request.form.get("reason", "")
    try:
        if not is_sure():
            return preview(project, membership, act, numbers, reason)
        done = do(project, act, numbers, reason)
    except NotFoundError as error:
        flash(str(error))
        return redirect(url_for("articles.show", slug=slug), 303)
    except RefusedError as error:
        return preview(project, membership, act, numbers, reason, str(error)), 422
    keys = ", ".join(each.key for each in done)
    record("%s of %r: %s %s", counted(len(done), "article"), slug, WORDS[act].done, keys[:500])
    flash(f"{counted(len(done), 'article')} {WORDS[act].done}")
    where = "withdrawing.show" if act == RESTORE else "articles.show"
    return redirect(url_for(where, slug=slug), 303)


def erase(slug: str, article_id: int) -> ResponseReturnValue:
    """Ask for the key of a withdrawn article; when it was typed, delete the article for good."""
    project, membership = project_for(slug, Role.LEAD)
    found = withdrawing.concerned(shelving.shelf_of(project.id) or 0, [article_id])
    if not found:
        abort(404)
    said = ""
    if is_sure():
        reason, typed = request.form.get("reason", ""), request.form.get("typed", "")
        try:
            steps = withdrawing.erase(project, article_id, typed, person(), reason)
            done = write_in_steps(steps, wait=None)
        except RefusedError as error:
            said = str(error)
        else:
            record("withdrawn article %r of %r deleted for good", done.key, slug)
            flash(f"{done.key} was deleted with its labels.")
            return redirect(url_for("withdrawing.show", slug=slug), 303)
    text = render_template(
        "corrections/erase.html",
        project=project,
        membership=membership,
        articles=found,
        said=said,
    )
    return text, 422 if said else 200


def do(project: Project, act: str, numbers: Sequence[int], reason: str) -> list[Concerned]:
    """Carry the act out."""
    user = person()
    if act == REMOVE:
        return write_in_steps(withdrawing.remove(project, numbers, user, reason))
    with write():
        made = withdrawing.withdraw if act == WITHDRAW else withdrawing.restore
        return made(project, numbers, user, reason)


def preview(
    project: Project,
    membership: Membership,
    act: str,
    numbers: Sequence[int],
    reason: str,
    said: str = "",
) -> str:
    """Render what would become of the articles; nothing has been stored."""
    here = shelving.shelf_of(project.id) if act == RESTORE else project.id
    articles = withdrawing.concerned(here or 0, numbers)
    if not articles:
        raise NotFoundError("Select at least one article.")
    free = [each for each in articles if each.is_free]
    return render_template(
        "corrections/preview.html",
        project=project,
        membership=membership,
        act=act,
        words=WORDS[act],
        articles=articles,
        free=free,
        answered=[each for each in articles if not each.is_free],
        reason=reason,
        said=said,
        back=url_for("withdrawing.show" if act == RESTORE else "articles.show", slug=project.slug),
    )
