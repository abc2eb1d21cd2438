"""Replies to what was posted on the label page: the next sentence, the same one, what is wrong."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from flask import g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.store.rows.answers import AnswerRow, AnySpeaker, ClaimRow
from annotator.store.rows.places import SentenceRow
from annotator.web import drawing
from annotator.web.access import Place, place_for
from annotator.web.acts import Act
from annotator.web.codebook import rechecking
from annotator.web.labelling.building import build, steps_in
from annotator.web.labelling.chips import build_chips
from annotator.web.labelling.claim_words import words_of
from annotator.web.labelling.draft import Said, choices_of, form_for, new_key, opened
from annotator.web.labelling.form import AnswerForm, spans_text
from annotator.web.labelling.parts.blank import blank_of
from annotator.web.labelling.parts.claims import Reply, claim_badge, tools_of
from annotator.web.labelling.parts.column import badge
from annotator.web.labelling.refusal import (
    put_in_place,
    shown_claim,
    wrong_fields,
)
from annotator.web.labelling.view import Badge, Chip, Conflict, Side
from annotator.web.models import suggestion
from annotator.web.quality.feedback import feedback_at, is_training, reveal
from annotator.web.responses import fragment_or_page, is_htmx, move, wants_part
from annotator.work.labelling import window
from annotator.work.labelling.drafts import (
    AnswerDraft,
    ClaimDraft,
    ClaimsWouldGoError,
    claim_draft_of,
    draft_of,
)
from annotator.work.labelling.saving import (
    Saved,
    answer_for,
    refuse_unless_open,
)

FRAGMENT, PAGE, PART = "labelling/_reply.html", "labelling/page.html", "#label"
PREVIEW = "Preview: this is how annotators see the article. Nothing that you choose is saved."
# What a reply is, where it is not the posted sentence drawn anew: only the buttons, or another
# sentence, with its address.
ONLY, PLACE = "Annotator-Only", "Annotator-Place"
# What a page says that can take parts.
PARTS = "y"
NO_CLAIM = ClaimDraft()


def open_claim(codebook: Codebook, answer: AnswerRow | None, wanted: int | None = None) -> int:
    """Return which claim is open: the one asked for, else the first with something to do."""
    claims = answer.claims if answer else []
    if wanted is not None and 0 <= wanted < len(claims):
        return wanted
    for index, claim in enumerate(claims):
        if claim_draft_of(claim).missing(codebook):
            return index
    return max(len(claims) - 1, 0)


def go_on(place: Place, saved: Saved, said: Said, act: Act) -> ResponseReturnValue:
    """Answer a save: the next sentence, or the same one as it now stands."""
    answer, verb = saved.answer, act.verb
    if verb == "next":
        if reveal(place, answer):
            return show_beside(place, answer, "feedback")
        if suggestion.reveal(place, answer):
            return show_beside(place, answer, "suggestion")
        return go_to_next(place, answer, said)
    if verb == "" and takes_parts() and keeps_shape(place, saved, said):
        return tools_only(place, saved, said)
    wanted = opened(act, len(answer.claims) if answer else 0)
    if not is_htmx():
        claim = None if verb in ("", "stay", "keep", "confirm") else wanted
        return move(url_of(place, claim=claim))
    extra_claim = verb == "add"
    focus = f"status-{act.choice}" if verb == "keep" else f"claim-{wanted}"
    reply = Reply(
        open=wanted if extra_claim else open_claim(place.codebook, answer, wanted),
        saved_now=True,
        focus=focus if verb else "",
        saved=saved,
    )
    swap = verb != "" or differs(said, answer)
    return respond(place, answer, reply, extra_claim=extra_claim, swap=swap)


def takes_parts() -> bool:
    """Say whether the page can put parts of the form, or the next sentence, in their places."""
    return wants_part() and request.form.get("parts") == PARTS


def keeps_shape(place: Place, saved: Saved, said: Said) -> bool:
    """Say whether the form that was posted is still right after the save, but for its buttons.

    Words that were copied, links of a chain and claims that were dropped are drawn by the server;
    so is the way out of a finished article. Words that were picked come with the buttons.
    """
    answer = saved.answer
    claims = answer.claims if answer else []
    left = place.article.sentence_count - place.assignment.decided_count
    return (
        saved.has is not None
        and saved.had is not None
        and left > 1
        # One empty claim is drawn where none is stored.
        and (len(said.speakers) == len(claims) or (not claims and len(said.speakers) <= 1))
        and not differs(said, answer)
        and chains(saved.has) == chains(saved.had)
        and all(map(spans_stand, range(len(saved.has.claims)), saved.has.claims))
    )


def chains(draft: AnswerDraft) -> list[tuple[int, object]]:
    """Return the claims that came through somebody, and through whom."""
    return [(index, claim.via) for index, claim in enumerate(draft.claims) if claim.via]


def spans_stand(index: int, claim: ClaimDraft) -> bool:
    """Say whether the form has the places of a claim's words, which a text alone leaves out."""
    mention = [claim.mention] if claim.mention else []
    posted = (request.form.get(f"claims-{index}-{name}", "") for name in ("span", "evidence"))
    return [*posted] == [spans_text(mention), spans_text(claim.evidence)]


