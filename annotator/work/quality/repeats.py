"""What annotators said in repeats beside what they had said of the same sentences before."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from annotator.codebook.scheme import Codebook
from annotator.measure.oneself import NOMINAL, Level, Oneself, Twice, agreement_with_oneself
from annotator.measure.scoring import STATUS, Marked, Said, mark
from annotator.store.db import db
from annotator.store.models import Assignment, Project
from annotator.store.models.answers import REPEAT
from annotator.work import copies
from annotator.work.agreement.report import CERTAINTY, STANCE
from annotator.work.agreement.scales import level_of, scale_of
from annotator.work.assignment.qualifying import compared_fields
from annotator.work.consensus.comparison import Reading
from annotator.work.quality.marking import readings_in, said

SUBMITTED = "submitted"
MISSING = None
"""In the place of a speaker whom the other answer does not have."""


@dataclass(frozen=True)
class Repeated:
    """A sentence that somebody answered twice: the repeat, its position, and both answers."""

    assignment: Assignment
    position: int
    first: Reading
    second: Reading
    marked: Marked


def with_oneself(project: Project, user_id: int | None = None) -> dict[int, dict[str, Oneself]]:
    """Return by person, then field, how alike the two answers to a sentence are.

    Of submitted repeats; of one person alone if asked. Both answers are complete and were given
    without knowing what others said.
    """
    codebook = project.codebook
    fields = compared_fields(codebook)
    pairs: dict[int, dict[str, list[Twice]]] = {}
    for each in answered_twice(project, user_id):
        first, second = (said(one.status, one.claims, fields) for one in (each.first, each.second))
        own = pairs.setdefault(each.assignment.user_id, {field: [] for field in fields})
        for field, pair in pairs_of(first, second, each.marked):
            own[field].append(Twice(each.assignment.article_id, *pair))
    return {
        person: {
            field: agreement_with_oneself(found, level_in(codebook, field))
            for field, found in own.items()
        }
        for person, own in sorted(pairs.items())
    }


def level_in(codebook: Codebook, field: str) -> Level:
    """Return how agreement reports read a field, in which an order has only what is on the scale.

    Stance that the codebook reads without an order has one among those on the scale; it is read
    by all its values, as the first figure of reports is.
    """
    ordered = {STANCE: codebook.stance_scale, CERTAINTY: codebook.certainties}
    distance = level_of(codebook, field)
    if distance == "nominal":
        return NOMINAL
    return Level(distance, tuple(value for value, _ in scale_of(ordered[field])))


def answered_twice(project: Project, user_id: int | None = None) -> Iterator[Repeated]:
    """Yield each sentence that somebody answered twice, in the order of the repeats and the text.

    Where the sentences of the article were repaired in between, none of it can be compared.
    """
    fields = compared_fields(project.codebook)
    given = [
        each
        for each in db.session.scalars(copies.attempts(project.id, (REPEAT,), user_id))
        if each.state == SUBMITTED
        and copies.spans_of(each.article) == copies.spans_of(each.article.shown)
    ]
    before = readings_in(project, {each.article.number for each in given})
    after = readings_in(project, {each.article_id for each in given})
    for assignment in given:
        known = dict(before.get((assignment.article.number, assignment.user_id), ()))
        for place, second in after.get((assignment.article_id, assignment.user_id), ()):
            if first := known.get(place):
                marked = mark(
                    said(second.status, second.claims, fields),
                    said(first.status, first.claims, fields),
                    fields,
                )
                yield Repeated(assignment, place, first, second, marked)


def pairs_of(
    first: Said, second: Said, marked: Marked
) -> Iterator[tuple[str, tuple[Hashable, Hashable]]]:
    """Yield each field with what was said of it the first time and the second.

    A claim that one answer lacks differs in the speaker; the other fields are compared where the
    speaker is the same, as in accuracy (`measure.scoring`).
    """
    yield STATUS, (first.status, second.status)
    for claim in marked.claims:
        for field in claim.right:
            yield field, (value(first, claim.gold, field), value(second, claim.own, field))


def value(answer: Said, place: int | None, field: str) -> Hashable:
    """Return what an answer says in a field of the claim at a place."""
    return MISSING if place is None else answer.claims[place].get(field)
