"""Builds what the label page shows from the article, one person's answers and the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup

from annotator.codebook.explained import Explanation, of_field, of_value
from annotator.codebook.scheme import Codebook
from annotator.phrases import sentence_number
from annotator.store.models import OPEN_STATES
from annotator.store.rows.answers import AnswerRow, AnySpeaker, ClaimRow
from annotator.store.rows.places import (
    ArticleRow,
    AssignmentRow,
    MembershipRow,
    ProjectRow,
    SentenceRow,
    UserRow,
    VersionRow,
)
from annotator.text.quotations import Quoted, quotations
from annotator.web.access import Place
from annotator.web.codebook.rechecking import recheck_of
from annotator.web.labelling.chips import build_proposed, display_name, role_in, short_name
from annotator.web.labelling.claim_words import words_of
from annotator.web.labelling.draft import choices_of, form_for
from annotator.web.labelling.form import NEW, UNNAMED, AnswerForm, ClaimForm, spans_text
from annotator.web.labelling.view import (
    Badge,
    Chip,
    ClaimView,
    Conflict,
    LabelPage,
    Line,
    Moves,
    Paragraph,
    Piece,
    Progress,
    Tools,
    Window,
)
from annotator.web.models.suggestion import ghost_at
from annotator.web.quality.feedback import Feedback, is_training
from annotator.web.responses import wants_part
from annotator.work.accounts import memberships
from annotator.work.assignment import flags
from annotator.work.labelling import undoing, window
from annotator.work.labelling.drafts import Span
from annotator.work.labelling.saving import Saved
from annotator.work.labelling.window import Glance

TAGS = {"headline": "Headline", "dateline": "Date line?", "boilerplate": "Boilerplate?"}


@dataclass(frozen=True)
class Marks:
    """What is underlined: spans of the article."""

    mentions: tuple[Span, ...] = ()
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What one reply adds to the page: which claim is open, what is said, where focus goes."""

    open: int = 0
    notice: str = ""
    focus: str = ""
    saved_now: bool = False
    conflict: Conflict | None = None
    unsaved: str = ""
    similar: tuple[AnySpeaker, ...] = ()
    removes: int = 0
    saved: Saved | None = None  # the save that this answers
    feedback: Feedback | None = None


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


def tools_of(
    place: Place, answer: AnswerRow | None, reply: Reply, claims: int, steps: undoing.Steps
) -> Tools:
    """Return what the buttons of an answer can do now, on a form of so many claims."""
    return Tools(
        open=reply.open,
        claims=claims,
        stored=len(answer.claims) if answer else 0,
        revision=answer.revision if answer else 0,
        decided=place.assignment.decided_count,
        position=place.sentence.position,
        href=place.url(place.sentence.position),
        undo=steps.undo,
        redo=steps.redo,
    )


def steps_in(place: Place, reply: Reply) -> undoing.Steps:
    """Return what undo and redo would do now; right after a save that is known."""
    known = None
    if reply.saved:
        known = undoing.steps_after(reply.saved, place.article, place.sentence.position)
    return known or undoing.steps(place.article, place.user)


def rails_in(sentences: Sequence[SentenceRow | Glance]) -> dict[int, Quoted]:
    """Return by position where sentences stand in quotations of more than one."""
    found = quotations([(sentence.paragraph, sentence.text) for sentence in sentences])
    return {each.position: rail for each, rail in zip(sentences, found, strict=True)}


def build_lines(
    place: Place,
    wanted: Sequence[SentenceRow],
    rails: Mapping[int, Quoted],
    answers: dict[int, AnswerRow],
    form: AnswerForm,
    opened: int,
) -> list[Line]:
    """Return the wanted lines of the column with their badges, quotation rails and marked words.

    The current sentence shows the words of all its claims; the others those of the open claim,
    whose mention may stand in a neighbouring sentence.
    """
    claims = [entry.form for entry in form.claims]
    here, elsewhere = marks_of(claims), marks_of(claims[opened : opened + 1])
    return [
        build_line(
            place,
            sentence,
            answers.get(sentence.id),
            rails[sentence.position],
            here if sentence.id == place.sentence.id else elsewhere,
        )
        for sentence in wanted
    ]


