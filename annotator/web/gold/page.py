"""The gold page: all methods side by side, so that a lead chooses one by looking."""

from flask import Blueprint, Response, abort, render_template, request

from annotator.formats.articles import jsonl
from annotator.measure.aggregation import FITTED
from annotator.store.clock import now
from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.exposure import learns
from annotator.web.gold.differences import differences
from annotator.web.gold.query import WAY, carried, command, way_asked
from annotator.web.gold.view import (
    SAID,
    TITLES,
    decided_of,
    people_of,
    triangle_of,
)
from annotator.web.kept import kept
from annotator.web.paging import chosen, pager_for, refuse_unknown
from annotator.web.request_log import record
from annotator.web.streaming import streamed
from annotator.work.consensus.consensus import STANCE
from annotator.work.gold import counts as project_counts
from annotator.work.gold.compared import Compared, compared
from annotator.work.gold.doubts import NAMES
from annotator.work.gold.methods import SENTENCE, SHOWN, VALUES_DIFFER
from annotator.work.gold.panels import FIELDS
from annotator.work.gold.rows import gold_rows
from annotator.work.labelling.independence import ANSWERS

bp = Blueprint("gold", __name__)
PAGE = 20
JSONL = "application/jsonl; charset=utf-8"


@bp.get("/projects/<slug>/gold")
def show(slug: str) -> str:
    """Show what each method decides, where they differ, and how annotators stand to the chosen."""
    project, membership = project_for(slug, Role.LEAD)
    refuse_unknown(*WAY, "field", "show", "annotator")
    way = way_asked()
    field, shown = chosen("field", FIELDS, STANCE), chosen("show", SHOWN, VALUES_DIFFER)
    methods = kept(project, "gold", (way,), Compared, lambda: compared(project, way))
    wanted = request.args.get("annotator", "")
    if wanted and wanted not in methods.names:
        abort(404)
    found = methods.sentences
    links = {**carried(*WAY, "field", "show", "annotator"), "_anchor": "different"}
    pager = pager_for(len(found[shown]), PAGE, "sentences", links)
    page = found[shown][pager.offset : pager.last]
    learns(membership, page, ANSWERS)
    return render_template(
        "gold/page.html",
        project=project,
        membership=membership,
        way=way,
        names=NAMES,
        said=SAID,
        titles=TITLES,
        models=FITTED,
        shared=methods.shared,
        answered=methods.answered,
        not_counted=methods.not_counted,
        decided=[decided_of(methods, name) for name in (SENTENCE, *FIELDS)],
        triangles=[triangle_of(methods, name) for name in FIELDS],
        gold=methods.gold,
        hows=project_counts.HOW,
        people=people_of(methods, project.codebook, field, wanted),
        fields=FIELDS,
        show=shown,
        shows=[(name, words, len(found[name])) for name, words in SHOWN.items()],
        different=differences(methods, project.codebook, shown, page),
        pager=pager,
        kept=carried(*WAY),
        asked=carried(*WAY, "field", "show", "annotator"),
        command=command(project.slug, way),
        at=now(),
    )


@bp.get("/projects/<slug>/gold.jsonl")
def download(slug: str) -> Response:
    """Send the gold rows by the method that the address names; the command writes the same."""
    project, _ = project_for(slug, Role.LEAD)
    refuse_unknown(*WAY)
    way = way_asked()
    record("gold of %r downloaded by the method %s", project.slug, way.method)
    lines = jsonl.write(gold_rows(project, way))
    return streamed(lines, JSONL, f"{project.slug}-gold-{way.method}.jsonl")
