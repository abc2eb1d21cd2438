"""The claims that results count: those of gold, or those of every eligible answer.

Both are read as arrays of whole numbers from the same answers on which gold rests, as of one
moment: the newest complete answers of people, with speakers as they are known today.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from sqlalchemy import Connection, select

from annotator.codebook.scheme import Value
from annotator.measure.collected import Collected, renamed
from annotator.measure.intervals.resampling import in_order_met
from annotator.measure.panel import NONE
from annotator.measure.patterns import IntArray
from annotator.store.arrays import integers
from annotator.store.clusters import read_clusters
from annotator.store.models import Answer, Article, Claim, Decision, Project, Sentence, Speaker, Via
from annotator.work.agreement.collecting import Standing
from annotator.work.agreement.report import ASPECT, CERTAINTY
from annotator.work.agreement.selection import of_answers, of_sentences
from annotator.work.consensus.consensus import STANCE, STATUS
from annotator.work.consensus.content import DECIDED, taken_from
from annotator.work.consensus.voting import OPEN
from annotator.work.gold.fitting import panels_of
from annotator.work.gold.methods import place_of, presence, wholes
from annotator.work.gold.models import Aggregation
from annotator.work.gold.outcomes import Some, outcomes
from annotator.work.gold.panels import EVERYTHING, Panels
from annotator.work.labelling.speakers import speakers_today

Source = Literal["gold", "answers"]
SOURCES: Mapping[Source, str] = {"gold": "Gold", "answers": "All answers"}
Edges = Counter[tuple[int, int]]


@dataclass(frozen=True)
class Published:
    """Of one article, what results group by."""

    publisher: str
    day: date | None


@dataclass(frozen=True, eq=False)
class Labels:
    """Claims, (N,) each: article (index into `articles`), speaker of today, and places in the
    codebook of stance, certainty and aspect, -1 where there is none or it is not asked for.

    `edges` counts who reports whom: (the one who reports, the one reported). `sentences`: how many
    sentences, or answers, the claims are of. `speakers`: name and type by id. `clusters`: (M,) the
    cluster of each article, from 0 on: near-duplicates have the same one.
    """

    source: Source
    article: IntArray
    speaker: IntArray
    stance: IntArray
    certainty: IntArray
    aspect: IntArray
    edges: Edges
    sentences: int
    articles: tuple[Published, ...]
    clusters: IntArray
    speakers: Mapping[int, tuple[str, str]]


@dataclass(frozen=True, eq=False)
class Chains:
    """Through whom claims reach us: sentence, speaker of today, and links, outermost first."""

    sentence: tuple[int, ...]
    speaker: tuple[int, ...]
    links: tuple[tuple[int, ...], ...]


def labels_of(connection: Connection, project: Project, source: Source, way: Aggregation) -> Labels:
    """Return the claims of a project; `way` makes gold where nobody has decided."""
    panels = panels_of(connection, project)
    collected = panels.collected
    articles = collected.article_ids.tolist()
    if source == "gold":
        rows, edges, sentences = gold_claims(connection, project, panels, way, articles)
    else:
        claims = collected.claims
        none = np.full(len(claims.unit), NONE)
        rows = np.column_stack(
            [
                collected.articles[claims.unit],
                collected.speaker_today,
                claims.labels[STANCE],
                claims.labels[CERTAINTY],
                claims.labels.get(ASPECT, none),
            ]
        )
        edges = Counter()
        for speaker, links in zip_chains(chains_of(connection, collected)):
            edges.update(steps(links, speaker))
        answers = np.column_stack([claims.unit, claims.annotator])
        sentences = len(np.unique(answers, axis=0))
    together = read_clusters(connection, project)
    return Labels(
        source,
        rows[:, 0],
        rows[:, 1],
        rows[:, 2],
        rows[:, 3],
        rows[:, 4],
        edges,
        sentences,
        published(connection, articles),
        in_order_met(np.array([together[each] for each in articles], dtype=np.int64)),
        named(connection, project),
    )


def gold_claims(
    connection: Connection,
    project: Project,
    panels: Panels,
    way: Aggregation,
    articles: list[int],
) -> tuple[IntArray, Edges, int]:
    """Return the claims of gold as (article, speaker, stance, certainty, aspect), edges, sentences.

    `articles`: the ids of those with answers; those with decisions alone are added.
    """
    book, collected = project.codebook, panels.collected
    voted, slots = voted_slots(panels, way, book.claims_status.value)
    decisions = decisions_of(connection, project)
    free = ~np.isin(collected.sentences, np.array(list(decisions), dtype=np.int64))
    slots &= free[panels.claim_unit]
    unit, speaker = panels.claim_unit[slots], panels.claim_speaker[slots]

    def in_codebook(name: str, entries: Sequence[Value]) -> IntArray:
        """Return the places in the codebook; -1 where there is no such field."""
        if name not in voted:
            return np.full(len(unit), NONE)
        return places_of(panels.fields[name].values, entries)[voted[name][slots]]

    rows = np.column_stack(
        [
            collected.articles[unit],
            speaker,
            in_codebook(STANCE, book.stances),
            in_codebook(CERTAINTY, book.certainties),
            in_codebook(ASPECT, book.aspects),
        ]
    )
    edges = voted_edges(connection, panels, unit, speaker)
    decided, sentences = decided_claims(connection, project, articles, decisions.values(), edges)
    return np.concatenate([rows, decided]), edges, len(np.unique(unit)) + sentences


def voted_slots(panels: Panels, way: Aggregation, status: str) -> tuple[dict[str, IntArray], Some]:
    """Return per field the value of each aligned claim, and which claims are gold by the answers.

    The same rule as for whole sentences: one open field leaves its sentence open.
    """
    fits = way.fits(panels)
    found = {name: outcomes(panel, way, fits[name]) for name, panel in panels.fields.items()}
    place = place_of(panels, status)
    there, _ = presence(panels, place, way.least_margin)
    still = wholes(panels, found, way.method, place, way.least_margin)[OPEN]
    whole = (found[STATUS].value == place) & ~still if place != NONE else still & ~still
    return {name: each.value for name, each in found.items()}, there & whole[panels.claim_unit]


def places_of(values: Iterable[str], entries: Iterable[Value]) -> IntArray:
    """Return the place in the codebook of each value of a panel; the last element stands for -1."""
    places = {entry.value: place for place, entry in enumerate(entries)}
    return np.array([*(places[value] for value in values), NONE], dtype=np.int64)


# --- what adjudicators decided


def decisions_of(connection: Connection, project: Project) -> dict[int, Any]:
    """Return the decisions by sentence, also those that leave one open."""
    query = (
        select(
            Decision.sentence_id,
            Decision.state,
            Decision.status,
            Decision.claims,
            Sentence.article_id,
        )
        .join(Sentence, Sentence.id == Decision.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(*of_sentences(project, EVERYTHING))
    )
    return {row.sentence_id: row for row in connection.execute(query)}


def decided_claims(
    connection: Connection,
    project: Project,
    articles: list[int],
    decisions: Iterable[Any],
    edges: Edges,
) -> tuple[IntArray, int]:
    """Return the claims that adjudicators decided, and of how many sentences; count their edges."""
    book = project.codebook
    today = speakers_today(connection, project)
    place = {each: index for index, each in enumerate(articles)}
    stances = {entry.value: index for index, entry in enumerate(book.stances)}
    certainties = {entry.value: index for index, entry in enumerate(book.certainties)}
    asked = book.aspects if ASPECT in book.labels else ()
    aspects = {entry.value: index for index, entry in enumerate(asked)}
    rows, sentences = [], 0
    for row in decisions:
        if row.state != DECIDED or row.status is None:
            continue
        if row.article_id not in place:
            place[row.article_id] = len(articles)
            articles.append(row.article_id)
        claims = [taken_from(stored, today).claim for stored in row.claims]
        sentences += bool(claims)
        for claim in claims:
            edges.update(steps(claim.via, claim.speaker))
            stance, certainty, aspect = claim.stance, claim.certainty, claim.aspect
            rows.append(
                (
                    place[row.article_id],
                    claim.speaker,
                    stances.get(stance or "", NONE),
                    certainties.get(certainty or "", NONE),
                    aspects.get(aspect or "", NONE),
                )
            )
    return np.array(rows, dtype=np.int64).reshape(-1, 5), sentences


# --- through whom


def chains_of(connection: Connection, collected: Collected) -> Chains:
    """Return the chains of all claims that have one.

    Sentences of other projects are left out here: to look each of them up costs more than to read
    them, too.
    """
    query = (
        select(Via.claim_id, Via.speaker_id, Claim.speaker_id, Answer.sentence_id)
        .select_from(Via)
        .join(Claim, Claim.id == Via.claim_id)
        .join(Answer, Answer.id == Claim.answer_id)
        .where(Claim.speaker_id.is_not(None), *of_answers(EVERYTHING))
        .order_by(Via.claim_id, Via.position)
    )
    found = integers(connection, query, 4)
    found = found[Standing(collected.sentences).place_of(found[:, 3]) != NONE]
    cut = np.flatnonzero(np.diff(found[:, 0])) + 1
    first = np.concatenate([[0], cut]) if len(found) else cut
    links = renamed(found[:, 1], collected.merged).tolist()
    ends = [*cut.tolist(), len(found)]
    return Chains(
        tuple(found[first, 3].tolist()),
        tuple(renamed(found[first, 2], collected.merged).tolist()),
        tuple(tuple(links[a:b]) for a, b in zip(first.tolist(), ends, strict=False)),
    )


def zip_chains(chains: Chains) -> Iterable[tuple[int, tuple[int, ...]]]:
    """Return speaker and links of each chain."""
    return zip(chains.speaker, chains.links, strict=True)


def steps(links: Iterable[int], speaker: Any) -> Iterable[tuple[int, int]]:
    """Return the steps of a chain: who reports whom, outermost first."""
    chain = [*links, speaker]
    return pairwise(chain)


def voted_edges(connection: Connection, panels: Panels, unit: IntArray, speaker: IntArray) -> Edges:
    """Count who reports whom in gold claims: the chain that more than half of their holders have.

    Claims of one speaker in one sentence count once: annotators rarely tell their chains apart.
    """
    collected = panels.collected
    claims = collected.claims
    sentence = collected.sentences
    wanted = set(zip(sentence[unit].tolist(), speaker.tolist(), strict=True))
    chains = chains_of(connection, collected)
    held: Counter[tuple[int, int, tuple[int, ...]]] = Counter()
    for one, who, links in zip(chains.sentence, chains.speaker, chains.links, strict=True):
        if (one, who) in wanted:
            held[one, who, links] += 1
    if not held:
        return Counter()
    some = np.isin(sentence[claims.unit], np.array([one for one, _, _ in held], dtype=np.int64))
    holders = Counter(
        zip(
            sentence[claims.unit[some]].tolist(),
            collected.speaker_today[some].tolist(),
            strict=True,
        )
    )
    edges: Edges = Counter()
    for (one, who, links), n in held.items():
        if 2 * n > holders[one, who]:
            edges.update(steps(links, who))
    return edges


# --- what they are grouped by


def published(connection: Connection, ids: list[int]) -> tuple[Published, ...]:
    """Return publisher and day of each of these articles."""
    found: dict[int, Published] = {}
    query = select(Article.id, Article.publisher, Article.published_on)
    for start in range(0, len(ids), 5000):
        some = Article.id.in_(ids[start : start + 5000])
        for row in connection.execute(query.where(some)):
            found[row.id] = Published(row.publisher, row.published_on)
    return tuple(found[each] for each in ids)


def named(connection: Connection, project: Project) -> dict[int, tuple[str, str]]:
    """Return name and type of every speaker."""
    query = select(Speaker.id, Speaker.name, Speaker.type).where(Speaker.project_id == project.id)
    return {row.id: (row.name, row.type) for row in connection.execute(query)}
