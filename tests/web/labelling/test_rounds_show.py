"""Rounds on pages: whoever labels and sees what others said is not independent there any more."""

import re

import pytest
from agreement_examples import give, label
from installation import staged
from labelling_examples import assignment_of, nothing_claimed, save
from slow_cases import further, slow
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Article, Exposure, Sentence
from annotator.work.accounts import accounts, memberships
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import DecisionDraft
from annotator.work.consensus.decisions import Act
from annotator.work.labelling import independence

AT = "/projects/us-russia"
LINES = """
a: Mattis nc | b: Mattis oc
a: x | b: x
"""


@pytest.fixture
@staged
def labelled(project):
    """Let Ann and Ben label two sentences; Cleo, who adjudicates, labels elsewhere, too."""
    label(project, LINES)
    with write():
        article = db.session.scalars(select(Article)).one()
        give(article.id, "ann", "ben")
        cleo = accounts.get_user("cleo")
        member = memberships.membership_of(cleo, article.project)
        member.annotator = True
    return article.id


def known():
    """Return who knows which sentence (by position), and how."""
    db.session.rollback()
    rows = db.session.execute(
        select(Exposure.user_id, Sentence.position, Exposure.how)
        .join(Sentence, Sentence.id == Exposure.sentence_id)
        .order_by(Exposure.id)
    ).all()
    names = {accounts.get_user(name).id: name for name in ("ann", "ben", "cleo", "lea")}
    return [(names[user], position, how) for user, position, how in rows]


@pytest.mark.parametrize(
    ("path", "seen"),
    further(
        [
            ("adjudicate/{}/0", [0]),
            ("adjudicate/unanimous", [1]),
            ("agreement", [0]),
            ("agreement/sentences?kind=all", [0]),
        ]
    ),
)
def test_an_adjudicator_who_labels_is_not_independent_where_answers_were_shown(
    labelled, browser, path, seen
):
    assert known() == []
    browser("cleo").get(f"{AT}/{path.format(labelled)}")
    assert known() == [("cleo", position, "answers") for position in seen]
    browser("cleo").get(f"{AT}/{path.format(labelled)}")
    assert len(known()) == len(seen)


@slow
def test_of_a_lead_who_does_not_label_nothing_is_remembered(labelled, browser):
    for path in (f"adjudicate/{labelled}/0", "agreement", "gold", "flags"):
        browser("lea").get(f"{AT}/{path}")
    assert known() == []


def test_gold_that_was_shown_under_my_differences_is_remembered(labelled, browser):
    with write():
        for name in ("ann", "ben"):
            assignment_of(db.session.get(Article, labelled), name).state = "submitted"
        sentence = db.session.scalars(select(Sentence).where(Sentence.position == 0)).one()
        draft = DecisionDraft(status="no_claim", reason="so")
        act = Act(accounts.get_user("cleo"), 0, "decide-01")
        deciding.decide(sentence, draft, act)
    browser("ann").get(f"{AT}/differences")
    assert known() == [("ann", 0, "gold")]


@slow
def test_the_agreement_page_says_how_many_were_changed_and_offers_both_rounds(labelled, browser):
    page = browser("lea").get(f"{AT}/agreement")
    assert "changed after adjudication" not in page.text
    with write():
        sentence = db.session.scalars(select(Sentence).where(Sentence.position == 0)).one()
        article, ann = sentence.article, accounts.get_user("ann")
        independence.expose(ann.id, [sentence.id], independence.GOLD)
    save(article, nothing_claimed(), position=0, revision=1)
    page = browser("lea").get(f"{AT}/agreement")
    assert "1 answer changed after adjudication began" in page.text
    assert '<option value="1" selected>1, independent answers' in page.text
    later = browser("lea").get(f"{AT}/agreement?round=2")
    assert '<option value="2" selected>2, later answers' in later.text
    browser("lea").get(f"{AT}/agreement?round=3", 404)


def test_the_history_of_an_answer_says_where_round_2_begins(labelled, browser):
    article = db.session.get(Article, labelled)
    assignment_of(article).state = "returned"
    db.session.commit()
    page = f"/label/{labelled}/1/history"
    save(article, nothing_claimed(unsure=True), position=1, revision=1)
    assert "round" not in browser("ann").get(page).text
    with write():
        asked = db.session.scalars(select(Sentence.id).where(Sentence.position == 1)).all()
        independence.expose(accounts.get_user("ann").id, asked, independence.ASKED)
    save(db.session.get(Article, labelled), nothing_claimed(), position=1, revision=2)
    text = browser("ann").get(page).text
    assert re.findall(r"· (round \d)</span>", text) == ["round 2", "round 1"]
