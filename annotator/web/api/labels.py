"""What scripts stream and measure: answers, decisions, gold, agreement."""

from collections.abc import Iterator
from dataclasses import replace

from flask import Response, abort
from sqlalchemy import Connection

from annotator.formats.articles import jsonl
from annotator.measure.methods import Model
from annotator.store.models import Project, Role
from annotator.store.snapshot import one_moment
from annotator.web.agreement.report import examined_now
from annotator.web.api.asked import parameters, project_asked
from annotator.web.api.replies import lines, replied, unchanged
from annotator.web.request_log import record
from annotator.work import copies
from annotator.work.agreement.measuring import usual
from annotator.work.agreement.report_json import as_json
from annotator.work.api.versions import LABELS, version_of
from annotator.work.consensus.voting import LEAST_MARGIN
from annotator.work.gold.models import Aggregation
from annotator.work.gold.rows import gold_rows
from annotator.work.labelling.annotation_rows import annotation_rows
from annotator.work.releases.parts import Row
from annotator.work.releases.rows import decision_rows
from annotator.work.tokens import READ


def show(slug: str) -> Response:
    """Stream the annotation rows; people stand under their pseudonyms."""
    project, _ = project_asked(slug, READ, Role.LEAD)
    purposes = copies.chosen(parameters()["purpose"])
    version = version_of(project, LABELS, (purposes,))
    if same := unchanged(version):
        return same
    record("labels of %r downloaded without names", project.slug)
    rows = annotation_rows(project, purposes=purposes)
    return lines(jsonl.write(rows), version, f"{project.slug}-labels.jsonl")


def show_decisions(slug: str) -> Response:
    """Stream what adjudicators decided."""
    project, membership = project_asked(slug, READ, Role.LEAD, Role.ADJUDICATOR)
    if membership.annotator and not membership.lead:
        abort(403, "You annotate in this project: a file of all decisions is for its leads.")
    parameters()
    version = version_of(project, "decisions")
    if same := unchanged(version):
        return same
    record("decisions of %r downloaded", project.slug)
    return lines(jsonl.write(decided(project)), version, f"{project.slug}-decisions.jsonl")


def decided(project: Project) -> Iterator[Row]:
    """Yield the decisions of one moment."""
    connection: Connection
    with one_moment() as connection:
        yield from decision_rows(connection, project)


def show_gold(slug: str) -> Response:
    """Stream gold by the method that is asked for."""
    project, _ = project_asked(slug, READ, Role.LEAD)
    given = parameters()
    model = Model()
    model = replace(
        model,
        smoothing=given.get("smoothing", model.smoothing),
        seed=given.get("seed", model.seed),
    )
    way = Aggregation(given["method"], model, given.get("margin", LEAST_MARGIN))
    version = version_of(project, "gold", (way,))
    if same := unchanged(version):
        return same
    record("gold of %r downloaded by the method %s", project.slug, way.method)
    name = f"{project.slug}-gold-{way.method}.jsonl"
    return lines(jsonl.write(gold_rows(project, way)), version, name)


def show_agreement(slug: str) -> Response:
    """Return the report of the agreement page."""
    project, _ = project_asked(slug, READ, Role.LEAD)
    selection = replace(usual(project), round=parameters()["round"])
    return replied(as_json(examined_now(project, selection).report))
