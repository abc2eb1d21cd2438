"""The eighth migration: imported labels take no place, and who was here stays known."""

from datetime import UTC, datetime

import pytest
from labelling_examples import nothing_claimed, save
from slow_cases import server, slow
from sqlalchemy import inspect, select, text

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.store.models import Answer, Assignment, Membership, SignIn, SignInLink, User
from annotator.work.accounts import accounts, memberships, sessions
from annotator.work.assignment import assigning

pytestmark = [server, slow]

NEW = {"assignments": "imported", "users": "seen_at", "sign_ins": "by_link"}


@pytest.fixture
def before(project, article, settings):
    """Store a session, labels of two people and imported ones, then go back and up again."""
    save(article, nothing_claimed())
    with write():
        sessions.start_session(accounts.get_user("ann"), "127.0.0.1")
        model = accounts.add_user("imported-00aa")
        memberships.join(project, model, {"annotator"})
        assigning.assign([(article.id, model.id)])
        accounts.make_link(accounts.get_user("dan"))
    save(article, nothing_claimed(), name="imported-00aa")
    with write():
        db.session.execute(
            Answer.__table__.update().where(Answer.user_id == model.id).values(origin="imported")
        )
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0007")
        for table, name in NEW.items():
            assert name not in {each["name"] for each in inspect(connection).get_columns(table)}
        assert connection.execute(text("SELECT count(*) FROM answers")).scalar() == 2
        assert connection.execute(text("SELECT count(*) FROM sign_ins")).scalar() == 1
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)


def user(name):
    return db.session.scalars(select(User).where(User.username == name)).one()


def test_only_labels_from_elsewhere_are_marked_as_imported(before):
    marked = db.session.execute(
        select(User.username, Assignment.imported)
        .join(Assignment, Assignment.user_id == User.id)
        .order_by(User.username)
    ).all()
    assert [tuple(row) for row in marked] == [
        ("ann", False),
        ("ben", False),
        ("imported-00aa", True),
    ]


def test_who_has_a_session_or_has_saved_was_seen_then(before):
    session = db.session.scalars(select(SignIn)).one()
    assert user("ann").seen_at == session.seen_at
    assert isinstance(user("ann").seen_at, datetime)
    assert user("ann").seen_at.tzinfo is UTC
    assert user("ben").seen_at is None
    assert session.by_link is False
    assert db.session.query(SignInLink).count() == 1


def test_an_account_that_nobody_can_sign_in_to_gets_no_work_any_more(before, project):
    roles = dict(
        db.session.execute(select(User.username, Membership.annotator).join(User.memberships)).all()
    )
    assert (roles["ann"], roles["imported-00aa"]) == (True, False)
