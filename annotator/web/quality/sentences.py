"""The sentences behind a figure of quality: each answer beside gold, field by field."""

from datetime import date, timedelta

from flask import abort, request
from flask.typing import ResponseReturnValue

from annotator.measure.control.chart import monday_of
from annotator.store.models import Role
from annotator.store.models.answers import REPEAT, TRAINING
from annotator.web.access import project_for
from annotator.web.paging import refuse_unknown
from annotator.web.quality.beside import repeats_page, sentences_page
from annotator.work.assignment.progress import people_of
from annotator.work.quality import repeats, report, training
from annotator.work.quality.marking import MarkedAnswer, marked_answers


def show(slug: str, pseudonym: str, purpose: str) -> ResponseReturnValue:
    """Show a lead the answers of one annotator in training (the newest try), control or repeats.

    `?week=2026-03-02` narrows control to the articles that were submitted in that week.
    """
    project, membership = project_for(slug, Role.LEAD)
    refuse_unknown("show", "week")
    them = {each.pseudonym: each for each in people_of(project)}.get(pseudonym)
    if them is None:
        abort(404)
    if purpose == REPEAT:
        twice = list(repeats.answered_twice(project, them.user_id))
        return repeats_page(project, membership, twice, f"{pseudonym}: repeats", "quality.show")
    if purpose == TRAINING:
        ended = [each for each in training.tries(project, them.user_id) if each.submitted_at]
        newest = max((each.attempt for each in ended), default=0)
        found = marked_answers(project, [each for each in ended if each.attempt == newest])
        title = f"{pseudonym}: training, try {newest}" if newest else f"{pseudonym}: training"
    else:
        found, title = report.control_answers(project, them.user_id), f"{pseudonym}: control"
        if week := week_asked():
            found = [each for each in found if is_of_week(each, week)]
            title += f", week of {week.isoformat()}"
    return sentences_page(project, membership, found, title, "quality.show")


def week_asked() -> date | None:
    """Return the Monday that the address asks for; 400 where it is none."""
    text = request.args.get("week", "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(400, f"“{text[:64]}” is no day. Write the Monday of a week as 2026-03-02.")
    return monday_of(day)


def is_of_week(found: MarkedAnswer, monday: date) -> bool:
    """Say whether an answer belongs to the week from this Monday on."""
    at = found.assignment.submitted_at
    return at is not None and timedelta(0) <= at.date() - monday < timedelta(7)
