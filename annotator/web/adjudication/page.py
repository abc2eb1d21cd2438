"""The adjudicate screen: one disputed sentence, its answers side by side, and the decision."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import NotFoundError, RefusedError
from annotator.store.db import write, write_in_steps
from annotator.store.models import Membership, Project, ReviewNote, Role, Sentence
from annotator.web.access import project_for
from annotator.web.acts import Act, parse_act
from annotator.web.adjudication import draft as drafts
from annotator.web.adjudication.draft import Draft, draft_of
from annotator.web.adjudication.form import DecisionForm, form_for, new_key, take_words
from annotator.web.adjudication.view import around_of, page_of
from annotator.web.exposure import learns
from annotator.web.request_log import record
from annotator.web.responses import fragment_or_page, move
from annotator.web.security import person
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.adjudication import asking, deciding, refreshing, undoing
from annotator.work.adjudication import queue as queueing
from annotator.work.adjudication.deciding import (
    AnswersChangedError,
    Case,
    ReasonMissingError,
    case_of,
)
from annotator.work.adjudication.queue import SORTS, Place, Queue, View, filter_names
from annotator.work.consensus.decisions import AlreadyDecidedError
from annotator.work.explore import notes
from annotator.work.gold import counts
from annotator.work.labelling.drafts import InvalidAnswerError
from annotator.work.labelling.independence import ANSWERS

# Of a number in the database; a greater one is an error there.
LARGEST = 2**31 - 1
FRAGMENT, PAGE, PART = "adjudication/_work.html", "adjudication/page.html", "#case"


def begin(slug: str) -> ResponseReturnValue:
    """Go to the first sentence of the queue; say so where there is none."""
    project, membership = adjudicator_of(slug)
    view = view_of()
    queue = queue_of(project, view)
    first = queue.first()
    if first is not None:
        return redirect(address(slug, first.place, view))
    return render_template(
        "adjudication/empty.html",
        project=project,
        membership=membership,
        queue=queue,
        filters=filter_names(project.codebook),
        not_counted="" if queue.total else counts.answers(project).not_counted(),
    )


def show(slug: str, article_id: int, position: int) -> ResponseReturnValue:
    """Show one sentence with all independent answers to it."""
    project, membership = adjudicator_of(slug)
    case = case_of(deciding.sentence_in(project, article_id, position))
    draft = draft_of(case)
    return respond(membership, case, draft, fresh(case, draft))


def act(slug: str, article_id: int, position: int) -> ResponseReturnValue:
    """Do what the button says: change the draft, or decide, ask, reopen, undo, redo."""
    project, membership = adjudicator_of(slug)
    case = case_of(deciding.sentence_in(project, article_id, position))
    form = DecisionForm()
    form.offer(project.codebook, [])
    if not form.validate():
        return refuse(membership, case, form, "Nothing was decided. " + first_error(form))
    try:
        take_words(form, case.sentence)
    except InvalidAnswerError as error:
        return refuse(membership, case, form, str(error), error)
    button = request.form.get("act", "")
    if button in DEEDS:
        return DEEDS[button](project, membership, case, form)
    if form.seen != case.comparison.basis:
        return changed(membership, case, form, str(AnswersChangedError()))
    draft, opened = redraft(case, form, parse_act(button))
    return respond(membership, case, draft, again(case, form, draft, opened))


def adjudicator_of(slug: str) -> tuple[Project, Membership]:
    """Return a project in which the person signed in decides."""
    return project_for(slug, Role.ADJUDICATOR, Role.LEAD)


def view_of() -> View:
    """Return the part of the queue that the address asks for."""
    article = request.args.get("article", type=int)
    return View(
        request.args.get("kind", queueing.ALL),
        request.args.get("sort", queueing.BY_DIFFERENCE),
        article if article is not None and 0 < article <= LARGEST else None,
    )


def queue_of(project: Project, view: View, place: Place | None = None) -> Queue:
    """Return the queue as it is now."""
    write_in_steps(refreshing.refresh(project), wait=None)
    return queueing.queue_of(project, view, place)


def address(slug: str, place: Place, view: View) -> str:
    """Return the address of a sentence within a view of the queue."""
    return url_for(
        "adjudicate.show",
        slug=slug,
        article_id=place[0],
        position=place[1],
        kind=None if view.kind == queueing.ALL else view.kind,
        sort=None if view.sort == queueing.BY_DIFFERENCE else view.sort,
        article=view.article_id,
    )


# --- the draft


def redraft(case: Case, form: DecisionForm, act: Act) -> tuple[Draft, int | None]:
    """Return the draft after one button, and which claim is being edited then."""
    verb, one = act.verb, act.index or 0
    draft = drafts.reword(case, form.draft())
    if verb == "edit":
        return drafts.start_edit(case, draft, one)
    if verb == "add":
        return drafts.add_claim(draft)
    if verb in ("via", "unvia") and one < len(draft.claims):
        return (drafts.shorten_via(draft, one) if verb == "unvia" else draft), one
    changes: dict[str, Callable[[], Draft]] = {
        "take": lambda: drafts.take(case, draft, one, act.place),
        "all": lambda: drafts.take_all(case, draft, one),
        "status": lambda: drafts.choose_status(draft, act.choice),
        "soft": lambda: drafts.keep_soft(draft),
        "remove": lambda: drafts.remove_claim(draft, one),
    }
    return changes[verb]() if verb in changes else draft, None


def fresh(case: Case, draft: Draft) -> DecisionForm:
    """Return the form with which a sentence opens."""
    form = form_for(draft, case.sentence, case.revision, case.comparison.basis, new_key())
    form.offer(case.sentence.article.project.codebook, [])
    return form


def again(case: Case, form: DecisionForm, draft: Draft, opened: int | None) -> DecisionForm:
    """Return the form with a changed draft, still based on what the person saw."""
    changed_form = form_for(
        draft, case.sentence, form.revision.data, form.seen, form.key.data, opened
    )
    changed_form.offer(case.sentence.article.project.codebook, [])
    return changed_form


# --- the deeds


def decide(
    project: Project, membership: Membership, case: Case, form: DecisionForm
) -> ResponseReturnValue:
    """Decide, and lead on to the next sentence of this view."""
    view, following = view_of(), next_place()
    draft = form.decision(drafts.reword(case, form.draft()))

    def store() -> None:
        deciding.decide(case.sentence, draft, form.act_of(person()))

    refused = attempt(membership, case, form, store)
    if refused is not None:
        return refused
    written(case.sentence, "decided")
    flash("Decided.")
    if following is None:
        return move(url_for("adjudicate.begin", slug=project.slug))
    return move(address(project.slug, following, view), PART)


def next_place() -> Place | None:
    """Return what came next in the queue as the page had it; it is not counted anew."""
    article, _, position = request.form.get("next", "").partition("-")
    if article.isdecimal() and position.isdecimal() and len(article) + len(position) < 19:
        return int(article), int(position)
    return None


def ask(
    project: Project, membership: Membership, case: Case, form: DecisionForm
) -> ResponseReturnValue:
    """Say what asking will do and to whom; the answer to that is `ask_for_sure`."""
    draft = drafts.reword(case, form.draft())
    try:
        asking.question_of(form.reason.data or "")
        words = asking.asked_of(case).before()
    except RefusedError as error:
        return refuse(membership, case, form, str(error))
    shown = again(case, form, draft, None)
    return respond(membership, case, draft, shown, asking=words, focus="asking")


def ask_for_sure(
    project: Project, membership: Membership, case: Case, form: DecisionForm
) -> ResponseReturnValue:
    """Send the annotators the question in the reason field."""
    said: list[str] = []

    def store() -> None:
        said.append(asking.asked_of(case).after())
        asking.ask(case.sentence, form.reason.data or "", form.act_of(person()))

    refused = attempt(membership, case, form, store)
    if refused is not None:
        return refused
    written(case.sentence, "asked about")
    return stay(project, case, said[0])


def reopen(
    project: Project, membership: Membership, case: Case, form: DecisionForm
) -> ResponseReturnValue:
    """Put the sentence back into the queue."""

    def store() -> None:
        deciding.reopen(case.sentence, form.act_of(person()))

    refused = attempt(membership, case, form, store)
    if refused is not None:
        return refused
    written(case.sentence, "reopened")
    return stay(project, case, "Reopened.")


def undo(
    project: Project, membership: Membership, case: Case, form: DecisionForm
) -> ResponseReturnValue:
    """Take back the person's last act, and lead to its sentence."""
    return step_back(project, membership, case, form, "undo")


