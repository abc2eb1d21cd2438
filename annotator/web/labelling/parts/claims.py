"""The claims of the panel, one for each entry of the form, and what they still need."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.codebook.explained import Explanation, of_field, of_value
from annotator.codebook.scheme import Codebook
from annotator.store.rows.answers import AnswerRow, AnySpeaker
from annotator.web.access import Place
from annotator.web.labelling.claim_words import words_of
from annotator.web.labelling.form import NEW, UNNAMED, AnswerForm, ClaimForm, spans_text
from annotator.web.labelling.view import Badge, Chip, ClaimView, Conflict, Tools
from annotator.web.quality.feedback import Feedback
from annotator.work.labelling import undoing
from annotator.work.labelling.saving import Saved


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
        speaker_full=chip.title if chip and known else codebook.opens.speaker,
        unnamed=bool(chip and chip.kind == "unnamed"),
        stance=stances.get(claim.stance.data or ""),
        certainty=certainties.get(claim.certainty.data or ""),
        asks_certainty=codebook.has_certainty,
        opens=codebook.opens,
        aspect=codebook.label_of_aspect(claim.aspect.data),
    )


def hint(claim: ClaimForm, codebook: Codebook, *, lonely: bool) -> str:
    """Say what a claim still needs."""
    fields = {
        "speaker": claim.speaker.data not in (None, "", NEW, UNNAMED),
        "stance": bool(claim.stance.data),
        "certainty": bool(claim.certainty.data),
    }
    still = [codebook.word_of(name) for name in codebook.required if not fields[name]]
    if not still:
        return "complete"
    if len(still) == len(codebook.required):
        if codebook.word_of("speaker") != "speaker":
            return codebook.opens.speaker
        return "choose a speaker or no claim" if lonely else "choose a speaker"
    return " and ".join(still) + " still open"


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


def build_slot(codebook: Codebook, answer: AnswerRow | None, index: int) -> Explanation:
    """Return what explains the value chosen last, else the field that is open."""
    claim = answer.claims[index] if answer and index < len(answer.claims) else None
    if claim and claim.certainty:
        return of_value(codebook, "certainty", codebook.certainty(claim.certainty))
    if claim and claim.stance:
        return of_value(codebook, "stance", codebook.stance(claim.stance))
    return of_field(codebook, "stance" if claim and claim.speaker_id else "speaker")
