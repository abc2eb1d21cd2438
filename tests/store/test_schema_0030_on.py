"""The migrations from the thirtieth on: the way back takes what came, and no label or account goes.

Those that have a test of their own are looked at there.
"""

import pytest
from agreement_examples import ask_aspects
from labelling_examples import claims, save, sentence_of
from slow_cases import server, slow
from sqlalchemy import inspect, text

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.store.models import Project
from annotator.work.accounts import accounts
from annotator.work.explore import notes
from annotator.work.labelling import history

pytestmark = [server, slow]
QUERIES = (
    "SELECT id, username FROM users",
    "SELECT id, slug, name FROM projects",
    "SELECT id, article_id, position, text FROM sentences",
    "SELECT id, sentence_id, user_id, status, revision FROM answers",
    "SELECT id, answer_id, position, speaker_id, stance, certainty FROM claims",
    "SELECT answer_id, revision, key, content, hash FROM answer_events",
)
NARROW, WIDE = "ix_claims_stance_certainty", "ix_claims_stance_certainty_answer_id"


def rows(engine):
    with engine.connect() as connection:
        return [sorted(connection.execute(text(query)).all()) for query in QUERIES]


def has_column(engine, table, name):
    return name in {each["name"] for each in inspect(engine).get_columns(table)}


def has_table(engine, name):
    return name in inspect(engine).get_table_names()


def has_index(engine, name, table="claims"):
    return name in {each["name"] for each in inspect(engine).get_indexes(table)}


SAID = "ix_answers_said"


def allows_jobs(engine, kind):
    checks = {
        each["name"]: each["sqltext"] for each in inspect(engine).get_check_constraints("jobs")
    }
    return f"'{kind}'" in checks["ck_jobs_kind_known"]


# What each migration brings: its number, the number before, and whether it is there.
BROUGHT = {
    "0030": ("0029", lambda engine: has_column(engine, "sign_ins", "agent")),
    "0033": (
        "0032",
        lambda engine: (
            has_table(engine, "shown_precedents") and has_column(engine, "projects", "precedents")
        ),
    ),
    "0036": ("0035", lambda engine: has_column(engine, "users", "removed_at")),
    "0037": (
        "0036",
        lambda engine: has_table(engine, "review_notes") and has_table(engine, "noted_sentences"),
    ),
    "0038": ("0037", lambda engine: has_index(engine, WIDE) and not has_index(engine, NARROW)),
    "0039": (
        "0038",
        lambda engine: (
            has_table(engine, "models")
            and has_column(engine, "articles", "copy_of_id")
            and has_column(engine, "assignments", "purpose")
            and has_column(engine, "projects", "quality")
        ),
    ),
    "0041": ("0040", lambda engine: allows_jobs(engine, "queue")),
    "0042": (
        "0041",
        lambda engine: (
            has_table(engine, "training_results") and has_column(engine, "articles", "training")
        ),
    ),
    "0043": ("0042", lambda engine: has_index(engine, SAID, "answers")),
    "0044": ("0043", lambda engine: allows_jobs(engine, "audit")),
    "0045": ("0044", lambda engine: has_column(engine, "speakers", "label_import_id")),
}


@pytest.fixture
def engine(article, settings):
    """Return the engine of a database with an answer, a claim and a note."""
    save(article, claims())
    with write():
        project = db.session.get(Project, article.project_id)
        numbers = [sentence_of(article, position).id for position in (1, 2)]
        notes.write_note(project, numbers, "See ST-3.", accounts.get_user("lea"))
    db.session.remove()
    found = schema.migration_engine(settings.database_url)
    yield found
    found.dispose()


@pytest.mark.parametrize("number", BROUGHT)
def test_both_ways_keep_accounts_and_labels(engine, settings, number):
    before, (older, is_there) = rows(engine), BROUGHT[number]
    assert is_there(engine)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), older)
    assert not is_there(engine)
    assert rows(engine) == before
    schema.bring_up_to_date(settings.database_url)
    assert is_there(engine)
    assert rows(engine) == before
    assert history.audit().faults == ()


def test_notes_are_kept_where_only_the_index_of_claims_goes_back(engine, settings):
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0037")
        assert connection.scalar(text("SELECT count(*) FROM noted_sentences")) == 2
    schema.bring_up_to_date(settings.database_url)


def test_kept_differences_are_found_anew_only_where_aspects_are_asked_for(engine, article):
    marks = text("SELECT sum(marks) FROM consensus")
    project = db.session.get(Project, article.project_id)
    for asks in (False, True):
        if asks:
            ask_aspects(project)
        db.session.remove()
        with engine.connect() as connection:
            before = connection.scalar(marks)
        with schema.migrating(engine) as connection:
            upgrading.command.downgrade(upgrading.config(connection), "0045")
            upgrading.command.upgrade(upgrading.config(connection), "head")
            assert (connection.scalar(marks) > before) is asks
        project = db.session.get(Project, article.project_id)