def redo(
    project: Project, membership: Membership, case: Case, form: DecisionForm
) -> ResponseReturnValue:
    """Bring back what the person's last undo took, and lead to its sentence."""
    return step_back(project, membership, case, form, "redo")


def step_back(
    project: Project, membership: Membership, case: Case, form: DecisionForm, name: str
) -> ResponseReturnValue:
    """Do an undo or a redo of the event that the page has named."""
    step, said = STEPS[name]
    event = request.form.get(name, type=int) or 0
    there: list[Sentence] = []

    def store() -> None:
        there.append(step(project, person(), event, form.key.data))

    refused = attempt(membership, case, form, store)
    if refused is not None:
        return refused
    (sentence,) = there
    written(sentence, DONE[name])
    flash(said)
    place = (sentence.article_id, sentence.position)
    return move(address(project.slug, place, view_of()), PART)


def written(sentence: Sentence, done: str) -> None:
    """Write into the log what was done with a sentence."""
    article = sentence.article
    record(
        "position %d of article %r of %r %s",
        sentence.position,
        article.key,
        article.project.slug,
        done,
    )


DONE = {"undo": "taken back: a decision", "redo": "decided again"}
STEPS = {
    "undo": (undoing.undo, "Undone: the earlier state of this sentence is restored."),
    "redo": (undoing.redo, "Redone: your decision is restored."),
}
DEEDS: dict[str, Callable[[Project, Membership, Case, DecisionForm], ResponseReturnValue]] = {
    "decide": decide,
    "ask": ask,
    "ask-sure": ask_for_sure,
    "reopen": reopen,
    "undo": undo,
    "redo": redo,
}


