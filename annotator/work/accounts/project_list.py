"""The names of all projects, read without the models of anything."""

from sqlalchemy import Connection, column, select, table

from annotator.store.engine import HIDDEN

PROJECTS = table("projects", column("slug"), column("name"))


def names(connection: Connection) -> list[tuple[str, str]]:
    """Return short name and name of every project, by short name."""
    slug, name = PROJECTS.c.slug, PROJECTS.c.name
    query = select(slug, name).where(slug.not_like(f"{HIDDEN}%")).order_by(slug)
    return [(row.slug, row.name) for row in connection.execute(query)]
