"""Precedents: decisions on sentences of other articles, for whoever is labelling one.

What somebody has still to answer stays hidden: nothing is shown of an article that they have not
handed in, nor of one that is nearly the same or another version of it, nor of a sentence with the
same words as one of theirs. What is shown is gold of another sentence, so it ends their
independence there, and it is remembered beside which sentence it was looked at.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Any
from unicodedata import normalize

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, joinedload

from annotator.codebook.scheme import Codebook
from annotator.store.clock import now
from annotator.store.clusters import clusters_of
from annotator.store.db import among, db, insert_for
from annotator.store.models import (
    OPEN_STATES,
    Article,
    Assignment,
    Decision,
    Exposure,
    Project,
    Sentence,
    ShownPrecedent,
)
from annotator.store.rows.places import AnyProject, AnySentence
from annotator.work.codebook import rulings
from annotator.work.codebook.rulings import Ruling
from annotator.work.consensus.content import DECIDED
from annotator.work.labelling import independence
from annotator.work.labelling.drafts import AnswerDraft
from annotator.work.labelling.speakers import speakers_today

SHOWN = 3
# So many of the newest decisions are compared with a sentence, and so many of the best are looked
# at more closely.
COMPARED, CANDIDATES = 5_000, 12
# Of the words of both, weighed by how rare they are, so much must be shared (cosine).
LEAST_ALIKE = 0.1
SIGNS = re.compile(r"[\W_]+")
WORD = re.compile(r"[^\W\d_]{3,}")
# Scripts that write no spaces: there two signs in a row stand for a word.
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True)
class Precedents:
    """Decisions on sentences like this one, and on the values and rules of one's own answer."""

    alike: Sequence[Ruling]
    under: Sequence[Ruling]

    @property
    def decisions(self) -> list[Decision]:
        """Return all of them."""
        return [each.decision for each in (*self.alike, *self.under)]


def precedents_for(
    project: Project, sentence: AnySentence, user_id: int, said: AnswerDraft
) -> Precedents:
    """Return up to three decisions on sentences like this one, and three on what was `said`."""
    rows = db.session.execute(
        eligible(project, sentence.article_id, user_id)
        .with_only_columns(
            Decision.id, Decision.status, Decision.claims, Decision.rule, Decision.reason,
            Sentence.text,
        )
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .limit(COMPARED)
    ).all()  # fmt: skip
    today = speakers_today(db.session.connection(), project)
    own = {each.speaker for each in said.claims if isinstance(each.speaker, int)}

    def same_speaker(row: Any) -> bool:
        return any(today.get(each["speaker_id"]) in own for each in row.claims)

    scores = likeness(sentence.text, {row.id: row.text for row in rows})
    by_words = sorted(scores, key=lambda number: -scores[number])
    best = {number: scores[number] for number in by_words[:CANDIDATES]}
    alike = [row for row in rows if row.id in best]
    alike.sort(key=lambda row: (not same_speaker(row), -best[row.id]))
    about = {row.id: about_of(row, said, project.codebook) for row in rows}
    under = sorted(
        (row for row in rows if about[row.id]),
        key=lambda row: (-about[row.id], not row.reason, not same_speaker(row)),
    )[:CANDIDATES]
    texts = {row.text for row in (*alike, *under)}
    hidden = still_to_answer(texts, user_id, sentence.text)
    first = [row.id for row in alike if row.text not in hidden][:SHOWN]
    then = [row.id for row in under if row.text not in hidden and row.id not in first][:SHOWN]
    found = {each.id: each for each in decisions(first + then)}
    return Precedents(
        rulings.rulings(project, [found[each] for each in first]),
        rulings.rulings(project, [found[each] for each in then]),
    )


