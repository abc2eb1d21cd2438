"""The results page: what the labels say, from gold or from all answers, never mixed."""

import hashlib

from flask import Response, abort, render_template
from sqlalchemy import select

from annotator.formats.labels import csv_rows
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import Article, Project, Role
from annotator.web.access import project_for
from annotator.web.gold.query import WAY, carried, way_asked
from annotator.web.kept import kept
from annotator.web.paging import chosen, refuse_unknown
from annotator.web.request_log import record
from annotator.web.results import bars, drawing
from annotator.web.results.view import LISTED_EDGES, Shown, behind, figures_of, types_of
from annotator.web.streaming import attachment, csv_file
from annotator.work.gold.doubts import NAMES
from annotator.work.gold.models import Aggregation
from annotator.work.results.figures import PERIODS, Results, results
from annotator.work.results.reading import SOURCES

ASKED = ("source", "by", *WAY)
SVG = "image/svg+xml; charset=utf-8"
WIDTH, HEAD, MARGIN = 960, 64, 24


def show(slug: str) -> str:
    """Show all figures."""
    project, membership = project_for(slug, Role.LEAD)
    found, way = results_now(project)
    book = project.codebook
    return render_template(
        "results/page.html",
        project=project,
        membership=membership,
        found=found,
        figures=figures_of(found, book),
        book=book,
        types=types_of(found, book),
        listed=LISTED_EDGES,
        strengths=bars.strengths(book),
        interval=drawing.interval,
        others=bars.others,
        behind=behind,
        sources=SOURCES,
        source=found.source,
        periods=PERIODS,
        period=chosen("by", PERIODS, "month"),
        method=NAMES[way.method],
        asked=carried(*ASKED),
        at=now(),
    )


def table(slug: str, figure: str) -> Response:
    """Send the numbers of one figure."""
    project, _ = project_for(slug, Role.LEAD)
    found, _ = results_now(project)
    one = figure_of(project, found, figure)
    record("results of %r downloaded: %s", project.slug, figure)
    return csv_file(csv_rows.table(one.csv()), f"{project.slug}-{figure}-{found.source}")


def picture(slug: str, figure: str) -> Response:
    """Send the drawing of one figure, which says what it shows and needs no other file."""
    project, _ = project_for(slug, Role.LEAD)
    found, way = results_now(project)
    one = figure_of(project, found, figure)
    if one.drawing is None:
        abort(404, "There is nothing to draw yet.")
    text = render_template(
        "results/figure.svg",
        project=project,
        figure=one,
        chart=one.drawing,
        found=found,
        book=project.codebook,
        strengths=bars.strengths(project.codebook),
        method=NAMES[way.method],
        width=WIDTH,
        head=HEAD,
        margin=MARGIN,
        at=now(),
    )
    return attachment(text, SVG, f"{project.slug}-{figure}-{found.source}.svg")


def results_now(project: Project) -> tuple[Results, Aggregation]:
    """Return the figures that the address asks for, as of now, and the method of gold."""
    refuse_unknown(*ASKED)
    way = way_asked()
    source = next(each for each in SOURCES if each == chosen("source", SOURCES, "gold"))
    period = next(each for each in PERIODS if each == chosen("by", PERIODS, "month"))
    by = way if source == "gold" else Aggregation()
    asked = (source, period, by, dates_of(project))
    return kept(
        project, "results", asked, Results, lambda: results(project, source, by, period)
    ), by


def dates_of(project: Project) -> str:
    """Return a hash of what figures group by beside the labels, which no version of them has."""
    found = hashlib.sha256()
    rows = select(Article.id, Article.publisher, Article.published_on).where(
        Article.project_id == project.id
    )
    for row in db.session.execute(rows.order_by(Article.id)):
        found.update(repr(tuple(row)).encode("utf-8", "replace"))
    return found.hexdigest()


def figure_of(project: Project, found: Results, name: str) -> Shown:
    """Return one figure; what the codebook has no figure of is 404."""
    figures = figures_of(found, project.codebook)
    if name not in figures:
        abort(404)
    return figures[name]
