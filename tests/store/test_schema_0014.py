"""The fourteenth migration: an import that was cut off goes on with the part it has come to."""

from slow_cases import server, slow
from sqlalchemy import inspect, select

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.store.models import Staging
from annotator.work import staging

pytestmark = [server, slow]


def test_how_many_parts_of_an_import_have_appeared_stays(project, settings):
    with write():
        number = staging.begin(staging.LABELS, "labels", project.id).id
        staging.move(number, state=staging.APPEARING, plan={"parts": [[], [], []]}, shown=2)
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0013")
        assert "shown" not in {each["name"] for each in inspect(connection).get_columns("stagings")}
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
    assert staging.shown_of(number) == 2
    assert db.session.scalars(select(Staging.plan)).one()["parts"] == [[], [], []]
