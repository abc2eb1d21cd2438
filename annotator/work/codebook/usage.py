"""How a codebook is used: answers by value, and decisions by the rule they cite."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from annotator.codebook.scheme import Codebook
from annotator.store.db import db
from annotator.store.models import (
    Answer,
    Article,
    Claim,
    Decision,
    Membership,
    Project,
    Sentence,
    Speaker,
)

# The list of a codebook, and the column that has its values in a claim.
OF_CLAIMS: Mapping[str, InstrumentedAttribute[str | None]] = {
    "stances": Claim.stance,
    "certainties": Claim.certainty,
    "aspects": Claim.aspect,
}


@dataclass(frozen=True)
class Use:
    """How many answers have a value, all and by the pseudonym of their annotator.

    Of a speaker type these are the answers with a claim by such a speaker, and how many speakers
    have it, those that are merged into another among them.
    """

    answers: int = 0
    by_annotator: tuple[tuple[str, int], ...] = ()
    speakers: int = 0


@dataclass(frozen=True)
class Uses:
    """How many answers have each value, by its place, as it is kept between two looks."""

    counts: Mapping[str, int]


def uses(project: Project) -> dict[str, int]:
    """Return how many of today's answers have each value, by its place: "stances.oppose".

    Of speaker types it is how many speakers.
    """
    found: dict[str, int] = {}
    for place, column in OF_CLAIMS.items():
        query = (
            select(column, func.count(Claim.answer_id.distinct()))
            .join(Answer, Answer.id == Claim.answer_id)
            .where(column.is_not(None), *of_project(project))
            .join(Sentence, Sentence.id == Answer.sentence_id)
            .join(Article, Article.id == Sentence.article_id)
            .group_by(column)
        )
        found |= named(place, db.session.execute(query).all())
    statuses = (
        select(Answer.status, func.count(Answer.id))
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(Answer.status.is_not(None), *of_project(project))
        .group_by(Answer.status)
    )
    found |= named("statuses", db.session.execute(statuses).all())
    types = (
        select(Speaker.type, func.count(Speaker.id))
        .where(Speaker.project_id == project.id, Speaker.merged_into_id.is_(None))
        .group_by(Speaker.type)
    )
    return found | named("speaker_types", db.session.execute(types).all())


def of_project(project: Project) -> tuple[Any, ...]:
    """Return what holds of an answer of this project that counts today."""
    return Article.project_id == project.id, Answer.current


def named(place: str, rows: Iterable[Any]) -> dict[str, int]:
    """Return counts by the place of each value."""
    return {f"{place}.{value}": count for value, count in rows}


def use_of(project: Project, place: str, value: str) -> Use:
    """Return who has used a value in how many of today's answers."""
    query = (
        select(Membership.pseudonym, func.count(Answer.id.distinct()))
        .select_from(Answer)
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .join(
            Membership,
            (Membership.user_id == Answer.user_id) & (Membership.project_id == Article.project_id),
        )
        .where(*of_project(project))
        .group_by(Membership.pseudonym)
        .order_by(Membership.pseudonym)
    )
    speakers = 0
    if place == "statuses":
        query = query.where(Answer.status == value)
    elif place == "speaker_types":
        of_type = (Speaker.project_id == project.id, Speaker.type == value)
        query = query.where(
            Answer.id.in_(
                select(Claim.answer_id)
                .join(Speaker, Speaker.id == Claim.speaker_id)
                .where(*of_type)
            )
        )
        speakers = db.session.scalar(select(func.count(Speaker.id)).where(*of_type)) or 0
    else:
        query = query.join(Claim, Claim.answer_id == Answer.id).where(OF_CLAIMS[place] == value)
    rows = tuple((name, count) for name, count in db.session.execute(query).all())
    return Use(sum(count for _, count in rows), rows, speakers)


def citations(project: Project) -> dict[str, int]:
    """Return how many decisions cite each rule."""
    rows = db.session.execute(
        select(Decision.rule, func.count(Decision.id))
        .join(Sentence, Sentence.id == Decision.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(
            Article.project_id == project.id,
            Decision.rule.is_not(None),
            Decision.state == "decided",
        )
        .group_by(Decision.rule)
    ).all()
    return {rule: count for rule, count in rows if rule}


def unused(codebook: Codebook, used: Mapping[str, int]) -> list[str]:
    """Return the values that are offered and that nobody has used, where anybody labels at all."""
    if not any(place.startswith("stances.") for place in used):
        return []
    places = {
        "stances": codebook.stances,
        "certainties": codebook.certainties,
        "statuses": codebook.empty_statuses,
        "aspects": codebook.aspects if "aspect" in codebook.fields else (),
    }
    return [
        f"{place}.{value.value}"
        for place, values in places.items()
        for value in codebook.offered(values)
        if not used.get(f"{place}.{value.value}")
    ]
