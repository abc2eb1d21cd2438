"""What the adjudicator is told before deciding or asking: who is expected, who is asked."""

import re
from dataclasses import replace
from html import unescape

import pytest
from agreement_examples import give, label
from decision_form import PATH, press
from installation import staged
from sqlalchemy import select

from annotator.codebook.load import to_json
from annotator.store.db import db, write
from annotator.store.models import Article, Assignment, Decision
from annotator.work.accounts import accounts, memberships


@pytest.fixture
@staged
def case(project):
    """Store two disputed sentences; Ann has submitted, Ben still labels, Dan has not begun."""
    label(project, "a: Mattis nc | b: Mattis sc\na: Mattis nc | b: Mattis sc")
    article = db.session.scalars(select(Article.id)).one()
    with write():
        memberships.join(project, accounts.get_user("dan"), {"annotator"})
        give(article, "ann", "ben", "dan")
        for each in db.session.scalars(select(Assignment)):
            each.state = "submitted" if each.user.username == "ann" else "open"
    return f"{PATH}/{article}"


def names(project):
    db.session.rollback()
    return {each.user.username: each.pseudonym for each in memberships.members(project)}


def words(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def without_dan(project):
    with write():
        for each in db.session.scalars(select(Assignment)):
            if each.user.username == "dan":
                db.session.delete(each)


def test_the_sentence_says_who_is_still_expected_and_the_queue_leaves_it_out(
    case, browser, project
):
    page = browser("cleo").get(f"{case}/0")
    assert f"Answers still expected: {names(project)['dan']} (not started)." in words(page)
    assert "0 of 0 left" in words(page)
    assert "Answers still expected 2" in words(page)
    empty = browser("cleo").get(PATH)
    assert "Answers still expected: 2. All other disputed sentences are decided." in words(empty)
    assert "kind=expected" in empty.text


def test_how_far_the_expected_are_is_said(case, browser, project):
    with write():
        for each in db.session.scalars(select(Assignment)):
            each.decided_count = 1
    page = browser("cleo").get(f"{case}/0")
    assert f"{names(project)['dan']} (at 1 of 2)" in words(page)


def test_asking_says_first_what_it_does_and_to_whom(case, browser, project):
    without_dan(project)
    cleo, known = browser("cleo"), names(project)
    asked = press(cleo, cleo.get(f"{case}/0"), "ask", 200, reason="Is it a plan?")
    said = words(asked)
    assert (
        f"returns the submitted article article-1 to {known['ann']}, who can change every" in said
    )
    assert f"{known['ben']} still has it open and will see the question there." in said
    db.session.rollback()
    assert db.session.scalars(select(Decision)).all() == []
    page = press(cleo, asked, "ask-sure", 303)
    assert page.location
    said = words(cleo.get(f"{case}/0"))
    assert f"Article article-1 is returned to {known['ann']}." in said
    assert f"{known['ben']} will see the question in the open article." in said
    db.session.rollback()
    states = dict(db.session.execute(select(Assignment.user_id, Assignment.state)).all())
    assert sorted(states.values()) == ["open", "returned"]


def test_not_asking_keeps_the_words_and_changes_nothing(case, browser, project):
    without_dan(project)
    cleo = browser("cleo")
    asked = press(cleo, cleo.get(f"{case}/0"), "ask", 200, reason="Is it a plan?")
    page = press(cleo, asked, "done", 200)
    assert "Is it a plan?" in page.text
    assert "ask-sure" not in page.text
    db.session.rollback()
    assert "returned" not in db.session.scalars(select(Assignment.state)).all()


def test_nobody_left_to_ask_is_said(case, browser, project):
    with write():
        for name in ("ann", "ben"):
            accounts.disable(accounts.get_user(name))
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/0"), "ask", 422, reason="Is it a plan?")
    assert "No annotator can be asked" in page.text


def test_annotators_read_who_asks(case, browser, project):
    without_dan(project)
    cleo = browser("cleo")
    asked = press(cleo, cleo.get(f"{case}/0"), "ask", 200, reason="Is it a plan?")
    press(cleo, asked, "ask-sure", 303)
    said = words(browser("ann").get("/"))
    assert "Note: “The adjudicator asks about sentence 1: Is it a plan?”" in said
    assert "Lead:" not in said


def test_an_added_answer_is_not_called_a_change(case, browser, project):
    without_dan(project)
    cleo = browser("cleo")
    taken = press(cleo, cleo.get(f"{case}/0"), "take-0-0", 200, reason="So.")
    press(cleo, taken, "decide", 303)
    from agreement_examples import answer

    with write():
        sentence = db.session.scalars(select(Decision)).one().sentence
        added = answer(sentence, "c", "x")
    said = words(cleo.get(f"{case}/0"))
    assert "An answer that differs was added after this decision." in said
    assert "was changed after" not in said
    assert "Answers added since 1" in said
    with write():
        db.session.delete(db.session.merge(added))
        kept = db.session.scalars(select(Decision)).one()
        claim = kept.claims[0]
        short = {"neutral": "n", "support": "s"}[claim["stance"]]
        answer(kept.sentence, "c", f"Mattis {short}c")
    said = words(cleo.get(f"{case}/0"))
    assert "An answer was added later; it agrees, so the decision stands." in said


def test_the_key_sheet_and_the_reason_show_the_codebook_in_force(case, browser, project):
    codebook = project.codebook
    stances = tuple(
        replace(value, key=key) for value, key in zip(codebook.stances, "SOUN", strict=True)
    )
    with write():
        project.codebook_version.content = to_json(replace(codebook, stances=stances))
    page = browser("cleo").get(f"{case}/0").text
    sheet = page[page.index('<dialog id="keys"') :]
    shown = re.search(r"<dt>((?:(?!</dt>).)*)</dt><dd>stance</dd>", sheet)[1]
    assert re.sub(r"<[^>]+>|\s", "", shown) == "SOUN"
