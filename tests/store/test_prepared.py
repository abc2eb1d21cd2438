"""A statement that is compiled once says the same as the one it was made of."""

from datetime import UTC, datetime

import pytest
from labelling_examples import claim, claims, save, stored
from sqlalchemy import bindparam, event, insert, literal, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from annotator.store.db import db, write
from annotator.store.models import Answer, Claim, Project, User
from annotator.store.rows.prepared import Prepared, compile_for

COLUMNS = (Answer.id, Answer.complete, Answer.updated_at, Claim.evidence, Claim.note)


@pytest.fixture
def filled(article):
    save(article, claims(claim(evidence=((0, 4),)), claim(stance=None)))
    return stored(article)


def both(statement, given):
    """Return what a statement finds, by SQLAlchemy and prepared."""
    whole = [tuple(row) for row in db.session.execute(statement, given)]
    return whole, [tuple(row) for row in Prepared(lambda: statement).rows(given)]


def test_values_are_read_and_given_as_by_sqlalchemy(filled):
    query = (
        select(*COLUMNS, literal(3))
        .join(Claim, Claim.answer_id == Answer.id)
        .where(Answer.updated_at > bindparam("since"), Answer.complete.is_(False))
        .order_by(Claim.position)
    )
    whole, prepared = both(query, {"since": datetime(2001, 1, 1, tzinfo=UTC)})
    assert whole == prepared
    assert [row[3] for row in whole] == [[[0, 4]], []]
    assert whole[0][2].tzinfo is not None


def test_a_moment_and_a_flag_come_back_as_they_went(filled):
    query = select(Answer.updated_at, Answer.complete).where(Answer.id == bindparam("number"))
    whole, prepared = both(query, {"number": filled.id})
    assert whole == prepared == [(filled.updated_at, False)]


def test_what_a_database_refuses_is_refused_as_by_sqlalchemy(project):
    first = db.session.scalars(select(User.username)).first()
    names = ("username", "theme", "preferences", "created_at", "password_own", "password_ended")
    table = User.__table__
    statement = insert(table).values({name: bindparam(name) for name in names})
    again = {
        "username": first,
        "theme": "dark",
        "preferences": {},
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "password_own": False,
        "password_ended": False,
    }
    with pytest.raises(IntegrityError) as refused, write():
        Prepared(lambda: statement).rows(again)
    assert isinstance(refused.value, DBAPIError)
    # Neither values nor names of people reach a log.
    assert first not in str(refused.value).split("[SQL")[-1]
    assert db.session.scalars(select(User.username).where(User.username == first)).one()


def test_whoever_listens_to_statements_hears_of_it(project):
    heard = []
    listener = lambda *told: heard.append(told[2])  # noqa: E731
    for name in ("before_cursor_execute", "after_cursor_execute"):
        event.listen(db.engine, name, listener)
    try:
        Prepared(lambda: select(Project.id)).rows({})
    finally:
        for name in ("before_cursor_execute", "after_cursor_execute"):
            event.remove(db.engine, name, listener)
    assert [text.split()[0] for text in heard if "projects" in text] == ["SELECT", "SELECT"]


def test_a_list_of_values_and_a_default_of_pythons_cannot_be_prepared(app):
    for statement in (
        select(Project.id).where(Project.id.in_([1, 2])),
        insert(Project.__table__).values(slug="x", name="x", target_question="x"),
    ):
        with pytest.raises(AssertionError):
            compile_for(db.engine.dialect, statement)
