"""The draft of the next version: its entries as forms, advice beside them, a file in its place."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.codebook.lint import advice_on, keys_per_claim
from annotator.codebook.load import LISTS, CodebookError, load
from annotator.codebook.parse import EMPTY
from annotator.codebook.toml import to_toml
from annotator.errors import RefusedError
from annotator.store.db import write
from annotator.store.models import CodebookDraft, Membership, Project, Role
from annotator.web.access import project_for
from annotator.web.codebook import forms
from annotator.web.codebook.parts import PLACES, toml_file
from annotator.web.codebook.uploads import codebook_text, without_name
from annotator.web.kept import kept
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.agreement.measuring import Examined, examine, usual
from annotator.work.agreement.report import STANCE
from annotator.work.codebook import drafts, usage
from annotator.work.codebook.drafts import Document, StaleDraftError

MOVES = {"up": -1, "down": 1}


def show(slug: str) -> ResponseReturnValue:
    """Show the draft as a list of its entries, with everything that it lacks."""
    project, membership = project_for(slug, Role.LEAD)
    return overview(project, membership)


def overview(
    project: Project, membership: Membership, problems: tuple[str, ...] = (), text: str = ""
) -> str:
    """Render the list; `problems` are those of a file that was refused, `text` what it said."""
    draft = drafts.draft_of(project)
    document = current(project, draft)
    return render_template(
        "codebook/edit.html",
        project=project,
        membership=membership,
        draft=draft,
        made_from=drafts.token_of(project, draft),
        document=document,
        places={place: PLACES[place] for place in LISTS},
        rights=rights(document, used_now(project)),
        confused=confused(project),
        problems=problems,
        text=text,
    )


def current(project: Project, draft: CodebookDraft | None) -> Document:
    """Return the draft, or what it would begin with."""
    return drafts.document_of(draft) if draft else drafts.fresh_document(project)


def used_now(project: Project) -> usage.Uses:
    """Return how many answers have each value; counted once until something changes."""
    return kept(project, "uses", (), usage.Uses, lambda: usage.Uses(usage.uses(project)))


def rights(document: Document, used: usage.Uses | None) -> dict[str, Any]:
    """Return what is wrong with a draft, what advice there is, and its keys per claim.

    Without `used` nothing is said of values that nobody has used.
    """
    checked = drafts.checked(document)
    advice: list[tuple[str, str]] = []
    keys = 0
    if checked.codebook is not None:
        advice = [(each.where, each.what) for each in advice_on(checked.codebook)]
        unused = usage.unused(checked.codebook, used.counts) if used else []
        advice += [(each, "nobody has used it") for each in unused]
        keys = keys_per_claim(checked.codebook)
    return {"wrong": checked.problems, "advice": advice, "keys": keys, "at": address_of(document)}


def address_of(document: Document) -> Mapping[str, tuple[str, int]]:
    """Return where each entry stands, by the name that messages give it."""
    return {
        f"{place}.{entry.get('value') or entry.get('id')}": (place, index)
        for place in LISTS
        for index, entry in enumerate(document.get(place, []))
    }


def confused(project: Project) -> tuple[str, str, int] | None:
    """Return the two stances that annotators confuse most often, and how often."""
    selection = usual(project)
    found = kept(project, "agreement", (selection,), Examined, lambda: examine(project, selection))
    field = found.report.field(STANCE)
    pairs = [
        (count, one, other)
        for row, (one, counts) in enumerate(zip(field.labels, field.pairs or (), strict=False))
        for other, count in zip(field.labels[:row], counts[:row], strict=True)
    ]
    count, one, other = max(pairs, default=(0, "", ""))
    return (other, one, count) if count else None


def blank(place: str) -> dict[str, Any]:
    """Return an empty entry of a list."""
    found: dict[str, Any] = {}
    for each in fields(LISTS[place]):
        kind: Any = each.type
        value = EMPTY[kind] if each.default is MISSING else each.default
        found[each.name] = list(value) if isinstance(value, tuple) else value
    return found


def entry(slug: str, place: str, index: int) -> ResponseReturnValue:
    """Show the form of one entry, or store what was typed; the index after the last adds one."""
    project, membership = project_for(slug, Role.LEAD)
    draft = drafts.draft_of(project)
    document = current(project, draft)
    entries = document.get(place, []) if place in LISTS else abort(404)
    if index > len(entries):
        abort(404)
    form = forms.form_class(place)(
        data=forms.shown(entries[index] if index < len(entries) else blank(place))
    )
    act = request.form.get("act", "")
    if request.method == "GET" or not form.validate_on_submit():
        status = 200 if request.method == "GET" else 422
        return form_page(project, membership, draft, document, form, (place, index)), status
    changed = changed_list(entries, index, form.entry(), act)
    new = {**document, place: changed}
    if place == "certainties" and not changed:
        new["measures"] = without_certainty(document)
    if act == "check":
        return form_page(project, membership, draft, new, form, (place, index))
    return stored(project, membership, new, form, (place, index), act)


def settings(slug: str) -> ResponseReturnValue:
    """Show the form for what stands in a codebook once, or store what was typed."""
    project, membership = project_for(slug, Role.LEAD)
    draft = drafts.draft_of(project)
    document = current(project, draft)
    form = forms.settings_class()(data=forms.settings_of(document))
    if request.method == "GET" or not form.validate_on_submit():
        status = 200 if request.method == "GET" else 422
        return form_page(project, membership, draft, document, form, None), status
    new = forms.settings_into(document, form.entry())
    act = request.form.get("act", "")
    if act == "check":
        return form_page(project, membership, draft, new, form, None)
    return stored(project, membership, new, form, None, act)


def without_certainty(document: Document) -> dict[str, Any]:
    """Return the measures of a draft that has no certainties."""
    measures = document.get("measures", {})
    return {name: level for name, level in measures.items() if name != "certainty"}


def changed_list(
    entries: list[dict[str, Any]], index: int, said: dict[str, Any], act: str
) -> list[dict[str, Any]]:
    """Return a list of entries after a button: saved, moved up or down, removed."""
    found = [*entries[:index], said, *entries[index + 1 :]]
    if act == "remove":
        del found[index]
    to = index + MOVES.get(act, 0)
    if to != index and 0 <= to < len(found):
        found[index], found[to] = found[to], found[index]
    return found


def stored(
    project: Project,
    membership: Membership,
    document: Document,
    form: forms.DraftForm,
    at: tuple[str, int] | None,
    act: str,
) -> ResponseReturnValue:
    """Store the draft, or show both versions where somebody has saved meanwhile."""
    slug = project.slug
    try:
        with write():
            drafts.save(project, document, person(), request.form.get("made_from", ""))
    except StaleDraftError as error:
        theirs = drafts.document_of(error.theirs) if error.theirs else None
        page = form_page(
            project, membership, error.theirs, theirs or document, form, at,
            said=str(error), theirs=theirs,
        )  # fmt: skip
        return page, 409
    record("draft of the codebook of %r saved", slug)
    flash("Draft saved.")
    if at is None or act == "remove":
        return redirect(url_for(".show", slug=slug), 303)
    place, index = at
    index = min(max(index + MOVES.get(act, 0), 0), len(document[place]) - 1)
    return redirect(url_for(".entry", slug=slug, place=place, index=index), 303)


def form_page(
    project: Project,
    membership: Membership,
    draft: CodebookDraft | None,
    document: Document,
    form: forms.DraftForm,
    at: tuple[str, int] | None,
    said: str = "",
    theirs: Document | None = None,
) -> str:
    """Render the form of one entry; `theirs` is the stored draft where a save came too late."""
    place, index = at or ("", 0)
    entries = document.get(place, []) if at else []
    stands_there = None
    if theirs is not None:
        listed = theirs.get(place, []) if at else [forms.settings_of(theirs)]
        stands_there = listed[index] if index < len(listed) else {}
    return render_template(
        "codebook/entry.html",
        project=project,
        membership=membership,
        draft=draft,
        made_from=drafts.token_of(project, draft),
        form=form,
        place=place,
        index=index,
        title=PLACES[place],
        number=len(entries),
        rights=rights(document, None),
        said=said,
        theirs=stands_there and forms.shown(stands_there),
    )


def import_file(slug: str) -> ResponseReturnValue:
    """Let a TOML file take the place of the draft, or say all that is wrong in it."""
    project, membership = project_for(slug, Role.LEAD)
    text = ""
    try:
        text, name = codebook_text(request.files.get("file"), request.form.get("text", ""))
        document = drafts.document_from(load(text, name))
    except CodebookError as error:
        return overview(project, membership, tuple(without_name(error.problems)), text), 422
    with write():
        drafts.save(project, document, person(), None)
    record("draft of the codebook of %r imported", slug)
    flash("The file is now the draft.")
    return redirect(url_for(".show", slug=slug), 303)


def discard(slug: str) -> ResponseReturnValue:
    """Throw the draft away."""
    project, _ = project_for(slug, Role.LEAD)
    try:
        with write():
            drafts.discard(project, request.form.get("made_from", ""))
    except RefusedError as error:
        flash(str(error))
        return redirect(url_for(".show", slug=slug), 303)
    record("draft of the codebook of %r discarded", slug)
    flash("Draft discarded.")
    return redirect(url_for("codebook.show", slug=slug), 303)


def download(slug: str) -> ResponseReturnValue:
    """Send the draft as TOML; one that cannot be used yet leads back to what it lacks."""
    project, _ = project_for(slug, Role.LEAD)
    found = drafts.checked(current(project, drafts.draft_of(project))).codebook
    if found is None:
        flash("The draft has errors. Mend them first.")
        return redirect(url_for(".show", slug=slug), 303)
    return toml_file(to_toml(found), f"{slug}-codebook-draft.toml")
