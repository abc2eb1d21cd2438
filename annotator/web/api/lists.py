"""What scripts read page by page: the project, its articles, work and speakers."""

from flask import Response

from annotator.store.models import Role
from annotator.web.api.asked import own_membership, paged, parameters, project_asked, require_scope
from annotator.web.api.replies import one, page
from annotator.work.api import reading
from annotator.work.tokens import READ


def show_projects() -> Response:
    """List the one project of the token."""
    require_scope(READ)
    parameters()
    membership = own_membership()
    return page(reading.Page([reading.project_item(membership.project, membership)]))


def show_project(slug: str) -> Response:
    project, membership = project_asked(slug, READ)
    parameters()
    return one(reading.project_item(project, membership))


def show_articles(slug: str) -> Response:
    _, membership = project_asked(slug, READ)
    given = parameters()
    return page(reading.articles(membership, *paged(given), given.get("key")), **given)


def show_article(slug: str, number: int) -> Response:
    _, membership = project_asked(slug, READ)
    parameters()
    return one(reading.article(membership, number))


def show_sentences(slug: str, number: int) -> Response:
    _, membership = project_asked(slug, READ)
    given = parameters()
    return page(reading.sentences(membership, number, *paged(given)), **given)


def show_assignments(slug: str) -> Response:
    _, membership = project_asked(slug, READ)
    given = parameters()
    return page(reading.assignments(membership, *paged(given)), **given)


def show_speakers(slug: str) -> Response:
    project, _ = project_asked(slug, READ, Role.LEAD)
    given = parameters()
    return page(reading.speakers(project, *paged(given)), **given)
