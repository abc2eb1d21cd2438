"""Clear majorities are accepted together: shown with the minority, and only what was seen."""

import re

import pytest
from agreement_examples import in_list, label, random_project, refresh
from gold_examples import crowded_project
from slow_cases import further, slow
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Answer, Assignment, Decision, DecisionEvent, Sentence
from annotator.web.adjudication.form import basis_text
from annotator.work.accounts import accounts
from annotator.work.adjudication import deciding, undoing
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.adjudication.standing import is_clear
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act
from annotator.work.gold.methods import methods_of
from annotator.work.gold.models import Aggregation
from annotator.work.gold.rows import gold_rows

PATH = "/projects/us-russia/adjudicate/majority"
LINES = """
a: Mattis oc | b: Mattis oc | c: Mattis nc, Trump sc
a: x | b: x | c: Mattis oc
a: Mattis oc | b: Mattis oc
a: Mattis oc | b: Mattis nc
a: Mattis op | b: Mattis op | c: Mattis oc
"""


@pytest.fixture
def labelled(project):
    label(project, LINES)
    return db.session.scalars(select(Sentence).order_by(Sentence.id)).all()


def boxes(page):
    return re.findall(r'name="sentence" value="([^"]+)"', page.text)


def positions(page):
    return [int(value.split("/")[1]) for value in boxes(page)]


def post(browser, page, sentences, status=303):
    key = re.search(r'name="key" value="([^"]+)"', page.text)[1]
    return browser.post(PATH, {"key": key, "sentence": sentences}, status)


@pytest.mark.parametrize(("name", "status"), [("ann", 403), ("dan", 404), (None, 303)])
def test_only_adjudicators_and_leads_see_and_accept_them(browser, labelled, name, status):
    browser(name).get(PATH, status)
    if name:
        browser(name).post(PATH, {"key": "a-long-key", "sentence": "1/0/"}, status)


def test_clear_majorities_are_listed_with_what_the_others_say(browser, labelled):
    page = browser("cleo").get(PATH)
    assert positions(page) == [0, 1, 4]
    for words in ("Mattis, stance: oppose 2, neutral 1", "Trump: not included, claimed by 1 of 3"):
        assert words in page.text
    assert re.search(r"Status: .* 2, .* 1", page.text)
    assert "Mattis, certainty: possible 2, certain 1" in page.text
    queue = browser("cleo").get("/projects/us-russia/adjudicate/1/3").text
    assert f'href="{PATH}"' in queue


def test_what_is_ticked_is_accepted_and_says_who_decided(browser, labelled, project):
    cleo = browser("cleo")
    page = cleo.get(PATH)
    post(cleo, page, boxes(page)[:2])
    after = cleo.get(PATH)
    assert "2 accepted." in after.text
    assert positions(after) == [4]
    db.session.rollback()
    found = db.session.scalars(select(Decision).order_by(Decision.sentence_id)).all()
    assert [(each.how, each.status, len(each.claims)) for each in found] == [
        ("majority", "claims", 1), ("majority", "no_claim", 0),
    ]  # fmt: skip
    assert found[0].fields == {
        "status": "unanimous",
        "claims": [{"speaker": "unanimous", "stance": "majority", "certainty": "unanimous"}],
    }
    row = next(gold_rows(project))
    assert (row["how"], row["claims"][0]["stance"], row["claims"][0]["votes"]["stance"]) == (
        "majority", "oppose", {"oppose": 2, "neutral": 1},
    )  # fmt: skip


def test_the_same_form_twice_accepts_once(browser, labelled):
    cleo = browser("cleo")
    page = cleo.get(PATH)
    post(cleo, page, boxes(page))
    post(cleo, page, boxes(page))
    db.session.rollback()
    assert len(db.session.scalars(select(DecisionEvent)).all()) == 3


def test_what_changed_since_the_list_was_read_is_left_out(browser, labelled):
    cleo = browser("cleo")
    page = cleo.get(PATH)
    with write():
        db.session.scalars(select(Answer).order_by(Answer.id)).first().revision += 1
    post(cleo, page, boxes(page))
    assert "2 accepted. 1 not accepted" in cleo.get(PATH).text


def test_a_hand_made_form_cannot_accept_a_tie_or_the_unanimous(browser, labelled):
    cleo = browser("cleo")
    page = cleo.get(PATH)
    made = []
    for number in (2, 3):
        sentence = db.session.get(Sentence, labelled[number].id)
        basis = case_of(sentence).comparison.basis
        made.append(f"{sentence.article_id}/{number}/{basis_text(basis)}")
    post(cleo, page, made)
    assert "0 accepted. 2 not accepted" in cleo.get(PATH).text
    db.session.rollback()
    assert db.session.scalars(select(Decision)).all() == []


def test_nothing_is_offered_in_an_article_that_was_given_back(browser, labelled):
    with write():
        ann, article = accounts.get_user("ann").id, labelled[0].article_id
        db.session.add(Assignment(article_id=article, user_id=ann, state="returned", order=0))
    assert positions(browser("cleo").get(PATH)) == []


def test_what_somebody_flagged_or_acted_on_is_not_in_the_list(browser, labelled, project):
    cleo = accounts.get_user("cleo")
    with write():
        db.session.scalars(select(Answer).order_by(Answer.id)).first().unsure = True
        second = db.session.get(Sentence, labelled[1].id)
        deciding.decide(second, DecisionDraft("no_claim"), Act(cleo, 0, "some-key"))
        deciding.reopen(second, Act(cleo, 1, "other-key"))
    refresh(project)
    assert positions(browser("cleo").get(PATH)) == [4]


