"""Views that somebody gave a name, for everybody of a project who may look."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from annotator.errors import RefusedError
from annotator.store.db import db
from annotator.store.models import Project, SavedView, User

LONGEST = 80
MOST = 100


def views_of(project: Project) -> Sequence[SavedView]:
    """Return the named views of a project, by name."""
    query = select(SavedView).where(SavedView.project_id == project.id)
    return db.session.scalars(query.order_by(func.lower(SavedView.name), SavedView.id)).all()


def save(project: Project, user: User, name: str, query: str) -> SavedView:
    """Give a view a name; `query` is what stands behind the question mark of its address.

    Raises:
        RefusedError: the name is empty, too long or taken, or there are too many views.

    """
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise RefusedError("Enter a name for the view.")
    if len(name) > LONGEST:
        raise RefusedError(f"A name has at most {LONGEST} characters; this one has {len(name)}.")
    held = views_of(project)
    if any(each.name.casefold() == name.casefold() for each in held):
        raise RefusedError(f"There is already a view “{name}”. Choose another name.")
    if len(held) >= MOST:
        raise RefusedError(f"A project has at most {MOST} views. Delete one first.")
    view = SavedView(project_id=project.id, user_id=user.id, name=name, query=query)
    db.session.add(view)
    db.session.flush()
    return view


def remove(project: Project, number: int) -> None:
    """Delete a view; what it shows stays as it is."""
    db.session.execute(
        delete(SavedView).where(SavedView.id == number, SavedView.project_id == project.id)
    )
