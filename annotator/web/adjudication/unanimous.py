"""Accepting together what all annotators agree on: a list to look through, then one button."""

from flask.typing import ResponseReturnValue

from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.adjudication.bulk import accept_ticked, show_list
from annotator.work.adjudication import bulk
from annotator.work.adjudication.standing import is_unanimous


def show(slug: str) -> ResponseReturnValue:
    """Show what would be accepted, nothing hidden."""
    return show_list(slug, "adjudication/unanimous.html", is_unanimous, ticked=True)


def accept(slug: str) -> ResponseReturnValue:
    """Accept what is ticked, without what changed meanwhile; or take back what was accepted."""
    project, _ = project_for(slug, Role.ADJUDICATOR, Role.LEAD)
    return accept_ticked(project, "adjudicate_unanimous.show", bulk.accept_unanimous)
