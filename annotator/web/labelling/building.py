"""Builds what the label page shows from the article, one person's answers and the form."""

from collections.abc import Sequence
from dataclasses import replace

from annotator.store.models import OPEN_STATES
from annotator.store.rows.answers import AnswerRow
from annotator.store.rows.places import SentenceRow
from annotator.web.access import Place
from annotator.web.codebook.rechecking import recheck_of
from annotator.web.labelling.chips import build_proposed, role_in
from annotator.web.labelling.form import AnswerForm
from annotator.web.labelling.parts.claims import Reply, build_claims, build_slot, tools_of
from annotator.web.labelling.parts.column import build_lines, paragraphs, rails_in
from annotator.web.labelling.parts.moves import build_moves, build_progress, build_window
from annotator.web.labelling.view import Chip, LabelPage
from annotator.web.models.suggestion import ghost_at
from annotator.web.quality.feedback import is_training
from annotator.web.responses import wants_part
from annotator.work.assignment import flags
from annotator.work.labelling import undoing, window
from annotator.work.labelling.window import Glance


def build(
    place: Place, answer: AnswerRow | None, form: AnswerForm, chips: tuple[Chip, ...], reply: Reply
) -> LabelPage:
    """Return the page of one sentence; its cost does not grow with the article.

    The answer to a save shows no other sentence: then the column is left out.
    """
    codebook, position = place.codebook, place.sentence.position
    stretch: window.Stretch[Glance] | window.Stretch[SentenceRow]
    glances: Sequence[Glance] = ()
    if wants_part():
        stretch = window.glances_around(place.article, place.user, position)
        glances = stretch.sentences
        answers = {place.sentence.id: answer} if answer else {}
        wanted = [place.sentence]
        # A quotation ends with its paragraph.
        rails = rails_in([each for each in glances if each.paragraph == wanted[0].paragraph])
    else:
        stretch = window.stretch_around(place.article, position)
        answers = window.answers_in(place.article, stretch, place.user)
        if place.look and answer:  # stored nowhere
            answers[place.sentence.id] = answer
        wanted = list(stretch.sentences)
        rails = rails_in(wanted)
    whole = glances if len(glances) == stretch.total else ()
    lines = build_lines(place, wanted, rails, answers, form, reply.open)
    current = next(line for line in lines if line.current)
    read_only = place.assignment.state not in OPEN_STATES
    steps = undoing.Steps() if read_only else steps_in(place, reply)
    moves, recheck = build_moves(place, answer, whole), recheck_of(place, answer)
    if recheck:
        moves = replace(moves, back=recheck.back, skip=recheck.next, ends=False)
    return LabelPage(
        project=place.project,
        article=place.article,
        membership=place.membership,
        assignment=place.assignment,
        codebook=codebook,
        answer=answer,
        line=current,
        paragraphs=paragraphs(wanted, lines),
        chips=chips,
        proposed=() if read_only else build_proposed(place, chips),
        role=role_in(place),
        claims=build_claims(place, form, chips, reply),
        progress=build_progress(place, lines, whole, stretch.first),
        window=build_window(place, stretch),
        moves=moves,
        slot=build_slot(codebook, answer, reply.open),
        read_only=read_only,
        saved_at=answer.updated_at if answer else None,
        saved_now=reply.saved_now,
        notice=reply.notice,
        focus=reply.focus,
        conflict=reply.conflict,
        unsaved=reply.unsaved,
        tools=tools_of(place, answer, reply, len(form.claims), steps),
        # The reply to a save brings none: the page keeps those that it shows.
        replies=flags.unseen(answer) if answer and not (reply.saved_now or place.look) else (),
        removes=reply.removes,
        auto_advance=bool(place.user.preferences.get("auto_advance")),
        first=not (read_only or place.assignment.saved_at or window.has_answered(place.user)),
        look=place.look,
        training=is_training(place),
        feedback=reply.feedback,
        ghost=None if read_only else ghost_at(place, answer),
        recheck=recheck,
    )


def steps_in(place: Place, reply: Reply) -> undoing.Steps:
    """Return what undo and redo would do now; right after a save that is known."""
    known = None
    if reply.saved:
        known = undoing.steps_after(reply.saved, place.article, place.sentence.position)
    return known or undoing.steps(place.article, place.user)
