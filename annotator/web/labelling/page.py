"""The label page: one sentence of one article, its answer, and the way to the next."""

import logging
from dataclasses import replace

from flask import (
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from annotator.errors import NotAllowedError, NotFoundError, RefusedError
from annotator.store.db import write, write_rows
from annotator.store.engine import DatabaseBusyError
from annotator.store.models import OPEN_STATES, Role
from annotator.store.rows.answers import AnswerRow
from annotator.web.access import Place, place_for, place_to_look_at
from annotator.web.acts import Act, parse_act
from annotator.web.codebook import rechecking
from annotator.web.labelling import replies
from annotator.web.labelling.draft import (
    PLAIN,
    change,
    is_offered,
    newest_word,
    of_claim,
    read_form,
    read_plainly,
    words_stand,
)
from annotator.web.labelling.form import LARGEST_NUMBER, AnswerForm
from annotator.web.labelling.parts.claims import Reply
from annotator.web.labelling.refusal import (
    acknowledge,
    refuse_other_person,
    refuse_repaired,
)
from annotator.web.labelling.replies import (
    PART,
    go_on,
    keep_editing,
    open_claim,
    refuse,
    respond,
    show_conflict,
    url_of,
)
from annotator.web.labelling.undo import STEPS, step
from annotator.web.models.suggestion import TAKE, suggestion_at
from annotator.web.responses import is_htmx, move
from annotator.work.assignment import flags, submitting
from annotator.work.labelling import proposals, saving, window
from annotator.work.labelling.drafts import AnswerDraft
from annotator.work.labelling.saving import (
    Saved,
    StaleRevisionError,
    answer_for,
    refuse_unless_open,
    save_locked,
)
from annotator.work.quality import training

log = logging.getLogger(__name__)
# A page does not wait for others to write only to propose more.
WAIT = 0.5


def show(article_id: int, position: int) -> ResponseReturnValue:
    """Show the sentence in its article with this person's answer."""
    place = place_for(article_id, position)
    if (
        not proposals.are_settled(place.sentence.proposals)
        and place.assignment.state in OPEN_STATES
    ):
        place = propose(place)
    answer = answer_for(place.sentence, place.user)
    wanted = request.args.get("claim", type=int)
    count = len(answer.claims) if answer else 0
    if wanted is not None and wanted == count:
        return respond(place, answer, Reply(open=count), extra_claim=True)
    return respond(place, answer, Reply(open=open_claim(place.codebook, answer, wanted)))


def propose(place: Place) -> Place:
    """Settle who is proposed in an article that is opened for the first time.

    Reading goes on while the database is busy or read-only; only the text proposes then.
    """
    try:
        store = proposals.settle(place.article, place.sentence.position)
        with write(WAIT):
            store()
    except (DatabaseBusyError, DBAPIError) as error:
        log.info("proposals were not stored: %s", " ".join(str(error).split())[:200])
        return place
    return place_for(place.article.number, place.sentence.position)


def begin(article_id: int) -> ResponseReturnValue:
    """Go to the sentence asked for by its number, else to the first that wants an answer."""
    place = place_for(article_id, 0)
    asked = request.args.get("sentence", type=int)
    if asked is not None:
        position = min(max(asked, 1), place.article.sentence_count) - 1
    else:
        fix = window.to_look_at(place.assignment)
        position = fix if fix is not None else window.next_to_do(place.assignment) or 0
    return redirect(url_of(place, position))


def go_to_do(article_id: int) -> ResponseReturnValue:
    """Go to the next sentence to do after the one asked from; to the last page if none is left."""
    place = place_for(article_id, 0)
    position = window.next_to_do(place.assignment, request.args.get("after", -1, type=int))
    if position is None:
        return redirect(url_for("label.finish", article_id=article_id))
    return redirect(url_of(place, position))


def save(article_id: int, position: int) -> ResponseReturnValue:
    """Store the whole answer, then do what the button says."""
    refuse_other_person()
    act = parse_act(request.form.get("act", ""))
    if act.verb in (*STEPS, "draft"):
        place = place_for(article_id, position)
        refuse_repaired(place)
        return keep_editing(place) if act.verb == "draft" else undo_or_redo(place, act.verb)
    plain = read_plainly(request.form) if act.verb in PLAIN else None
    form = None if plain else AnswerForm()
    posted = saved = None
    try:
        with write_rows():
            place = place_for(article_id, position, lock=True)
            refuse_repaired(place)
            refuse_unless_open(place.assignment)
            stored = answer_for(place.sentence, place.user)
            was_complete = stored is not None and stored.complete
            if plain and is_offered(plain.draft, place.codebook) and words_stand(plain, place):
                act = of_claim(act, plain.said.open)
                posted = replace(plain, draft=newest_word(plain.draft, place, stored, drop=False))
            else:
                form = form or AnswerForm()
                form.offer(place.codebook, ())
                if form.validate():
                    act = of_claim(act, form.open.data)
                    posted = read_form(form, place, stored, act)
            if posted:
                draft, suggested = with_suggestion(place, stored, change(posted.draft, act), act)
                posted = replace(posted, save=replace(posted.save, suggested=suggested))
                again = rechecking.confirms(place, stored, draft, act)
                how = replace(posted.save, restates=True) if again else posted.save
                saved = save_locked(
                    place.assignment, place.sentence, place.user, stored, draft, how
                )
                if again:
                    rechecking.note(saved, how.revision)
    except StaleRevisionError as error:
        return show_conflict(
            place, form or posted_form(place), posted.draft if posted else error.yours
        )
    except (NotAllowedError, NotFoundError):
        raise
    except RefusedError as error:
        return refuse(place, stored, form or posted_form(place), error)
    if posted is None or saved is None:
        return refuse(place, stored, form or posted_form(place))
    alone = act.verb == "" and saved.written and not was_complete
    if alone and goes_on_by_itself(place, saved.answer):
        act = replace(act, verb="next")
    reply = make_response(go_on(place, saved, posted.said, act))
    return acknowledge(reply, saved, posted.save.key)


def with_suggestion(
    place: Place, stored: AnswerRow | None, draft: AnswerDraft, act: Act
) -> tuple[AnswerDraft, str | None]:
    """Return the answer to store, and what is kept of what a model suggested."""
    found = suggestion_at(place, stored)
    if found is None:
        if act.verb == TAKE:
            raise RefusedError("There is no suggestion here any more. Nothing was saved.")
        return draft, None
    taken = act.verb == TAKE and found.shown
    return found.taken_into(draft) if taken else draft, found.facts(taken=taken)


def posted_form(place: Place) -> AnswerForm:
    """Return the form of what was read without one, with what is wrong in it."""
    form = AnswerForm()
    form.offer(place.codebook, ())
    form.validate()
    return form


def preview(article_id: int, position: int) -> ResponseReturnValue:
    """Show a lead the page of any article, without anybody's answers."""
    return replies.preview(place_to_look_at(article_id, position, "preview", Role.LEAD))


def go_on_in_preview(article_id: int, position: int) -> ResponseReturnValue:
    """Save nothing of what was chosen, and go where the button leads."""
    place = place_to_look_at(article_id, position, "preview", Role.LEAD)
    follows = parse_act(request.form.get("act", "")).verb == "next"
    there = min(position + follows, place.article.sentence_count - 1)
    return redirect(f"{place.url(there)}#sentence", 303)


def see_replies(article_id: int, position: int) -> ResponseReturnValue:
    """Note that the replies of a lead at this sentence were seen, up to the newest shown."""
    place = place_for(article_id, position)
    newest = request.form.get("newest", type=int)
    answer = answer_for(place.sentence, place.user)
    if answer is None or newest is None or newest > LARGEST_NUMBER:
        abort(400)
    with write():
        flags.mark_seen(answer, newest)
    return ("", 204) if is_htmx() else redirect(url_of(place), 303)


def finish(article_id: int) -> ResponseReturnValue:
    """Show what is decided, what is missing and what was flagged."""
    place = place_for(article_id, 0, given=request.args.get("given", type=int))
    return finish_page(place)


def submit(article_id: int) -> ResponseReturnValue:
    """Hand the article in."""
    place = place_for(article_id, 0)
    try:
        with write():
            assignment = saving.assignment_for(place.article, place.user, lock=True)
            submitting.submit(assignment)
            ended = training.after_submit(assignment)
    except RefusedError as error:
        return finish_page(place_for(article_id, 0), str(error), 422)
    if ended:
        there = url_for("my_quality.show", slug=place.project.slug, _anchor="training")
        return redirect(there, 303)
    # The address alone may lead to what they had of it before.
    there = url_for("label.finish", article_id=article_id, given=place.assignment.id)
    return redirect(there, 303)


def finish_page(place: Place, refused: str = "", status: int = 200) -> ResponseReturnValue:
    """Render the last page of an article."""
    page = render_template(
        "labelling/submit.html",
        place=place,
        missing=window.missing(place.assignment),
        flagged=window.flagged(place.assignment),
        open=place.assignment.state in OPEN_STATES,
        fix=window.to_look_at(place.assignment),
        refused=refused,
    )
    return page, status


def undo_or_redo(place: Place, act: str) -> ResponseReturnValue:
    """Take back or bring back this person's last save in the article, and lead to where it was."""
    try:
        with write():
            there = step(place, act)
    except (NotAllowedError, NotFoundError):
        raise
    except RefusedError as error:
        answer = answer_for(place.sentence, place.user)
        reply = Reply(open=open_claim(place.codebook, answer), notice=str(error), focus="notice")
        return respond(place, answer, reply, swap=True)
    if there.position != place.sentence.position:
        return move(url_of(place, there.position, listed=True), PART)
    if not is_htmx():
        return move(url_of(place, claim=there.open))
    shown = Reply(open=there.open, saved_now=True, focus=there.focus)
    done = make_response(respond(place, there.answer, shown, swap=True))
    # It may be a replay: the key tells which revision it made.
    return acknowledge(done, Saved(there.answer, written=False), request.form["key"])


def goes_on_by_itself(place: Place, answer: AnswerRow | None) -> bool:
    """Say whether this person moves on when the only claim, or "no claim", is complete."""
    return (
        bool(place.user.preferences.get("auto_advance"))
        and answer is not None
        and answer.complete
        and len(answer.claims) <= 1
    )
