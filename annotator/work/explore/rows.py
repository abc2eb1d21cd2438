"""What stands in the rows that were found: texts, labels and states, read for all rows at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from annotator import phrases
from annotator.store.db import among, db
from annotator.store.marking import TABLE
from annotator.store.models import (
    Answer,
    Article,
    Claim,
    CodebookVersion,
    Decision,
    Project,
    Sentence,
    Speaker,
    Via,
)
from annotator.store.rows.answers import SpeakerRow, read_speakers
from annotator.store.snapshot import by_code_point
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.consensus.content import DECIDED
from annotator.work.consensus.decisions import claims_of, decisions_on
from annotator.work.consensus.disagreements import BITS, KINDS
from annotator.work.explore.filters import CLAIMS, DECISIONS, Filters, user_of
from annotator.work.explore.finding import Place
from annotator.work.explore.notes import notes_on
from annotator.work.labelling.drafts import ClaimDraft
from annotator.work.labelling.speakers import speakers_today, today

EXPORTED = 500


@dataclass(frozen=True)
class Label:
    """What one person, or a decision, says of a sentence; `claims` of a claim row hold that one."""

    who: str  # a pseudonym, or "decisions"
    status: str | None
    claims: tuple[ClaimDraft, ...]
    unsure: bool
    complete: bool
    note: str
    imported: bool
    version: str  # of the codebook


@dataclass(frozen=True)
class Row:
    """One sentence, or one claim, with what stands beside it."""

    place: Place
    sentence: Any  # a row of the columns of `sentences_at`
    kinds: tuple[str, ...]  # in what the answers differ
    flagged: bool
    decided: bool
    labels: tuple[Label, ...]
    notes: tuple[str, ...] = ()  # of leads and adjudicators
    noted_by: frozenset[int] = frozenset()  # the numbers of these


@dataclass(frozen=True)
class Rows:
    """Rows in their order, and whom their claims name, by number."""

    rows: Sequence[Row]
    speakers: Mapping[int, SpeakerRow]


def read(project: Project, filters: Filters, places: Sequence[Place]) -> Rows:
    """Return the rows at some places; what is gone meanwhile is left out."""
    numbers = {place.sentence for place in places}
    sentences = {row.id: row for row in db.session.execute(sentences_at(numbers))}
    written = notes_on(numbers)
    labels = (
        decided_at(project, numbers)
        if filters.by == DECISIONS
        else said_at(project, filters, places)
    )
    rows = []
    for place in places:
        own = labels.get(place.sentence, {})
        chosen = tuple(own.values())
        if filters.of == CLAIMS:
            label = own.get(place.owner)
            if label is None or place.number >= len(label.claims):
                continue
            chosen = (one_claim(label, place.number),)
        if (sentence := sentences.get(place.sentence)) is not None:
            kinds = tuple(kind for kind in KINDS if sentence.kinds & BITS[kind])
            flagged, decided = bool(sentence.flagged), sentence.state == DECIDED
            there = written.get(place.sentence, [])
            notes = tuple(each.text for each in there)
            by = frozenset(each.user_id for each in there)
            rows.append(Row(place, sentence, kinds, flagged, decided, chosen, notes, by))
    named = {
        number
        for row in rows
        for label in row.labels
        for claim in label.claims
        for number in (claim.speaker, *claim.via)
        if isinstance(number, int)
    }
    return Rows(rows, read_speakers(named) if named else {})


def sentences_at(numbers: Iterable[int]) -> Any:
    """Return the query of some sentences with their articles and how their answers stand."""
    flagged = (
        select(func.count(Answer.id))
        .where(Answer.sentence_id == Sentence.id, Answer.current, Answer.unsure)
        .scalar_subquery()
    )
    return (
        select(
            Sentence.id,
            Sentence.article_id,
            Sentence.position,
            Sentence.segment,
            Sentence.text,
            Article.key,
            Article.title,
            Article.publisher,
            Article.published_on,
            Article.language,
            func.coalesce(TABLE.c.kinds, 0).label("kinds"),
            TABLE.c.state,
            flagged.label("flagged"),
        )
        .join(Article, Article.id == Sentence.article_id)
        .outerjoin(TABLE, TABLE.c.sentence_id == Sentence.id)
        .where(among(Sentence.id, [*numbers]))
    )


def said_at(
    project: Project, filters: Filters, places: Sequence[Place]
) -> dict[int, dict[int, Label]]:
    """Return by sentence, and by answer, what everybody or one person says.

    Of claims only the answers that hold them are read.
    """
    names, versions = pseudonyms_of(project), versions_of(project)
    query = said_query()
    if filters.of == CLAIMS:
        query = query.where(among(Answer.id, {place.owner for place in places}))
    else:
        query = query.where(among(Answer.sentence_id, {place.sentence for place in places}))
    if filters.by:
        query = query.where(Answer.user_id == user_of(project, filters.by))
    # Many say the same: each claim is made once.
    made: dict[tuple[Any, ...], ClaimDraft] = {}
    found: dict[int, dict[int, Label]] = {}
    for said, rows in groupby(db.session.connection().execute(query), itemgetter(*OF_SAID)):
        number, sentence, user, status, unsure, complete, note, origin, version = said
        claims = []
        for claim, links in groupby(rows, itemgetter(*OF_SAID_CLAIM)):
            if claim[0] is None:
                continue
            via = tuple(link[-1] for link in links if link[-1] is not None)
            labels = (*claim[1:], via)
            if labels not in made:
                speaker, stance, certainty, aspect = claim[1:]
                made[labels] = ClaimDraft(speaker, stance, certainty, via=via, aspect=aspect)
            claims.append(made[labels])
        found.setdefault(sentence, {})[number] = Label(
            names.get(user, "?"),
            status,
            tuple(claims),
            unsure,
            complete,
            note,
            origin != "human",
            versions.get(version, ""),
        )
    return {
        sentence: dict(sorted(labels.items(), key=lambda each: (each[1].who, each[0])))
        for sentence, labels in found.items()
    }


def said_query() -> Any:
    """Return the query of the newest answers with what a row shows of their claims.

    A row for each link of each claim; most answers have one claim and no chain.
    """
    link = aliased(Speaker)
    return (
        select(
            Answer.id,
            Answer.sentence_id,
            Answer.user_id,
            Answer.status,
            Answer.unsure,
            Answer.complete,
            Answer.note,
            Answer.origin,
            Answer.codebook_version_id,
            Claim.id,
            today(),
            Claim.stance,
            Claim.certainty,
            Claim.aspect,
            func.coalesce(link.merged_into_id, link.id),
        )
        .outerjoin(Claim, Claim.answer_id == Answer.id)
        .outerjoin(Speaker, Speaker.id == Claim.speaker_id)
        .outerjoin(Via, Via.claim_id == Claim.id)
        .outerjoin(link, link.id == Via.speaker_id)
        .where(Answer.current, Answer.status.is_not(None))
        .order_by(Answer.id, Claim.position, Via.position)
    )


# The places of an answer, and of a claim, in a row of `said_query`; the last one is of a link.
OF_SAID, OF_SAID_CLAIM = range(9), range(9, 14)


def decided_at(project: Project, numbers: Iterable[int]) -> dict[int, dict[int, Label]]:
    """Return by sentence, and by decision, what is decided."""
    merged = speakers_today(db.session.connection(), project)
    versions = versions_of(project)
    return {
        sentence: {decision.id: decided(decision, merged, versions)}
        for sentence, decision in decisions_on([*numbers]).items()
        if decision.state == DECIDED and decision.soft is None
    }


def decided(decision: Decision, today: Mapping[int, int], versions: Mapping[int, str]) -> Label:
    """Return what a decision says."""
    claims = tuple(taken.claim for taken in claims_of(decision, today))
    version = versions.get(decision.codebook_version_id, "")
    return Label(DECISIONS, decision.status, claims, False, True, decision.reason, False, version)


def one_claim(label: Label, number: int) -> Label:
    """Return a label with one of its claims."""
    return Label(**{**vars(label), "claims": (label.claims[number],)})


def versions_of(project: Project) -> dict[int, str]:
    """Return the names of the codebook versions of a project, by number of the row."""
    query = select(CodebookVersion.id, CodebookVersion.label)
    rows = db.session.execute(query.where(CodebookVersion.project_id == project.id))
    return {row.id: row.label for row in rows}


def places_at(project: Project, tokens: Sequence[tuple[int, int, int, int]]) -> list[Place]:
    """Return the places that were ticked: article, position, owner and claim of each."""
    articles, positions = {each[0] for each in tokens}, {each[1] for each in tokens}
    rows = db.session.execute(
        select(Sentence.article_id, Sentence.position, Sentence.id)
        .join(Article, Article.id == Sentence.article_id)
        .where(
            Article.project_id == project.id,
            among(Sentence.article_id, articles),
            among(Sentence.position, positions),
        )
    )
    known = {(row.article_id, row.position): row.id for row in rows}
    return [
        Place(article, position, known[article, position], owner, number)
        for article, position, owner, number in tokens
        if (article, position) in known
    ]


def keys_of(project: Project, articles: Sequence[int]) -> list[str]:
    """Return the keys of some articles, in order."""
    query = select(Article.key).where(Article.project_id == project.id, among(Article.id, articles))
    return list(db.session.scalars(query.order_by(by_code_point(Article.key))))


# --- as files


def exported(
    project: Project, filters: Filters, places: Iterable[Place]
) -> Iterator[dict[str, Any]]:
    """Yield the rows as files have them, one dictionary each; keys stay in this order."""
    waiting = iter(places)
    while some := list(islice(waiting, EXPORTED)):
        found = read(project, filters, some)
        for row in found.rows:
            labels = [label_row(label, found.speakers) for label in row.labels]
            yield {
                "project": project.slug,
                "article": row.sentence.key,
                "title": row.sentence.title,
                "publisher": row.sentence.publisher,
                "published_on": row.sentence.published_on and str(row.sentence.published_on),
                "sentence": row.sentence.position,
                "number": phrases.from_one(row.sentence.position),
                "segment": row.sentence.segment,
                "text": row.sentence.text,
                "different": list(row.kinds),
                "flagged": row.flagged,
                "decided": row.decided,
                "notes": list(row.notes),
                "labels": labels,
            }


def label_row(label: Label, speakers: Mapping[int, SpeakerRow]) -> dict[str, Any]:
    """Return one label as files have it."""
    return {
        "annotator": label.who,
        "status": label.status,
        "complete": label.complete,
        "unsure": label.unsure,
        "claims": [
            {
                "speaker": name_of(claim.speaker, speakers),
                "via": [name_of(link, speakers) for link in claim.via],
                "stance": claim.stance,
                "certainty": claim.certainty,
                "aspect": claim.aspect,
            }
            for claim in label.claims
        ],
        "note": label.note,
        "codebook_version": label.version,
    }


def name_of(number: Any, speakers: Mapping[int, SpeakerRow]) -> str | None:
    """Return the name of a speaker as it is known today."""
    return speakers[number].name if number in speakers else None


OF_ROW = (
    "project", "article", "title", "publisher", "published_on", "sentence", "number", "segment",
    "text", "different", "flagged", "decided", "notes",
)  # fmt: skip
OF_LABEL = (
    "annotator", "status", "complete", "unsure", "speaker", "via", "stance", "certainty", "aspect",
    "note", "codebook_version",
)  # fmt: skip


def as_table(rows: Iterable[dict[str, Any]]) -> Iterator[Sequence[Any]]:
    """Yield exported rows as a table: a line for each claim of each label, at least one each."""
    yield (*OF_ROW, *OF_LABEL)
    for row in rows:
        cells = {**row, "different": " ".join(row["different"]), "notes": "\n".join(row["notes"])}
        own = [cells[name] for name in OF_ROW]
        for label in row["labels"] or [{}]:
            for claim in label.get("claims") or [{}]:
                both = {**label, **claim, "via": " > ".join(claim.get("via", ()))}
                yield [*own, *(both.get(name) for name in OF_LABEL)]
