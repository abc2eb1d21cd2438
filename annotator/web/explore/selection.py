"""What is done with a selection of Explore: the rows that are ticked, or all of the view."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import RefusedError
from annotator.phrases import counted
from annotator.store.db import write, write_in_steps
from annotator.store.models import Membership, Project, Role
from annotator.text.search import SearchError
from annotator.web.access import project_for
from annotator.web.explore import queueing
from annotator.web.explore.asked import filters_asked, token_of
from annotator.web.explore.view import TYPES, address, refuse_annotator, remember, send
from annotator.web.question import Question, ask, is_sure, posted
from annotator.web.request_log import record
from annotator.web.security import person
from annotator.work.adjudication import refreshing, requesting
from annotator.work.assignment import assigning, progress
from annotator.work.codebook import worklists
from annotator.work.explore import notes, selecting
from annotator.work.explore import rows as reading
from annotator.work.explore.filters import CLAIMS, Filters
from annotator.work.explore.finding import Place

ALL = "all"
TEXT = "written"


@dataclass(frozen=True)
class Selected:
    """The rows, the view that they are of, and its address."""

    project: Project
    membership: Membership
    filters: Filters
    places: Sequence[Place]
    back: str

    @property
    def sentences(self) -> list[int]:
        """Return their sentences, each once."""
        return selecting.sentences_of(self.places)


@dataclass(frozen=True)
class Asked:
    """What is to be written before an act: heading, what becomes of it, field, button."""

    heading: str
    lines: Sequence[str]
    label: str
    hint: str
    most: int
    button: str


def select(slug: str) -> ResponseReturnValue:
    """Do what the button says with the rows that are selected."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    filters = filters_asked(project, progress.people_of(project), "after")
    back = address(slug, filters, request.args.get("after", ""))
    act = request.form.get("act", "")
    if act not in (*TYPES, *ACTS) or (act in OF_LEADS and not membership.lead):
        abort(400)
    try:
        selected = Selected(project, membership, filters, places_of(project, filters), back)
    except RefusedError as error:
        flash(str(error))
        return redirect(back, 303)
    except SearchError as error:
        abort(400, str(error))
    if not selected.places:
        flash("No rows selected. Tick the rows first.")
        return redirect(back, 303)
    return ACTS[act](selected) if act in ACTS else download(selected, act)


def places_of(project: Project, filters: Filters) -> Sequence[Place]:
    """Return the rows that are meant."""
    if request.form.get("which") == ALL:
        write_in_steps(refreshing.refresh(project), wait=None)
        return selecting.all_of(project, filters)
    tokens = [token_of(each) for each in request.form.getlist("row")]
    return reading.places_at(project, tokens)


def download(selected: Selected, form: str) -> ResponseReturnValue:
    """Send the rows as a file."""
    project, filters, places = selected.project, selected.filters, selected.places
    if request.form.get("which") == ALL:
        refuse_annotator(selected.membership)
    else:
        remember(selected.membership, filters, reading.read(project, filters, places))
    return send(project, filters, places, form)


def assign(selected: Selected) -> ResponseReturnValue:
    """Lead on to the assign page with the articles of the rows."""
    numbers = list(dict.fromkeys(place.article for place in selected.places))
    if len(numbers) > assigning.MOST_NAMED:
        said = f"{counted(len(numbers), 'article')}: select at most {assigning.MOST_NAMED:,}"
        flash(f"{said} to assign them by name.")
        return redirect(selected.back, 303)
    keys = reading.keys_of(selected.project, numbers)
    slug = selected.project.slug
    return redirect(url_for("assign.show", slug=slug, article="\n".join(keys)), 303)


