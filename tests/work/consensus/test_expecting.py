"""A sentence waits until its expected answers are in; an added answer is not a changed one."""

import pytest
from agreement_examples import answer, give, in_list, label, refresh, speaker
from installation import staged
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Answer, Assignment, Sentence
from annotator.work.accounts import accounts, memberships
from annotator.work.adjudication import appeals, deciding
from annotator.work.adjudication import queue as queueing
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.adjudication.queue import View
from annotator.work.adjudication.standing import is_clear, is_unanimous
from annotator.work.consensus import expecting
from annotator.work.consensus.decisions import Act

LINES = """
a: Mattis nc | b: Mattis sc
a: Mattis nc | b: Mattis nc
a: Mattis nc | b: Mattis nc | c: Mattis sc
a: Mattis nc | b: Mattis sc | c: Mattis oc
"""


@pytest.fixture
@staged
def four(project):
    """Store four sentences; Cleo, who labels here too, has answered the last two of them."""
    label(project, LINES)
    rows = db.session.scalars(select(Sentence).order_by(Sentence.id)).all()
    with write():
        memberships.join(project, accounts.get_user("cleo"), {"annotator"})
        give(rows[0].article_id, "ann", "ben", "cleo")
        for each in db.session.scalars(select(Assignment)):
            each.state = "open" if each.user.username == "cleo" else "submitted"
            each.decided_count = 2 if each.user.username == "cleo" else 4
    return rows


def queue(project, kind="all"):
    refresh(project)
    return queueing.queue_of(project, View(kind))


def positions(found):
    return sorted(entry.position for entry in found.entries)


def cleo(project):
    return memberships.membership_of(accounts.get_user("cleo"), project)


def decide(sentence, status="claims", key="a-long-key", revision=0):
    """Decide as Ann says, or that there is no claim."""
    case = case_of(sentence)
    taken = ()
    if status == "claims":
        taken = tuple(deciding.Taken(claim, None) for claim in case.comparison.readings[0].claims)
    draft = DecisionDraft(status=status, claims=taken, reason="Because.")
    with write():
        who = accounts.get_user("lea")
        deciding.decide(
            db.session.get(Sentence, sentence.id), draft, Act(who, revision, f"{key}-{sentence.id}")
        )


def add(sentence, said, **changes):
    with write():
        answer(db.session.get(Sentence, sentence.id), "c", said, **changes)


def test_what_still_waits_for_an_answer_is_not_in_the_queue_but_under_a_view(project, four):
    found = queue(project)
    assert (positions(found), found.left, found.total) == ([2, 3], 2, 2)
    assert positions(queue(project, "expected")) == [0]  # on the second all agree so far
    assert found.counts["expected"] == 1
    assert found.counts["stance"] == 2
    assert found.unanimous == 0
    assert in_list(project, is_unanimous) == []


def test_who_is_expected_is_named_with_how_far_they_are(project, four):
    (one,) = expecting.expected_on(four[0])
    assert (one.pseudonym, one.decided, one.total) == (cleo(project).pseudonym, 2, 4)
    assert expecting.expected_on(four[3]) == []


@pytest.mark.parametrize("state", ["submitted", "closed"])
def test_who_has_handed_in_or_was_closed_is_not_expected(project, four, state):
    with write():
        for each in db.session.scalars(select(Assignment)):
            each.state = state if each.user.username == "cleo" else each.state
    assert positions(queue(project)) == [0, 2, 3]
    assert queue(project).unanimous == 1
    assert expecting.expected_on(four[0]) == []


@pytest.mark.parametrize("leave", ["disabled", "no role", "imported"])
def test_nobody_waits_for_who_cannot_answer_any_more(project, four, leave):
    with write():
        user = accounts.get_user("cleo")
        if leave == "disabled":
            accounts.disable(user)
        elif leave == "no role":
            memberships.set_roles(cleo(project), {"adjudicator"})
        else:
            for each in db.session.scalars(select(Assignment)):
                each.imported = each.user_id == user.id
    assert positions(queue(project)) == [0, 2, 3]
    assert expecting.expected_on(four[0]) == []


def test_an_incomplete_answer_is_still_expected(project, four):
    add(four[0], "Mattis nc", complete=False)
    assert queue(project).counts["expected"] == 1
    assert len(expecting.expected_on(four[0])) == 1


def test_clear_majorities_wait_for_their_answers_too(project, four):
    assert in_list(project, is_clear) == [four[2].id]
    with write():
        user = accounts.get_user("ben")
        row = db.session.scalars(select(Assignment).where(Assignment.user_id == user.id)).one()
        row.state = "open"
        memberships.join(project, accounts.add_user("fay"), {"annotator"})
        give(four[0].article_id, "fay")
    assert in_list(project, is_clear) == []


def test_an_added_answer_that_says_the_same_leaves_the_decision(project, four):
    decide(four[0])
    add(four[0], "Mattis nc")
    found = queue(project)
    assert (found.counts["decided"], found.counts["added"], found.counts["stale"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("said", "changes"),
    [("Mattis oc", {}), ("x", {}), ("Mattis nc, NARRATOR uc", {}), ("Mattis nc", {"unsure": True})],
)
def test_one_that_says_something_else_or_is_unsure_is_an_addition(project, four, said, changes):
    decide(four[0])
    add(four[0], said, **changes)
    found = queue(project)
    assert (found.counts["decided"], found.counts["added"], found.counts["stale"]) == (0, 1, 0)
    assert positions(queue(project, "added")) == [0]
    assert 0 in positions(found)


def test_a_decision_that_is_too_early_waits_for_the_rest_before_it_comes_back(project, four):
    with write():
        memberships.join(project, accounts.add_user("fay"), {"annotator"})
        give(four[0].article_id, "fay")
    decide(four[0])
    add(four[0], "Mattis oc")
    assert queue(project).counts["added"] == 0
    assert 0 in positions(queue(project, "expected"))
    with write():
        accounts.disable(accounts.get_user("fay"))
    assert positions(queue(project, "added")) == [0]


def test_an_added_answer_is_compared_by_the_speakers_of_today(project, four):
    decide(four[0])
    add(four[0], "General nc")
    assert queue(project).counts["added"] == 1
    with write():
        speaker(project, "General").merged_into_id = speaker(project, "Mattis").id
    assert queue(project).counts["added"] == 0


def test_a_change_comes_back_at_once_as_a_change(project, four):
    decide(four[0])
    with write():
        row = case_of(four[0]).comparison.readings[0]
        changed = db.session.get(Answer, row.answer_id)
        changed.revision += 1
    found = queue(project)
    assert (found.counts["stale"], found.counts["added"], found.counts["expected"]) == (1, 0, 0)


def test_my_differences_open_when_what_was_added_agrees(project, four):
    with write():
        for each in db.session.scalars(select(Assignment)):
            each.state = "submitted"
    for sentence in (four[0], four[2], four[3]):
        decide(sentence)
    add(four[0], "Mattis nc")
    ann, article = accounts.get_user("ann"), four[0].article_id
    assert appeals.adjudicated_articles(project, ann) == [article]
    add(four[1], "x")
    assert appeals.adjudicated_articles(project, ann) == []
