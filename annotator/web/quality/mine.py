"""My quality: an annotator's own training, and agreement with others where nothing is blind."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from annotator.measure.scoring import Share
from annotator.store.models import Membership, Project, Role, TrainingResult
from annotator.web.access import project_for
from annotator.web.agreement.report import shown_now
from annotator.web.quality.beside import repeats_page, sentences_page
from annotator.web.security import person
from annotator.work.adjudication import appeals
from annotator.work.agreement.report import AnnotatorReport, Selection
from annotator.work.assignment import qualifying
from annotator.work.assignment.qualifying import compared_fields
from annotator.work.quality import repeats, training
from annotator.work.quality.marking import marked_answers


@dataclass(frozen=True)
class Ended:
    """One result, with its scores by field."""

    result: TrainingResult
    scores: Mapping[str, Share]


def show(slug: str) -> ResponseReturnValue:
    """Show one's own training and agreement; never anybody else's."""
    project, membership = project_for(slug, Role.ANNOTATOR)
    asked = qualifying.training_of(project)
    standing = qualifying.standing_of(project, membership.user_id)
    going = training.newest_try(project, membership.user_id)
    return render_template(
        "quality/mine.html",
        project=project,
        membership=membership,
        training=asked,
        thresholds=qualifying.asked_for(asked, project.codebook),
        fields=compared_fields(project.codebook),
        standing=standing,
        tries=[ended(each) for each in reversed(standing.results)],
        going=going if training.is_open(going) else [],
        why_not=training.why_not(project, membership),
        rest=rest_of(project, membership),
        oneself=repeats.with_oneself(project, membership.user_id).get(membership.user_id, {}),
    )


def sentences(slug: str, attempt: int) -> ResponseReturnValue:
    """Show the sentences of a try that has ended, each beside gold."""
    project, membership = project_for(slug, Role.ANNOTATOR)
    given = [
        each for each in training.tries(project, membership.user_id) if each.attempt == attempt
    ]
    if not given or training.is_open(given):
        abort(404)
    return sentences_page(
        project,
        membership,
        marked_answers(project, given),
        f"My training, try {attempt}",
        "my_quality.show",
    )


def repeated(slug: str) -> ResponseReturnValue:
    """Show what one answered twice: each submitted repeat beside the first answers."""
    project, membership = project_for(slug, Role.ANNOTATOR)
    found = list(repeats.answered_twice(project, membership.user_id))
    if not found:
        abort(404)
    return repeats_page(project, membership, found, "My repeats", "my_quality.show")


def ended(result: TrainingResult) -> Ended:
    """Return a result with its scores."""
    return Ended(result, {name: Share(*counts) for name, counts in result.scores.items()})


def rest_of(project: Project, membership: Membership) -> dict[str, AnnotatorReport]:
    """Return how a person agrees with all others, by field.

    Only in articles that everybody has submitted and that are decided: nothing in them is blind.
    """
    articles = appeals.adjudicated_articles(project, person())
    if not articles:
        return {}
    selection = Selection(headlines=project.headlines_in_agreement).of_articles(sorted(articles))
    return {
        each.field: own
        for each in shown_now(project, selection).report.people
        for own in each.annotators
        if own.name == membership.pseudonym
    }
