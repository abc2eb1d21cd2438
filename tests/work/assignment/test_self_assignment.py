"""Asking for work, leases, and what a lead does with work that was given."""

import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta

import pytest
from labelling_examples import assignment_of, claims, nothing_claimed, save
from slow_cases import server, slow
from sqlalchemy import select, update

from annotator.errors import NotAllowedError, NotFoundError, RefusedError
from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import Article, Assignment, Project
from annotator.work.accounts import accounts, memberships
from annotator.work.articles import storing
from annotator.work.assignment import assigning, reassigning, self_assignment, submitting
from annotator.work.assignment.self_assignment import NothingLeftError
from annotator.work.labelling.saving import ClosedError, NotAssignedError

pytestmark = server


@pytest.fixture
def open_project(project):
    """Let annotators ask, one person per article, and import three articles."""
    with write():
        project.self_assign, project.overlap = True, 1
        for number in range(3):
            text = f"Number {number} is one. It is short.".encode()
            storing.store_article(project, storing.read_file(f"{number}.txt", text))
    return db.session.get(Project, project.id)


def settle(**values):
    with write():
        db.session.execute(update(Project).values(**values))


def ask(project, name="ann"):
    with write():
        return self_assignment.ask_for_work(project, accounts.get_user(name))


def held():
    db.session.rollback()
    return sorted(
        db.session.execute(
            select(Article.key, Assignment.user_id)
            .join(Assignment.article)
            .where(Assignment.state != "closed")
        ).all()
    )


def article_called(key):
    return db.session.scalars(select(Article).where(Article.key == key)).one()


def label_all(article, name="ann"):
    for position in range(article.sentence_count):
        save(article, nothing_claimed(), name=name, position=position)
    with write():
        submitting.submit(assignment_of(article, name))


def change(act, article, name="ann", *args):
    with write():
        user = accounts.get_user(name)
        found = reassigning.assignment_for(article.project, article, user)
        if act in ("reopen", "reassign"):
            return getattr(reassigning, act)(article.project, found, *args)
        return getattr(reassigning, act)(found, *args)


def move(article, name, to):
    with write():
        found = reassigning.assignment_for(article.project, article, accounts.get_user(name))
        reassigning.reassign(
            article.project,
            found,
            memberships.membership_of(accounts.get_user(to), article.project),
        )


def test_who_asks_gets_an_article_and_the_next_one_after_submitting(open_project):
    first = ask(open_project).article
    with pytest.raises(RefusedError, match="still have an article"):
        ask(open_project)
    label_all(first)
    assert ask(open_project).article_id != first.id


def test_nobody_gets_more_than_the_overlap_allows(open_project):
    for _ in range(3):
        label_all(ask(open_project).article)
    with pytest.raises(NothingLeftError):
        ask(open_project, "ben")
    settle(overlap=2)
    assert ask(open_project, "ben").article.key == "0"


def test_an_article_that_is_nearly_full_goes_before_one_that_nobody_has(open_project):
    settle(overlap=2)
    with write():
        assigning.assign([(article_called("2").id, accounts.get_user("ben").id)])
    assert ask(open_project).article.key == "2"


def test_an_article_for_everybody_comes_first_however_many_have_it(open_project):
    with write():
        assigning.mark_for_everybody([article_called("1").id])
        assigning.assign([(article_called("1").id, accounts.get_user("ben").id)])
    assert ask(open_project).article.key == "1"


def test_a_project_that_does_not_allow_it_gives_nothing(open_project):
    settle(self_assign=False)
    with pytest.raises(NotAllowedError, match="the lead assigns"):
        ask(open_project)


@pytest.mark.parametrize("name", ["cleo", "lea", "dan"])
def test_only_annotators_can_ask(open_project, name):
    with pytest.raises(NotAllowedError, match="Only annotators"):
        ask(open_project, name)


def let_leases_run_out():
    with write():
        db.session.execute(
            update(Assignment)
            .where(Assignment.lease_until.is_not(None))
            .values(lease_until=now() - timedelta(seconds=1))
        )


def test_an_untouched_article_goes_back_after_its_lease_and_to_the_next_who_asks(open_project):
    settle(lease_hours=24)
    first = ask(open_project).article.key
    left = assignment_of(article_called(first)).lease_until - now()
    assert timedelta(hours=23) < left <= timedelta(hours=24)
    let_leases_run_out()
    assert ask(open_project, "ben").article.key == first
    assert held() == [(first, accounts.get_user("ben").id)]
    with pytest.raises(NotAssignedError):
        save(article_called(first), claims(), position=0)


def test_a_touched_article_stays_however_long_it_takes(open_project):
    settle(lease_hours=1)
    mine = ask(open_project).article
    save(mine, claims(), position=0)
    assert assignment_of(mine).lease_until is None
    let_leases_run_out()
    assert ask(open_project, "ben").article_id != mine.id
    assert assignment_of(mine).decided_count == 1


def test_a_plan_counts_places_whose_lease_is_over_as_free(open_project):
    settle(lease_hours=1)
    ask(open_project)
    let_leases_run_out()
    everybody = assigning.annotators_of(open_project)
    with write():
        matrix = assigning.make_matrix(open_project, assigning.works(open_project), everybody, 1)
        assert assigning.carry_out(open_project, matrix) == 3
    assert Counter(key for key, _ in held()) == {"0": 1, "1": 1, "2": 1}


