"""Accepting together what a clear majority says: a list with both sides, then one button."""

from flask.typing import ResponseReturnValue

from annotator.store.models import Role
from annotator.web.access import project_for
from annotator.web.adjudication.bulk import accept_ticked, show_list
from annotator.work.adjudication import bulk
from annotator.work.adjudication.standing import is_clear


def show(slug: str) -> ResponseReturnValue:
    """Show what would be accepted, with what the minority says."""
    return show_list(slug, "adjudication/majority.html", is_clear, ticked=False)


def accept(slug: str) -> ResponseReturnValue:
    """Accept what is ticked, without what changed meanwhile; or take back what was accepted."""
    project, _ = project_for(slug, Role.ADJUDICATOR, Role.LEAD)
    return accept_ticked(project, "adjudicate_majority.show", bulk.accept_majority)
