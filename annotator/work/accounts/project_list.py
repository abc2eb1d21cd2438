"""The names of all projects, read without the models of anything: they cost more than the query."""

from sqlalchemy import column, select, table

from annotator.store.db import HIDDEN, db

PROJECTS = table("projects", column("slug"), column("name"))


def names() -> list[tuple[str, str]]:
    """Return short name and name of every project, by short name."""
    slug, name = PROJECTS.c.slug, PROJECTS.c.name
    query = select(slug, name).where(slug.not_like(f"{HIDDEN}%")).order_by(slug)
    return [(row.slug, row.name) for row in db.session.execute(query)]
