"""How well each annotator labels, for the lead's Quality page and the annotator's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select

from annotator.measure.control_chart import Chart, by_week, chart
from annotator.measure.scoring import STATUS, Share, score
from annotator.store.db import db
from annotator.store.models import Answer, Article, Membership, Project, Sentence
from annotator.store.models.answers import CONTROL, FIRST_ROUND
from annotator.work import copies
from annotator.work.assignment import qualifying
from annotator.work.assignment.progress import people_of
from annotator.work.assignment.qualifying import Standing, compared_fields
from annotator.work.quality.marking import MarkedAnswer, marked_answers

SUBMITTED = "submitted"
ENOUGH = 20
"""Fewer timed answers have no median that says something."""


@dataclass(frozen=True)
class PersonQuality:
    """One annotator: training, control per field, and the middle of the seconds in use.

    `scores` are those of the newest try.
    """

    person: Membership
    standing: Standing
    scores: Mapping[str, Share] = field(default_factory=dict)
    control: Mapping[str, Share] = field(default_factory=dict)
    seconds: float | None = None


@dataclass(frozen=True)
class Weekly:
    """The weeks of one annotator in one field; without a person those of all together."""

    person: Membership | None
    chart: Chart


def people_quality(
    project: Project, control: Sequence[MarkedAnswer], seconds: Mapping[int, float]
) -> list[PersonQuality]:
    """Return each annotator of a project, by pseudonym."""
    standings, training = qualifying.standings(project), qualifying.training_of(project)
    nothing = Standing(left=training.tries)
    fields = compared_fields(project.codebook)
    marks: dict[int, list[MarkedAnswer]] = {}
    for each in control:
        marks.setdefault(each.own.user_id, []).append(each)
    return [
        PersonQuality(
            person,
            found := standings.get(person.user_id, nothing),
            scores_of(found),
            score([each.marked for each in marks.get(person.user_id, ())], fields),
            seconds.get(person.user_id),
        )
        for person in people_of(project)
    ]


def scores_of(standing: Standing) -> dict[str, Share]:
    """Return the scores of the newest try, nothing before the first has ended."""
    tries = [each for each in standing.results if each.attempt is not None]
    return {name: Share(*counts) for name, counts in tries[-1].scores.items()} if tries else {}


def control_answers(project: Project, user_id: int | None = None) -> list[MarkedAnswer]:
    """Return the answers in submitted control articles beside gold."""
    given = db.session.scalars(copies.attempts(project.id, (CONTROL,), user_id))
    return marked_answers(project, [each for each in given if each.state == SUBMITTED])


def weekly(
    people: Sequence[Membership], control: Sequence[MarkedAnswer], name: str
) -> list[Weekly]:
    """Return the weeks of all together, then those of each annotator who has any, in one field.

    An answer belongs to the week in which its article was submitted (UTC).
    """
    everybody = Weekly(None, chart(by_week(rights_in(control, name))))
    single = [
        Weekly(person, chart(by_week(rights_in(own, name))))
        for person in people
        if (own := [each for each in control if each.own.user_id == person.user_id])
    ]
    return [everybody, *single] if everybody.chart.weeks else []


def rights_in(control: Sequence[MarkedAnswer], name: str) -> list[tuple[date, bool]]:
    """Return the day and whether it is right, of each sentence or claim that has this field."""
    found = []
    for each in control:
        at = each.assignment.submitted_at
        if at is None:
            continue
        if name == STATUS:
            found.append((at.date(), each.marked.status))
            continue
        rights = (claim.right for claim in each.marked.claims)
        found += [(at.date(), right[name]) for right in rights if name in right]
    return found


def median_seconds(project: Project) -> dict[int, float]:
    """Return the median of the seconds in use per answer of each annotator who has enough.

    Of the first answers to work that have a time at all; answers are counted in the database by
    how long they took.
    """
    rows = db.session.execute(
        select(Answer.user_id, Answer.active_seconds, func.count())
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .where(
            Article.project_id == project.id,
            Answer.round == FIRST_ROUND,
            Answer.complete.is_(True),
            Answer.active_seconds > 0,
        )
        .group_by(Answer.user_id, Answer.active_seconds)
        .order_by(Answer.user_id, Answer.active_seconds)
    ).all()
    counts: dict[int, list[tuple[int, int]]] = {}
    for user_id, seconds, count in rows:
        counts.setdefault(user_id, []).append((seconds, count))
    return {
        user_id: middle(times)
        for user_id, times in counts.items()
        if sum(count for _, count in times) >= ENOUGH
    }


def middle(times: Sequence[tuple[int, int]]) -> float:
    """Return the median of values with their counts, in order."""
    total = sum(count for _, count in times)
    return (nth(times, (total - 1) // 2) + nth(times, total // 2)) / 2


def nth(times: Sequence[tuple[int, int]], place: int) -> int:
    """Return the value at a place, counted from 0."""
    for value, count in times:
        if place < count:
            return value
        place -= count
    raise IndexError(place)
