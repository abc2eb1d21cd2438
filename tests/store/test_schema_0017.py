"""The seventeenth migration: what is kept of reports begins empty, and goes without a trace."""

import pytest
from slow_cases import server, slow
from sqlalchemy import func, inspect, select

from annotator.store import schema, upgrading
from annotator.store.db import db
from annotator.store.models import KeptReport

pytestmark = [server, slow]


@pytest.fixture
def before(project, settings):
    """Go back to the version before."""
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0016")
    yield engine
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)


def test_the_way_back_leaves_nothing(before):
    assert "kept_reports" not in inspect(before).get_table_names()


def test_nothing_is_kept_at_first(before, settings):
    schema.bring_up_to_date(settings.database_url)
    assert db.session.scalar(select(func.count(KeptReport.id))) == 0
