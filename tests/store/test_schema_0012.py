"""The twelfth migration: answers and decisions of before stay, and nothing is on its way in."""

import pytest
from labelling_examples import claims, save
from release_examples import decide
from slow_cases import server, slow
from sqlalchemy import func, inspect, select

from annotator.store import schema, upgrading
from annotator.store.db import db
from annotator.store.models import Answer, AnswerEvent, Claim, DecisionBasis, StagedAnswer, Staging

pytestmark = [server, slow]

NEW = {"stagings", "staged_answers"}


@pytest.fixture
def back_and_forth(article, settings):
    """Take a database with answers and a decision back to before the twelfth migration."""
    save(article, claims(), position=2)
    save(article, claims(), position=2, name="ben")
    decide(article, 2)
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0011")
        assert not NEW & set(inspect(connection).get_table_names())
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)


def test_what_people_did_before_is_there_after_the_twelfth_migration(back_and_forth):
    stored = {
        model: db.session.scalar(select(func.count()).select_from(model))
        for model in (Answer, Claim, AnswerEvent, DecisionBasis, Staging, StagedAnswer)
    }
    assert list(stored.values()) == [2, 2, 2, 2, 0, 0]
