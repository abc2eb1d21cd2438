"""The twenty-seventh migration: acts are noted from then on, and the way back leaves nothing."""

from slow_cases import server, slow
from sqlalchemy import inspect

from annotator.store import schema, upgrading
from annotator.store.db import db

pytestmark = [server, slow]


def test_the_way_back_leaves_nothing(project, settings):
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0026")
    found = inspect(engine)
    assert "activities" not in found.get_table_names()
    names = {each["name"] for each in found.get_indexes("decision_events")}
    assert "ix_decision_events_project_id_at" not in names
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
