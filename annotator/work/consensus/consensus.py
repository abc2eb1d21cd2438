"""What the annotators of a sentence agree on, field by field, and what stays open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from annotator.codebook.scheme import LABELS, REQUIRED_FIELDS
from annotator.measure.matching import Row
from annotator.work.consensus.comparison import Comparison
from annotator.work.consensus.voting import OPEN, UNANIMOUS, Majority, Vote, Voting, weakest
from annotator.work.labelling.drafts import ClaimDraft

STATUS, PRESENT, STANCE = "status", "present", "stance"
SPEAKER = "speaker"
YES, NO = "yes", "no"
BY_COUNT = Majority()

T = TypeVar("T")


@dataclass(frozen=True)
class RowVotes:
    """The votes on one aligned claim: whether there is one, and its labels by name.

    `present` is voted on by those who see claims at all, the labels by those who have this one.
    """

    row: Row
    present: Vote
    labels: Mapping[str, Vote]

    @property
    def hows(self) -> tuple[str, ...]:
        """Return who decides its fields; a claim that most do not have needs no labels."""
        if self.present.value == NO:
            return (self.present.how,)
        return (self.present.how, *(vote.how for vote in self.labels.values()))

    @property
    def stance(self) -> Vote:
        """Return the vote on the label that every claim has."""
        return self.labels[STANCE]

    @property
    def fields(self) -> dict[str, Vote]:
        """Return the votes by field: on the speaker, which is whether there is a claim, and on."""
        return {SPEAKER: self.present, **self.labels}


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
    present = by_count(
        PRESENT, {readings[who].user_id: NO if row.places[who] is None else YES for who in seers}
    )
    labels = {STANCE: vote(STANCE, {who: claim.stance or "" for who, claim in holders})}
    for name in comparison.labels[1:]:
        given = {who: value for who, claim in holders if (value := getattr(claim, name))}
        if not given or is_stray(name, len(given), len(holders)):
            labels[name] = unasked(labels[STANCE])
        else:
            labels[name] = vote(name, given)
    return RowVotes(row, present, labels)


def is_stray(label: str, given: int, holders: int) -> bool:
    """Say whether one alone of several has given what may be left empty: that is no vote on it."""
    return label not in REQUIRED_FIELDS and given == 1 < holders


def unasked(stance: Vote) -> Vote:
    """Return the vote on what nobody is asked for: it stands in nobody's way."""
    return Vote(None, stance.how, {}, stance.margin)


def claim_of(comparison: Comparison, votes: RowVotes) -> ClaimDraft:
    """Return an aligned claim with the labels that win and the details that most share.

    Details are not measured; where most do not say the same, they stay empty. So does a label that
    the codebook does not ask for.
    """
    claims = [claim for _, claim in comparison.holders(votes.row)]
    labels = {
        name: votes.labels[name].value
        if name in votes.labels
        else shared([getattr(claim, name) for claim in claims], None)
        for name in LABELS
    }
    return ClaimDraft(
        speaker=claims[0].speaker,
        mention=shared([claim.mention for claim in claims], None),
        via=shared([claim.via for claim in claims], ()),
        conditional=shared([claim.conditional for claim in claims], False),
        stance=labels["stance"],
        certainty=labels["certainty"],
        aspect=labels["aspect"],
    )


def shared(values: Sequence[T], otherwise: T) -> T:
    """Return the value that more than half have, else the other one."""
    found = (value for value in values if 2 * values.count(value) > len(values))
    return next(found, otherwise)
