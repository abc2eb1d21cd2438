"""The second migration: events from before there was an undo stay what they were."""

import pytest
from labelling_examples import claims, nothing_claimed, save
from slow_cases import server, slow
from sqlalchemy import inspect, select

from annotator.store import schema, upgrading
from annotator.store.db import db
from annotator.store.models import AnswerEvent, Article
from annotator.work.accounts import accounts
from annotator.work.labelling import undoing
from annotator.work.labelling.history import audit

pytestmark = [server, slow]


@pytest.fixture
def from_before(article, settings):
    """Take a database with three saves back to the first schema, then bring it up to date."""
    save(article, claims(), position=2)
    save(article, nothing_claimed(), position=5)
    save(article, nothing_claimed(), position=2, revision=1)
    root = audit().root
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0001")
        columns = {each["name"] for each in inspect(connection).get_columns("answer_events")}
        assert not {"kind", "undoes", "article_id"} & columns
    engine.dispose()
    assert schema.bring_up_to_date(settings.database_url) == "0001"
    return root


def test_old_chains_still_verify(from_before):
    assert (audit().root, audit().faults) == (from_before, ())


def test_old_events_are_saves_of_their_article_and_can_be_taken_back(from_before, article):
    events = db.session.scalars(select(AnswerEvent)).all()
    assert {(each.kind, each.undoes, each.article_id) for each in events} == {
        ("save", None, article.id)
    }
    article = db.session.get(Article, article.id)
    steps = undoing.steps(article, accounts.get_user("ann"))
    assert steps.undo.words == "no claim, claim 1 removed"
