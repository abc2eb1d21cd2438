"""Two versions of one answer side by side: what differs, nothing merged."""

from collections.abc import Sequence
from dataclasses import replace

from annotator.store.models import Answer
from annotator.web.answer_form import AnswerForm
from annotator.web.label_building import Place, badge, claim_badge
from annotator.web.label_view import Badge, Chip, Conflict, Side
from annotator.work.drafts import AnswerDraft, draft_of

FIELDS = ("status", "unsure", "note", "claims")


def conflict_of(
    place: Place, form: AnswerForm, saved: Answer | None, yours: AnswerDraft, chips: Sequence[Chip]
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
        yours=side(place, "Yours, in this window", status, yours.unsure, yours.note, mine),
        saved=side(
            place,
            "Saved, other window" if saved else "On the server",
            stored.status,
            stored.unsure,
            stored.note,
            theirs,
        ),
        differs=tuple(differs),
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