def queue(selected: Selected) -> ResponseReturnValue:
    """Put the sentences of the rows into the adjudication queue; all of a view after a question."""
    sentences, slug = selected.sentences, selected.project.slug
    if request.form.get("which") == ALL and not is_sure():
        lines = [
            f"{counted(len(sentences), 'sentence')} of the view are added to the adjudication"
            " queue. Decided ones are reopened; those without an answer are left out."
        ]
        asked = Question(
            "Add all to the adjudication queue?",
            lines,
            "Add to the queue",
            request.full_path.rstrip("?"),
            selected.back,
            fields=posted(),
        )
        return ask(selected.membership, asked)
    if len(sentences) > queueing.MUCH:
        return queueing.begin(selected.project, sentences, selected.back)
    act = requesting.request(selected.project, sentences, person())
    done = write_in_steps(act, wait=None)
    record("%d sentences of %r put into the adjudication queue", done, slug)
    flash(queueing.added(done, len(sentences) - done))
    return redirect(selected.back, 303)


def worklist(selected: Selected) -> ResponseReturnValue:
    """Put the answers of the rows on a worklist, after its annotators are named."""
    project = selected.project
    answers = selecting.answers_of(project, selected.filters, selected.places)
    meant = worklists.answers_among(project, answers)
    said = ""
    if is_sure():
        try:
            with write():
                made = worklists.make_of(project, meant, written(), person())
        except RefusedError as error:
            said = str(error)
        else:
            record("worklist %d of %r made", made.id, project.slug)
            flash("Worklist made. Its annotators find it under My work.")
            return redirect(url_for("worklists.show", slug=project.slug), 303)
    people = worklists.preview(project, meant)
    total = sum(n for _, n in people)
    lines = [f"{counted(total, 'answer')}: {', '.join(f'{who} {n:,}' for who, n in people)}."]
    if not total:
        lines = ["None of these answers can be looked at again."]
    if total < len(answers):
        lines.append(
            f"{len(answers) - total:,} left out: imported, or in articles that their annotators no"
            " longer have."
        )
    whose = "of the claims" if selected.filters.of == CLAIMS else "to the sentences"
    asked = Asked(
        f"Worklist of the answers {whose} selected",
        lines,
        "What to look at",
        "Annotators read it above each sentence. Submitted articles are returned with it.",
        worklists.LONGEST_REASON,
        "Make the worklist",
    )
    return form(selected, asked, said)


def note(selected: Selected) -> ResponseReturnValue:
    """Put a note on the sentences of the rows."""
    sentences, project = selected.sentences, selected.project
    said = ""
    if is_sure():
        try:
            with write():
                notes.write_note(project, sentences, written(), person())
        except RefusedError as error:
            said = str(error)
        else:
            record("note on %d sentences of %r", len(sentences), project.slug)
            flash(f"Note written on {counted(len(sentences), 'sentence')}.")
            return redirect(selected.back, 303)
    asked = Asked(
        f"Note on {counted(len(sentences), 'sentence')}",
        (),
        "Note",
        "Leads and adjudicators read it here, beside the article, while deciding and under Flags"
        " and notes; annotators do not.",
        notes.LONGEST,
        "Write the note",
    )
    return form(selected, asked, said)


def written() -> str:
    """Return what was written for an act."""
    return request.form.get(TEXT, "")


def form(selected: Selected, asked: Asked, said: str) -> ResponseReturnValue:
    """Render the page on which something is written; `said`: why it was refused."""
    text = render_template(
        "explore/selection.html",
        project=selected.project,
        membership=selected.membership,
        asked=asked,
        said=said,
        action=request.full_path.rstrip("?"),
        back=selected.back,
        fields=[(name, value) for name, value in posted() if name != TEXT],
        written=written(),
    )
    return text, 422 if said else 200


def delete_note(slug: str, number: int) -> ResponseReturnValue:
    """Delete a note from all its sentences."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    try:
        with write():
            notes.remove(project, number, person())
    except RefusedError as error:
        flash(str(error))
    else:
        record("note %d of %r deleted", number, slug)
        flash("Note deleted.")
    where = "flags.show" if membership.lead else "explore.show"
    return redirect(url_for(where, slug=slug), 303)


ACTS: dict[str, Callable[[Selected], ResponseReturnValue]] = {
    "queue": queue,
    "worklist": worklist,
    "note": note,
    "assign": assign,
}
OF_LEADS = ("assign", "worklist")
