"""The eighteenth migration: sentences and events get a column, and nothing else of them changes."""

import pytest
from labelling_examples import claims, save
from slow_cases import server, slow
from sqlalchemy import inspect, text

from annotator.store import schema, upgrading
from annotator.store.db import db
from annotator.work.labelling import history

pytestmark = [server, slow]
ROWS = {
    "sentences": 'SELECT position, start, "end", segment, paragraph, text, origin FROM sentences',
    "answer_events": "SELECT answer_id, revision, key, content, hash, kind FROM answer_events",
}


def rows(engine):
    with engine.connect() as connection:
        return {name: sorted(connection.execute(text(query))) for name, query in ROWS.items()}


@pytest.fixture
def there_and_back(article, settings):
    """Label a sentence, go back to the version before; return the rows before and then."""
    save(article, claims())
    before = rows(db.engine)
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0017")
    yield before, engine
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)


def test_the_way_back_leaves_nothing_and_every_row(there_and_back):
    before, engine = there_and_back
    columns = {name: {each["name"] for each in inspect(engine).get_columns(name)} for name in ROWS}
    assert "proposals" not in columns["sentences"]
    assert "proposed" not in columns["answer_events"]
    assert rows(engine) == before


def test_what_was_there_before_has_no_proposals_yet_and_its_chains_hold(there_and_back, settings):
    before, _ = there_and_back
    schema.bring_up_to_date(settings.database_url)
    assert rows(db.engine) == before
    with db.engine.connect() as connection:
        assert set(connection.scalars(text("SELECT proposals FROM sentences"))) == {None}
        assert set(connection.scalars(text("SELECT proposed FROM answer_events"))) == {None}
    assert history.audit().faults == ()
