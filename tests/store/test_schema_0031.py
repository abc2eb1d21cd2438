"""The thirty-first migration: sessions and projects stay as they are, and nobody needs a factor."""

from slow_cases import server, slow
from sqlalchemy import inspect

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.work.accounts import accounts, sessions

pytestmark = [server, slow]


def test_sessions_go_on_there_and_back(project, settings):
    with write():
        token = sessions.start_session(accounts.get_user("ann"), "127.0.0.1")
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0029")
        found = inspect(connection)
        assert {"second_factors", "recovery_codes"}.isdisjoint(found.get_table_names())
        names = {each["name"] for each in found.get_columns("sign_ins")}
        assert names.isdisjoint({"agent", "factor_shown", "new_secret"})
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
    found = sessions.sign_in_of(token)
    assert (found.username, found.lacks, found.needs_factor) == ("ann", "", False)
