"""The thirteenth migration: passwords stay, and count as some that a lead may know."""

from slow_cases import server, slow
from sqlalchemy import inspect, select

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.store.models import SignIn
from annotator.work.accounts import accounts, passwords, sessions

pytestmark = [server, slow]

NEW = {"users": "password_own", "sign_ins": "own"}
PASSWORD = "correct horse battery"


def test_passwords_and_sessions_stay_and_are_nobodys_own(project, settings):
    with write():
        ann = accounts.get_user("ann")
        accounts.set_password(ann, passwords.hash_new(PASSWORD, "ann"))
        token = sessions.start_session(ann, "127.0.0.1")
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0012")
        for table, name in NEW.items():
            assert name not in {each["name"] for each in inspect(connection).get_columns(table)}
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
    ann = accounts.get_user("ann")
    assert passwords.fits(PASSWORD, ann.password_hash)
    assert (ann.password_own, ann.password_ended) == (False, False)
    assert sessions.sign_in_of(token).user_id == ann.id
    assert db.session.scalars(select(SignIn.own)).all() == [False]
