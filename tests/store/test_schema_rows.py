"""Migrations on a database with data: every row of every table survives the way back and forth."""

import pytest
from release_examples import labelled
from slow_cases import server, slow
from sqlalchemy import Connection, MetaData, select

from annotator.store import schema, upgrading
from annotator.store.db import db

pytestmark = server

FIRST_TABLES = {
    "projects", "codebook_versions", "articles", "sentences", "users", "memberships",
    "assignments", "speakers", "aliases", "roster", "answers", "claims", "vias", "answer_events",
    "decisions",
}  # fmt: skip


@slow
@pytest.mark.parametrize("revision", ["0006", "0005", "0004", "0003", "0002"])
def test_children_survive_when_their_parents_are_migrated(project, article, settings, revision):
    labelled(project, article)
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        before = rows(connection)
        upgrading.command.downgrade(upgrading.config(connection), revision)
        meanwhile = rows(connection)
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
    engine = schema.migration_engine(settings.database_url)
    with engine.connect() as connection:
        after = rows(connection)
    engine.dispose()
    assert before["answers"]
    assert before["claims"]
    assert before["decisions"]
    for table in sorted(FIRST_TABLES):
        assert meanwhile[table] == before[table], table
        assert after[table] == before[table], table


def rows(connection: Connection) -> dict[str, list[int]]:
    """Return the primary keys of every table."""
    found = MetaData()
    found.reflect(connection)
    return {
        table.name: sorted(connection.execute(select(*table.primary_key)).scalars())
        for table in found.tables.values()
        if len(table.primary_key) == 1
    }
