"""The fifteenth migration: imports and releases under way become jobs, and back again."""

from datetime import UTC, datetime

import pytest
from slow_cases import server, slow
from sqlalchemy import text

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.store.models import Job
from annotator.work import jobs
from annotator.work.accounts import accounts

pytestmark = [server, slow]

IMPORT = text(
    "INSERT INTO imports"
    " (id, project_id, user_id, state, done, total, said, files, started_at, beat_at)"
    " VALUES (:id, :project, :user, :state, 3, 9, :said, :files, :at, :at)"
)
RUN = text(
    "INSERT INTO release_runs"
    " (id, project_id, user_id, name, state, done, total, said, settings, started_at, beat_at)"
    " VALUES (:id, :project, :user, :name, :state, 4, 8, '', :settings, :at, :at)"
)


@pytest.fixture
def before(project, settings):
    """Store three imports and three releases as the version before has them."""
    here = {"project": project.id, "user": accounts.get_user("lea").id, "at": datetime.now(UTC)}
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0014")
        for number, state in enumerate(["stored", "reading", "cancelled"], start=5):
            row = {"id": number, "state": state, "said": state, "files": '[{"name": "a"}]'}
            connection.execute(IMPORT, here | row)
        for number, state in enumerate(["written", "writing", "failed"], start=1):
            row = {"id": number, "state": state, "name": f"v{number}", "settings": '{"seed": 3}'}
            connection.execute(RUN, here | row)
    yield engine
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)


def test_imports_keep_their_numbers_and_what_ran_was_interrupted(before, project, settings):
    schema.bring_up_to_date(settings.database_url)
    found = db.session.query(Job).order_by(Job.id).all()
    assert [(each.id, each.kind, each.state) for each in found[:3]] == [
        (5, "import", "done"),
        (6, "import", "interrupted"),
        (7, "import", "cancelled"),
    ]
    assert [(each.kind, each.state, each.details["name"]) for each in found[3:]] == [
        ("release", "done", "v1"),
        ("release", "interrupted", "v2"),
        ("release", "failed", "v3"),
    ]
    assert (found[0].said, found[0].details) == ("stored", {"files": [{"name": "a"}]})
    assert found[3].details["settings"] == {"seed": 3}
    assert {each.user.username for each in found} == {"lea"}
    assert [(each.done, each.total) for each in (found[0], found[3])] == [(3, 9), (4, 8)]
    with write():
        assert jobs.begin(jobs.IMPORT, project, None).id > found[-1].id


def test_the_way_back_gives_both_tables_their_rows(before, settings):
    schema.bring_up_to_date(settings.database_url)
    with schema.migrating(before) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0014")
        rows = connection.execute(text("SELECT id, state, done, said FROM imports ORDER BY id"))
        assert [tuple(row) for row in rows] == [
            (5, "stored", 3, "stored"),
            (6, "failed", 3, "reading"),
            (7, "cancelled", 3, "cancelled"),
        ]
        rows = connection.execute(text("SELECT name, state FROM release_runs ORDER BY id"))
        assert [tuple(row) for row in rows] == [
            ("v1", "written"),
            ("v2", "failed"),
            ("v3", "failed"),
        ]
