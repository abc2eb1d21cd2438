"""Where a decision goes against what most annotators say, and who is the source of each field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.measure.matching import Row, align
from annotator.phrases import spelled
from annotator.work.consensus.comparison import Comparison, held
from annotator.work.consensus.consensus import NO, PRESENT, SPEAKER, YES, Consensus, RowVotes
from annotator.work.consensus.content import Taken
from annotator.work.consensus.voting import ADJUDICATED, UNANIMOUS, Vote


@dataclass(frozen=True)
class Against:
    """So many of so many say something else."""

    votes: int
    ballots: int

    @property
    def words(self) -> str:
        """Return it as a request for a reason."""
        votes, ballots = spelled(self.votes), spelled(self.ballots)
        return f"Enter a reason: you decide against {votes} of {ballots}."


def beside(comparison: Comparison, claims: Sequence[Taken]) -> list[Row]:
    """Align decided claims with those of the annotators; the decision is the last place."""
    labels = comparison.labels
    answers = [[held(claim, labels) for claim in each.claims] for each in comparison.readings]
    return align([*answers, [held(taken.claim, labels) for taken in claims]])


def most(vote: Vote) -> tuple[str | None, int]:
    """Return the value that more than half say, and how many do; the margin does not matter."""
    for value, votes in vote.votes.items():
        if 2 * votes > vote.ballots:
            return value, votes
    return None, 0


def against(consensus: Consensus, status: str, claims: Sequence[Taken]) -> Against | None:
    """Return the largest majority that a decision goes against, if there is one."""
    found = list(objections(consensus, status, claims))
    return max(found, key=lambda each: (each.votes, each.ballots), default=None)


def objections(consensus: Consensus, status: str, claims: Sequence[Taken]) -> list[Against]:
    """Return every majority that a decision goes against."""
    said, votes = most(consensus.status)
    if said is not None and said != status:
        return [Against(votes, consensus.status.ballots)]
    if not claims:
        return []  # another status was chosen; what was claimed is no matter then
    comparison = consensus.comparison
    rows = {row.row.places: row for row in consensus.rows}
    found = []
    for row in beside(comparison, claims):
        *places, own = row.places
        voted = rows.get(tuple(places))
        decided = None if own is None else claims[own]
        if voted is None:
            found += alone(consensus, places, decided)
        else:
            found += on_row(voted, decided)
    return found


def alone(
    consensus: Consensus, places: Sequence[int | None], decided: Taken | None
) -> list[Against]:
    """Return the objection to a claim that stands in no row of the annotators."""
    if decided is None or any(place is not None for place in places):
        return []
    seers = sum(1 for reading in consensus.comparison.readings if reading.claims)
    return [Against(seers, seers)] if seers else []


def on_row(voted: RowVotes, decided: Taken | None) -> list[Against]:
    """Return the objections to what is decided on one aligned claim."""
    wanted = {PRESENT: YES if decided else NO}
    votes = {PRESENT: voted.present}
    if decided:
        wanted |= {name: getattr(decided.claim, name) or "" for name in voted.labels}
        votes |= voted.labels
    found = []
    for field, vote in votes.items():
        said, count = most(vote)
        if said is not None and said != wanted[field]:
            found.append(Against(count, vote.ballots))
    return found


def sources(consensus: Consensus, status: str | None, claims: Sequence[Taken]) -> Mapping[str, Any]:
    """Return per field whether everybody said so or the adjudicator decided it."""
    rows = {row.row.places: row for row in consensus.rows}
    found: list[dict[str, str]] = [{} for _ in claims]
    for row in beside(consensus.comparison, claims):
        *places, own = row.places
        if own is not None:
            found[own] = of_claim(rows.get(tuple(places)), claims[own], consensus.comparison.labels)
    return {"status": source(consensus.status, status), "claims": found}


def of_claim(voted: RowVotes | None, taken: Taken, labels: Sequence[str]) -> dict[str, str]:
    """Return the source of each field of one decided claim."""
    if voted is None:
        return dict.fromkeys((SPEAKER, *labels), ADJUDICATED)
    said = {name: getattr(taken.claim, name) for name in labels}
    return {
        SPEAKER: source(voted.present, YES),
        **{name: source(voted.labels[name], value) for name, value in said.items()},
    }


def source(vote: Vote, decided: str | None) -> str:
    """Return "unanimous" where all say what was decided, else "adjudicated"."""
    return UNANIMOUS if vote.how == UNANIMOUS and vote.value == decided else ADJUDICATED