def marks_of(claims: Sequence[ClaimForm]) -> Marks:
    """Return the mentions and the evidence of these claims."""
    return Marks(
        mentions=tuple(span for claim in claims for span in claim.mention_spans),
        evidence=tuple(span for claim in claims for span in claim.evidence_spans),
    )


def build_line(
    place: Place, sentence: SentenceRow, answer: AnswerRow | None, rail: Quoted, marks: Marks
) -> Line:
    """Return one sentence as the column shows it."""
    current = sentence.id == place.sentence.id
    state = state_of(answer)
    tag = TAGS.get(sentence.segment, "")
    if state == "decided":
        tag = tag.rstrip("?")
    elif sentence.segment == window.HEADLINE and not current:
        tag += ", comes last"
    status = ""
    if answer and answer.status and not place.codebook.status(answer.status).takes_claims:
        status = place.codebook.status(answer.status).label
    return Line(
        position=sentence.position,
        number=sentence_number(sentence.position),
        start=sentence.start,
        pieces=pieces(sentence, marks),
        text=sentence.text,
        language=place.article.language,
        segment=sentence.segment,
        tag=tag,
        current=current,
        state=state,
        status=status,
        badges=tuple(badge(place.codebook, claim) for claim in answer.claims) if answer else (),
        unsure=bool(answer and answer.unsure),
        noted=bool(answer and (answer.note or any(claim.note for claim in answer.claims))),
        href=place.url(sentence.position),
        quoted=rail,
    )


def state_of(answer: AnswerRow | None) -> str:
    """Return "todo", "incomplete" or "decided"."""
    if answer is None or answer.status is None:
        return "todo"
    return "decided" if answer.complete else "incomplete"


def pieces(sentence: SentenceRow, marks: Marks) -> tuple[Piece, ...]:
    """Cut a sentence where a mention or evidence begins or ends."""
    length = len(sentence.text)
    mentions, evidence = (
        [
            (max(start - sentence.start, 0), min(end - sentence.start, length))
            for start, end in spans
            if start < sentence.start + length and end > sentence.start
        ]
        for spans in (marks.mentions, marks.evidence)
    )
    ends = {end for span in (*mentions, *evidence) for end in span}
    return tuple(
        Piece(sentence.text[start:end], within(start, mentions), within(start, evidence))
        for start, end in pairwise(sorted({0, length} | ends))
    )


def within(place: int, spans: Sequence[Span]) -> bool:
    """Say whether one of the spans covers this place."""
    return any(start <= place < end for start, end in spans)


def badge(codebook: Codebook, claim: ClaimRow) -> Badge:
    """Return a claim as the margin shows it."""
    speaker = claim.speaker.today if claim.speaker else None
    return Badge(
        speaker=short_name(codebook, speaker) if speaker else "…",
        speaker_full=display_name(speaker) if speaker else "speaker open",
        unnamed=bool(speaker and speaker.wording),
        stance=codebook.stance(claim.stance) if claim.stance else None,
        certainty=codebook.certainty(claim.certainty) if claim.certainty else None,
        asks_certainty=codebook.has_certainty,
    )


def paragraphs(sentences: Sequence[SentenceRow], lines: Sequence[Line]) -> tuple[Paragraph, ...]:
    """Group the lines by paragraph."""
    grouped: dict[int, list[Line]] = {}
    for sentence, line in zip(sentences, lines, strict=True):
        grouped.setdefault(sentence.paragraph, []).append(line)
    return tuple(Paragraph(number, tuple(group)) for number, group in grouped.items())


def build_claims(
    place: Place, form: AnswerForm, chips: Sequence[Chip], reply: Reply
) -> tuple[ClaimView, ...]:
    """Return the claims of the panel, one per entry of the form."""
    names = {chip.value: chip for chip in chips}
    lonely = len(form.claims) == 1
    return tuple(
        ClaimView(
            index=index,
            number=index + 1,
            open=index == reply.open,
            badge=claim_badge(place.codebook, claim, names),
            hint=hint(claim, place.codebook, lonely=lonely),
            mention=claim.mention.data or "",
            evidence=tuple(
                (spans_text([span]), words)
                for span in claim.evidence_spans
                if (words := words_of(place.sentence, span))
            ),
            via=tuple(names[str(link)].label for link in claim.via_ids if str(link) in names),
            similar=reply.similar if index == reply.open else (),
        )
        for index, claim in enumerate(form.claims)
    )


