"""`annotator article due` and `close`: the work in progress of some articles or all."""

from datetime import timedelta

import pytest
from labelling_examples import nothing_claimed, save
from sqlalchemy import select

from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import Activity, Article, Assignment
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.articles import storing
from annotator.work.assignment import assigning


@pytest.fixture
def three(article):
    """Store two more articles; Ann has all three and has begun the first, Ben lacks the second."""
    with write():
        project = projects.get("us-russia")
        ann, ben = (accounts.get_user(name).id for name in ("ann", "ben"))
        made = [
            storing.store_article(project, storing.read_file(f"{key}.txt", f"He {key}.".encode()))
            for key in "bc"
        ]
        assigning.assign([(made[0].id, ann), (made[1].id, ann), (made[1].id, ben)])
    save(article, nothing_claimed())
    return db.session.get(Article, article.id).key


def work():
    """Return who has which article, until when, in which state."""
    db.session.rollback()
    rows = db.session.scalars(select(Assignment)).all()
    return {(row.user.username, row.article.key): (row.state, row.due_on) for row in rows}


def notes():
    return db.session.scalars(select(Activity.what).order_by(Activity.id.desc()).limit(1)).one()


def test_due_dates_are_set_and_taken_away_of_articles_and_people(three, command):
    day = now().date() + timedelta(days=9)
    done = command("article", "due", "b", "c", "-p", "us-russia", "--on", str(day))
    assert done.stdout == f"Due date of 3 assignments set to {day}.\n"
    assert {key: due for key, (_, due) in work().items()} == {
        ("ann", three): None, ("ann", "b"): day, ("ann", "c"): day,
        ("ben", three): None, ("ben", "c"): day,
    }  # fmt: skip
    assert notes() == f"Due date of 3 assignments set to {day}"
    done = command("article", "due", "--all", "-p", "us-russia", "--none", "--annotator", "ann")
    assert done.stdout == "Due date of 3 assignments set to none.\n"
    assert [key for key, (_, due) in work().items() if due] == [("ben", "c")]


def test_close_ends_what_is_started_and_unassigns_the_rest_also_of_who_has_left(
    three, command, monkeypatch
):
    monkeypatch.setattr("annotator.work.assignment.bulk.AT_ONCE", 1)
    before = work()
    asked = command("article", "close", "--all", "-p", "us-russia", "--dry-run")
    assert asked.stdout == "1 assignment closed, 4 unassigned. Nothing was stored.\n"
    assert work() == before
    with write():
        project = projects.get("us-russia")
        ann = memberships.membership_of(accounts.get_user("ann"), project)
        accounts.disable(ann.user)
    done = command("article", "close", "--all", "-p", "us-russia", "--annotator", ann.pseudonym)
    assert done.stdout == "1 assignment closed, 2 unassigned.\n"
    assert {key: state for key, (state, _) in work().items()} == {
        ("ann", three): "closed", ("ben", three): "open", ("ben", "c"): "open",
    }  # fmt: skip
    assert notes() == "1 assignment closed, 2 unassigned"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("due", "b"), "either --on DATE or --none"),
        (("due", "b", "--none", "--on", "2199-01-01"), "either --on DATE or --none"),
        (("due", "b", "--on", "2001-01-01"), "2001-01-01 is over"),
        (("due", "--none"), "or say --all"),
        (("close", "b", "--all"), "or say --all"),
        (("close", "b", "nowhere"), "Article “nowhere” is not there"),
        (("close", "b", "--annotator", "zoe"), "is called “zoe”"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_changes(three, command, words, said):
    before = work()
    result = command("article", *words, "-p", "us-russia")
    assert (result.exit_code, said in " ".join(result.stderr.split())) == (2, True), result.stderr
    assert work() == before
