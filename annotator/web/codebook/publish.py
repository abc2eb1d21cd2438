"""Review the draft, say what becomes of its retired values, publish; and take a mapping back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.codebook.difference import words_difference
from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.phrases import counted
from annotator.store.db import write
from annotator.store.models import Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.codebook.parts import PLACES, grouped
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.assignment import qualifying
from annotator.work.codebook import drafts, publishing, remapped_types, remapping, versions
from annotator.work.codebook.drafts import StaleDraftError


def show(slug: str) -> ResponseReturnValue:
    """Show what the draft would change, and ask what becomes of the labels."""
    project, membership = project_for(slug, Role.LEAD)
    codebook = codebook_of_draft(project)
    if codebook is None:
        return redirect(url_for("codebook_edit.show", slug=slug), 303)
    return page(project, membership, codebook)


def codebook_of_draft(project: Project) -> Codebook | None:
    """Return the draft, if there is one that can be used; say what is in the way."""
    draft = drafts.draft_of(project)
    if draft is None:
        flash("There is no draft: nothing to publish.")
        return None
    found = drafts.checked(drafts.document_of(draft)).codebook
    if found is None:
        flash("The draft has errors. Mend them before it is published.")
    return found


def page(project: Project, membership: Membership, codebook: Codebook, said: str = "") -> str:
    """Render the review; `said`: why it was not published."""
    draft = drafts.draft_of(project)
    planned = versions.plan(project, codebook)
    return render_template(
        "codebook/publish.html",
        project=project,
        membership=membership,
        draft=draft,
        made_from=drafts.token_of(project, draft),
        codebook=planned.codebook,
        kept=planned.kept,
        groups=grouped(planned.changes),
        places=PLACES,
        words=words_difference,
        fates=publishing.fates(project, planned.base.codebook, planned.codebook),
        chosen=request.form,
        reason=request.form.get("reason", ""),
        trains=qualifying.training_of(project).gate,
        said=said,
    )


def publish(slug: str) -> ResponseReturnValue:
    """Publish the draft that was reviewed."""
    project, membership = project_for(slug, Role.LEAD)
    codebook = codebook_of_draft(project)
    if codebook is None:
        return redirect(url_for("codebook_edit.show", slug=slug), 303)
    chosen = {
        name.removeprefix("fate-"): value
        for name, value in request.form.items()
        if name.startswith("fate-")
    }
    token, reason = request.form.get("made_from", ""), request.form.get("reason", "")
    try:
        with write():
            draft = drafts.held_draft(project, token)
            base = draft.base if draft else 0
            made, mapped = publishing.publish(project, codebook, reason, person(), base, chosen)
            if request.form.get("train") == "y":
                qualifying.ask_again(project, made)
    except StaleDraftError:
        said = "Not published: the draft was saved since you reviewed it. Review it again."
        return page(project, membership, codebook, said), 409
    except versions.ChangedMeanwhileError as error:
        return page(project, membership, codebook, f"Not published: {error}"), 409
    except RefusedError as error:
        return page(project, membership, codebook, f"Not published: {error}"), 422
    record("version %d of the codebook of %r published", made.number, slug)
    flash(f"Version {made.label} is in force.")
    if mapped is not None:
        record("%d answers of %r mapped by act %d", mapped.answers, slug, mapped.id)
        number = remapped_types.speakers_of(project, [mapped]).get(mapped.id)
        speakers = f"{counted(number, 'speaker')}, " if number is not None else ""
        flash(f"{speakers}{counted(mapped.answers, 'answer')} and"
              f" {counted(mapped.decisions, 'decision')} mapped.")  # fmt: skip
    return redirect(url_for("codebook_versions.show", slug=slug), 303)


def undo(slug: str, number: int) -> ResponseReturnValue:
    """Give answers and decisions back what they said before a mapping."""
    project, _ = project_for(slug, Role.LEAD)
    try:
        with write():
            done = remapping.undo(project, number, person())
    except RefusedError as error:
        flash(str(error))
        return redirect(url_for("codebook_versions.show", slug=slug), 303)
    record("act %d on the answers of %r undone", number, slug)
    speakers = f"{counted(done.speakers, 'speaker')}, " if done.speakers else ""
    flash(
        f"{speakers}{counted(done.answers, 'answer')} and"
        f" {counted(done.decisions, 'decision')} restored."
    )
    if done.answers_left or done.decisions_left:
        flash(
            f"{counted(done.answers_left, 'answer')} and"
            f" {counted(done.decisions_left, 'decision')} were changed since and stay as they are."
        )
    if done.speakers_left:
        left = counted(done.speakers_left, "speaker")
        flash(f"{left} got another type since and kept it.")
    return redirect(url_for("codebook_versions.show", slug=slug), 303)