def claim_badge(codebook: Codebook, claim: ClaimForm, names: dict[str, Chip]) -> Badge:
    """Return a claim of the form in one line; what is not valid shows as open."""
    chip = names.get(claim.speaker.data or "")
    known = chip is not None and chip.kind in ("narrator", "named", "unnamed")
    stances = {value.value: value for value in codebook.stances}
    certainties = {value.value: value for value in codebook.certainties}
    return Badge(
        speaker=chip.label if chip and known else "…",
        speaker_full=chip.title if chip and known else "speaker open",
        unnamed=bool(chip and chip.kind == "unnamed"),
        stance=stances.get(claim.stance.data or ""),
        certainty=certainties.get(claim.certainty.data or ""),
        asks_certainty=codebook.has_certainty,
    )


def hint(claim: ClaimForm, codebook: Codebook, *, lonely: bool) -> str:
    """Say what a claim still needs."""
    fields = {
        "speaker": claim.speaker.data not in (None, "", NEW, UNNAMED),
        "stance": bool(claim.stance.data),
        "certainty": bool(claim.certainty.data),
    }
    still = [name for name in codebook.required if not fields[name]]
    if not still:
        return "complete"
    if len(still) == len(codebook.required):
        return "choose a speaker or no claim" if lonely else "choose a speaker"
    return " and ".join(still) + " still open"


def build_progress(
    place: Place, lines: Sequence[Line], whole: Sequence[Glance], first: int
) -> Progress:
    """Return the counts, and the tick strip where the whole article is in the window."""
    total = place.article.sentence_count
    strip: tuple[str, ...] = ()
    if len(lines) == total:
        strip = tuple(
            "half" if line.state == "incomplete" or line.unsure else line.state for line in lines
        )
    elif whole:
        strip = tuple(each.mark for each in whole)
    assignment = place.assignment
    return Progress(
        decided=assignment.decided_count,
        total=total,
        incomplete=assignment.incomplete_count,
        unsure=assignment.unsure_count,
        strip=strip,
        current=place.sentence.position - first,
    )


def build_window(place: Place, stretch: window.Stretch[Any]) -> Window:
    """Return where the window lies in the article and what is on either side."""
    before, after = stretch.first > 0, stretch.last < stretch.total - 1
    return Window(
        first=stretch.first + 1,
        last=stretch.last + 1,
        total=stretch.total,
        before=place.url(stretch.first - 1) if before else None,
        after=place.url(stretch.last + 1) if after else None,
        paged=before or after,
    )


def build_moves(place: Place, answer: AnswerRow | None, whole: Sequence[Glance]) -> Moves:
    """Return where Back, Skip and "next to do" lead."""
    position = place.sentence.position

    def href(there: int) -> str | None:
        if not 0 <= there < place.article.sentence_count:
            return None
        return place.url(there)

    todo = None if place.look else href_to_do(place, answer, whole)
    skip = href(position + 1)
    # A headline is read last.
    ends = (
        not place.look
        and todo is None
        and (skip is None or place.sentence.segment == window.HEADLINE)
    )
    return Moves(back=href(position - 1), skip=skip, todo=todo, ends=ends)


def href_to_do(place: Place, answer: AnswerRow | None, whole: Sequence[Glance]) -> str | None:
    """Return where the next sentence to do is, None where there is no other one.

    `whole` is the article where it is at hand. In a long article a link looks it up when it is
    followed, unless it is nearby.
    """
    position, work = place.sentence.position, place.assignment
    there: int | None
    if place.article.sentence_count <= window.SHORT:
        there = window.next_among(whole, position) if whole else window.next_to_do(work, position)
        if there in {None, position}:
            return None
    else:
        left = place.article.sentence_count - work.decided_count
        if left <= (answer is None or not answer.complete):
            return None
        there = window.next_nearby(work, position)
    if there is None:
        return url_for("label.go_to_do", article_id=place.article.number, after=position)
    return place.url(there)


