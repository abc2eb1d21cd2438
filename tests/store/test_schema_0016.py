"""The sixteenth migration: what is known of sentences begins as stale, and goes without a trace."""

import pytest
from agreement_examples import label
from slow_cases import server, slow
from sqlalchemy import inspect, select, text

from annotator.store import schema, upgrading
from annotator.store.db import db, write_in_steps
from annotator.store.marking import TABLE
from annotator.work.accounts import projects
from annotator.work.adjudication import refreshing
from annotator.work.adjudication.queue import View, queue_of

pytestmark = [server, slow]


@pytest.fixture
def before(project, settings):
    """Label three sentences, one of them by nobody, and go back to the version before."""
    label(project, "a: x | b: z\na: x\n")
    label(project, "a: x | b: x")
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0015")
    yield engine
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)


def test_the_way_back_leaves_nothing(before):
    found = inspect(before)
    assert "consensus" not in found.get_table_names()
    names = {each["name"] for table in ("answers", "articles") for each in found.get_indexes(table)}
    assert not names & {"ix_answers_of_others", "ix_articles_project_id_sentence_count"}


def test_every_answered_sentence_is_stale_until_somebody_reads(before, settings):
    with before.begin() as connection:
        (answered,) = connection.execute(
            text("SELECT count(DISTINCT sentence_id) FROM answers")
        ).one()
    schema.bring_up_to_date(settings.database_url)
    rows = db.session.execute(select(TABLE.c.marks, TABLE.c.known)).all()
    assert [tuple(row) for row in rows] == [(1, 0)] * answered
    assert answered == 3
    project = projects.get("us-russia")
    assert write_in_steps(refreshing.refresh(project)) == answered
    assert queue_of(project, View()).left == 1
