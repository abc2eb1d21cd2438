"""The ninth migration: imports of before stay, those by command have nobody, and back again."""

from datetime import UTC, datetime

from slow_cases import server, slow
from sqlalchemy import text

from annotator.store import schema, upgrading
from annotator.store.db import db
from annotator.store.models import Job
from annotator.work.accounts import accounts

pytestmark = [server, slow]

ADD = text(
    "INSERT INTO imports (project_id, user_id, state, done, total, said, files, started_at,"
    " beat_at) VALUES (:project, :user, 'stored', 0, 0, :said, :files, :at, :at)"
)
FILES = '[{"name": "a", "articles": 1, "sentences": 2}]'


def test_imports_of_people_survive_the_way_back_and_forth(project, settings):
    here = {"project": project.id, "files": FILES, "at": datetime.now(UTC)}
    lea = accounts.get_user("lea").id
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0009")
        connection.execute(ADD, {**here, "user": lea, "said": "One."})
        connection.execute(ADD, {**here, "user": None, "said": "Two."})
        upgrading.command.downgrade(upgrading.config(connection), "0008")
        assert connection.execute(text("SELECT said FROM imports")).scalars().all() == ["One."]
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
    (kept,) = db.session.query(Job).all()
    assert (kept.said, kept.user.username) == ("One.", "lea")
    assert kept.details == {"files": [{"name": "a", "articles": 1, "sentences": 2}]}
