"""The thirty-fifth migration: accounts stay, without an address, and the way back keeps them."""

from slow_cases import server, slow
from sqlalchemy import inspect

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.work.accounts import accounts, memberships

pytestmark = [server, slow]


def test_accounts_stay_there_and_back(project, settings):
    with write():
        accounts.set_email(accounts.get_user("ann"), "ann@example.org", own=True)
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0034")
        names = {each["name"] for each in inspect(connection).get_columns("users")}
        assert names.isdisjoint({"email", "email_own", "sso_issuer", "sso_subject"})
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
    ann = accounts.get_user("ann")
    assert (ann.email, ann.email_own, ann.sso_subject) == (None, False, None)
    assert [each.project.slug for each in memberships.memberships(ann)] == ["us-russia"]
