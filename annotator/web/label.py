"""The label page: one sentence of one article, its answer, and the way to the next."""

from dataclasses import replace

from flask import (
    Blueprint,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from annotator.store.db import write
from annotator.store.models import Answer, Speaker
from annotator.web.access import place_for
from annotator.web.answer_form import AnswerForm
from annotator.web.label_blank import blank_of
from annotator.web.label_building import Place, Reply, build, build_chips
from annotator.web.label_conflict import conflict_of
from annotator.web.label_draft import choices_of, draft_from, form_for, new_key
from annotator.web.label_owner import acknowledge, refuse_other_person, refuse_repaired
from annotator.web.label_refusal import put_in_place, shown_claim, wrong_fields
from annotator.web.label_steps import ACTS, step
from annotator.web.responses import fragment_or_page, is_htmx, move
from annotator.work import labelling, reading
from annotator.work.drafts import AnswerDraft, ClaimsWouldGoError
from annotator.work.errors import NotAllowedError, NotFoundError, RefusedError
from annotator.work.labelling import (
    Save,
    Saved,
    StaleRevisionError,
    answer_for,
    refuse_unless_open,
    save_locked,
)

bp = Blueprint("label", __name__)
FRAGMENT, PAGE, PART = "label/_reply.html", "label/page.html", "#label"
# Claims are in order: the first one is the primary one.
MOVED = {"up": -1, "down": 1}


@bp.get("/label/<int:article_id>/<int:position>")
def show(article_id: int, position: int) -> ResponseReturnValue:
    """Show the sentence in its article with this person's answer."""
    place = place_for(article_id, position)
    answer = answer_for(place.sentence, place.user)
    wanted = request.args.get("claim", type=int)
    count = len(answer.claims) if answer else 0
    if wanted is not None and wanted == count:
        return respond(place, answer, Reply(open=count), extra_claim=True)
    return respond(place, answer, Reply(open=open_claim(answer, wanted)))


@bp.get("/label/<int:article_id>")
def begin(article_id: int) -> ResponseReturnValue:
    """Go to the sentence asked for by its number, else to the first that wants an answer."""
    place = place_for(article_id, 0)
    asked = request.args.get("sentence", type=int)
    if asked is not None:
        position = min(max(asked, 1), place.article.sentence_count) - 1
    else:
        fix = reading.to_look_at(place.assignment)
        position = fix if fix is not None else reading.next_to_do(place.assignment) or 0
    return redirect(url_of(place, position))


@bp.get("/label/<int:article_id>/next")
def go_to_do(article_id: int) -> ResponseReturnValue:
    """Go to the next sentence to do after the one asked from; to the last page if none is left."""
    place = place_for(article_id, 0)
    position = reading.next_to_do(place.assignment, request.args.get("after", -1, type=int))
    if position is None:
        return redirect(url_for("label.finish", article_id=article_id))
    return redirect(url_of(place, position))


@bp.post("/label/<int:article_id>/<int:position>")
def save(article_id: int, position: int) -> ResponseReturnValue:
    """Store the whole answer, then do what the button says."""
    refuse_other_person()
    button = request.form.get("act", "")
    act, number, chosen = f"{button}--".split("-")[:3]
    if button in ACTS or act == "draft":
        place = place_for(article_id, position)
        refuse_repaired(place)
        return keep_editing(place) if act == "draft" else undo_or_redo(place, act)
    form, saved = AnswerForm(), None
    try:
        with write():
            place = place_for(article_id, position, lock=True)
            refuse_repaired(place)
            refuse_unless_open(place.assignment)
            stored = answer_for(place.sentence, place.user)
            was_complete = stored is not None and stored.complete
            form.offer(place.codebook, ())
            if form.validate():
                index = index_of(form, number)
                decide_speaker(form, act, index, chosen)
                if act == "keep":
                    form.status.data, form.drop.data = None, False
                said = draft_from(form, place, stored, adding=act != "")
                draft = change(said, act, index)
                saved = save_locked(
                    place.assignment, place.sentence, place.user, stored, draft, save_of(form)
                )
    except StaleRevisionError:
        return show_conflict(place, form, said)
    except (NotAllowedError, NotFoundError):
        raise
    except RefusedError as error:
        return refuse(place, stored, form, error)
    if saved is None:
        return refuse(place, stored, form)
    if act == "" and saved.written and not was_complete and goes_on_by_itself(place, saved.answer):
        act = "next"
    focus = f"status-{chosen}" if act == "keep" else ""
    reply = make_response(go_on(place, saved, form, act, index, focus))
    return acknowledge(reply, saved, form.key.data)


@bp.get("/label/<int:article_id>/submit")
def finish(article_id: int) -> ResponseReturnValue:
    """Show what is decided, what is missing and what was flagged."""
    place = place_for(article_id, 0)
    return finish_page(place)


@bp.post("/label/<int:article_id>/submit")
def submit(article_id: int) -> ResponseReturnValue:
    """Hand the article in."""
    place = place_for(article_id, 0)
    try:
        with write():
            labelling.submit(labelling.assignment_for(place.article, place.user, lock=True))
    except RefusedError as error:
        return finish_page(place_for(article_id, 0), str(error), 422)
    return redirect(url_for("label.finish", article_id=article_id), 303)


def finish_page(place: Place, refused: str = "", status: int = 200) -> ResponseReturnValue:
    """Render the last page of an article."""
    page = render_template(
        "label/submit.html",
        place=place,
        missing=reading.missing(place.assignment),
        flagged=reading.flagged(place.assignment),
        open=place.assignment.state in labelling.OPEN_STATES,
        fix=reading.to_look_at(place.assignment),
        refused=refused,
    )
    return page, status


def index_of(form: AnswerForm, number: str) -> int:
    """Return which claim a button is about: the one it names, else the open one."""
    return int(number) if number.isdecimal() and len(number) < 3 else form.open.data or 0


def decide_speaker(form: AnswerForm, act: str, index: int, chosen: str) -> None:
    """Take what a person said to “might this be …?”: the known speaker, or a new one anyway."""
    if index >= len(form.claims):
        return
    claim = form.claims[index].form
    if act == "take" and chosen.isascii() and chosen.isdecimal() and len(chosen) < 10:
        claim.speaker.data = chosen
    elif act == "sure":
        claim.sure.data = True


def undo_or_redo(place: Place, act: str) -> ResponseReturnValue:
    """Take back or bring back this person's last save in the article, and lead to where it was."""
    try:
        with write():
            there = step(place, act)
    except (NotAllowedError, NotFoundError):
        raise
    except RefusedError as error:
        answer = answer_for(place.sentence, place.user)
        reply = Reply(open=open_claim(answer), notice=str(error), focus="notice")
        return respond(place, answer, reply, swap=True)
    if there.position != place.sentence.position:
        return move(url_of(place, there.position), PART)
    if not is_htmx():
        return move(url_of(place, claim=there.open))
    shown = Reply(open=there.open, saved_now=True, focus=there.focus)
    done = make_response(respond(place, there.answer, shown, swap=True))
    # It may be a replay: the key tells which revision it made.
    return acknowledge(done, Saved(there.answer, written=False), request.form["key"])


def goes_on_by_itself(place: Place, answer: Answer | None) -> bool:
    """Say whether this person moves on when the only claim, or "no claim", is complete."""
    return (
        bool(place.user.preferences.get("auto_advance"))
        and answer is not None
        and answer.complete
        and len(answer.claims) <= 1
    )


def save_of(form: AnswerForm) -> Save:
    """Return the act of saving as posted."""
    return Save(form.revision.data, form.key.data, form.seconds.data or 0)


def change(draft: AnswerDraft, act: str, index: int) -> AnswerDraft:
    """Apply what the button does to the claims."""
    claims = list(draft.claims)
    if act == "remove" and index < len(claims):
        del claims[index]
    elif act in MOVED and 0 <= index + MOVED[act] < len(claims) > index:
        claims.insert(index + MOVED[act], claims.pop(index))
    elif act == "copy" and index < len(claims):
        claims.append(claims[index])
    elif act == "unvia" and index < len(claims):
        claims[index] = replace(claims[index], via=claims[index].via[:-1])
    else:
        return draft
    status = draft.status if claims else None
    return replace(draft, claims=tuple(claims), status=status)


def open_claim(answer: Answer | None, wanted: int | None = None) -> int:
    """Return which claim is open: the one asked for, else the first with something to do."""
    claims = answer.claims if answer else []
    if wanted is not None and 0 <= wanted < len(claims):
        return wanted
    for index, claim in enumerate(claims):
        if None in (claim.speaker_id, claim.stance, claim.certainty):
            return index
    return max(len(claims) - 1, 0)


def go_on(
    place: Place, saved: Saved, form: AnswerForm, act: str, index: int, focus: str = ""
) -> ResponseReturnValue:
    """Answer a save: the next sentence, or the same one as it now stands."""
    answer = saved.answer
    if act == "next":
        return go_to_next(place, answer, form)
    count = len(answer.claims) if answer else 0
    last = max(count - 1, 0)
    opened = {"add": count, "copy": last, "remove": max(index - 1, 0)}.get(act, index)
    opened = min(max(opened + MOVED[act], 0), last) if act in MOVED else opened
    if not is_htmx():
        claim = None if act in ("", "stay", "keep") else opened
        return move(url_of(place, claim=claim))
    extra_claim = act == "add"
    reply = Reply(
        open=opened if extra_claim else open_claim(answer, opened),
        saved_now=True,
        focus=focus or (f"claim-{opened}" if act else ""),
        saved=saved,
    )
    swap = act != "" or differs(form, answer)
    return respond(place, answer, reply, extra_claim=extra_claim, swap=swap)


def url_of(place: Place, position: int | None = None, claim: int | None = None) -> str:
    """Return the address of a sentence of this article, by default the current one."""
    if position is None:
        position = place.sentence.position
    # A plain browser opens the page at the sentence; htmx is told where to go without it.
    anchor = None if is_htmx() else "sentence"
    return url_for(
        "label.show",
        article_id=place.article.id,
        position=position,
        claim=claim,
        _anchor=anchor,
    )


def differs(form: AnswerForm, answer: Answer | None) -> bool:
    """Say whether the stored answer is another than the posted fields show."""
    if answer is None:
        return bool(form.status.data)
    shown = [claim.speaker.data for claim in form.claims if claim.speaker.data]
    stored = [str(claim.speaker_id) for claim in answer.claims if claim.speaker_id]
    return (form.status.data or answer.status) != answer.status or shown != stored


def go_to_next(place: Place, answer: Answer | None, form: AnswerForm) -> ResponseReturnValue:
    """Lead to the next sentence; stay, with the reason, where nothing or not all is said."""
    if answer is None or answer.status is None:
        said = "No answer yet. Say “No claim”, or skip the sentence for now."
        return respond(place, answer, Reply(notice=said, focus="sentence-heading"), swap=True)
    if not answer.complete and not form.leave.data:
        index = open_claim(answer)
        claim = answer.claims[index]
        still = next(
            name
            for name in ("speaker", "stance", "certainty")
            if getattr(claim, "speaker_id" if name == "speaker" else name) is None
        )
        said = f"{still.capitalize()} is still open. Choose Next again to leave it incomplete."
        focus = f"claims-{index}-{still}"
        return respond(
            place, answer, Reply(open=index, notice=said, focus=focus), swap=True, leave=True
        )
    return move_on(place)


def move_on(place: Place) -> ResponseReturnValue:
    """Lead to the next sentence, at the end to one still to do, else to the last page.

    A headline is read last, so what follows it is whatever is still to do.
    """
    position: int | None = place.sentence.position + 1
    last = position == place.article.sentence_count
    if last or place.sentence.segment == reading.HEADLINE:
        position = reading.next_to_do(place.assignment, place.sentence.position)
    if position is None:
        return move(url_for("label.finish", article_id=place.article.id))
    return move(url_of(place, position), PART)


def respond(
    place: Place,
    answer: Answer | None,
    reply: Reply,
    *,
    extra_claim: bool = False,
    swap: bool = False,
    leave: bool = False,
) -> ResponseReturnValue:
    """Render the sentence with its stored answer."""
    chips = build_chips(place, answer, reply.saved.roster if reply.saved else None)
    form = form_for(place, answer, extra_claim=extra_claim)
    form.offer(place.codebook, choices_of(chips))
    form.open.data = reply.open
    form.leave.data = leave
    page = build(place, answer, form, chips, reply)
    # Moving on takes only the sentence out of a page; the blank form is there already.
    blank = None if is_htmx() or page.read_only else blank_of(place, page)
    return fragment_or_page(FRAGMENT, PAGE, replace=swap, page=page, form=form, blank=blank)


def refuse(
    place: Place, stored: Answer | None, form: AnswerForm, error: RefusedError | None = None
) -> ResponseReturnValue:
    """Answer 422: nothing is stored, what was typed is kept, the message stands at its field."""
    wrong = list(wrong_fields(form))
    if error:
        wrong = [("", str(error))]
        put_in_place(form, error)
    said = [f"{word.capitalize()}: {message}" if word else message for word, message in wrong]
    if not form.claims:
        form.claims.append_entry()
    # Choosing the status once more confirms that the claims go.
    removes = error.count if isinstance(error, ClaimsWouldGoError) else 0
    form.drop.data = bool(removes)
    word = next((word for word, _ in wrong_fields(form)), "the answer")
    chips = build_chips(place, stored)
    form.offer(place.codebook, choices_of(chips))
    similar: tuple[Speaker, ...] = getattr(error.__cause__, "similar", ()) if error else ()
    index = shown_claim(form)
    reply = Reply(
        open=index,
        notice=" ".join(["Nothing was saved.", *said]),
        focus=f"claims-{index}-similar" if similar else "",
        similar=similar,
        removes=removes,
        unsaved="Not saved: confirm first" if removes else f"Not saved: check {word}",
    )
    page = build(place, stored, form, chips, reply)
    return fragment_or_page(FRAGMENT, PAGE, 422, replace=True, page=page, form=form)


def keep_editing(place: Place) -> ResponseReturnValue:
    """Show what was posted, based on the newest revision, without storing it yet."""
    refuse_unless_open(place.assignment)
    stored = answer_for(place.sentence, place.user)
    form = AnswerForm()
    form.offer(place.codebook, ())
    if not form.validate():
        return refuse(place, stored, form)
    form.revision.data = stored.revision if stored else 0
    form.key.data = new_key()
    chips = build_chips(place, stored)
    form.offer(place.codebook, choices_of(chips))
    reply = Reply(open=shown_claim(form), focus="sentence-heading", unsaved="Not saved yet")
    page = build(place, stored, form, chips, reply)
    return fragment_or_page(FRAGMENT, PAGE, replace=True, page=page, form=form)


def show_conflict(place: Place, form: AnswerForm, yours: AnswerDraft) -> ResponseReturnValue:
    """Answer 409 with both versions; each choice is based on the newest revision.

    Yours is what the form says: what a button would have done to its claims can be done again.
    """
    saved = answer_for(place.sentence, place.user)
    form.revision.data = saved.revision if saved else 0
    form.key.data = new_key()
    chips = build_chips(place, saved)
    form.offer(place.codebook, choices_of(chips))
    conflict = conflict_of(place, form, saved, yours, chips)
    page = build(place, saved, form, chips, Reply(conflict=conflict, focus="conflict"))
    return fragment_or_page(FRAGMENT, PAGE, 409, replace=True, page=page, form=form)
