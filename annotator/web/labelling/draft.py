"""Between the form of the label page and the answer it stands for."""

import secrets
from collections.abc import Sequence
from typing import Any

from annotator.store.models import Answer, Claim
from annotator.web.access import Place
from annotator.web.labelling.claim_words import one_line, span_of, words_of
from annotator.web.labelling.form import NEW, UNNAMED, AnswerForm, ClaimForm, spans_text
from annotator.web.labelling.view import Chip
from annotator.work.labelling.drafts import (
    AnswerDraft,
    ClaimDraft,
    InvalidAnswerError,
    Span,
    claim_draft_of,
)
from annotator.work.labelling.speakers import NewSpeaker, SpeakerChoice, UnnamedSource


def form_for(place: Place, answer: Answer | None, *, extra_claim: bool = False) -> AnswerForm:
    """Return the form filled with a stored answer, with an empty claim where one is wanted."""
    claims = [claim_fields(place, claim) for claim in answer.claims] if answer else []
    if extra_claim or not claims:
        claims.append({})
    return AnswerForm(
        # Never the posted fields: the next sentence would begin with the last one's answer.
        formdata=None,
        data={
            "status": answer.status if answer else None,
            "unsure": answer.unsure if answer else False,
            "note": answer.note if answer else "",
            "revision": answer.revision if answer else 0,
            "key": new_key(),
            "seconds": 0,
            "claims": claims,
        },
    )


def new_key() -> str:
    """Return an idempotency key."""
    return secrets.token_urlsafe(16)


def claim_fields(place: Place, claim: Claim) -> dict[str, Any]:
    """Return a stored claim as the form shows it."""
    stored = claim_draft_of(claim)
    return {
        "speaker": str(stored.speaker) if stored.speaker else None,
        "stance": claim.stance,
        "certainty": claim.certainty,
        "mention": words_of(place.sentence, stored.mention) if stored.mention else "",
        "span": spans_text([stored.mention] if stored.mention else []),
        "via": ",".join(str(link) for link in stored.via),
        "evidence": spans_text(stored.evidence),
        "evidence_words": "\n".join(words_of(place.sentence, span) for span in stored.evidence),
        "conditional": claim.conditional,
        "aspect": claim.aspect,
        "note": claim.note,
    }


def choices_of(chips: Sequence[Chip]) -> list[tuple[str, str]]:
    """Return the choices of the speaker radios."""
    return [(chip.value, chip.label) for chip in chips]


def draft_from(
    form: AnswerForm, place: Place, stored: Answer | None, *, adding: bool
) -> AnswerDraft:
    """Return what the form says.

    A half-typed new speaker is stored only when a button asks for it (`adding`), not when
    another field of the claim changes.
    """
    claims = tuple(
        claim_draft(index, claim, place, stored, adding=adding)
        for index, claim in enumerate(form.claims)
    )
    status = form.status.data or None
    given = [claim for claim in claims if not claim.empty]
    if given and status and status != place.codebook.claims_status.value:
        if stored is not None and stored.status == status and not stored.claims:
            status = None  # a claim after "no claim": the claim is the newer word
        elif form.drop.data:
            claims = ()
    return AnswerDraft(status, form.unsure.data, form.note.data or "", claims)


def claim_draft(
    index: int, claim: ClaimForm, place: Place, stored: Answer | None, *, adding: bool
) -> ClaimDraft:
    """Return one claim of the form."""
    old = stored.claims[index] if stored and index < len(stored.claims) else None
    before = claim_draft_of(old) if old else ClaimDraft()
    return ClaimDraft(
        speaker=speaker_choice(claim, adding=adding),
        stance=claim.stance.data or None,
        certainty=claim.certainty.data or None,
        mention=mention_span(index, claim, place, before),
        via=tuple(claim.via_ids),
        conditional=claim.conditional.data,
        aspect=claim.aspect.data or None,
        evidence=evidence_spans(index, claim, place, before),
        note=claim.note.data or "",
    )


def speaker_choice(claim: ClaimForm, *, adding: bool) -> SpeakerChoice | None:
    """Return the chosen speaker; a new one only with its name and when it is to be added."""
    chosen = claim.speaker.data
    if chosen == NEW:
        name = (claim.new_name.data or "").strip()
        new = NewSpeaker(name, claim.new_type.data or "", ask=not claim.sure.data)
        return new if adding and name else None
    if chosen == UNNAMED:
        wording = (claim.wording.data or "").strip()
        return UnnamedSource(wording) if adding and wording else None
    return int(chosen) if chosen else None


MOST_STRETCHES = 50


def mention_span(index: int, claim: ClaimForm, place: Place, before: ClaimDraft) -> Span | None:
    """Return the span of the mention; `before` is the stored claim."""
    old = (before.mention,) if before.mention else ()
    picked = claim.mention_spans
    if picked and (picked != old or not claim.mention.raw_data):
        return picked[0]
    words = one_line(claim.mention.data)
    return span_of(words, old, place.sentence, f"claims-{index}-mention") if words else None


def evidence_spans(
    index: int, claim: ClaimForm, place: Place, before: ClaimDraft
) -> tuple[Span, ...]:
    """Return the stretches of evidence; `before` is the stored claim."""
    picked = claim.evidence_spans
    if (picked and picked != before.evidence) or not claim.evidence_words.raw_data:
        return picked
    field = f"claims-{index}-evidence_words"
    lines = [one_line(line) for line in (claim.evidence_words.data or "").splitlines()]
    stretches = [line for line in lines if line]
    if len(stretches) > MOST_STRETCHES:
        raise InvalidAnswerError(f"At most {MOST_STRETCHES} passages.", field)
    return tuple(span_of(words, before.evidence, place.sentence, field) for words in stretches)
