"""What an adjudicator has taken so far, and what each button makes of it; nothing is stored."""

from dataclasses import dataclass, replace

from annotator.codebook.scheme import LABELS, Codebook
from annotator.work.adjudication.deciding import Case
from annotator.work.adjudication.objections import beside
from annotator.work.consensus.consensus import RowVotes, claim_of
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import claims_of
from annotator.work.consensus.voting import UNANIMOUS
from annotator.work.labelling.drafts import ClaimDraft


@dataclass(frozen=True)
class Placed:
    """A claim of the draft, and the aligned claim that it decides; None for one of its own."""

    taken: Taken
    row: int | None = None


@dataclass(frozen=True)
class Draft:
    """The Decision column as it is filled so far."""

    status: str | None = None
    claims: tuple[Placed, ...] = ()
    soft: bool = False
    reason: str = ""
    rule: str = ""

    def at(self, row: int) -> Placed | None:
        """Return what is taken for an aligned claim."""
        return next((each for each in self.claims if each.row == row), None)

    def with_claims(self, claims: list[Placed]) -> "Draft":
        """Return the draft with these claims, in text order, the adjudicator's own ones last."""
        order = sorted(
            claims, key=lambda each: (each.row is None, 0 if each.row is None else each.row)
        )
        return replace(self, claims=tuple(order), status=None, soft=False)


def draft_of(case: Case) -> Draft:
    """Return the draft with which a sentence opens: what was decided before, or nothing."""
    decision = case.decision
    if decision is None:
        return Draft()
    rows = {row.places: index for index, row in enumerate(case.comparison.rows)}
    taken = claims_of(decision)
    placed = {}
    for row in beside(case.comparison, taken):
        *places, own = row.places
        if own is not None:
            placed[own] = Placed(taken[own], rows.get(tuple(places)))
    return Draft(
        status=None if taken else decision.status,
        claims=tuple(placed[index] for index in range(len(taken))),
        soft=decision.soft is not None,
        reason=decision.reason if decision.state != "asked" else "",
        rule=decision.rule or "",
    )


def take(case: Case, draft: Draft, place: int, index: int) -> Draft:
    """Take one annotator's claim for its row; taken again it is given up.

    The first take brings along the claims on which all agree: only what differs needs a hand.
    """
    readings = case.comparison.readings
    if place >= len(readings) or index >= len(readings[place].claims):
        return draft
    row = next(
        number for number, each in enumerate(case.comparison.rows) if each.places[place] == index
    )
    own = Placed(Taken(readings[place].claims[index], readings[place].user_id), row)
    others = [each for each in draft.claims if each.row != row]
    if own in draft.claims:
        return draft.with_claims(others)
    if not draft.claims:
        others = [each for each in agreed(case) if each.row != row]
    return draft.with_claims([*others, own])


def agreed(case: Case) -> list[Placed]:
    """Return the aligned claims that all who see claims share."""
    return [
        Placed(Taken(claim_of(case.comparison, row)), number)
        for number, row in enumerate(case.consensus.rows)
        if is_agreed(row)
    ]


def is_agreed(row: RowVotes) -> bool:
    """Say whether two or more annotators have this claim with the same labels, and all do."""
    return all(vote.how == UNANIMOUS for vote in row.fields.values())


def take_all(case: Case, draft: Draft, place: int) -> Draft:
    """Take one annotator's whole answer."""
    readings = case.comparison.readings
    if place >= len(readings):
        return draft
    reading = readings[place]
    if not reading.claims:
        return replace(draft, status=reading.status, claims=(), soft=False)
    placed = [
        Placed(Taken(reading.claims[found], reading.user_id), number)
        for number, row in enumerate(case.comparison.rows)
        if (found := row.places[place]) is not None
    ]
    return draft.with_claims(placed)


def choose_status(draft: Draft, status: str) -> Draft:
    """Say that the sentence as a whole is this; said again it is given up."""
    chosen = None if draft.status == status and not draft.claims else status
    return replace(draft, status=chosen, claims=(), soft=False)


def keep_soft(draft: Draft) -> Draft:
    """Keep the readings side by side, or no longer."""
    return replace(draft, soft=not draft.soft, status=None, claims=())


def start_edit(case: Case, draft: Draft, index: int) -> tuple[Draft, int]:
    """Return the draft with a claim to edit; with nothing taken, begin from the first reading."""
    if draft.claims:
        return draft.with_claims(list(draft.claims)), min(index, len(draft.claims) - 1)
    first = next((reading for reading in case.comparison.readings if reading.claims), None)
    if first is None:
        return add_claim(draft)
    begun = take(case, draft, case.comparison.readings.index(first), 0)
    own = begun.claims[0]
    return replace(begun, claims=(own_word(own), *begun.claims[1:])), 0


def own_word(each: Placed) -> Placed:
    """Return a claim as the adjudicator's own."""
    return replace(each, taken=replace(each.taken, source=None))


def add_claim(draft: Draft) -> tuple[Draft, int]:
    """Return the draft with an empty claim at its end."""
    claims = (*draft.claims, Placed(Taken(ClaimDraft())))
    return replace(draft, claims=claims, status=None, soft=False), len(claims) - 1


def remove_claim(draft: Draft, index: int) -> Draft:
    """Return the draft without one claim."""
    return draft.with_claims([each for n, each in enumerate(draft.claims) if n != index])


def shorten_via(draft: Draft, index: int) -> Draft:
    """Return the draft with one claim's last link gone."""
    each = draft.claims[index]
    claim = replace(each.taken.claim, via=each.taken.claim.via[:-1])
    changed = replace(each, taken=replace(each.taken, claim=claim))
    return replace(
        draft, claims=tuple(changed if n == index else one for n, one in enumerate(draft.claims))
    )


def reword(case: Case, draft: Draft) -> Draft:
    """Drop what nobody has filled in, and forget whose a claim was that is another one by now."""

    def checked(each: Placed) -> Placed:
        source = each.taken.source
        for reading in case.comparison.readings:
            if reading.user_id == source:
                same = any(alike(claim, each.taken.claim) for claim in reading.claims)
                return each if same else own_word(each)
        return own_word(each)

    kept = [checked(each) for each in draft.claims if not each.taken.claim.empty]
    return replace(draft, claims=tuple(kept))


def alike(one: ClaimDraft, other: ClaimDraft) -> bool:
    """Say whether two claims are the same but for what only one person can have: note, evidence."""
    return replace(one, note="", evidence=()) == replace(other, note="", evidence=())


def sensible(draft: Draft, codebook: Codebook) -> Draft:
    """Leave open what this codebook does not know, so that a refused form can be shown."""
    values = {name: {each.value for each in codebook.values_of(name)} for name in LABELS}

    def known(each: Placed) -> Placed:
        claim = each.taken.claim
        claim = replace(
            claim,
            stance=claim.stance if claim.stance in values["stance"] else None,
            certainty=claim.certainty if claim.certainty in values["certainty"] else None,
            aspect=claim.aspect if claim.aspect in values["aspect"] else None,
        )
        return replace(each, taken=replace(each.taken, claim=claim))

    status = draft.status if draft.status in {each.value for each in codebook.statuses} else None
    return replace(draft, status=status, claims=tuple(known(each) for each in draft.claims))
