"""The ninth migration: imports of before stay, those by command have nobody, and back again."""

from slow_cases import slow
from sqlalchemy import text

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.store.models import Import
from annotator.work.accounts import accounts
from annotator.work.articles import long_imports
from annotator.work.articles.import_run import FileReport

pytestmark = slow


def test_imports_of_people_survive_the_way_back_and_forth(project, settings):
    with write():
        long_imports.record(project, accounts.get_user("lea"), "One.", [FileReport("a", 1, 2)])
        long_imports.record(project, None, "Two.", [FileReport("b", 1, 2)])
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0008")
        assert connection.execute(text("SELECT said FROM imports")).scalars().all() == ["One."]
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
    (kept,) = db.session.query(Import).all()
    assert (kept.said, kept.user.username) == ("One.", "lea")
    assert kept.files == [{"name": "a", "articles": 1, "sentences": 2}]
