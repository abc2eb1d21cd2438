"""Practice on an adjudicated article: the label page, and after each sentence what gold says.

What is posted is compared, drawn again and forgotten: the form carries the whole answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from annotator.errors import RefusedError
from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import Article, Role, Speaker
from annotator.store.rows.answers import AnswerRow, ClaimRow, RosterRow, SpeakerRow
from annotator.web.access import NOBODY, Place, place_to_look_at, project_for
from annotator.web.acts import parse_act
from annotator.web.exposure import learns
from annotator.web.labelling.building import Reply, build
from annotator.web.labelling.chips import build_chips
from annotator.web.labelling.claim_words import ClaimWords, claim_words, status_words
from annotator.web.labelling.draft import (
    change,
    choices_of,
    form_for,
    of_claim,
    opened,
    read_form,
)
from annotator.web.labelling.form import AnswerForm
from annotator.web.labelling.refusal import wrong_fields
from annotator.web.labelling.view import Chip, Feedback
from annotator.web.request_log import record
from annotator.web.security import person_id
from annotator.work.adjudication import deciding, practice
from annotator.work.labelling.drafts import AnswerDraft, ClaimDraft, complete
from annotator.work.labelling.independence import GOLD
from annotator.work.labelling.saving import claim_row

bp = Blueprint("practice", __name__)
HINT = "Practice: answer, then compare with the gold answer. Nothing is saved."
OPEN = "Answer the sentence first: speaker, stance and certainty of each claim, or no claim."
NONE = "This sentence has no gold answer now."


@bp.post("/projects/<slug>/articles/<int:article_id>/practice")
def offer(slug: str, article_id: int) -> ResponseReturnValue:
    """Offer an adjudicated article for practice, or no more."""
    project, _ = project_for(slug, Role.LEAD)
    on = request.form.get("practice") == "y"
    there = url_for("articles.review", slug=slug, article_id=article_id)
    article = db.session.get(Article, article_id)
    if article is None or article.project_id != project.id:
        abort(404)
    try:
        with write():
            practice.offer(article, on=on)
    except RefusedError as error:
        flash(str(error))
        return redirect(there, 303)
    record("article %r of %r offered for practice: %s", article.key, slug, on)
    flash("Offered for practice under My work." if on else "No longer offered for practice.")
    return redirect(there, 303)


@bp.get("/label/<int:article_id>/<int:position>/practice")
def show(article_id: int, position: int) -> ResponseReturnValue:
    """Show a sentence of a practice article, without an answer."""
    place = place_of(article_id, position)
    return page(place, chips_of(place), None, Reply(notice=HINT))


@bp.post("/label/<int:article_id>/<int:position>/practice")
def check(article_id: int, position: int) -> ResponseReturnValue:
    """Compare the answer with gold, or do what the button says; Next leads on once compared."""
    place = place_of(article_id, position)
    chips = chips_of(place)
    form = AnswerForm()
    form.offer(place.codebook, choices_of(chips))
    act = parse_act(request.form.get("act", ""))
    if not form.validate():
        wrong = " ".join(f"{word.capitalize()}: {said}" for word, said in wrong_fields(form))
        return page(place, chips, None, Reply(notice=wrong or OPEN), refused=form), 422
    if act.verb == "next" and form.leave.data:
        return go_on(place)
    act = of_claim(act, form.open.data)
    try:
        draft = settled(place, chips, change(read_form(form, place, None, act).draft, act))
    except RefusedError as error:
        return page(place, chips, None, Reply(notice=str(error)), refused=form), 422
    answer = answer_of(place, draft)
    reply = Reply(open=opened(act, len(draft.claims)), notice=HINT)
    if act.verb == "next":
        reply = compared(place, draft)
    return page(place, chips, answer, reply, extra_claim=act.verb == "add")


def place_of(article_id: int, position: int) -> Place:
    """Return a sentence to practise on, and remember that gold of the article may be seen now."""
    place = place_to_look_at(article_id, position, "practice")
    offered = practice.offered_to(person_id(), place.project)
    if article_id not in {article.id for article in offered}:
        abort(404)
    _, membership = project_for(place.project.slug)
    learns(membership, practice.sentences_of(article_id), GOLD)
    return place


def chips_of(place: Place) -> tuple[Chip, ...]:
    """Return the speakers of gold in this article: nobody has to be found or added here."""
    named = practice.speakers_of(place.article.id, place.project)
    roster = [RosterRow(each.id, number, row_of(each)) for number, each in enumerate(named)]
    chips = build_chips(place, None, roster)
    return tuple(chip for chip in chips if not chip.kind.startswith("new"))


def row_of(speaker: Speaker) -> SpeakerRow:
    """Return a speaker as the label page reads it."""
    return SpeakerRow(speaker.id, speaker.name, speaker.type, speaker.wording, None)


def settled(place: Place, chips: Sequence[Chip], draft: AnswerDraft) -> AnswerDraft:
    """Drop empty claims and speakers that are not offered here.

    A status without claims is the newer word; claims make the status.
    """
    takes_claims = place.codebook.claims_status.value
    offered = {chip.value for chip in chips}
    claims = tuple(
        claim if str(claim.speaker) in offered else replace(claim, speaker=None)
        for claim in draft.claims
        if not claim.empty
    )
    if draft.status not in (None, takes_claims):
        return replace(draft, claims=())
    return replace(draft, claims=claims, status=takes_claims if claims else None)


def answer_of(place: Place, draft: AnswerDraft) -> AnswerRow:
    """Return an answer as if it had been stored, to be drawn."""
    wanted = {link for claim in draft.claims for link in (claim.speaker, *claim.via)}
    known = {each.id: row_of(each) for each in speakers_in(place, wanted)}
    return AnswerRow(
        id=NOBODY,
        sentence_id=place.sentence.id,
        user_id=NOBODY,
        round=1,
        status=draft.status,
        complete=complete(draft, place.codebook),
        unsure=draft.unsure,
        note=draft.note,
        revision=1,
        codebook_version_id=place.project.codebook_version.id,
        origin="human",
        active_seconds=0,
        created_at=now(),
        updated_at=now(),
        claims=[claim_seen(number, each, known) for number, each in enumerate(draft.claims)],
    )


def speakers_in(place: Place, wanted: Iterable[object]) -> Iterable[Speaker]:
    """Return these speakers of the project."""
    project, _ = project_for(place.project.slug)
    return deciding.speakers_in(
        project, (each for each in wanted if isinstance(each, int))
    ).values()


def claim_seen(position: int, claim: ClaimDraft, known: Mapping[int, SpeakerRow]) -> ClaimRow:
    """Return a claim as if it had been stored; a speaker that is not known is open."""
    speaker = claim.speaker if isinstance(claim.speaker, int) and claim.speaker in known else None
    via = tuple(link for link in claim.via if link in known)
    return claim_row(position, replace(claim, speaker=speaker, via=via), known)


def compared(place: Place, draft: AnswerDraft) -> Reply:
    """Return what gold says to a complete answer, else what is open."""
    last = max(len(draft.claims) - 1, 0)
    if not complete(draft, place.codebook):
        return Reply(open=last, notice=OPEN)
    decision = practice.decision_on(place.sentence.id)
    if decision is None:
        return Reply(open=last, notice=NONE)
    project, _ = project_for(place.project.slug)
    difference = practice.check(draft, decision, project)
    claims = [claim for pair in difference.pairs for claim in (pair.yours, pair.gold) if claim]
    links = (link for claim in claims for link in (claim.speaker, *claim.via))
    speakers = deciding.speakers_in(project, (each for each in links if isinstance(each, int)))

    def words(claim: ClaimDraft | None) -> ClaimWords | None:
        return claim_words(claim, project.codebook, speakers, place.sentence) if claim else None

    feedback = Feedback(
        agrees=not difference.pairs and difference.yours == difference.gold,
        yours=status_words(project.codebook, difference.yours),
        gold=status_words(project.codebook, difference.gold),
        pairs=tuple((words(pair.yours), words(pair.gold)) for pair in difference.pairs),
        reason=decision.reason,
        rule=difference.rule,
    )
    return Reply(open=last, feedback=feedback, focus="feedback")


def go_on(place: Place) -> ResponseReturnValue:
    """Lead to the next sentence, behind the last one to My work."""
    there = place.sentence.position + 1
    if there < place.article.sentence_count:
        return redirect(f"{place.url(there)}#sentence", 303)
    flash("Practice completed. Nothing of it was saved.")
    return redirect(url_for("my_work.show"), 303)


def page(
    place: Place,
    chips: tuple[Chip, ...],
    answer: AnswerRow | None,
    reply: Reply,
    *,
    extra_claim: bool = False,
    refused: AnswerForm | None = None,
) -> str:
    """Render the sentence with an answer that is stored nowhere, or with a refused form."""
    form = refused or form_for(place, answer, extra_claim=extra_claim)
    if not form.claims:
        form.claims.append_entry()
    form.offer(place.codebook, choices_of(chips))
    form.open.data = reply.open
    form.leave.data = reply.feedback is not None or reply.notice == NONE
    shown = build(place, answer, form, chips, reply)
    return render_template("adjudication/practice.html", page=shown, form=form)
