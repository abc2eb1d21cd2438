"""How well each annotator labels, for the lead's Quality page and the annotator's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from annotator.measure.control.chart import Chart, by_week, chart
from annotator.measure.control.dispersion import dispersion
from annotator.measure.rounds import FIRST_ROUND
from annotator.measure.scoring import STATUS, Marked, Share, score
from annotator.store.db import db
from annotator.store.models import Answer, Article, Membership, Project, Sentence
from annotator.store.models.answers import CONTROL
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


@dataclass(frozen=True)
class ControlArticle:
    """What is right in one submitted control article, in one field."""

    at: datetime
    user_id: int
    share: Share


def weekly(
    people: Sequence[Membership], control: Sequence[MarkedAnswer], name: str
) -> list[Weekly]:
    """Return the weeks of all together, then those of each annotator who has any, in one field.

    An answer belongs to the week in which its article was submitted (UTC). How much articles
    differ is learned from those of all annotators, each beside their own.
    """
    articles = articles_in(control, name)
    own = {
        person.user_id: [each for each in articles if each.user_id == person.user_id]
        for person in people
    }
    runs = [[each.share for each in found] for found in own.values()]
    everybody = Weekly(None, chart_of(articles, dispersion([[each.share for each in articles]])))
    single = [
        Weekly(person, chart_of(own[person.user_id], dispersion(runs)))
        for person in people
        if own[person.user_id]
    ]
    return [everybody, *single] if everybody.chart.weeks else []


def chart_of(articles: Sequence[ControlArticle], spread: float) -> Chart:
    """Return the chart of some articles, whose dispersion is `spread`."""
    return chart(by_week((each.at.date(), each.share) for each in articles), spread)


def articles_in(control: Sequence[MarkedAnswer], name: str) -> list[ControlArticle]:
    """Return what is right in each article, in the order in which they were submitted.

    Of sentences for the status, of claims that have this field for all others.
    """
    found: dict[int, tuple[datetime, int, list[bool]]] = {}
    for each in control:
        at = each.assignment.submitted_at
        if at is not None:
            mine = found.setdefault(each.assignment.id, (at, each.own.user_id, []))
            mine[2].extend(rights_in(each.marked, name))
    return [
        ControlArticle(at, user, Share(sum(rights), len(rights)))
        for _, (at, user, rights) in sorted(found.items(), key=lambda each: (each[1][0], each[0]))
        if rights
    ]


def rights_in(marked: Marked, name: str) -> list[bool]:
    """Return whether it is right, of the sentence or each claim that has this field."""
    if name == STATUS:
        return [marked.status]
    return [claim.right[name] for claim in marked.claims if name in claim.right]


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
