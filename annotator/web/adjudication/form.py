"""The form of one decision: what is taken so far travels in it, so that nothing is kept elsewhere.

Fields as posted: `revision`, `key`, `basis` (each answer as it was seen: `12:3,15:1`), `status`,
`soft`, `reason`, `rule`, `open` (which claim is being edited), `claims-0-…` as on the label page
with `claims-0-row` (the aligned claim it decides) and `claims-0-source` (whose it was), and `act`.
"""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from wtforms import (
    BooleanField,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from annotator.store.models import Sentence, User
from annotator.web.adjudication.draft import Draft, Placed
from annotator.web.labelling.claim_words import one_line, span_of, words_of
from annotator.web.labelling.form import (
    LARGEST_NUMBER,
    NEW,
    AnswerForm,
    ClaimForm,
    ClaimList,
    no_control_characters,
    spans_text,
)
from annotator.work.adjudication.deciding import LONGEST_REASON, DecisionDraft
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act
from annotator.work.labelling.drafts import ClaimDraft, NewSpeaker, SpeakerChoice

BASIS = re.compile(r"(\d{1,9}:\d{1,9}(,\d{1,9}:\d{1,9}){0,199})?", re.ASCII)


class DecidedClaimForm(ClaimForm):
    """One decided claim."""

    row = IntegerField("Row", [Optional(), NumberRange(0, 10_000)], widget=HiddenInput())
    source = IntegerField("Source", [Optional(), NumberRange(1, LARGEST_NUMBER)])


class DecisionForm(AnswerForm):
    """What an adjudicator decides on one sentence."""

    basis = HiddenField("Answers seen")
    soft = BooleanField("Keep as soft label", widget=HiddenInput())
    reason = TextAreaField("Reason", [Length(max=LONGEST_REASON), no_control_characters])
    rule = StringField("Rule", [Length(max=40), no_control_characters])
    claims = ClaimList(FormField(DecidedClaimForm))

    def validate_basis(self, field: Any) -> None:
        """Accept answers with their revisions."""
        if not BASIS.fullmatch(field.data or ""):
            raise ValidationError("Answers seen: the format is 12:3,15:1.")

    @property
    def seen(self) -> dict[int, int]:
        """Return the answers that were on screen, with their revisions."""
        return basis_from(self.basis.data or "")

    def draft(self) -> Draft:
        """Return what is taken so far."""
        return Draft(
            status=self.status.data or None,
            claims=tuple(placed(claim.form) for claim in self.claims),
            soft=bool(self.soft.data),
            reason=self.reason.data or "",
            rule=self.rule.data or "",
        )

    def decision(self, draft: Draft) -> DecisionDraft:
        """Return the same as the work layer takes it."""
        return DecisionDraft(
            status=draft.status,
            claims=tuple(each.taken for each in draft.claims),
            soft=draft.soft,
            reason=draft.reason,
            rule=draft.rule or None,
            basis=self.seen,
        )

    def act_of(self, user: User) -> Act:
        """Return the act that is posted."""
        return Act(user, self.revision.data, self.key.data)


def basis_from(text: str) -> dict[int, int]:
    """Return the answers and revisions written as 12:3,15:1; none where they are not."""
    if not BASIS.fullmatch(text):
        return {}
    pairs = (part.split(":") for part in text.split(",") if part)
    return {int(answer): int(revision) for answer, revision in pairs}


def basis_text(basis: Mapping[int, int]) -> str:
    """Write answers and revisions as 12:3,15:1."""
    return ",".join(f"{answer}:{revision}" for answer, revision in sorted(basis.items()))


def placed(form: Any) -> Placed:
    """Return one posted claim."""
    claim = ClaimDraft(
        speaker=speaker_of(form),
        stance=form.stance.data or None,
        certainty=form.certainty.data or None,
        mention=next(iter(form.mention_spans), None),
        via=() if form.via.errors or form.via_add.errors else tuple(dict.fromkeys(form.via_ids)),
        conditional=bool(form.conditional.data),
        aspect=form.aspect.data or None,
        evidence=form.evidence_spans,
        note=form.note.data or "",
    )
    return Placed(Taken(claim, form.source.data), form.row.data)


def speaker_of(form: Any) -> SpeakerChoice | None:
    """Return the chosen speaker: a number, or a name that is known or becomes a speaker.

    What the form has refused is open, so that a refused form can still be shown.
    """
    if form.speaker.errors:
        return None
    if form.speaker.data == NEW:
        name = (form.new_name.data or "").strip()
        return NewSpeaker(name, form.new_type.data or "") if name else None
    return int(form.speaker.data) if form.speaker.data and form.speaker.data.isdecimal() else None


def fields_of(each: Placed, sentence: Sentence) -> dict[str, Any]:
    """Return a claim as the form shows it."""
    claim = each.taken.claim
    named = claim.speaker if isinstance(claim.speaker, NewSpeaker) else None
    return {
        "speaker": NEW if named else str(claim.speaker) if claim.speaker else None,
        "new_name": named.name if named else "",
        "new_type": named.type if named else "",
        "stance": claim.stance,
        "certainty": claim.certainty,
        "mention": words_of(sentence, claim.mention) if claim.mention else "",
        "span": spans_text([claim.mention] if claim.mention else []),
        "via": ",".join(str(link) for link in claim.via),
        "evidence": spans_text(claim.evidence),
        "conditional": claim.conditional,
        "aspect": claim.aspect,
        "note": claim.note,
        "row": each.row,
        "source": each.taken.source,
    }


def take_words(form: DecisionForm, sentence: Sentence) -> None:
    """Put the span of the words typed as a mention in the place of the span that was there.

    Raises:
        InvalidAnswerError: the words do not stand in the article near this sentence.

    """
    for index, claim in enumerate(form.claims):
        if claim.mention.raw_data:  # only the claim that is edited has the field
            words = one_line(claim.mention.data)
            field = f"claims-{index}-mention"
            spans = [span_of(words, claim.mention_spans, sentence, field)] if words else []
            claim.span.data = spans_text(spans)


def form_for(
    draft: Draft,
    sentence: Sentence,
    revision: int,
    basis: Mapping[int, int],
    key: str,
    open_claim: int | None = None,
) -> DecisionForm:
    """Return the form filled with a draft, whatever was posted before."""
    return DecisionForm(
        formdata=None,
        data={
            "status": draft.status,
            "soft": draft.soft,
            "reason": draft.reason,
            "rule": draft.rule,
            "revision": revision,
            "basis": basis_text(basis),
            "key": key,
            "open": open_claim,
            "claims": [fields_of(each, sentence) for each in draft.claims],
        },
    )


def new_key() -> str:
    """Return an idempotency key."""
    return secrets.token_urlsafe(16)