def tools_only(place: Place, saved: Saved, said: Said) -> ResponseReturnValue:
    """Answer a save with the buttons that it changes, for tools.js to put in their places.

    The form on the page stays as it is.
    """
    wanted = min(said.open, len(said.speakers) - 1)
    steps = steps_in(place, Reply(saved=saved))
    tools = tools_of(place, saved.answer, Reply(open=wanted), len(said.speakers), steps)
    parts, keys = drawing.macros("labelling/macros.html"), place.codebook.act_keys
    drawn = [parts.claim_tools(tools, keys), parts.answer_tools(tools, keys)]
    claims = saved.has.claims if saved.has else ()
    drawn += picked(place, claims[wanted] if 0 <= wanted < len(claims) else NO_CLAIM)
    reply = make_response("".join(drawn))
    g.tokenless = True
    reply.headers[ONLY] = "tools"
    return reply


def picked(place: Place, claim: ClaimDraft) -> list[str]:
    """Return the words that were picked in a claim as they are drawn."""
    parts, wanted = drawing.macros("labelling/macros.html"), place.codebook.fields
    drawn = []
    if "mention" in wanted:
        span = claim.mention
        words = words_of(place.sentence, span) if span else ""
        told = spans_text([span]) if span and words else ""
        drawn.append(parts.picked_mention(words, told, place.article.language))
    if "evidence" in wanted:
        found = [(spans_text([span]), words_of(place.sentence, span)) for span in claim.evidence]
        found = [each for each in found if each[1]]
        drawn.append(parts.picked_evidence(found, place.article.language))
    return drawn


def url_of(
    place: Place, position: int | None = None, claim: int | None = None, *, listed: bool = False
) -> str:
    """Return the address of a sentence of this article, by default the current one.

    Another one is only an address of a worklist, too, where it may be `listed` there.
    """
    here = listed or position is None or position == place.sentence.position
    if position is None:
        position = place.sentence.position
    # A plain browser opens the page at the sentence; htmx is told where to go without it.
    anchor = None if is_htmx() else "sentence"
    return url_for(
        "label.show",
        article_id=place.article.number,
        position=position,
        claim=claim,
        worklist=rechecking.ON if here and rechecking.is_on() else None,
        _anchor=anchor,
    )


def differs(said: Said, answer: AnswerRow | None) -> bool:
    """Say whether the stored answer is another than the posted fields show."""
    if answer is None:
        return bool(said.status)
    shown = [speaker for speaker in said.speakers if speaker]
    stored = [str(claim.speaker_id) for claim in answer.claims if claim.speaker_id]
    return (said.status or answer.status) != answer.status or shown != stored


def go_to_next(place: Place, answer: AnswerRow | None, said: Said) -> ResponseReturnValue:
    """Lead to the next sentence; stay, with the reason, where nothing or not all is said."""
    if answer is None or answer.status is None:
        why = "No answer yet. Add a claim, choose “No claim” or skip the sentence."
        return respond(place, answer, Reply(notice=why, focus="sentence-heading"), swap=True)
    if not answer.complete and not said.leave:
        index = open_claim(place.codebook, answer)
        missing = claim_draft_of(answer.claims[index]).missing(place.codebook)
        if not missing:  # the codebook has changed since it was stored
            return move_on(place)
        still = missing[0]
        title = place.codebook.title_of(still)
        why = f"{title} is still open. Choose Next again to leave it incomplete."
        focus = f"claims-{index}-{still}"
        return respond(
            place, answer, Reply(open=index, notice=why, focus=focus), swap=True, leave=True
        )
    return move_on(place)


def show_beside(place: Place, answer: AnswerRow | None, focus: str) -> ResponseReturnValue:
    """Show what gold or a model says to the answer just given, before it goes on."""
    if not is_htmx():
        return move(url_of(place))
    reply = Reply(open=open_claim(place.codebook, answer), focus=focus)
    return respond(place, answer, reply, swap=True)


def move_on(place: Place) -> ResponseReturnValue:
    """Lead to the next sentence, at the end to one still to do, else to the last page.

    A headline is read last, so what follows it is whatever is still to do. Whoever goes through a
    worklist goes on there.
    """
    if rechecking.is_on():
        there = rechecking.next_address(place)
        same = there.startswith(f"{place.url(0)[:-1]}")
        return move(there if is_htmx() else f"{there}#sentence", PART if same else None)
    position: int | None = place.sentence.position + 1
    last = position == place.article.sentence_count
    if last or place.sentence.segment == window.HEADLINE:
        position = window.next_to_do(place.assignment, place.sentence.position)
    if position is None:
        return move(url_for("label.finish", article_id=place.article.number))
    return bring(place, position) if takes_parts() else move(url_of(place, position), PART)


