"""The migration for teams: what was labelled before it keeps its counts, both ways."""

from labelling_examples import assignment_of, claims, nothing_claimed, save, stored
from slow_cases import server, slow
from sqlalchemy import inspect

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.work.labelling.history import audit
from annotator.work.operations import checkup

pytestmark = [server, slow]


def test_time_in_use_is_counted_from_the_answers_that_were_there(article, settings):
    save(article, claims(), seconds=30)
    save(article, nothing_claimed(), position=0, seconds=12)
    saved_at, root = stored(article, position=0).updated_at, audit().root
    with write():
        assignment_of(article, "ben").state = "closed"
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0004")
        columns = {each["name"] for each in inspect(connection).get_columns("assignments")}
        assert not {"active_seconds", "saved_at"} & columns
    engine.dispose()
    assert schema.bring_up_to_date(settings.database_url) == "0004"
    found = assignment_of(article)
    assert (found.active_seconds, found.saved_at) == (42, saved_at)
    assert assignment_of(article, "ben").state == "submitted"
    assert (audit().root, audit().faults) == (root, ())
    assert list(checkup.faults()) == []
