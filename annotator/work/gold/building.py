"""Gold rows out of plain data: answers side by side, a decision, and the rules that vote.

Whoever reads a database fills these dataclasses, and so does whoever reads a release: the same data
give the same row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from annotator.codebook.scheme import LABELS
from annotator.phrases import moment
from annotator.work.consensus.comparison import Comparison
from annotator.work.consensus.consensus import YES, Consensus, RowVotes, claim_of, consensus
from annotator.work.consensus.content import DECIDED, Taken
from annotator.work.consensus.voting import OPEN, Majority, Vote, Voting
from annotator.work.labelling.drafts import ClaimDraft

GoldRow = dict[str, Any]
Span = dict[str, Any]
NOBODY = Comparison(())
NONE = "none"  # no answer counts
SOFT = "soft"  # an adjudicator kept the readings side by side
UNANSWERED, INCOMPLETE, NOT_COUNTED = "unanswered", "incomplete", "not_counted"
DIGITS = 6
"""Margins and probabilities stand in files with so many decimals."""


@dataclass(frozen=True)
class Place:
    """One sentence as its row needs it; speakers have name and type by number."""

    project: str
    article: str
    position: int
    start: int
    end: int
    segment: str
    text: str
    span: Callable[[int, int], Span]
    """Returns the span of the article from `start` to `end`, with its words."""
    speakers: Mapping[int, tuple[str, str]]


@dataclass(frozen=True)
class Decided:
    """What was decided on a sentence; claims and soft labels name speakers by number.

    `state` is "decided", or why the sentence waits although somebody acted on it. `basis` is the
    revision of each answer that the decision rests on.
    """

    state: str
    how: str
    status: str | None
    claims: Sequence[Taken]
    fields: Mapping[str, Any]
    soft: Mapping[str, Any] | None
    adjudicator: str | None
    reason: str
    rule: str | None
    codebook_version: int
    decided_at: datetime
    basis: Mapping[int, int]


@dataclass(frozen=True)
class Rules:
    """How gold is made where nobody has decided: `voting` asks a model, `by_count` never does."""

    claims_status: str
    voting: Voting | None
    by_count: Majority


def gold_row(
    place: Place,
    comparison: Comparison,
    decision: Decided | None,
    rules: Rules,
    begun: str = UNANSWERED,
) -> GoldRow:
    """Return the row of a sentence; `begun` is why there is no gold where nobody's word counts."""
    agreed = consensus(comparison, rules.claims_status, rules.voting, rules.by_count)
    if decision is not None:
        if decision.state == DECIDED:
            return decided_row(place, agreed, decision)
        return open_row(place, agreed, decision.state)
    if not comparison.readings:
        return empty_row(place, agreed, begun)
    return open_row(place, agreed, "tie") if agreed.how == OPEN else agreed_row(place, agreed)


def in_file_order(said: Comparison, people: Mapping[int, str]) -> Comparison:
    """Return the readings by pseudonym: what a file holds does not depend on who came first."""
    in_order = sorted(said.readings, key=lambda each: people.get(each.user_id, ""))
    return Comparison(tuple(in_order), said.labels)


def row_of(place: Place, agreed: Consensus, how: str) -> GoldRow:
    """Return what every row begins with; keys stay in this order."""
    return {
        "project": place.project,
        "article": place.article,
        "sentence": place.position,
        "start": place.start,
        "end": place.end,
        "text": place.text,
        "segment": place.segment,
        "how": how,
        "n": len(agreed.comparison.readings),
        "status": None,
        "claims": [],
        "fields": {"status": how},
        "votes": {"status": dict(agreed.status.votes)},
        "margin": {"status": agreed.status.margin},
        "posterior": posteriors({"status": agreed.status}),
        "soft_label": soft_label(place, agreed),
        "adjudicator": None,
        "reason": "",
        "rule": None,
        "stale": False,
        "codebook_version": None,
        "decided_at": None,
        "open": None,
    }


def agreed_row(place: Place, agreed: Consensus) -> GoldRow:
    """Return a row that the annotators decide."""
    row = row_of(place, agreed, agreed.how)
    row["status"] = agreed.status.value
    row["fields"] = {"status": agreed.status.how}
    if agreed.takes_claims:
        row["claims"] = [
            claim_row(place, claim_of(agreed.comparison, votes), fields_of(votes), votes)
            for votes in agreed.rows
            if votes.present.value == YES
        ]
    return row