def bring(place: Place, position: int) -> ResponseReturnValue:
    """Answer with another sentence itself, which the page puts into its column.

    The marks of its open claim may lie in other sentences, and its window may be another one: then
    the column comes anew.
    """
    if window.begin_of(place.article, position) != window.begin_of(
        place.article, place.sentence.position
    ):
        return move(url_of(place, position), PART)
    there = place_for(place.article.number, position)
    answer = answer_for(there.sentence, there.user)
    index = open_claim(place.codebook, answer)
    if answer and marks_elsewhere(there.sentence, answer.claims[index : index + 1]):
        return move(url_of(place, position), PART)
    reply = make_response(respond(there, answer, Reply(open=index), swap=True))
    reply.headers[PLACE] = url_of(place, position)
    return reply


def marks_elsewhere(sentence: SentenceRow, claims: Sequence[ClaimRow]) -> bool:
    """Say whether some words of these claims stand in another sentence."""
    spans = [
        span
        for draft in map(claim_draft_of, claims)
        for span in (draft.mention, *draft.evidence)
        if span
    ]
    return any(start < sentence.start or end > sentence.end for start, end in spans)


def respond(
    place: Place,
    answer: AnswerRow | None,
    reply: Reply,
    *,
    extra_claim: bool = False,
    swap: bool = False,
    leave: bool = False,
) -> ResponseReturnValue:
    """Render the sentence with its stored answer."""
    if is_training(place):
        reply = replace(reply, feedback=feedback_at(place))
    chips = build_chips(place, answer, reply.saved.roster if reply.saved else None)
    form = form_for(place, answer, extra_claim=extra_claim)
    form.offer(place.codebook, choices_of(chips))
    form.open.data = reply.open
    form.leave.data = leave
    page = build(place, answer, form, chips, reply)
    # Moving on takes only the sentence out of a page; the blank form is there already.
    blank = None if is_htmx() or page.read_only else blank_of(place, page)
    # Whoever can put a part in its place has the token already; without it a part has no secret.
    g.tokenless = takes_parts()
    return fragment_or_page(
        FRAGMENT,
        PAGE,
        replace=swap,
        page=page,
        form=form,
        blank=blank,
        tokenless=g.tokenless,
    )


def preview(place: Place) -> str:
    """Render the page as it is for whoever has just got the article; nothing in it is saved."""
    chips = build_chips(place, None)
    form = form_for(place, None)
    form.offer(place.codebook, choices_of(chips))
    page = build(place, None, form, chips, Reply(notice=PREVIEW))
    return render_template("labelling/preview.html", page=page, form=form)


def refuse(
    place: Place, stored: AnswerRow | None, form: AnswerForm, error: RefusedError | None = None
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
    similar: tuple[AnySpeaker, ...] = getattr(error.__cause__, "similar", ()) if error else ()
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


FIELDS = ("status", "unsure", "note", "claims")


def conflict_of(
    place: Place,
    form: AnswerForm,
    saved: AnswerRow | None,
    yours: AnswerDraft,
    chips: Sequence[Chip],
) -> Conflict:
    """Return both sides and the fields in which they differ; the server may have nothing."""
    names = {chip.value: chip for chip in chips}
    mine = tuple(
        claim_badge(place.codebook, claim, names)
        # None are left where a confirmed status has dropped them.
        for claim, draft in zip(form.claims, yours.claims, strict=False)
        if not draft.empty
    )
    theirs = tuple(badge(place.codebook, claim) for claim in saved.claims) if saved else ()
    status = yours.status or (place.codebook.claims_status.value if mine else None)
    stored = draft_of(saved)
    # A claim that was never begun is drawn for the form's sake and is no claim.
    begun = replace(yours, claims=tuple(claim for claim in yours.claims if not claim.empty))
    differs = [name for name in FIELDS if getattr(begun, name) != getattr(stored, name)]
    if status == stored.status and "status" in differs:
        differs.remove("status")
    return Conflict(
        at=saved.updated_at if saved else None,
        yours=side(place, "Your version, this window", status, yours.unsure, yours.note, mine),
        saved=side(
            place,
            "Saved version, other window" if saved else "On the server",
            stored.status,
            stored.unsure,
            stored.note,
            theirs,
        ),
        differs=tuple(differs),
        parts=differing_parts(begun.claims, stored.claims, place.codebook.labels),
    )


def differing_parts(
    yours: Sequence[ClaimDraft], saved: Sequence[ClaimDraft], labels: Sequence[str]
) -> tuple[frozenset[str], ...]:
    """Return what of each claim is not the same on both sides, in the order of the claims."""
    return tuple(
        frozenset(
            name
            for name in ("speaker", *labels)
            if one is None or other is None or getattr(one, name) != getattr(other, name)
        )
        for one, other in zip_longest(yours, saved)
    )


def side(
    place: Place,
    heading: str,
    status: str | None,
    unsure: bool,
    note: str,
    badges: tuple[Badge, ...],
) -> Side:
    """Return one version in words."""
    label = place.codebook.status(status).label if status else "No answer"
    return Side(heading, label, unsure, note, badges)