@pytest.mark.parametrize(
    "fields",
    [{"key": "a-long-key"}, {"key": "short", "sentence": "1/0/"},
     {"key": "a-long-key", "sentence": "1/x/"}],
)  # fmt: skip
def test_a_wrong_form_is_refused_and_accepts_nothing(browser, labelled, fields):
    browser("cleo").post(PATH, fields, 422)
    db.session.rollback()
    assert db.session.scalars(select(Decision)).all() == []


def test_an_accepted_majority_can_be_taken_back(browser, labelled, project):
    cleo = browser("cleo")
    page = cleo.get(PATH)
    post(cleo, page, boxes(page)[:1])
    user = accounts.get_user("cleo")
    with write():
        undoing.undo(project, user, undoing.last_act(project, user).id, "undo-key")
    assert positions(cleo.get(PATH)) == [1, 4]
    assert next(gold_rows(project))["open"] == "reopened"


def test_nothing_waiting_is_said(browser, project):
    page = browser("cleo").get(PATH).text
    assert "No sentences with a clear majority left." in page
    assert "0 sentences" not in page


@pytest.mark.parametrize("seed", further([1, 2, 3]))
@pytest.mark.parametrize("make", further([crowded_project, random_project]))
def test_the_list_is_what_gold_calls_a_majority(project, make, seed):
    make(project, seed)
    wanted = [
        (row["article"], row["sentence"]) for row in gold_rows(project) if row["how"] == "majority"
    ]
    found = db.session.scalars(select(Sentence).where(Sentence.id.in_(in_list(project, is_clear))))
    assert sorted(wanted) == sorted((each.article.key, each.position) for each in found)
    assert wanted


@slow
def test_what_was_accepted_together_is_no_evidence_for_a_method(browser, labelled, project):
    cleo = browser("cleo")
    page = cleo.get(PATH)
    post(cleo, page, boxes(page))
    assert methods_of(project, Aggregation()).held("stance", "majority").n == 0
    with write():
        sentence = db.session.get(Sentence, labelled[3].id)
        claim = case_of(sentence).comparison.readings[0].claims[0]
        deciding.decide(
            sentence,
            DecisionDraft("claims", (Taken(claim),)),
            Act(accounts.get_user("cleo"), 0, "k"),
        )
    assert methods_of(project, Aggregation()).held("stance", "majority").n == 1


def ticked(page):
    return page.text.count('" checked>')


def test_nothing_that_is_not_unanimous_is_ticked_beforehand(browser, labelled):
    cleo = browser("cleo")
    page = cleo.get(PATH)
    assert (len(boxes(page)), ticked(page)) == (3, 0)
    assert "Select all 3 on this page" in page.text
    assert ticked(cleo.get(f"{PATH}?tick=all")) == 3


@slow
def test_what_comes_after_an_acceptance_is_not_ticked(browser, labelled):
    cleo = browser("cleo")
    path = PATH.replace("majority", "unanimous")
    page = cleo.get(path)
    assert ticked(page) == len(boxes(page)) > 0
    majority = cleo.get(PATH)
    reply = post(cleo, majority, boxes(majority)[:1])
    assert ticked(cleo.get(reply.location)) == 0
    assert ticked(cleo.get(f"{path}?accepted=another-key")) == 0


def test_what_was_accepted_together_is_undone_together(browser, labelled, project):
    cleo = browser("cleo")
    page = cleo.get(PATH)
    reply = post(cleo, page, boxes(page)[:2])
    done = cleo.get(reply.location)
    assert "2 accepted." in done.text
    accepted = re.search(r'name="undo" value="([^"]+)">Undo accepting 2 sentences<', done.text)[1]
    key = re.search(r'name="key" value="([^"]+)"', done.text)[1]
    for _ in range(2):  # a double click is one act
        cleo.post(PATH, {"undo": accepted, "key": key}, 303)
    db.session.rollback()
    decisions = db.session.scalars(select(Decision)).all()
    assert [(each.state, each.revision) for each in decisions] == [("reopened", 2)] * 2
    assert "Undo accepting" not in cleo.get(f"{PATH}?accepted={accepted}").text
    assert next(gold_rows(project))["open"] == "reopened"


@slow
def test_what_somebody_acted_on_since_is_left_as_it_is(browser, labelled, project):
    cleo = browser("cleo")
    page = cleo.get(PATH)
    reply = post(cleo, page, boxes(page)[:2])
    user = accounts.get_user("cleo")
    with write():
        undoing.undo(project, user, undoing.last_act(project, user).id, "undo-key")
    done = cleo.get(reply.location)
    accepted = re.search(r'name="undo" value="([^"]+)">Undo accepting 1 sentence<', done.text)[1]
    cleo.post(PATH, {"undo": accepted, "key": "one-more-key"}, 303)
    db.session.rollback()
    assert [each.state for each in db.session.scalars(select(Decision))] == ["reopened"] * 2


@slow
def test_nobody_undoes_what_another_person_accepted(browser, labelled):
    cleo = browser("cleo")
    page = cleo.get(PATH)
    reply = post(cleo, page, boxes(page)[:1])
    accepted = reply.location.partition("accepted=")[2]
    assert "Undo accepting 1 sentence" not in browser("lea").get(f"{PATH}?accepted={accepted}").text
    browser("lea").post(PATH, {"undo": accepted, "key": "one-more-key"}, 303)
    db.session.rollback()
    assert db.session.scalars(select(Decision)).one().state == "decided"
