"""The articles of a project, and the review of how one was split and segmented."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.paging import pager_for
from annotator.work.articles import listing, near_duplicates, repairing

bp = Blueprint("articles", __name__)


@bp.get("/projects/<slug>/articles")
def show(slug: str) -> ResponseReturnValue:
    """List the articles."""
    project, membership = project_for(slug, Role.LEAD)
    total = listing.count_articles(project)
    pager = pager_for(total, listing.ARTICLES, "articles")
    articles = listing.articles_of(project, pager.offset)
    return render_template(
        "articles/list/page.html",
        project=project,
        membership=membership,
        pager=pager,
        articles=articles,
        twins=near_duplicates.twins_of(project, [article.id for article in articles]),
    )


@bp.get("/projects/<slug>/articles/<int:article_id>")
def review(slug: str, article_id: int) -> ResponseReturnValue:
    """Show the sentences of one article as they were found: segment, paragraph, offsets."""
    project, membership = project_for(slug, Role.LEAD)
    article = listing.article_of(project, article_id)
    if article is None:
        abort(404)
    pager = pager_for(article.sentence_count, listing.SENTENCES, "sentences")
    return render_template(
        "articles/list/review.html",
        project=project,
        membership=membership,
        article=article,
        pager=pager,
        segments=listing.segments_of(article),
        sentences=listing.sentences_of(article, pager.offset),
        newest=repairing.newest(article),
        touched=repairing.touched(article),
    )
