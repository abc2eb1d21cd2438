"""The twenty-third migration: what was stored before is found by its words, and from then on."""

import pytest
from agreement_examples import label
from slow_cases import server, slow
from sqlalchemy import delete, inspect, select, text

from annotator.store import schema, search, upgrading
from annotator.store.db import db, write
from annotator.store.models import Claim, Sentence
from annotator.text.search import parse

pytestmark = [server, slow]


@pytest.fixture
def before(project, settings):
    """Store a sentence, and go back to the version before."""
    label(project, "a: x")
    with write():
        db.session.scalars(select(Sentence)).one().text = "Old zebras"
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0022")
    yield engine
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)


def found(words):
    return db.session.scalars(select(Sentence.text).where(search.matching(parse(words)))).all()


def test_the_way_back_leaves_nothing(before):
    there = inspect(before)
    assert not {name for name in there.get_table_names() if name.startswith("sentence_words")}
    assert "saved_views" not in there.get_table_names()
    assert "ix_claims_stance_certainty" not in {x["name"] for x in there.get_indexes("claims")}


def test_what_was_there_is_found_and_what_changes_or_goes_is_not_any_more(before, settings):
    schema.bring_up_to_date(settings.database_url)
    assert found("zebras") == ["Old zebras"]
    with write():
        db.session.scalars(select(Sentence)).one().text = "New lions"
    assert (found("zebras"), found("lion*")) == ([], ["New lions"])
    with write():
        db.session.execute(text("DELETE FROM consensus"))
        db.session.execute(delete(Claim))
        db.session.execute(text("DELETE FROM answers"))
        db.session.execute(delete(Sentence))
    assert found("lions") == []


def test_words_are_looked_up_in_the_index(project):
    query = select(Sentence.id).where(search.matching(parse('"joint oper"* U.S.')))
    compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    if db.engine.dialect.name == "sqlite":
        rows = db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all()
        assert any("VIRTUAL TABLE INDEX" in row[3] for row in rows)
        return
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN {compiled}".replace("%", "%%")).all()
    assert any("ix_sentences_words" in row[0] for row in plan)
