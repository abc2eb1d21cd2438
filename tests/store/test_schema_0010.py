"""The tenth migration: links that were open stay open, and are the operator's."""

from slow_cases import server, slow
from sqlalchemy import inspect, select

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.store.models import SignInLink
from annotator.work.accounts import accounts

pytestmark = [server, slow]


def test_open_links_stay_good(project, settings):
    with write():
        lea = accounts.get_user("lea")
        token = accounts.make_link(accounts.get_user("ann"), by=lea)
        expires_at = db.session.scalars(select(SignInLink.expires_at)).one()
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0009")
        columns = {each["name"] for each in inspect(connection).get_columns("sign_in_links")}
        assert "made_by_id" not in columns
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
    link = db.session.scalars(select(SignInLink)).one()
    assert (link.made_by_id, link.expires_at) == (None, expires_at)
    assert accounts.user_of_link(token).username == "ann"
