"""A statement that is compiled once says the same as the one it was made of."""

from datetime import UTC, datetime

import pytest
from labelling_examples import claim, claims, save, stored
from sqlalchemy import bindparam, event, insert, literal, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from annotator.store.db import db, end_session, write, write_rows
from annotator.store.models import Answer, Claim, Project, User
from annotator.store.rows.prepared import Prepared, compile_for
from annotator.store.snapshot import one_moment

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
    names = ("username", "display_name", "theme", "preferences", "created_at")
    names += ("email_own", "password_own", "password_ended")
    table = User.__table__
    statement = insert(table).values({name: bindparam(name) for name in names})
    again = {
        "username": first,
        "display_name": "",
        "theme": "dark",
        "preferences": {},
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "email_own": False,
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


def test_a_statement_runs_in_the_transaction_of_the_session_and_in_the_next_one_after_it(project):
    rename = Prepared(
        lambda: update(Project.__table__).values(name=bindparam("to")).returning(Project.id)
    )
    name = Prepared(lambda: select(Project.name))
    before = name.value({})

    def lose():
        with write():
            rename.rows({"to": "lost"})
            assert name.value({}) == "lost"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lose()
    assert name.value({}) == before
    with write():
        rename.rows({"to": "kept"})
    assert name.value({}) == "kept"


def test_what_is_asked_alone_leaves_no_transaction_behind(project):
    db.session.rollback()
    query = Prepared(lambda: select(Project.id, Project.name))
    assert tuple(query.first_alone({})) == (project.id, project.name)
    assert db.session().get_transaction() is None
    assert query.first_alone({}) == query.first({})


def test_a_session_takes_part_in_a_write_of_rows_and_in_its_end(project):
    rename = Prepared(
        lambda: update(Project.__table__).values(name=bindparam("to")).returning(Project.id)
    )
    name = Prepared(lambda: select(Project.name))
    before = name.value({})
    db.session.remove()

    def lose():
        with write_rows():
            rename.rows({"to": "lost"})
            # Both ways see each other's changes, and neither waits for the other.
            assert db.session.scalars(select(Project)).one().name == "lost"
            db.session.scalars(select(Project)).one().target_question = "lost"
            db.session.flush()
            assert name.value({}) == "lost"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lose()
    with write_rows():
        rename.rows({"to": "kept"})
        db.session.scalars(select(Project)).one().target_question = "kept, not flushed"
    db.session.remove()
    stored = db.session.scalars(select(Project)).one()
    assert (stored.name, stored.target_question) == ("kept", "kept, not flushed")
    assert before != stored.name


def test_a_write_of_rows_makes_no_session_and_keeps_what_it_wrote_once(project):
    db.session.remove()
    rename = Prepared(
        lambda: update(Project.__table__).values(name=bindparam("to")).returning(Project.id)
    )
    with write_rows():
        rename.rows({"to": "kept"})
        assert not db.session.registry.has()
    with write():
        assert db.session.scalars(select(Project.name)).one() == "kept"


def test_what_asked_alone_leaves_its_connection_to_whoever_needs_one_next(project):
    db.session.remove()
    name, out = Prepared(lambda: select(Project.name)), db.engine.pool.checkedout
    idle = out()
    asked = name.first_alone({})
    assert out() == idle + 1
    with write_rows():
        assert out() == idle + 1
        assert name.first({}) == asked
    assert out() == idle
    name.first_alone({})
    db.session.scalars(select(Project)).one()
    assert out() == idle + 1
    db.session.remove()
    name.first_alone({})
    with one_moment():
        assert out() == idle + 1
    name.first_alone({})
    end_session()
    assert out() == idle
