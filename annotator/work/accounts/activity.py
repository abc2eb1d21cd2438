"""Notes of what people do in a project, in the transaction that does it; `explore` reads them."""

from annotator.store.db import db
from annotator.store.models import Activity, Project, User

SETTINGS, PEOPLE, ARTICLES, ASSIGNMENT = "settings", "people", "articles", "assignment"
CODEBOOK, SPEAKERS, DECISIONS, RELEASES = "codebook", "speakers", "decisions", "releases"
LABELS = "labels"


def note(project: Project, user: User | None, kind: str, what: str) -> None:
    """Note one act, in words; without a user it came by command."""
    row = Activity(project_id=project.id, user_id=user.id if user else None, kind=kind, what=what)
    db.session.add(row)
    db.session.flush()
