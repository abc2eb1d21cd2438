"""The rows of a release beside the annotation rows and gold: articles, sentences, decisions, …

All are of one moment (see `shared_moment`) and in one order on every database.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from annotator.codebook.scheme import LABELS
from annotator.phrases import moment
from annotator.store.batches import Batch, Found, Words, articles_of, batches
from annotator.store.clusters import clusters_of
from annotator.store.models import (
    Alias,
    Answer,
    Article,
    CodebookVersion,
    Decision,
    DecisionBasis,
    Project,
    Speaker,
)
from annotator.store.snapshot import by_code_point
from annotator.work import shelving
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.consensus.content import taken_from
from annotator.work.gold.counts import taken_back
from annotator.work.gold.rows import decisions_of, sentences_of
from annotator.work.labelling.annotation_rows import speakers_of, versions_of
from annotator.work.labelling.speakers import speakers_today
from annotator.work.releases.parts import ArticleFacts, Row


@dataclass(frozen=True)
class Names:
    """What numbers are called in the files."""

    speakers: Mapping[int, tuple[str, str]]  # name and type
    people: Mapping[int, str]  # pseudonyms
    versions: Mapping[int, int]


def article_facts(connection: Connection, project: Project) -> list[ArticleFacts]:
    """Return every article of a project, by key."""
    query = (
        select(
            Article.id,
            Article.key,
            Article.cluster_id,
            Article.version_of_id,
            Article.publisher,
            Article.published_on,
            Article.language,
            Article.sentence_count,
        )
        .where(Article.project_id == project.id)
        .order_by(by_code_point(Article.key))
    )
    found = connection.execute(query).all()
    clusters, keys = clusters_of(found), {row.id: row.key for row in found}
    return [
        ArticleFacts(
            row.key,
            keys[clusters[row.id]],
            row.publisher,
            day(row.published_on),
            row.language,
            row.sentence_count,
        )
        for row in found
    ]


def day(on: Any) -> str:
    """Return a day as ISO 8601, empty where it is not known."""
    return on.isoformat() if on else ""


def article_rows(
    connection: Connection, project: Project, clusters: Mapping[str, str], *, text: bool
) -> Iterator[Row]:
    """Yield the articles by key; `clusters` names the cluster of each key."""
    columns = (
        Article.id, Article.key, Article.title, Article.publisher, Article.author, Article.url,
        Article.published_on, Article.language, Article.licence, Article.sha256, Article.splitter,
        Article.version, Article.extra, Article.text,
    )  # fmt: skip
    for batch in batches(articles_of(connection, project)):
        if batch.first:
            continue  # the rest of a long article
        found = {
            row.id: row
            for row in connection.execute(select(*columns).where(Article.id.in_(batch.articles)))
        }
        for number in batch.articles:
            yield article_row(found.pop(number), clusters, text=text)


def article_row(row: Found, clusters: Mapping[str, str], *, text: bool) -> Row:
    splitter, _, splitter_version = row.splitter.partition("-")
    made = {
        "key": row.key,
        "title": row.title,
        "publisher": row.publisher,
        "author": row.author,
        "url": row.url,
        "published_on": day(row.published_on) or None,
        "language": row.language,
        "licence": row.licence,
        "sha256": row.sha256,
        "characters": len(row.text),
        "splitter": splitter,
        "splitter_version": splitter_version,
        "version": row.version,
        "cluster": clusters[row.key],
        "metadata": row.extra.get("metadata", {}),
    }
    return made | {"text": row.text} if text else made


def sentence_rows(connection: Connection, project: Project, *, text: bool) -> Iterator[Row]:
    """Yield all sentences by article key and position."""
    for batch in batches(articles_of(connection, project)):
        for row in sentences_of(connection, batch):
            made = {
                "article": batch.articles[row.article_id],
                "sentence": row.position,
                "start": row.start,
                "end": row.end,
                "segment": row.segment,
                "paragraph": row.paragraph,
            }
            yield made | {"text": row.text} if text else made


def decision_rows(connection: Connection, project: Project) -> Iterator[Row]:
    """Yield every decision with all it says and rests on, by article key and position.

    Speakers stand under the names that count today, people under their pseudonyms.
    """
    today = speakers_today(connection, project)
    names = Names(
        speakers_of(connection, project),
        pseudonyms_of(project, connection),
        versions_of(connection, project),
    )
    words = Words(connection)
    for batch in batches(articles_of(connection, project)):
        decided = decisions_of(connection, batch)
        bases = readings_under(connection, batch, names) if decided else {}
        for sentence in sentences_of(connection, batch) if decided else ():
            decision = decided.get(sentence.id)
            if decision is None:
                continue
            yield {
                "article": batch.articles[sentence.article_id],
                "sentence": sentence.position,
                "state": decision.state,
                "revision": decision.revision,
                "how": decision.how,
                "status": decision.status,
                "claims": [
                    claim_row(stored, sentence, today, names, words) for stored in decision.claims
                ],
                "fields": decision.fields,
                "soft": soft_row(decision.soft, today, names),
                "reason": decision.reason,
                "rule": decision.rule,
                "adjudicator": names.people.get(decision.user_id),
                "decided_at": moment(decision.decided_at),
                "codebook_version": names.versions[decision.codebook_version_id],
                "basis": bases.get(decision.id, []),
                "readers": [names.people[each] for each in decision.readers],
            }


def claim_row(
    stored: Mapping[str, Any],
    sentence: Found,
    today: Mapping[int, int],
    names: Names,
    words: Words,
) -> Row:
    """Return one decided claim; `source` is whose claim it was, null where it is nobody's."""
    taken = taken_from(stored, today)
    claim = taken.claim
    if not isinstance(claim.speaker, int):
        raise TypeError(f"a stored claim names its speaker by number, not {claim.speaker!r}")
    name, kind = names.speakers[claim.speaker]
    return {
        "speaker": name,
        "speaker_type": kind,
        "mention": words.span(sentence, *claim.mention) if claim.mention else None,
        "via": [names.speakers[link][0] for link in claim.via],
        "stance": claim.stance,
        "certainty": claim.certainty,
        "conditional": claim.conditional,
        "aspect": claim.aspect,
        "evidence": [words.span(sentence, start, end) for start, end in claim.evidence],
        "note": claim.note,
        "source": names.people.get(taken.source) if taken.source else None,
    }


