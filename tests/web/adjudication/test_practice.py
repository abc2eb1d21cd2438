"""Practice: an adjudicated article to answer for oneself, with gold after each sentence."""

import re

import pytest
from agreement_examples import give, label, speaker
from installation import staged
from label_form import claim, fields
from sqlalchemy import func, select

from annotator.store.db import db, write
from annotator.store.models import (
    Answer,
    Article,
    Assignment,
    Decision,
    Exposure,
    Sentence,
)
from annotator.work.accounts import accounts, memberships
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.assignment import self_assignment
from annotator.work.consensus.decisions import Act, Taken

LINES = """
a: Mattis oc | b: Mattis oc
a: x | b: x
a: Mattis nc | b: Trump sc
"""
AGREES, DIFFERS = "Your answer agrees with gold", "Your answer differs from gold"


@staged
def make_adjudicated(project):
    """Let Ann and Ben label three sentences and Cleo decide them as Ben; Dee has not labelled."""
    label(project, LINES)
    with write():
        article = db.session.scalars(select(Sentence.article_id)).first()
        give(article, "ann", "ben")
        for assignment in db.session.scalars(select(Assignment)):
            assignment.state = "submitted"
        memberships.join(project, accounts.add_user("dee"), {"annotator"})
    for position in range(3):
        sentence = db.session.scalars(select(Sentence).where(Sentence.position == position)).one()
        case = case_of(sentence)
        ben = accounts.get_user("ben").id
        reading = next(each for each in case.comparison.readings if each.user_id == ben)
        taken = tuple(Taken(each) for each in reading.claims)
        draft = DecisionDraft(reading.status, taken, reason="See ST-2." if position == 2 else "")
        with write():
            deciding.decide(sentence, draft, Act(accounts.get_user("cleo"), 0, f"key-{position}"))


@pytest.fixture
def adjudicated(project):
    make_adjudicated(project)
    return db.session.scalars(select(Article)).one()


@pytest.fixture
def offered(adjudicated, browser):
    browser("lea").post(toggle(adjudicated), {"practice": "y"}, 303)
    db.session.rollback()
    return adjudicated


def toggle(article):
    return f"/projects/us-russia/articles/{article.id}/practice"


def url(article, position=0):
    return f"/label/{article.id}/{position}/practice"


def said(project, name, stance, certainty="certain", **others):
    return claim(speaker(project, name).id, stance, certainty, **others)


def test_a_lead_offers_it_and_takes_it_back(adjudicated, browser):
    lea, dee = browser("lea"), browser("dee")
    link = f'<a href="{url(adjudicated)}">{adjudicated.title}</a>'
    assert link not in dee.get("/").text
    lea.post(toggle(adjudicated), {"practice": "y"}, 303)
    assert "Offered for practice" in lea.get(f"/projects/us-russia/articles/{adjudicated.id}").text
    assert link in dee.get("/").text
    lea.post(toggle(adjudicated), {}, 303)
    assert link not in dee.get("/").text
    dee.get(url(adjudicated), 404)


def test_an_article_with_a_sentence_without_gold_is_not_offered(adjudicated, browser):
    with write():
        db.session.scalars(select(Decision)).first().state = "reopened"
    lea = browser("lea")
    there = lea.post(toggle(adjudicated), {"practice": "y"}, 303).location
    assert "Not offered for practice: 1 sentence without gold." in lea.get(there).text
    assert adjudicated.title not in browser("dee").get("/").text


def test_the_page_shows_no_gold_before_an_answer(offered, browser):
    page = browser("dee").get(url(offered)).text
    assert "Nothing is saved." in page
    assert AGREES not in page
    assert DIFFERS not in page
    assert "Check answer</button>" in page
    assert "checked" not in re.search(r'<section class="claim open".*?</section>', page, re.S)[0]


def test_whoever_says_the_same_is_told_so_and_led_on(offered, project, browser):
    dee = browser("dee")
    same = fields(said(project, "Mattis", "oppose"), act="next")
    page = dee.post(url(offered), same, 200).text
    assert AGREES in page
    assert "Next sentence</button>" in page
    assert re.search(r'value="oppose"[^>]* checked', page)
    there = dee.post(url(offered), same | {"leave": "y"}, 303).location
    assert there == f"{url(offered, 1)}#sentence"