def stay(project: Project, case: Case, words: str) -> ResponseReturnValue:
    """Show the same sentence as it is now."""
    flash(words)
    place = (case.sentence.article_id, case.sentence.position)
    return move(address(project.slug, place, view_of()), PART)


def attempt(
    membership: Membership, case: Case, form: DecisionForm, store: Callable[[], None]
) -> ResponseReturnValue | None:
    """Store in one transaction; return the reply to a refusal, None where it worked."""
    user, project = person(), membership.project
    article_id, position = case.sentence.article_id, case.sentence.position
    try:
        with write():
            store()
    except NotFoundError:
        raise
    except (AlreadyDecidedError, AnswersChangedError) as error:
        membership = project_for(project.slug)[1]
        now = case_of(deciding.sentence_in(project, article_id, position))
        if isinstance(error, AlreadyDecidedError) and error.decision is not None:
            names = pseudonyms_of(project)
            who = error.decision.user_id
            by = "you, in another window" if who == user.id else names.get(who or 0, "another user")
            said = f"Not decided: this sentence was changed in the meantime by {by}."
            return changed(membership, now, form, f"{said} Nothing was overwritten.")
        return changed(membership, now, form, str(error))
    except RefusedError as error:
        now = case_of(deciding.sentence_in(project, article_id, position))
        return refuse(project_for(project.slug)[1], now, form, str(error), error)
    return None


def refuse(
    membership: Membership,
    case: Case,
    form: DecisionForm,
    said: str,
    error: RefusedError | None = None,
) -> ResponseReturnValue:
    """Answer 422: nothing is stored, the draft is kept, the focus goes where something is open."""
    draft, opened = drafts.sensible(form.draft(), membership.project.codebook), None
    focus = "reason" if isinstance(error, ReasonMissingError) else "notice"
    if isinstance(error, InvalidAnswerError) and error.field.startswith("claims-"):
        opened = min(int(error.field.split("-")[1]), len(draft.claims) - 1)
        draft = draft.with_claims(list(draft.claims))
        focus = f"claims-{opened}-heading"
    shown = again(case, form, draft, opened)
    if opened is not None and isinstance(error, InvalidAnswerError):
        typed = form.claims[opened].mention
        if error.field == typed.name:  # kept as typed, to be corrected
            shown.claims[opened].mention.data, focus = typed.data, typed.id
    return respond(membership, case, draft, shown, 422, notice=said, focus=focus)


def changed(
    membership: Membership, case: Case, form: DecisionForm, said: str
) -> ResponseReturnValue:
    """Answer 409: the sentence as it is now; the reason that was typed is kept."""
    draft = draft_of(case)
    if case.decision is None:
        draft = Draft(reason=form.reason.data or "", rule=form.rule.data or "")
    return respond(
        membership, case, draft, fresh(case, draft), 409, notice=said, focus="notice", tone="bad"
    )


def first_error(form: DecisionForm) -> str:
    """Return the first thing that is wrong with a posted form."""
    for field in (form.reason, form.rule, form.basis, form.revision, form.key, form.status):
        if field.errors:
            return f"{field.label.text}: {field.errors[0]}"
    for claim in form.claims:
        for field in claim.form:
            if field.errors:
                return f"{field.label.text}: {field.errors[0]}"
    return "Incomplete form. Reload the page."


def respond(
    membership: Membership,
    case: Case,
    draft: Draft,
    form: DecisionForm,
    status: int = 200,
    *,
    notice: str = "",
    tone: str = "warn",
    focus: str = "",
    asking: str = "",
) -> ResponseReturnValue:
    """Render the sentence; htmx takes the table and its buttons, a browser the whole page."""
    project, view = membership.project, view_of()
    place = (case.sentence.article_id, case.sentence.position)

    def written() -> list[ReviewNote]:
        return notes.notes_on([case.sentence.id]).get(case.sentence.id, [])

    said = (*case.comparison.readings, *(written() if membership.annotator else ()))
    if any(each.user_id != membership.user_id for each in said):
        learns(membership, [case.sentence.id], ANSWERS)
    page = page_of(
        case,
        membership,
        person(),
        draft,
        form,
        names=request.args.get("names") == "shown",
        notice=notice,
        tone=tone,
        focus=focus,
        asking=asking,
    )

    def around() -> object:
        queue = queue_of(project, view, place)
        whole = request.args.get("context") == "article"
        return around_of(project, case, queue, whole=whole)

    return fragment_or_page(
        FRAGMENT,
        PAGE,
        status,
        project=project,
        membership=membership,
        page=page,
        form=form,
        around=around,
        review_notes=written,
        view=view,
        filters=filter_names(project.codebook),
        sorts=SORTS,
        here=address(project.slug, place, view),
        next_place=next_place(),
        address=lambda there, other=view: address(project.slug, there, other),
        views=View,
    )
