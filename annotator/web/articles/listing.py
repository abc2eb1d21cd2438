"""The articles of a project, and the review of how one was split and segmented."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.articles.filters import NAMES, filters_of
from annotator.web.paging import pager_for, refuse_unknown
from annotator.work.articles import listing, near_duplicates, repairing, segments
from annotator.work.assignment import matrix


def show(slug: str) -> ResponseReturnValue:
    project, membership = project_for(slug, Role.LEAD)
    refuse_unknown(*NAMES)
    filters = filters_of(project, request.args)
    total = listing.count_articles(project, filters.asked)
    pager = pager_for(total, listing.ARTICLES, "articles", filters.kept)
    articles = listing.articles_of(project, pager.offset, filters.asked)
    numbers = [article.id for article in articles]
    return render_template(
        "articles/list/page.html",
        project=project,
        membership=membership,
        pager=pager,
        articles=articles,
        twins=near_duplicates.twins_of(project, numbers),
        holders=listing.holders_of(project, numbers),
        filters=filters,
        states=matrix.STATES,
        missing=listing.MISSING,
        shown_people=listing.SHOWN_PEOPLE,
        which=segments.WHICH,
        segment_words=segments.NAMES,
    )


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
