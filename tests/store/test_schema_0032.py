"""The thirty-second migration: articles get the import they came with, and no row changes."""

import pytest
from labelling_examples import claims, save
from slow_cases import server, slow
from sqlalchemy import inspect, text

from annotator.store import schema, upgrading
from annotator.store.db import db
from annotator.work.labelling import history

pytestmark = [server, slow]
QUERIES = (
    "SELECT id, project_id, key, title, text, sha256, splitter, version, cluster_id FROM articles",
    'SELECT article_id, position, start, "end", text FROM sentences',
    "SELECT answer_id, revision, key, content, hash FROM answer_events",
)


def rows(engine):
    with engine.connect() as connection:
        return [sorted(connection.execute(text(query))) for query in QUERIES]


def columns(engine):
    return {each["name"] for each in inspect(engine).get_columns("articles")}


@pytest.fixture
def engine(article, settings):
    save(article, claims())
    db.session.remove()
    found = schema.migration_engine(settings.database_url)
    yield found
    found.dispose()


def test_both_ways_keep_every_row(engine, settings):
    before = rows(engine)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0031")
    assert "import_id" not in columns(engine)
    assert rows(engine) == before
    schema.bring_up_to_date(settings.database_url)
    assert "import_id" in columns(engine)
    assert rows(engine) == before
    assert history.audit().faults == ()
