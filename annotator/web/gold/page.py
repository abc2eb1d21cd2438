"""The gold page: all methods side by side, so that a lead chooses one by looking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template, request, url_for

from annotator.codebook.scheme import Codebook
from annotator.formats.articles import jsonl
from annotator.formats.labels import gold_csv
from annotator.formats.labels.csv_rows import DIALECTS
from annotator.formats.labels.gold_csv import Rows
from annotator.measure.methods import FITTED
from annotator.store.clock import now
from annotator.store.models import Project, Role
from annotator.web.access import project_for
from annotator.web.exposure import learns
from annotator.web.gold.differences import Different, differences, waiting
from annotator.web.gold.query import WAY, carried, command, way_asked
from annotator.web.gold.view import (
    SAID,
    Decided,
    Triangle,
    decided_of,
    gold_bar,
    people_of,
    titles_of,
    triangle_of,
)
from annotator.web.kept import Instead, kept
from annotator.web.paging import Pager, chosen, pager_for, refuse_unknown
from annotator.web.request_log import record
from annotator.web.streaming import streamed
from annotator.work.consensus.consensus import STANCE
from annotator.work.gold import counts as project_counts
from annotator.work.gold.compared import Compared, compared, is_large
from annotator.work.gold.doubts import NAMES
from annotator.work.gold.methods import SENTENCE, SHOWN, VALUES_DIFFER
from annotator.work.gold.models import Aggregation
from annotator.work.gold.rows import article_columns, gold_rows
from annotator.work.labelling.independence import ANSWERS

PAGE = 20
FEW, MANY = 10, 1000
OPEN_LISTS = ("few", "all")
EVERYTHING = "all"
JSONL = "application/jsonl; charset=utf-8"
CSV = "text/csv; charset=utf-8; header=present"


@dataclass(frozen=True)
class Comparison:
    """The methods side by side; `different` are the sentences of one page, `sentences` their ids.

    `shows`: which sentences there are to look at, in words, and how many.
    """

    decided: Sequence[Decided]
    triangles: Sequence[Triangle]
    shows: Sequence[tuple[str, str, int]]
    sentences: Sequence[int]
    different: Sequence[Different]
    pager: Pager


def show(slug: str) -> str:
    """Show what each method decides, where they differ, and how annotators stand to the chosen.

    Of a large project only the chosen method at first: the comparison comes when it is asked for.
    """
    project, membership = project_for(slug, Role.LEAD)
    refuse_unknown(*WAY, "field", "show", "annotator", "open", "compare")
    way = way_asked()
    listed = FEW if chosen("open", OPEN_LISTS, "few") == "few" else MANY
    methods = methods_asked(project, way)
    field = chosen("field", methods.fields, STANCE)
    shown = chosen("show", SHOWN, VALUES_DIFFER)
    wanted = request.args.get("annotator", "")
    if wanted and wanted not in methods.names:
        abort(404)
    titles = titles_of(project.codebook)
    comparison = None
    if methods.all_methods:
        comparison = comparison_of(methods, project.codebook, shown)
        learns(membership, comparison.sentences, ANSWERS)
    still = methods.open[:listed]
    asked: Mapping[str, Any] = carried(*WAY, "field", "show", "annotator")
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
        comparison=comparison,
        gold=methods.gold,
        bar=gold_bar(methods.gold),
        still=waiting(still),
        still_all=len(methods.open),
        few=FEW,
        hows=project_counts.HOW,
        people=people_of(methods, project.codebook, field, wanted),
        fields=tuple(methods.fields),
        show=shown,
        kept=carried(*WAY),
        asked=asked,
        everything=url_for("gold.show", slug=slug, compare=EVERYTHING, **asked),
        command=command(project.slug, way),
        at=now(),
    )


def methods_asked(project: Project, way: Aggregation) -> Compared:
    """Return all methods, or of a large project the chosen one where nobody asks for the others."""
    asks = chosen("compare", (EVERYTHING,)) or "show" in request.args or "page" in request.args
    alone = None
    if not asks and is_large(project):
        alone = Instead("gold-alone", lambda: compared(project, way, (way.method,)))
    return kept(project, "gold", (way,), Compared, lambda: compared(project, way), alone)


def comparison_of(methods: Compared, codebook: Codebook, shown: str) -> Comparison:
    """Return the methods side by side, with a page of the sentences on which they differ."""
    found, titles = methods.sentences, titles_of(codebook)
    links = {**carried(*WAY, "field", "show", "annotator", "open"), "_anchor": "different"}
    pager = pager_for(len(found[shown]), PAGE, "sentences", links)
    page = found[shown][pager.offset : pager.last]
    return Comparison(
        [decided_of(methods, name, titles) for name in (SENTENCE, *methods.fields)],
        [triangle_of(methods, name, titles) for name in methods.fields],
        [(name, words, len(found[name])) for name, words in SHOWN.items()],
        page,
        differences(methods, codebook, shown, page),
        pager,
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
