"""The gold of a project, one row per sentence: what was decided, by what, and what stays open.

Order of authority: an adjudicated decision wins; then what all or most annotators say, field by
field, or what a model makes of their answers where they differ (`modelling`). A tie or a low
margin is never broken: such a sentence is `open` and has no gold answer, only its votes. Answers
are never changed by gold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, select

from annotator.store.batches import Batch, Found, Words, articles_of, batches
from annotator.store.models import (
    Answer,
    Decision,
    DecisionBasis,
    Membership,
    Project,
    Sentence,
)
from annotator.store.snapshot import one_moment
from annotator.work.consensus.answers import Comparison, comparisons, speakers_today
from annotator.work.consensus.consensus import YES, Consensus, RowVotes, claim_of, consensus
from annotator.work.consensus.decisions import DECIDED, Taken, taken_from
from annotator.work.consensus.voting import OPEN, Majority, Vote, Voting
from annotator.work.gold.counts import NONE
from annotator.work.gold.models import Aggregation
from annotator.work.labelling.annotation_rows import moment, speakers_of, versions_of
from annotator.work.labelling.drafts import ClaimDraft

GoldRow = dict[str, Any]
NOBODY = Comparison(())
SOFT = "soft"  # an adjudicator kept the readings side by side
UNANSWERED, INCOMPLETE, NOT_COUNTED = "unanswered", "incomplete", "not_counted"
DIGITS = 6
"""Margins and probabilities stand in files with so many decimals."""


@dataclass(frozen=True)
class Names:
    """What numbers are called in the files."""

    speakers: Mapping[int, tuple[str, str]]  # name and type
    people: Mapping[int, str]  # pseudonyms
    versions: Mapping[int, int]


@dataclass(frozen=True)
class Place:
    """One sentence as its row needs it."""

    slug: str
    article: str
    sentence: Found
    words: Words
    names: Names


def gold_rows(
    project: Project, way: Voting | Aggregation | None = None, *, every: bool = False
) -> Iterator[GoldRow]:
    """Yield the gold row of every sentence that has an answer or a decision, in order.

    All rows are of one moment, and the same state gives the same bytes. `way` decides what nobody
    adjudicated; by default the majority (see `voting.Majority`). It is anything that turns the
    ballots of one field into a `Vote`, or an aggregation, which is fitted to the project first.
    With `every`, sentences that nobody's word decides are there, too: `how` is "none", and `open`
    is the reason (see `waiting`).
    """
    claims_status = project.codebook.claims_status.value
    with one_moment() as connection:
        voting = way.fitted(connection, project) if isinstance(way, Aggregation) else way
        by_count = Majority(way.least_margin) if isinstance(way, Aggregation) else Majority()
        today = speakers_today(connection, project)
        names = Names(
            speakers_of(connection, project),
            pseudonyms_of(connection, project),
            versions_of(connection, project),
        )
        words = Words(connection)
        for batch in batches(articles_of(connection, project)):
            found = comparisons(connection, batch, today)
            decided = decisions_of(connection, batch)
            bases = bases_of(connection, batch)
            begun = waiting(connection, batch) if every else {}
            for sentence in sentences_of(connection, batch):
                said = found.get((sentence.article_id, sentence.position), NOBODY)
                comparison = in_file_order(said, names.people)
                decision = decided.get(sentence.id)
                nobody = not comparison.readings and decision is None
                if nobody and not every:
                    continue
                agreed = consensus(comparison, claims_status, voting, by_count)
                article = batch.articles[sentence.article_id]
                place = Place(project.slug, article, sentence, words, names)
                if nobody:
                    row = empty_row(place, agreed, begun.get(sentence.id, UNANSWERED))
                elif decision is not None and decision.state == DECIDED:
                    stale = bases.get(decision.id, {}) != comparison.basis
                    row = decided_row(place, agreed, decision, today, stale=stale)
                elif decision is not None:
                    row = open_row(place, agreed, decision.state)
                elif agreed.how == OPEN:
                    row = open_row(place, agreed, "tie")
                else:
                    row = agreed_row(place, agreed)
                yield written(row)


def in_file_order(said: Comparison, people: Mapping[int, str]) -> Comparison:
    """Return the readings by pseudonym: what a file holds does not depend on who came first."""
    return Comparison(tuple(sorted(said.readings, key=lambda each: people.get(each.user_id, ""))))


def row_of(place: Place, agreed: Consensus, how: str) -> GoldRow:
    """Return what every row begins with; keys stay in this order."""
    sentence = place.sentence
    return {
        "project": place.slug,
        "article": place.article,
        "sentence": sentence.position,
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "segment": sentence.segment,
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


def decided_row(
    place: Place, agreed: Consensus, decision: Found, today: Mapping[int, int], *, stale: bool
) -> GoldRow:
    """Return a row that an adjudicator has decided; the votes stand beside it."""
    row = row_of(place, agreed, decision.how)
    fields = decision.fields.get("claims", [])
    taken = [taken_from(stored, today) for stored in decision.claims]
    row |= {
        "status": decision.status,
        "claims": [
            claim_row(
                place, each.claim, fields[index] if index < len(fields) else {}, voted(agreed, each)
            )
            for index, each in enumerate(taken)
        ],
        "fields": {"status": decision.fields.get("status", decision.how)},
        "adjudicator": place.names.people.get(decision.user_id),
        "reason": decision.reason,
        "rule": decision.rule,
        "stale": stale,
        "codebook_version": place.names.versions[decision.codebook_version_id],
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
    return {
        "speaker": votes.present.how,
        "stance": votes.stance.how,
        "certainty": votes.certainty.how,
    }


def claim_row(
    place: Place, claim: ClaimDraft, fields: Mapping[str, str], votes: RowVotes | None
) -> GoldRow:
    """Return one gold claim with its sources, votes and margins."""
    name, kind = named(place, claim.speaker)
    outcomes: dict[str, Vote] = {}
    if votes is not None:
        outcomes = {"speaker": votes.present, **votes.labels()}
    mention = place.words.span(place.sentence, *claim.mention) if claim.mention else None
    return {
        "speaker": name,
        "speaker_type": kind,
        "mention": mention,
        "via": [place.names.speakers[link][0] for link in claim.via],
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
                "stance": dict(row.stance.votes),
                "certainty": dict(row.certainty.votes),
            }
            for row in agreed.rows
        ],
    }


def soft_names(place: Place, soft: Mapping[str, Any]) -> GoldRow:
    """Return a stored soft label with names in the place of numbers."""
    claims = []
    for claim in soft["claims"]:
        rest = {name: claim[name] for name in ("present", "stance", "certainty")}
        claims.append({"speaker": named(place, claim["speaker_id"])[0], **rest})
    return {"n": soft["n"], "status": soft["status"], "claims": claims}


def named(place: Place, speaker: object) -> tuple[str, str]:
    """Return name and type of a speaker as known today."""
    if not isinstance(speaker, int):
        raise TypeError(f"a stored claim names its speaker by number, not {speaker!r}")
    return place.names.speakers[speaker]


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


# --- what is read


def sentences_of(connection: Connection, batch: Batch) -> list[Found]:
    """Return the sentences of a batch in the order of the files."""
    query = select(
        Sentence.id,
        Sentence.article_id,
        Sentence.position,
        Sentence.start,
        Sentence.end,
        Sentence.segment,
        Sentence.paragraph,
        Sentence.text,
    )
    order = {article: index for index, article in enumerate(batch.articles)}
    rows = list(connection.execute(batch.narrow(query)))
    return sorted(rows, key=lambda row: (order[row.article_id], row.position))


def decisions_of(connection: Connection, batch: Batch) -> dict[int, Found]:
    """Return the decisions on the sentences of a batch, by sentence."""
    query = select(
        Decision.id,
        Decision.sentence_id,
        Decision.user_id,
        Decision.state,
        Decision.revision,
        Decision.readers,
        Decision.how,
        Decision.fields,
        Decision.status,
        Decision.claims,
        Decision.soft,
        Decision.reason,
        Decision.rule,
        Decision.codebook_version_id,
        Decision.decided_at,
    ).join(Decision.sentence)
    return {row.sentence_id: row for row in connection.execute(batch.narrow(query))}


def waiting(connection: Connection, batch: Batch) -> dict[int, str]:
    """Return why sentences with answers may have no gold: they are incomplete, or do not count.

    What counts are the newest complete answers of people. A sentence that is not here has
    no answer with a status at all: it is unanswered.
    """
    query = (
        select(Answer.sentence_id, func.max(case((Answer.complete, 1), else_=0)).label("whole"))
        .join(Answer.sentence)
        .where(Answer.status.is_not(None), Answer.current)
        .group_by(Answer.sentence_id)
    )
    return {
        row.sentence_id: NOT_COUNTED if row.whole else INCOMPLETE
        for row in connection.execute(batch.narrow(query))
    }


def bases_of(connection: Connection, batch: Batch) -> dict[int, dict[int, int]]:
    """Return the answers under each decision of a batch, and their revisions."""
    query = (
        select(DecisionBasis.decision_id, DecisionBasis.answer_id, DecisionBasis.revision)
        .join(Decision, Decision.id == DecisionBasis.decision_id)
        .join(Decision.sentence)
    )
    found: dict[int, dict[int, int]] = {}
    for row in connection.execute(batch.narrow(query)):
        found.setdefault(row.decision_id, {})[row.answer_id] = row.revision
    return found


def pseudonyms_of(connection: Connection, project: Project) -> dict[int, str]:
    """Return the pseudonym of each person of a project."""
    rows = connection.execute(
        select(Membership.user_id, Membership.pseudonym).where(Membership.project_id == project.id)
    )
    return {row.user_id: row.pseudonym for row in rows}
