"""Answers to look at again: listed by the lead, confirmed or changed by their annotators."""

import pytest
from labelling_examples import claim, claims, save, stored

from annotator.codebook.load import default_text, load
from annotator.store.db import db, write
from annotator.work.accounts import accounts, projects
from annotator.work.codebook import versions, worklists
from annotator.work.codebook.worklists import Wanted
from annotator.work.labelling import history
from annotator.work.labelling.saving import assignment_for

LEAD, OWN = "/projects/us-russia/codebook/worklists", "/projects/us-russia/worklist"


@pytest.fixture
def second(article):
    """Let Ann and Ben answer, then publish a second version."""
    for name in ("ann", "ben"):
        save(article, claims(claim(stance="neutral")), position=2, name=name)
        save(article, claims(claim(stance="support")), position=3, name=name)
    save(article, claims(claim(stance="neutral")), position=4)
    text = default_text().replace('version = "1.0"', 'version = "1.1"')
    text = text.replace("Is about it and takes no side.", "Names it.")
    with write():
        versions.publish(projects.get("us-russia"), load(text), "neutral is narrower", None)
    return article


def listed(name):
    db.session.rollback()
    items = worklists.items_of(projects.get("us-russia"), accounts.get_user(name))
    return [(item.answer.sentence.position, item.worklist.id, item.answer) for item in items]


def make(lea):
    said = {"value": "stances.neutral", "reason": "Is it named at all?"}
    lea.post(LEAD, said, 303)


def test_the_count_is_by_annotator_before_anything_is_made(browser, second):
    page = browser("lea").get(f"{LEAD}?value=stances.neutral").text
    assert "<strong>3 answers</strong>" in page
    assert "No worklists yet." in page
    assert listed("ann") == []
    for said in ({"reason": "r"}, {"value": "stances.neutral", "reason": " "},
                 {"words": "nothing like it", "reason": "r"}):  # fmt: skip
        browser("lea").post(LEAD, said, 422)
    browser("ann").get(LEAD, 403)


def test_annotators_find_their_own_answers_and_nobody_elses(browser, second):
    make(browser("lea"))
    assert [position for position, *_ in listed("ann")] == [2, 4]
    assert [position for position, *_ in listed("ben")] == [2]
    assert "2 answers to look at again" in browser("ann").get("/").text
    assert "Is it named at all?" in browser("ann").get(OWN).text
    number, answer = listed("ben")[0][1:]
    said = {"revision": "1", "key": "key-of-ann"}
    browser("ann").post(f"{OWN}/{number}/{answer.id}", said, 404)


def test_confirmed_is_a_revision_under_the_new_version(browser, second):
    make(browser("lea"))
    _, number, answer = listed("ann")[0]
    path, said = f"{OWN}/{number}/{answer.id}", {"revision": "1", "key": "key-of-ann"}
    ann = browser("ann")
    assert "Confirmed. 1 sentence left." in ann.get(ann.post(path, said, 303).location).text
    now = stored(second, "ann", 2)
    assert (now.revision, now.claims[0].stance) == (2, "neutral")
    assert now.codebook_version_id == projects.get("us-russia").codebook_version.id
    assert history.audit().faults == ()
    browser("ann").post(path, said, 303)  # the same press again
    assert stored(second, "ann", 2).revision == 2
    page = browser("ann").post(path, {"revision": "1", "key": "another-key"}, 409)
    assert "Not confirmed" in page.text


def test_a_changed_answer_is_done_and_the_lead_sees_how_far_everybody_is(browser, second):
    make(browser("lea"))
    _, number, answer = listed("ann")[0]
    said = {"revision": "1", "key": "key-of-ann"}
    browser("ann").post(f"{OWN}/{number}/{answer.id}", said, 303)
    save(second, claims(claim(stance="unrelated")), position=4, revision=1)
    assert listed("ann") == []
    [(_, standings)] = worklists.worklists_of(projects.get("us-russia"))
    ben, ann = sorted(standings, key=lambda each: each.answers)
    assert (ann.answers, ann.confirmed, ann.changed, ann.left) == (2, 1, 1, 0)
    assert (ben.answers, ben.left) == (1, 1)
    assert "Nothing left to look at." in browser("ann").get(OWN).text
    assert ann.pseudonym in browser("lea").get(LEAD).text


def test_a_submitted_article_goes_back_with_the_reason(browser, second):
    with write():
        assignment_for(second, accounts.get_user("ben"), lock=True).state = "submitted"
    make(browser("lea"))
    found = assignment_for(second, accounts.get_user("ben"))
    assert (found.state, found.note) == ("returned", "Is it named at all?")
    page = browser("lea").get("/projects/us-russia/activity").text
    assert "Worklist of 3 answers: Is it named at all? (1 submitted article returned)" in page


def test_a_retired_value_cannot_be_confirmed(browser, second):
    make(browser("lea"))
    text = default_text().replace('version = "1.0"', 'version = "1.2"')
    text = text.replace('value = "neutral"\n', 'value = "neutral"\nretired = true\n')
    with write():
        versions.publish(projects.get("us-russia"), load(text), "no neutral", None)
    _, number, answer = listed("ann")[0]
    said = {"revision": "1", "key": "key-of-ann"}
    page = browser("ann").post(f"{OWN}/{number}/{answer.id}", said, 422)
    assert "is retired" in page.text
    assert stored(second, "ann", 2).revision == 1


def meant(project, wanted):
    return worklists.preview(project, worklists.answers_meant(project, wanted))


def test_words_and_cited_rules_choose_answers_too(second):
    project = projects.get("us-russia")
    assert meant(project, Wanted(rule="ST-1")) == []
    word = stored(second, "ann", 2) and "Moscow"
    found = meant(project, Wanted(words=word.upper()))
    assert found == meant(project, Wanted(words=word))
