"""The column with the article: its sentences with badges, quotation rails and marked words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from annotator.codebook.scheme import Codebook
from annotator.phrases import sentence_number
from annotator.store.rows.answers import AnswerRow, ClaimRow
from annotator.store.rows.places import SentenceRow
from annotator.text.quotations import Quoted, quotations
from annotator.web.access import Place
from annotator.web.labelling.chips import display_name, short_name
from annotator.web.labelling.form import AnswerForm, ClaimForm
from annotator.web.labelling.view import Badge, Line, Paragraph, Piece
from annotator.work.labelling import window
from annotator.work.labelling.drafts import Span
from annotator.work.labelling.window import Glance

TAGS = {"headline": "Headline", "dateline": "Date line?", "boilerplate": "Boilerplate?"}


@dataclass(frozen=True)
class Marks:
    """What is underlined: spans of the article."""

    mentions: tuple[Span, ...] = ()
    evidence: tuple[Span, ...] = ()


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
        status = place.codebook.status(answer.status).word
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
        speaker_full=display_name(speaker) if speaker else codebook.opens.speaker,
        unnamed=bool(speaker and speaker.wording),
        stance=codebook.stance(claim.stance) if claim.stance else None,
        certainty=codebook.certainty(claim.certainty) if claim.certainty else None,
        asks_certainty=codebook.has_certainty,
        opens=codebook.opens,
        aspect=codebook.label_of_aspect(claim.aspect),
    )


def paragraphs(sentences: Sequence[SentenceRow], lines: Sequence[Line]) -> tuple[Paragraph, ...]:
    """Group the lines by paragraph."""
    grouped: dict[int, list[Line]] = {}
    for sentence, line in zip(sentences, lines, strict=True):
        grouped.setdefault(sentence.paragraph, []).append(line)
    return tuple(Paragraph(number, tuple(group)) for number, group in grouped.items())