def test_what_differs_stands_beside_gold_with_the_reason(offered, project, browser):
    mine = fields(said(project, "Mattis", "neutral"), act="next")
    page = browser("dee").post(url(offered, 2), mine, 200).text
    assert DIFFERS in page
    feedback = re.search(r'<section class="notice go" id="feedback".*?</section>', page, re.S)[0]
    assert "Mattis" in feedback
    assert "Trump" in feedback
    assert "support" in feedback
    assert '#ST-2" target="codebook">ST-2</a>' in feedback


def test_no_claim_is_compared_too(offered, browser, project):
    dee = browser("dee")
    assert AGREES in dee.post(url(offered, 1), fields(status="no_claim", act="next"), 200).text
    page = dee.post(url(offered, 0), fields(status="no_claim", act="next"), 200).text
    assert DIFFERS in page
    assert "No claim" in page
    # A status over claims is the newer word.
    both = fields(said(project, "Mattis", "oppose"), status="no_claim", act="next")
    assert AGREES in dee.post(url(offered, 1), both, 200).text


def test_an_open_answer_is_not_compared(offered, project, browser):
    half = fields(said(project, "Mattis", "oppose", ""), act="next")
    page = browser("dee").post(url(offered), half, 200).text
    assert "Answer the sentence first" in page
    assert DIFFERS not in page
    assert re.search(r'value="oppose"[^>]* checked', page)


def test_claims_are_added_and_removed_without_being_stored(offered, project, browser):
    dee = browser("dee")
    one = said(project, "Mattis", "oppose")
    page = dee.post(url(offered), fields(one, act="add"), 200).text
    assert 'id="claim-1"' in page
    two = fields(one, said(project, "Trump", "support"), act="remove-1")
    page = dee.post(url(offered), two, 200).text
    assert 'id="claim-0"' in page
    assert 'name="claims-1-stance"' not in page


def test_nothing_is_stored_but_that_gold_was_seen(offered, project, browser):
    before = db.session.scalar(select(func.count()).select_from(Answer))
    dee = browser("dee")
    dee.post(url(offered), fields(said(project, "Mattis", "oppose"), act="next"), 200)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Answer)) == before
    number = accounts.get_user("dee").id
    seen = select(func.count()).select_from(Exposure).where(Exposure.user_id == number)
    assert db.session.scalar(seen) == 3


def test_whoever_labels_it_cannot_practise_on_it(offered, browser):
    with write():
        give(offered.id, "dee")
    dee = browser("dee")
    assert "Practice" not in dee.get("/").text
    dee.get(url(offered), 404)
    dee.post(url(offered), fields(act="next"), 404)


def test_nobody_gets_it_by_asking_for_work(offered, project):
    with write():
        project = db.session.merge(project)
        project.overlap = 3
    dee = accounts.get_user("dee")
    assert self_assignment.next_article(project, dee) is None


def test_behind_the_last_sentence_is_my_work(offered, project, browser):
    dee = browser("dee")
    last = fields(said(project, "Trump", "support"), act="next", leave="y")
    assert dee.post(url(offered, 2), last, 303).location == "/"
    assert "Practice completed." in dee.get("/").text


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"claims-0-stance": "nonsense"}, "Stance"),
        ({"claims-0-mention": "words that stand nowhere"}, "was not found"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(offered, project, browser, posted, words):
    mine = fields(said(project, "Mattis", "oppose"), act="next") | posted
    page = browser("dee").post(url(offered), mine, 422).text
    assert words in re.search(r'id="notice"[^>]*>(.*?)</p>', page, re.S)[1]
    assert re.search(r'value="certain"[^>]* checked', page)


def test_a_speaker_that_is_not_offered_is_an_open_one(offered, project, browser):
    for named in ({"speaker": "999999"}, {"speaker": "new", "new_name": "Zoran Quill"}):
        mine = fields(said(project, "Mattis", "oppose") | named, act="next")
        assert "Answer the sentence first" in browser("dee").post(url(offered), mine, 200).text


def test_only_leads_offer_and_only_members_practise(offered, browser):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).post(toggle(offered), {}, status)
    browser("dan").get(url(offered), 404)
    browser("lea").post("/projects/us-russia/articles/999/practice", {}, 404)
