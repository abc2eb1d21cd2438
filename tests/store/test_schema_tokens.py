"""The migration to tokens: the way back leaves neither them nor jobs that import labels."""

from slow_cases import server, slow
from sqlalchemy import inspect, text

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.work import jobs

pytestmark = [server, slow]


def test_the_way_back_leaves_nothing(project, settings):
    with write():
        for kind in (jobs.LABELS, jobs.IMPORT):
            jobs.add(kind, project, None, jobs.DONE)
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0033")
        assert connection.execute(text("SELECT kind FROM jobs")).scalars().all() == ["import"]
    assert "tokens" not in inspect(engine).get_table_names()
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
