"""An answer before it is stored: what a person said, checked against codebook and article."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from annotator.codebook.scheme import Codebook, Value
from annotator.errors import RefusedError
from annotator.phrases import counted

if TYPE_CHECKING:
    from annotator.store.rows.answers import AnyAnswer, AnyClaim

Span = tuple[int, int]
MOST_CLAIMS = 20


class InvalidAnswerError(RefusedError):
    """The answer cannot be stored; `field` names the field as the form posts it."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class ClaimsWouldGoError(InvalidAnswerError):
    """The status says that there is no claim, and there are `count`: to be asked, not decided."""

    def __init__(self, label: str, count: int) -> None:
        super().__init__(
            f"“{label}” removes {counted(count, 'claim')}."
            " Choose it again to confirm, or keep the claims.",
            "status",
        )
        self.count = count


@dataclass(frozen=True)
class NewSpeaker:
    """A speaker with a name that the annotator adds.

    `ask` says that a person has to decide first where the name might mean a known speaker.
    """

    name: str
    type: str
    ask: bool = False


@dataclass(frozen=True)
class UnnamedSource:
    """A source without a name; its words are kept."""

    wording: str


SpeakerChoice = int | NewSpeaker | UnnamedSource


@dataclass(frozen=True)
class ClaimDraft:
    """One claim as said; open fields are None, spans are code points of the article."""

    speaker: SpeakerChoice | None = None
    stance: str | None = None
    certainty: str | None = None
    mention: Span | None = None
    via: tuple[int, ...] = ()
    conditional: bool = False
    aspect: str | None = None
    evidence: tuple[Span, ...] = ()
    note: str = ""

    @property
    def empty(self) -> bool:
        """Say whether nothing at all was said in this claim."""
        return self == NO_CLAIM

    def missing(self, codebook: Codebook) -> tuple[str, ...]:
        """Return the fields that the codebook asks for and that are not there."""
        return tuple(name for name in codebook.required if getattr(self, name) is None)


NO_CLAIM = ClaimDraft()


@dataclass(frozen=True)
class AnswerDraft:
    """One annotator's whole word on one sentence, as said."""

    status: str | None = None
    unsure: bool = False
    note: str = ""
    claims: tuple[ClaimDraft, ...] = ()


def complete(draft: AnswerDraft, codebook: Codebook) -> bool:
    """Say whether the answer needs nothing more."""
    if draft.status is None:
        return False
    if draft.status != codebook.claims_status.value:
        return True
    return bool(draft.claims) and not any(claim.missing(codebook) for claim in draft.claims)


def without_unasked(
    draft: AnswerDraft, codebook: Codebook, before: "AnyAnswer | AnswerDraft | None"
) -> AnswerDraft:
    """Drop certainties and aspects that a page asked for before a codebook that asks for none.

    What is stored stays.
    """
    held = before.claims if before else []

    def kept(claim: ClaimDraft) -> ClaimDraft:
        if not asked(codebook.certainties, claim.certainty, [old.certainty for old in held]):
            claim = replace(claim, certainty=None)
        if not asked(codebook.aspects, claim.aspect, [old.aspect for old in held]):
            claim = replace(claim, aspect=None)
        return claim

    return with_claims(draft, tuple(map(kept, draft.claims)))


def with_claims(draft: AnswerDraft, claims: tuple[ClaimDraft, ...]) -> AnswerDraft:
    """Return a draft with these claims; the same draft where it has them."""
    return draft if claims == draft.claims else replace(draft, claims=claims)


def asked(values: tuple[Value, ...], value: str | None, held: Sequence[str | None]) -> bool:
    """Say whether a codebook asks for such values at all, or this one is stored."""
    return any(not each.retired for each in values) or value in held


def settle(draft: AnswerDraft, codebook: Codebook) -> AnswerDraft:
    """Drop empty claims and let claims make the status; refuse what contradicts itself."""
    claims = tuple(claim for claim in draft.claims if not claim.empty)
    takes_claims = codebook.claims_status.value
    if claims and draft.status not in (None, takes_claims):
        label = codebook.status(draft.status).label if draft.status else ""
        raise ClaimsWouldGoError(label, len(claims))
    status = draft.status
    if claims:
        status = takes_claims
    elif status == takes_claims:
        status = None
    if status == draft.status:
        return with_claims(draft, claims)
    return replace(draft, status=status, claims=claims)


def check(
    draft: AnswerDraft, codebook: Codebook, before: "AnyAnswer | AnswerDraft | None", length: int
) -> None:
    """Refuse too many claims, values this codebook does not offer, spans outside the article.

    A retired value stays valid only where the stored answer already holds it.
    """
    if len(draft.claims) > MOST_CLAIMS:
        raise InvalidAnswerError(
            f"An answer holds at most {MOST_CLAIMS} claims; this one has {len(draft.claims)}.",
            "claims",
        )
    held = before.claims if before else []
    check_value(draft.status, codebook.statuses, {before.status if before else None}, "status")
    for index, claim in enumerate(draft.claims):
        where = f"claims-{index}-"
        kept = {old.stance for old in held}
        check_value(claim.stance, codebook.stances, kept, where + "stance")
        kept = {old.certainty for old in held}
        check_value(claim.certainty, codebook.certainties, kept, where + "certainty")
        kept = {old.aspect for old in held}
        check_value(claim.aspect, codebook.aspects, kept, where + "aspect")
        spans = [("evidence", span) for span in claim.evidence]
        spans += [("mention", claim.mention)] if claim.mention else []
        for name, (start, end) in spans:
            if not 0 <= start < end <= length:
                raise InvalidAnswerError(
                    f"The span {start}-{end} lies outside the article, which ends at {length}.",
                    where + name,
                )


def check_value(
    value: str | None, offered: tuple[Value, ...], kept: set[str | None], field: str
) -> None:
    """Refuse one value that is neither offered nor already held."""
    if value is None or any(value == entry.value and not entry.retired for entry in offered):
        return
    if value in kept:
        return
    names = ", ".join(entry.value for entry in offered if not entry.retired)
    raise InvalidAnswerError(f"“{value}” is not offered by this codebook: {names}.", field)


def draft_of(answer: "AnyAnswer | None") -> AnswerDraft:
    """Return a stored answer as a draft, so that both can be compared."""
    if answer is None:
        return AnswerDraft()
    return AnswerDraft(
        status=answer.status,
        unsure=answer.unsure,
        note=answer.note,
        claims=tuple(claim_draft_of(claim) for claim in answer.claims),
    )


def claim_draft_of(claim: "AnyClaim") -> ClaimDraft:
    """Return a stored claim as a draft, its speakers as they count today, after merges."""
    mention = None
    if claim.mention_start is not None and claim.mention_end is not None:
        mention = (claim.mention_start, claim.mention_end)
    return ClaimDraft(
        speaker=claim.speaker.today.id if claim.speaker else None,
        stance=claim.stance,
        certainty=claim.certainty,
        mention=mention,
        via=tuple(link.speaker.today.id for link in claim.via),
        conditional=claim.conditional,
        aspect=claim.aspect,
        evidence=tuple((start, end) for start, end in claim.evidence),
        note=claim.note,
    )
