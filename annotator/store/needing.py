"""Who needs a second factor: a project asks it of roles, the operator of roles or of everybody.

The conditions stand in queries of users; what the operator asks is given to them as parameters.
"""

from collections.abc import Collection

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, exists, or_

from annotator.store.models import Membership, Project, Role, User

# Whom the operator can ask a second factor of, beside the roles.
EVERYBODY = "all"


def asked_of_all(needing: Collection[str]) -> dict[str, bool]:
    """Return the parameters of the conditions: `needing` are roles, or EVERYBODY."""
    return {f"all_{name}": name in needing for name in (EVERYBODY, *Role)}


def needs_factor() -> ColumnElement[bool]:
    """Return whether a user needs a second factor for a role somewhere, or as everybody does."""
    here = and_(Membership.user_id == User.id, Membership.project_id == Project.id)
    somewhere = exists().where(here, of_membership()).correlate(User)
    return or_(of_everybody(EVERYBODY), somewhere)


def needs_factor_here() -> ColumnElement[bool]:
    """Return the same for one project, where the query has the membership and its project."""
    return or_(of_everybody(EVERYBODY), of_membership())


def of_membership() -> ColumnElement[bool]:
    """Return whether a role of a membership needs a second factor, in its project or in all."""
    each = (
        (Membership.lead, Project.factor_for_leads, Role.LEAD),
        (Membership.adjudicator, Project.factor_for_adjudicators, Role.ADJUDICATOR),
        (Membership.annotator, Project.factor_for_annotators, Role.ANNOTATOR),
    )
    return or_(*(and_(held, or_(asked, of_everybody(role))) for held, asked, role in each))


def of_everybody(name: str) -> ColumnElement[bool]:
    """Return whether the operator asks a second factor of everybody, or with this role."""
    return bindparam(f"all_{name}", type_=Boolean())
