"""Selects the answers that agreement may rest on, one field at a time."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, Subquery, func, select

from annotator.store.models import Answer, Article, Claim, Project, Sentence, Speaker

BODY, HEADLINE = "body", "headline"
PRIMARY = 0  # the position of the first claim, the primary one


@dataclass(frozen=True)
class Selection:
    """Which answers count; by default only those given independently by people.

    Date lines and boilerplate never count, incomplete answers never, and decisions of an
    adjudicator are no answers at all.
    """

    headlines: bool = False
    round: int = 1
    origins: tuple[str, ...] = ("human",)

    @property
    def segments(self) -> tuple[str, ...]:
        """Return the parts of an article whose sentences count."""
        return (BODY, HEADLINE) if self.headlines else (BODY,)


def counted_answers(
    project: Project, selection: Selection
) -> Select[int, int, int, int, str | None]:
    """Select the answers that count: (answer, sentence, article, annotator, status)."""
    return (
        select(
            Answer.id.label("answer_id"),
            Sentence.id.label("sentence_id"),
            Sentence.article_id.label("article_id"),
            Answer.user_id.label("user_id"),
            Answer.status.label("value"),
        )
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(
            Article.project_id == project.id,
            Sentence.segment.in_(selection.segments),
            Answer.complete,
            Answer.origin.in_(selection.origins),
            Answer.round == selection.round,
        )
    )


def status_labels(project: Project, selection: Selection) -> Subquery:
    """Return (sentence, article, annotator, status) of every answer that counts."""
    return counted_answers(project, selection).subquery()


def claim_labels(
    project: Project, selection: Selection, field: SQLColumnExpression[Any]
) -> Subquery:
    """Return the same with one field of the primary claim, where the answer has a claim."""
    answers = counted_answers(project, selection).subquery()
    return primary(answers, field).subquery()


def speaker_labels(project: Project, selection: Selection) -> Subquery:
    """Return the same with the speaker of the primary claim as known today, after merges."""
    answers = counted_answers(project, selection).subquery()
    today = func.coalesce(Speaker.merged_into_id, Speaker.id)
    return primary(answers, today).join(Speaker, Speaker.id == Claim.speaker_id).subquery()


def primary(answers: Subquery, field: SQLColumnExpression[Any]) -> Select[int, int, int, Any]:
    """Select one field of the primary claims of these answers."""
    return (
        select(answers.c.sentence_id, answers.c.article_id, answers.c.user_id, field.label("value"))
        .select_from(answers)
        .join(Claim, Claim.answer_id == answers.c.answer_id)
        .where(Claim.position == PRIMARY)
    )
