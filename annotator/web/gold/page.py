"""The gold page: all methods side by side, so that a lead chooses one by looking."""

from flask import Response, abort, render_template, request

from annotator.formats.articles import jsonl
from annotator.formats.labels import gold_csv
from annotator.formats.labels.csv_rows import DIALECTS
from annotator.formats.labels.gold_csv import Rows
from annotator.measure.methods import FITTED
from annotator.store.clock import now
from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.exposure import learns
from annotator.web.gold.differences import differences, waiting
from annotator.web.gold.query import WAY, carried, command, way_asked
from annotator.web.gold.view import (
    SAID,
    decided_of,
    gold_bar,
    people_of,
    titles_of,
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
from annotator.work.gold.rows import article_columns, gold_rows
from annotator.work.labelling.independence import ANSWERS

PAGE = 20
FEW, MANY = 10, 1000
OPEN_LISTS = ("few", "all")
JSONL = "application/jsonl; charset=utf-8"
CSV = "text/csv; charset=utf-8; header=present"


def show(slug: str) -> str:
    """Show what each method decides, where they differ, and how annotators stand to the chosen."""
    project, membership = project_for(slug, Role.LEAD)
    refuse_unknown(*WAY, "field", "show", "annotator", "open")
    way = way_asked()
    listed = FEW if chosen("open", OPEN_LISTS, "few") == "few" else MANY
    methods = kept(project, "gold", (way,), Compared, lambda: compared(project, way))
    field = chosen("field", methods.fields, STANCE)
    shown = chosen("show", SHOWN, VALUES_DIFFER)
    wanted = request.args.get("annotator", "")
    if wanted and wanted not in methods.names:
        abort(404)
    found = methods.sentences
    links = {**carried(*WAY, "field", "show", "annotator", "open"), "_anchor": "different"}
    pager = pager_for(len(found[shown]), PAGE, "sentences", links)
    page = found[shown][pager.offset : pager.last]
    titles = titles_of(project.codebook)
    still = methods.open[:listed]
    learns(membership, page, ANSWERS)
    return render_template(
        "gold/page.html",
        project=project,
        membership=membership,
        way=way,
        names=NAMES,
        said=SAID,
        titles=titles,
        models=FITTED,
        shared=methods.shared,
        answered=methods.answered,
        not_counted=methods.not_counted,
        decided=[decided_of(methods, name, titles) for name in (SENTENCE, *methods.fields)],
        triangles=[triangle_of(methods, name, titles) for name in methods.fields],
        gold=methods.gold,
        bar=gold_bar(methods.gold),
        still=waiting(still),
        still_all=len(methods.open),
        few=FEW,
        hows=project_counts.HOW,
        people=people_of(methods, project.codebook, field, wanted),
        fields=tuple(methods.fields),
        show=shown,
        shows=[(name, words, len(found[name])) for name, words in SHOWN.items()],
        different=differences(methods, project.codebook, shown, page),
        pager=pager,
        kept=carried(*WAY),
        asked=carried(*WAY, "field", "show", "annotator"),
        command=command(project.slug, way),
        at=now(),
    )


def download_table(slug: str, table: Rows) -> Response:
    """Send the sentences or the claims of gold as CSV, in the form that `for` names."""
    project, _ = project_for(slug, Role.LEAD)
    refuse_unknown(*WAY, "for")
    way = way_asked()
    dialect = DIALECTS[chosen("for", DIALECTS, "any")]
    record("%s of gold of %r downloaded by the method %s", table, project.slug, way.method)
    rows, labels = gold_rows(project, way), project.codebook.labels
    lines = gold_csv.write(rows, table, article_columns(project), dialect, labels)
    name = "gold-claims" if table == "claims" else "gold"
    return streamed(lines, CSV, f"{project.slug}-{name}-{way.method}.csv")


def download(slug: str) -> Response:
    """Send the gold rows by the method that the address names; the command writes the same."""
    project, _ = project_for(slug, Role.LEAD)
    refuse_unknown(*WAY)
    way = way_asked()
    record("gold of %r downloaded by the method %s", project.slug, way.method)
    lines = jsonl.write(gold_rows(project, way))
    return streamed(lines, JSONL, f"{project.slug}-gold-{way.method}.jsonl")