def open_row(place: Place, agreed: Consensus, why: str) -> GoldRow:
    """Return a row without a gold answer: what was voted, and why it is open."""
    row = row_of(place, agreed, OPEN)
    row["fields"] = {"status": agreed.status.how}
    row["open"] = why
    return row


def empty_row(place: Place, agreed: Consensus, why: str) -> GoldRow:
    """Return the row of a sentence on which there is no answer that counts."""
    row = open_row(place, agreed, why)
    row["how"] = NONE
    row["fields"] = {"status": NONE}
    return row


def decided_row(place: Place, agreed: Consensus, decision: Decided) -> GoldRow:
    """Return a row that an adjudicator has decided; the votes stand beside it."""
    row = row_of(place, agreed, decision.how)
    fields = decision.fields.get("claims", [])
    row |= {
        "status": decision.status,
        "claims": [
            claim_row(
                place, each.claim, fields[index] if index < len(fields) else {}, voted(agreed, each)
            )
            for index, each in enumerate(decision.claims)
        ],
        "fields": {"status": decision.fields.get("status", decision.how)},
        "adjudicator": decision.adjudicator,
        "reason": decision.reason,
        "rule": decision.rule,
        "stale": decision.basis != agreed.comparison.basis,
        "codebook_version": decision.codebook_version,
        "decided_at": moment(decision.decided_at),
    }
    if decision.soft is not None:
        row["open"] = SOFT
        row["soft_label"] = soft_names(place, decision.soft)
    return row


def voted(agreed: Consensus, taken: Taken) -> RowVotes | None:
    """Return the votes on the claim of the annotators that has the same speaker and labels."""
    same = [row for row in agreed.rows if row.row.speaker == taken.claim.speaker]
    nearest = [row for row in same if row.stance.votes.get(taken.claim.stance or "")]
    return next(iter(nearest or same), None)


def fields_of(votes: RowVotes) -> dict[str, str]:
    """Return who decides each field of a claim."""
    return {name: vote.how for name, vote in votes.fields.items()}


def claim_row(
    place: Place, claim: ClaimDraft, fields: Mapping[str, str], votes: RowVotes | None
) -> GoldRow:
    """Return one gold claim with its sources, votes and margins."""
    name, kind = named(place, claim.speaker)
    outcomes = {} if votes is None else votes.fields
    mention = place.span(*claim.mention) if claim.mention else None
    return {
        "speaker": name,
        "speaker_type": kind,
        "mention": mention,
        "via": [place.speakers[link][0] for link in claim.via],
        "stance": claim.stance,
        "certainty": claim.certainty,
        "conditional": claim.conditional,
        "aspect": claim.aspect,
        "fields": dict(fields),
        "votes": {field: dict(vote.votes) for field, vote in outcomes.items()},
        "margin": {field: vote.margin for field, vote in outcomes.items()},
        "posterior": posteriors(outcomes),
    }


def soft_label(place: Place, agreed: Consensus) -> GoldRow:
    """Return how often each value was given, per field."""
    return {
        "n": len(agreed.comparison.readings),
        "status": dict(agreed.status.votes),
        "claims": [
            {
                "speaker": named(place, row.row.speaker)[0],
                "present": dict(row.present.votes),
                **{name: dict(vote.votes) for name, vote in row.labels.items()},
            }
            for row in agreed.rows
        ],
    }


def soft_names(place: Place, soft: Mapping[str, Any]) -> GoldRow:
    """Return a stored soft label with names in the place of numbers."""
    claims = []
    for claim in soft["claims"]:
        rest = {name: claim[name] for name in ("present", *LABELS) if name in claim}
        claims.append({"speaker": named(place, claim["speaker_id"])[0], **rest})
    return {"n": soft["n"], "status": soft["status"], "claims": claims}


def named(place: Place, speaker: object) -> tuple[str, str]:
    """Return name and type of a speaker as known today."""
    if not isinstance(speaker, int):
        raise TypeError(f"a stored claim names its speaker by number, not {speaker!r}")
    return place.speakers[speaker]


def posteriors(outcomes: Mapping[str, Vote]) -> dict[str, dict[str, float]]:
    """Return the probability of each value per field that a model has looked at."""
    return {field: dict(vote.posterior) for field, vote in outcomes.items() if vote.posterior}


def written(row: GoldRow) -> GoldRow:
    """Round the margins and probabilities of a row, as they stand in files."""
    for part in (row, *row["claims"]):
        part["margin"] = {field: round(share, DIGITS) for field, share in part["margin"].items()}
        part["posterior"] = {
            field: {value: round(share, DIGITS) for value, share in shares.items()}
            for field, shares in part["posterior"].items()
        }
    return row
