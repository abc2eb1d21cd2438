"""My differences: who sees them and when, what they show and never show, and the appeal."""

import pytest
from agreement_examples import give, label
from installation import staged
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Answer, Appeal, Assignment, Decision, Sentence
from annotator.work.accounts import accounts
from annotator.work.adjudication import appeals, deciding
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act

PATH = "/projects/us-russia/differences"
LINES = """
a: Mattis nc | b: Mattis oc
a: Mattis nc | b: Mattis nc
a: x | b: Trump sc
a: Mattis nc | b: General nc
"""


@pytest.fixture
@staged
def decided(project):
    """Label four sentences; Ben is right in all that Cleo decides, and both have handed in."""
    label(project, LINES)
    with write():
        article = db.session.scalars(select(Sentence.article_id).order_by(Sentence.id)).first()
        give(article, "ann", "ben")
        for assignment in db.session.scalars(select(Assignment)):
            assignment.state = "submitted"
    for position, reason in ((0, "ST-2: he refuses"), (2, "CL-1: it asserts"), (3, "")):
        decide(position, reason)
    return project


def sentence(position):
    return db.session.scalars(select(Sentence).where(Sentence.position == position)).one()


def decide(position, reason="", who="ben", revision=0):
    case = case_of(sentence(position))
    user_id = accounts.get_user(who).id
    reading = next(each for each in case.comparison.readings if each.user_id == user_id)
    draft = DecisionDraft(
        reading.status, tuple(Taken(claim) for claim in reading.claims), reason=reason
    )
    act = Act(accounts.get_user("cleo"), revision, f"key-{position}-{revision}-{who}")
    with write():
        deciding.decide(sentence(position), draft, act)


def decision(position):
    return db.session.scalars(
        select(Decision).where(Decision.sentence_id == sentence(position).id)
    ).one()


def test_an_annotator_sees_where_gold_is_not_theirs_with_rule_and_reason(decided, browser):
    page = browser("ann").get(PATH).text
    for words in ("he refuses", "CL-1", "ST-2", "oppose", "General", "No claim"):
        assert words in page
    assert page.count('id="difference-') == 3
    assert "No differences" in browser("ben").get(PATH).text


def test_differences_are_grouped_by_rule(decided):
    found = appeals.differences(decided, accounts.get_user("ann"))
    assert [each.rule for each in found] == ["CL-1", "ST-2", ""]


def test_a_rule_counts_wherever_it_stands_in_a_reason_also_of_an_old_decision(decided, browser):
    with write():
        for each in db.session.scalars(select(Decision)):
            each.rule = None
            each.reason = "Refused by name (see st-2)." if each.reason else ""
    found = appeals.differences(decided, accounts.get_user("ann"))
    assert [each.rule for each in found] == ["ST-2", "ST-2", ""]
    page = browser("ann").get(PATH).text
    assert '#ST-2" target="codebook">st-2</a>' in page


def test_the_answers_and_names_of_others_never_appear(decided, browser):
    with write():
        for answer in db.session.scalars(select(Answer)):
            answer.note = "A private note"
    for position in (0, 2, 3):
        decide(position, "because", "ben", 1)
    page = browser("ann").get(PATH).text
    assert "because" in page
    assert "A private note" not in page
    for name in ("ben", "cleo"):
        assert f">{name}<" not in page


@pytest.mark.parametrize("state", ["open", "returned"])
@pytest.mark.parametrize("who", ["ann", "ben"])
def test_nothing_shows_while_anybody_is_still_at_work_on_the_article(decided, browser, who, state):
    with write():
        user = accounts.get_user(who)
        query = select(Assignment).where(Assignment.user_id == user.id)
        db.session.scalars(query).one().state = state
    assert "No differences" in browser("ann").get(PATH).text


def test_nothing_shows_while_a_dispute_in_the_article_is_open(decided, browser):
    with write():
        by = Act(accounts.get_user("cleo"), 1, "reopening")
        deciding.reopen(sentence(3), by)
    assert "No differences" in browser("ann").get(PATH).text


def test_a_soft_label_is_nobodys_difference(decided):
    act = Act(accounts.get_user("cleo"), 1, "softening")
    with write():
        deciding.decide(sentence(0), DecisionDraft(soft=True), act)
    found = appeals.differences(decided, accounts.get_user("ann"))
    assert [each.sentence.position for each in found] == [2, 3]


def test_seen_and_appeal_are_kept_and_the_adjudicator_finds_the_appeal(decided, browser):
    ann, cleo = browser("ann"), browser("cleo")
    first, second = decision(0).id, decision(2).id
    ann.post(f"{PATH}/{first}", {"act": "appeal", "words": "It is a plan only"}, 303)
    ann.post(f"{PATH}/{second}", {"act": "seen"}, 303)
    page = ann.get(PATH).text
    assert "Appeal open" in page
    queue = cleo.get("/projects/us-russia/adjudicate?kind=appeals", 302)
    shown = cleo.get(queue.location).text
    assert "Appeal by an annotator: “It is a plan only”" in shown


@pytest.mark.parametrize(("who", "state"), [("ann", "accepted"), ("ben", "kept")])
def test_deciding_again_answers_the_appeal(decided, browser, who, state):
    with write():
        appeals.respond(decided, accounts.get_user("ann"), decision(0).id, "open", "why?")
    decide(0, "looked again", who, revision=1)
    appeal = db.session.scalars(select(Appeal)).one()
    assert (appeal.state, appeal.reply) == (state, "looked again")
    page = browser("ann").get(PATH).text
    assert {"accepted": "agrees with your answer now", "kept": "Rejected"}[state] in page
    assert "looked again" in page
    reply = browser("ann").post(f"{PATH}/{decision(0).id}", {"act": "appeal"})
    assert reply.status_code == 422


def test_an_appeal_said_twice_is_one(decided):
    ann = accounts.get_user("ann")
    for _ in range(2):
        with write():
            appeals.respond(decided, ann, decision(0).id, "open", "why?")
    assert len(db.session.scalars(select(Appeal)).all()) == 1


def test_only_ones_own_differences_can_be_answered(decided, browser):
    for name, status in (("ben", 404), ("cleo", 403), ("dan", 404)):
        browser(name).post(f"{PATH}/{decision(0).id}", {"act": "appeal"}, status)
    browser("ann").post(f"{PATH}/999", {"act": "seen"}, 404)
    assert db.session.scalars(select(Appeal)).all() == []


def test_my_work_says_how_many_are_new(decided, browser):
    page = " ".join(browser("ann").get("/").text.split())
    assert "3 new. Sentences whose gold answer differs from yours" in page
    assert "gold answer" not in browser("ben").get("/").text


@pytest.mark.parametrize("name", ["cleo", "lea"])
def test_who_does_not_annotate_has_no_differences(decided, browser, name):
    browser(name).get(PATH, 403)
