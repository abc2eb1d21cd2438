"""What the annotators of a sentence agree on, field by field, and what stays open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from annotator.measure.matching import Row
from annotator.work.consensus.comparison import Comparison
from annotator.work.consensus.voting import OPEN, UNANIMOUS, Majority, Vote, Voting, weakest
from annotator.work.labelling.drafts import ClaimDraft

STATUS, PRESENT, STANCE, CERTAINTY = "status", "present", "stance", "certainty"
YES, NO = "yes", "no"
BY_COUNT = Majority()

T = TypeVar("T")


@dataclass(frozen=True)
class RowVotes:
    """The votes on one aligned claim: whether there is one, and its two labels.

    `present` is voted on by those who see claims at all, the labels by those who have this one.
    """

    row: Row
    present: Vote
    stance: Vote
    certainty: Vote

    @property
    def hows(self) -> tuple[str, ...]:
        """Return who decides its fields; a claim that most do not have needs no labels."""
        if self.present.value == NO:
            return (self.present.how,)
        return (self.present.how, self.stance.how, self.certainty.how)

    def labels(self) -> dict[str, Vote]:
        """Return the votes on the labels, by field."""
        return {STANCE: self.stance, CERTAINTY: self.certainty}


@dataclass(frozen=True)
class Consensus:
    """The votes on a whole sentence."""

    comparison: Comparison
    status: Vote
    rows: tuple[RowVotes, ...]
    takes_claims: bool  # whether the winning status has claims

    @property
    def how(self) -> str:
        """Return who decides the sentence: the weakest of its fields, or that it is open."""
        hows = [self.status.how]
        if self.takes_claims:
            hows += [how for row in self.rows for how in row.hows]
            if OPEN not in hows and not any(row.present.value == YES for row in self.rows):
                return OPEN  # they agree that something is claimed, and not by whom
        return weakest(hows)

    @property
    def unanimous(self) -> bool:
        """Say whether two or more annotators agree in everything that is measured."""
        return self.how == UNANIMOUS

    def claims(self) -> tuple[ClaimDraft, ...]:
        """Return the claims that win; a label that is open is None."""
        if not self.takes_claims:
            return ()
        return tuple(
            claim_of(self.comparison, row) for row in self.rows if row.present.value == YES
        )


def consensus(
    comparison: Comparison,
    claims_status: str,
    voting: Voting | None = None,
    by_count: Majority = BY_COUNT,
) -> Consensus:
    """Vote on every field of one sentence.

    `voting` may be a model; speakers and the presence of claims are an open set, so these are
    always decided `by_count`.
    """
    vote = voting or by_count
    readings = comparison.readings
    status = vote(STATUS, {reading.user_id: reading.status for reading in readings})
    seers = [who for who, reading in enumerate(readings) if reading.status == claims_status]
    rows = tuple(votes_on(comparison, row, seers, vote, by_count) for row in comparison.rows)
    return Consensus(comparison, status, rows, status.value == claims_status)


def votes_on(
    comparison: Comparison, row: Row, seers: list[int], vote: Voting, by_count: Voting
) -> RowVotes:
    """Vote on one aligned claim."""
    readings = comparison.readings
    holders = [(readings[who].user_id, claim) for who, claim in comparison.holders(row)]
    stance = vote(STANCE, {who: claim.stance or "" for who, claim in holders})
    firm = {who: claim.certainty for who, claim in holders if claim.certainty}
    return RowVotes(
        row,
        present=by_count(
            PRESENT,
            {readings[who].user_id: NO if row.places[who] is None else YES for who in seers},
        ),
        stance=stance,
        certainty=vote(CERTAINTY, firm) if firm else unasked(stance),
    )


def unasked(stance: Vote) -> Vote:
    """Return the vote on what the codebook does not ask for: it stands in nobody's way."""
    return Vote(None, stance.how, {}, stance.margin)


def claim_of(comparison: Comparison, votes: RowVotes) -> ClaimDraft:
    """Return an aligned claim with the labels that win and the details that most share.

    Details are not measured; where most do not say the same, they stay empty.
    """
    claims = [claim for _, claim in comparison.holders(votes.row)]
    return ClaimDraft(
        speaker=claims[0].speaker,
        stance=votes.stance.value,
        certainty=votes.certainty.value,
        mention=shared([claim.mention for claim in claims], None),
        via=shared([claim.via for claim in claims], ()),
        conditional=shared([claim.conditional for claim in claims], False),
        aspect=shared([claim.aspect for claim in claims], None),
    )


def shared(values: Sequence[T], otherwise: T) -> T:
    """Return the value that more than half have, else the other one."""
    found = (value for value in values if 2 * values.count(value) > len(values))
    return next(found, otherwise)