def soft_row(soft: Mapping[str, Any] | None, today: Mapping[int, int], names: Names) -> Row | None:
    """Return a stored soft label with names in the place of numbers."""
    if soft is None:
        return None
    return {
        "n": soft["n"],
        "status": soft["status"],
        "claims": [
            {
                "speaker": names.speakers[today[claim["speaker_id"]]][0],
                **{name: claim[name] for name in ("present", *LABELS) if name in claim},
            }
            for claim in soft["claims"]
        ],
    }


def readings_under(connection: Connection, batch: Batch, names: Names) -> dict[int, list[Row]]:
    """Return for each decision of a batch the answers it rests on, by pseudonym."""
    query = (
        select(DecisionBasis.decision_id, DecisionBasis.revision, Answer.user_id, Answer.round)
        .join(Answer, Answer.id == DecisionBasis.answer_id)
        .join(Decision, Decision.id == DecisionBasis.decision_id)
        .join(Decision.sentence)
    )
    found: dict[int, list[Row]] = {}
    for row in connection.execute(batch.narrow(query)):
        found.setdefault(row.decision_id, []).append(
            {
                "annotator": names.people[row.user_id],
                "round": row.round,
                "revision": row.revision,
            }
        )
    for rows in found.values():
        rows.sort(key=lambda each: (each["annotator"], each["round"]))
    return found


def speaker_rows(connection: Connection, project: Project) -> Iterator[Row]:
    """Yield the register of speakers by name, each with the forms it has in the articles."""
    speakers = connection.execute(
        select(
            Speaker.id,
            Speaker.name,
            Speaker.type,
            Speaker.wording,
            Speaker.member_of_id,
            Speaker.merged_into_id,
        )
        .where(Speaker.project_id == project.id)
        .order_by(by_code_point(Speaker.name))
    ).all()
    nobody = taken_back(connection, project) | shelving.speakers_uncounted(connection, project.id)
    names = {row.id: row.name for row in speakers}
    aliases: dict[int, list[Row]] = {}
    for alias in connection.execute(
        select(Alias.speaker_id, Article.key, Alias.text)
        .join(Article, Article.id == Alias.article_id)
        .where(Article.project_id == project.id)
        .order_by(by_code_point(Article.key), by_code_point(Alias.text))
    ):
        aliases.setdefault(alias.speaker_id, []).append({"article": alias.key, "text": alias.text})
    for row in speakers:
        if row.id in nobody:
            continue
        yield {
            "name": row.name,
            "type": row.type,
            "wording": row.wording,
            "member_of": names[row.member_of_id] if row.member_of_id else None,
            "merged_into": names[row.merged_into_id] if row.merged_into_id else None,
            "aliases": aliases.pop(row.id, []),
        }


def codebook_document(connection: Connection, project: Project) -> Row:
    """Return all versions of the codebook, the oldest first."""
    people = pseudonyms_of(project, connection)
    found = connection.execute(
        select(
            CodebookVersion.number,
            CodebookVersion.content,
            CodebookVersion.reason,
            CodebookVersion.created_at,
            CodebookVersion.user_id,
        )
        .where(CodebookVersion.project_id == project.id)
        .order_by(CodebookVersion.number)
    ).all()
    return {
        "versions": [
            {
                "number": row.number,
                "content": json.loads(row.content),
                "note": row.reason,
                "created_at": moment(row.created_at),
                "by": people.get(row.user_id),
            }
            for row in found
        ],
        "current": found[-1].number,
    }
