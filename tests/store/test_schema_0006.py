"""The sixth migration: decisions from before it stay decisions, and the way back is open."""

import pytest
from agreement_examples import sentences
from slow_cases import server, slow
from sqlalchemy import inspect, text

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.store.models import Decision

pytestmark = [server, slow]

NEW = {"decision_bases", "decision_events", "appeals"}


@pytest.fixture
def before(project, settings):
    """Take a database back to before the sixth migration and store a decision there."""
    with write():
        sentence = sentences(project, 1)[0].id
    version = project.codebook_version.id
    down = upgrading.scripts().get_revision("0006").down_revision
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), down)
        assert not NEW & set(inspect(connection).get_table_names())
        connection.execute(
            text(
                "INSERT INTO decisions (sentence_id, how, status, reason, claims, decided_at,"
                " codebook_version_id) VALUES (:sentence, 'adjudicated', 'no_claim', 'why', '[]',"
                " '2026-11-01 10:00:00', :version)"
            ),
            {"sentence": sentence, "version": version},
        )
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
    return sentence


def test_an_old_decision_stays_decided(before):
    decision = db.session.query(Decision).one()
    assert (decision.sentence_id, decision.state, decision.revision) == (before, "decided", 1)
    assert (decision.status, decision.reason, decision.rule) == ("no_claim", "why", None)
    assert (decision.fields, decision.readers, decision.soft, decision.bases) == ({}, [], None, [])