def test_calibration_articles_go_to_everybody_and_the_share_is_reproducible(open_project):
    everybody, works = assigning.annotators_of(open_project), assigning.works(open_project)
    plans = [assigning.make_matrix(open_project, works, everybody, 1, 5, 30) for _ in range(2)]
    assert plans[0].pairs == plans[1].pairs
    (chosen,) = plans[0].everybody
    counts = Counter(article_id for article_id, _ in plans[0].pairs)
    assert counts.pop(chosen) == len(everybody)
    assert set(counts.values()) == {1}
    with write():
        assigning.carry_out(open_project, plans[0])
    again = assigning.make_matrix(open_project, assigning.works(open_project), everybody, 1, 9, 30)
    assert again.everybody == {chosen}
    assert again.pairs == []


def test_a_submitted_article_is_returned_with_a_note(article):
    label_all(article)
    with pytest.raises(RefusedError, match="Enter a note"):
        change("return_to", article, "ann", "  ")
    change("return_to", article, "ann", "Look at 3 again.")
    found = assignment_of(article)
    assert (found.state, found.note) == ("returned", "Look at 3 again.")
    with pytest.raises(RefusedError, match="Only a submitted"):
        change("return_to", article, "ann", "Again.")


def test_a_closed_article_keeps_what_was_saved_and_takes_no_more(article):
    save(article, claims())
    change("close", article)
    with pytest.raises(ClosedError):
        save(article, claims(), position=4)
    assert assignment_of(article).decided_count == 1
    assert article.key not in [key for key, user in held() if user == accounts.get_user("ann").id]
    change("reopen", article)
    assert save(article, claims(), position=4).written


def test_closing_what_was_not_begun_takes_it_from_the_list(article):
    change("close", article)
    with pytest.raises(NotFoundError):
        change("close", article)


def test_a_closed_article_is_not_opened_over_the_overlap(article, project):
    save(article, claims())
    change("close", article)
    with write():
        project.overlap = 1
    with pytest.raises(RefusedError, match="as many as the overlap"):
        change("reopen", article)


def test_moving_an_article_keeps_the_overlap_the_labels_and_the_date(article, project):
    with write():
        memberships.join(project, accounts.get_user("cleo"), {"annotator"})
    save(article, claims())
    change("set_due", article, "ann", date(2030, 1, 2))
    move(article, "ann", "cleo")
    assert assignment_of(article).state == "closed"
    assert assignment_of(article, "cleo").due_on == date(2030, 1, 2)
    assert len(held()) == 2
    with pytest.raises(RefusedError, match="has this article already"):
        move(article, "cleo", "ben")


def test_a_submitted_article_is_neither_closed_nor_moved(article):
    label_all(article)
    with pytest.raises(RefusedError, match="still being labelled"):
        change("close", article)


STORM = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from annotator.app import create_app
from annotator.store.db import db, write
from annotator.work.accounts import accounts, projects
from annotator.work.assignment import self_assignment
from annotator.errors import RefusedError

app, names = create_app(), sys.argv[1:]
barrier = Barrier(len(names))

def ask(name):
    with app.app_context():
        project, user = projects.get("us-russia"), accounts.get_user(name)
        db.session.rollback()
        barrier.wait(timeout=60)
        try:
            with write(wait=120):
                self_assignment.ask_for_work(project, user)
            return "given"
        except self_assignment.NothingLeftError:
            return "nothing left"
        finally:
            db.session.remove()

print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(len(names)) as pool:
    for said in pool.map(ask, names):
        print(said, flush=True)
"""


@slow
def test_of_50_who_ask_at_once_in_two_processes_no_article_gets_more_than_k(project, settings):
    k, articles, crowd = 3, 10, [f"person-{number:02}" for number in range(50)]
    with write():
        project.self_assign, project.overlap = True, k
        for number in range(articles):
            text = f"Article {number} says this.".encode()
            storing.store_article(project, storing.read_file(f"{number}.txt", text))
        for name in crowd:
            memberships.join(project, accounts.add_user(name), {"annotator"})
    environ = os.environ | {
        "ANNOTATOR_DATA": str(settings.data),
        "ANNOTATOR_DATABASE_URL": settings.database_url,
        "ANNOTATOR_SECRET_KEY": settings.secret_key,
    }
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environ}
    started = [
        subprocess.Popen([sys.executable, "-c", STORM, *half], **pipes)
        for half in (crowd[:25], crowd[25:])
    ]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = Counter()
    for process in started:
        out, _ = process.communicate(timeout=240)
        assert process.returncode == 0
        said.update(out.splitlines())
    assert said == {"given": k * articles, "nothing left": 50 - k * articles}
    assert set(Counter(key for key, _ in held()).values()) == {k}
    assert len(held()) == k * articles


def test_a_second_plan_fills_no_place_twice(project, article):
    everybody = assigning.annotators_of(project)
    for seed in (1, 2):
        with write():
            assigning.lock(project)
            works = assigning.works(project)
            matrix = assigning.make_matrix(project, works, everybody, 2, seed)
            assigning.carry_out(project, matrix)
    assert len(held()) == 2