def build_slot(codebook: Codebook, answer: AnswerRow | None, index: int) -> Explanation:
    """Return what explains the value chosen last, else the field that is open."""
    claim = answer.claims[index] if answer and index < len(answer.claims) else None
    if claim and claim.certainty:
        return of_value(codebook, "certainty", codebook.certainty(claim.certainty))
    if claim and claim.stance:
        return of_value(codebook, "stance", codebook.stance(claim.stance))
    return of_field(codebook, "stance" if claim and claim.speaker_id else "speaker")


@dataclass(frozen=True)
class Blank:
    """The page's own form as it is for a sentence that nobody has answered."""

    keys: Mapping[str, tuple[str, ...]]
    form: Markup
    leads: Sequence[str]  # whom to tell when the server cannot write


def blank_of(place: Place, page: LabelPage) -> Blank:
    """Return the blank form of a page, with one open claim and one that is shut.

    It says nothing of the sentence, so that it is drawn once for a person in an article; offline.js
    puts in where a sentence stands. The token is in the form that the page shows.
    """
    project, article, work = place.project, place.article, place.assignment
    form = blank_form(
        place.codebook,
        (project.id, project.slug, project.name, project.target_question),
        project.codebook_version.content,
        (
            article.id,
            article.key,
            article.title,
            article.sentence_count,
            article.language,
            article.number,
        ),
        (place.membership.pseudonym, work.id, work.user_id, work.state, work.note, work.purpose),
        # What is proposed, and whom to repeat, is a matter of one sentence.
        tuple(replace(chip, same=False, mention="") for chip in page.chips),
        page.auto_advance,
    )
    return Blank(place.codebook.act_keys, form, memberships.leads(place.project))


@lru_cache(maxsize=128)
def blank_form(
    codebook: Codebook,
    of_project: tuple[int, str, str, str],
    content: str,
    of_article: tuple[int, str, str, int, str, int],
    of_work: tuple[str, int, int, str, str, str],
    chips: tuple[Chip, ...],
    auto_advance: bool,
) -> Markup:
    """Draw a blank form of nothing but what is given, so that it can be kept by its content."""
    project = ProjectRow(*of_project, None, False, None, VersionRow(0, content))
    article = ArticleRow(*of_article, project)
    pseudonym, work_id, user_id, state, note, purpose = of_work
    work = AssignmentRow(
        work_id, user_id, state, note, None, None, 0, 0, 0, 0, None, False, purpose, article
    )
    sentence = SentenceRow(0, 0, 0, 0, "body", 0, "", None, article)
    member = MembershipRow(pseudonym, annotator=True, adjudicator=False, lead=False)
    place = Place(UserRow(user_id, {}), member, project, article, work, sentence)
    form = form_for(place, None, extra_claim=True)
    form.claims.append_entry({})
    form.offer(codebook, choices_of(chips))
    form.key.data = ""  # it belongs to one act of saving
    line = build_line(place, sentence, None, Quoted(False, False, False, False), Marks())
    total = article.sentence_count
    page = LabelPage(
        project=project,
        article=article,
        membership=member,
        assignment=work,
        codebook=codebook,
        answer=None,
        line=line,
        paragraphs=(),
        chips=chips,
        proposed=(),
        role="",
        claims=build_claims(place, form, chips, Reply()),
        # Nothing here counts: the panel for a finished article has no place in a blank form.
        progress=Progress(-1, total, 0, 0, (), 0),
        window=Window(1, total, total, None, None, paged=False),
        moves=Moves(back=line.href, skip=line.href, todo=None),
        slot=build_slot(codebook, None, 0),
        read_only=False,
        saved_at=None,
        saved_now=False,
        notice="",
        focus="",
        conflict=None,
        unsaved="",
        # Only the server knows what undo and redo would take.
        tools=tools_of(place, None, Reply(), len(form.claims), undoing.Steps()),
        auto_advance=auto_advance,
        training=is_training(place),
    )
    template = current_app.jinja_env.get_template("labelling/_blank.html")
    return Markup(template.render(page=page, form=form, line=line, tokenless=True))