def eligible(project: AnyProject, article_id: int, user_id: int) -> Any:
    """Select the decisions that somebody may see who is labelling an article, or a copy of one."""
    open_to = db.session.scalars(
        select(func.coalesce(Article.copy_of_id, Article.id))
        .join(Assignment, Assignment.article_id == Article.id)
        .where(
            Assignment.user_id == user_id,
            or_(Assignment.state.in_(OPEN_STATES), Article.id == article_id),
        )
    )
    hidden = with_kin(project, {article_id, *open_to})
    return (
        select(Decision)
        .join(Sentence, Sentence.id == Decision.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(
            Article.project_id == project.id,
            Decision.state == DECIDED,
            Decision.soft.is_(None),
            ~among(Article.id, sorted(hidden)),
        )
    )


def with_kin(project: AnyProject, articles: Collection[int]) -> set[int]:
    """Return articles of a project with those that each hangs together with."""
    others = aliased(Article)
    named = select(others.version_of_id).where(others.project_id == project.id)
    rows = db.session.execute(
        select(Article.id, Article.cluster_id, Article.version_of_id)
        .where(
            Article.project_id == project.id,
            or_(
                Article.cluster_id.is_not(None),
                Article.version_of_id.is_not(None),
                Article.id.in_(named.where(others.version_of_id.is_not(None))),
            ),
        )
        .order_by(Article.id)
    ).all()
    first = clusters_of(rows)
    theirs = {first[each] for each in articles if each in first}
    return {*articles, *(each for each, cluster in first.items() if cluster in theirs)}


def decisions(numbers: Collection[int]) -> Sequence[Decision]:
    """Return some decisions with their sentences."""
    return db.session.scalars(
        select(Decision)
        .where(among(Decision.id, numbers))
        .options(joinedload(Decision.sentence).joinedload(Sentence.article))
    ).all()


def still_to_answer(texts: Collection[str], user_id: int, shown: str) -> set[str]:
    """Return which of these texts are in words what is `shown`, or in an article not handed in.

    Capitals, spaces and signs make no other words: papers print one quotation with marks of their
    own.
    """
    if not texts:
        return set()
    spelt: dict[str, set[str]] = {}
    for each in texts:
        spelt.setdefault(letters(each), set()).add(each)
    found = spelt.get(letters(shown), set()).copy()
    theirs = db.session.scalars(
        select(Sentence.text)
        .join(Assignment, Assignment.article_id == Sentence.article_id)
        .where(Assignment.user_id == user_id, Assignment.state.in_(OPEN_STATES))
    )
    for text in theirs:
        found |= spelt.get(letters(text), set())
    return found


def letters(text: str) -> str:
    """Return the letters and digits of a text alone, without capitals."""
    return SIGNS.sub("", normalize("NFKC", text).casefold())


def about_of(row: Any, said: AnswerDraft, codebook: Codebook) -> int:
    """Return how much a decision has to do with an answer: 2 by its rule, 1 by its values."""
    values = {value for each in said.claims for value in (each.stance, each.certainty) if value}
    if not said.claims and said.status:
        return int(row.status == said.status) and 1 + bool(row.rule)
    rules = {
        rule
        for value in (*codebook.stances, *codebook.certainties)
        if value.value in values
        for rule in value.rules
    }
    if row.rule in rules:
        return 2
    stances = {each.stance for each in said.claims if each.stance}
    return int(any(each["stance"] in stances for each in row.claims))


def likeness(text: str, others: Mapping[int, str]) -> dict[int, float]:
    """Return how alike texts are to one, from 0 to 1, where they are alike at all."""
    terms = {number: terms_of(each) for number, each in others.items()}
    many = Counter(term for each in terms.values() for term in each)
    mine = terms_of(text)

    def weight(each: Iterable[str]) -> float:
        return sum(log((1 + len(terms)) / (1 + many[term])) + 1 for term in each)

    own = weight(mine)
    found = {}
    for number, each in terms.items():
        if shared := mine & each:
            score = weight(shared) / sqrt(own * weight(each))
            if score >= LEAST_ALIKE:
                found[number] = score
    return found


def terms_of(text: str) -> frozenset[str]:
    """Return the words of a text, in small letters."""
    low = text.casefold()
    pairs = {run[at : at + 2] for run in UNSPACED.findall(low) for at in range(len(run) - 1)}
    return frozenset(pairs | {*WORD.findall(UNSPACED.sub(" ", low))})


def remember(user_id: int, sentence_id: int, found: Sequence[Decision]) -> None:
    """Remember that somebody looks at these beside a sentence, and knows gold of theirs."""
    known = set(
        db.session.scalars(
            select(ShownPrecedent.decision_id).where(
                ShownPrecedent.user_id == user_id, ShownPrecedent.sentence_id == sentence_id
            )
        )
    )
    at = now()
    rows = [
        {"user_id": user_id, "sentence_id": sentence_id, "decision_id": each.id, "at": at}
        for each in found
        if each.id not in known
    ]
    if rows:
        db.session.execute(insert_for(ShownPrecedent).on_conflict_do_nothing(), rows)
    independence.expose(user_id, [each.sentence_id for each in found], independence.GOLD)


def is_new(user_id: int, sentence_id: int, found: Sequence[Decision]) -> bool:
    """Say whether there is something to remember."""
    numbers = [each.id for each in found]
    shown = select(func.count()).where(
        ShownPrecedent.user_id == user_id,
        ShownPrecedent.sentence_id == sentence_id,
        among(ShownPrecedent.decision_id, numbers),
    )
    known = select(func.count()).where(
        Exposure.user_id == user_id,
        among(Exposure.sentence_id, [each.sentence_id for each in found]),
    )
    return db.session.scalar(shown) != len(found) or db.session.scalar(known) != len(found)


def times_shown(found: Collection[int]) -> dict[int, int]:
    """Return how often decisions were looked at on the label page, by decision."""
    rows = db.session.execute(
        select(ShownPrecedent.decision_id, func.count().label("times"))
        .where(among(ShownPrecedent.decision_id, found))
        .group_by(ShownPrecedent.decision_id)
    ).all()
    return {row.decision_id: row.times for row in rows}
