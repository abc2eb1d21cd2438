"""One article of one person: returned, moved, closed, dated; and asking for the next one."""

import re
from datetime import date, timedelta

import pytest
from labelling_examples import assignment_of, claims, nothing_claimed, save

from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.work.accounts import accounts, memberships
from annotator.work.articles import storing
from annotator.work.assignment import assigning, submitting


@pytest.fixture
def pseudonyms(project):
    return {each.user.username: each.pseudonym for each in memberships.members(project)}


@pytest.fixture
def path(article, pseudonyms):
    return f"/projects/us-russia/articles/{article.id}/people/{pseudonyms['ann']}"


@pytest.fixture
def lea(browser):
    return browser("lea")


def words(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())


def submit(article):
    for position in range(article.sentence_count):
        save(article, nothing_claimed(), position=position)
    with write():
        submitting.submit(assignment_of(article))


def state(article, name="ann"):
    db.session.rollback()
    return assignment_of(article, name).state


def test_every_cell_of_the_matrix_leads_here(lea, article, path):
    assert f'href="{path}"' in lea.get("/projects/us-russia").text
    page = words(lea.get(path))
    assert "not started" in page
    assert "of 22" in page


def test_a_note_goes_with_a_returned_article(lea, browser, article, path):
    submit(article)
    page = lea.post(path, {"act": "return", "note": " "}, 422)
    assert "Enter a note" in page.text
    lea.post(path, {"act": "return", "note": "See sentence 3."}, 303)
    assert state(article) == "returned"
    assert "Note: “See sentence 3.”" in words(browser("ann").get("/"))


def test_an_article_is_moved_closed_and_opened(lea, browser, project, article, path, pseudonyms):
    save(article, claims())
    with write():
        memberships.join(project, accounts.get_user("cleo"), {"annotator"})
    lea.post(path, {"act": "reassign", "to": pseudonyms["cleo"]}, 303)
    assert (state(article), state(article, "cleo")) == ("closed", "open")
    ann = browser("ann")
    shown = words(ann.get(f"/label/{article.id}/0"))
    at = r"\d+ \w{3} \d{4}, \d\d:\d\d UTC"
    assert re.search(rf"Your lead closed this article for you on {at} ?\. Saved answers are", shown)
    assert "Nothing to label now." in ann.get("/").text
    page = lea.post(path, {"act": "reopen"}, 422)
    assert "as many as the overlap" in page.text
    closing = path.replace(pseudonyms["ann"], pseudonyms["cleo"])
    lea.post(closing, {"act": "close"}, 303)
    lea.post(path, {"act": "reopen"}, 303)
    assert state(article) == "open"


def test_a_date_is_set_and_taken_away(lea, browser, article, path):
    tomorrow = now().date() + timedelta(days=1)
    lea.post(path, {"act": "due", "due_on": tomorrow.isoformat()}, 303)
    assert assignment_of(article).due_on == tomorrow
    with write():
        assignment_of(article).due_on = date(2020, 1, 2)
    assert "Overdue" in browser("ann").get("/").text
    lea.post(path, {"act": "due", "due_on": "soon"}, 422)
    lea.post(path, {"act": "due", "due_on": ""}, 303)
    assert assignment_of(article).due_on is None


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"act": "explode"}, 400, ""),
        ({}, 400, ""),
        ({"act": "return", "note": "x"}, 422, "Only a submitted"),
        ({"act": "reopen"}, 422, "Only a closed"),
        ({"act": "due", "due_on": "2020-01-02"}, 422, "2020-01-02 is over"),
        ({"act": "reassign", "to": ""}, 422, "Choose an annotator"),
        ({"act": "reassign", "to": "A99999"}, 404, "Not an annotator"),
    ],
)
def test_what_does_not_fit_is_refused(lea, article, path, fields, status, said):
    assert said in lea.post(path, fields, status).text
    assert state(article) == "open"


def test_annotators_and_adjudicators_are_403_and_strangers_404(browser, article, path):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).get(path, status)
        browser(name).post(path, {"act": "close"}, status)
    lea = browser("lea")
    lea.post(path, {"act": "close"}, 400, csrf=False)
    lea.get(path.rpartition("/")[0] + "/A9999", 404)
    lea.get("/projects/us-russia/articles/999/people/A01", 404)
    assert state(article) == "open"


@pytest.fixture
def asking_allowed(project):
    with write():
        project.self_assign = True
        storing.store_article(project, storing.read_file("a.txt", b"One spoke. Two spoke."))


def test_who_has_nothing_to_do_is_offered_more_and_gets_it(browser, asking_allowed):
    ann = browser("ann")
    assert "Get next article" in ann.get("/").text
    there = ann.post("/projects/us-russia/ask", {}, 303).location
    assert "One spoke." in ann.get(ann.get(there, 302).location).text
    assert "Get next article" not in ann.get("/").text
    ann.post("/projects/us-russia/ask", {}, 303)
    assert "You still have an article to label here." in ann.get("/").text


def test_when_nothing_is_left_it_is_said(browser, project, asking_allowed):
    with write():
        project.overlap = 1
        works = assigning.works(project)
        assigning.assign([(works[0].article_id, accounts.get_user("ben").id)])
    ann = browser("ann")
    ann.post("/projects/us-russia/ask", {}, 303)
    assert "There is no article left for you" in ann.get("/").text


def test_asking_is_refused_where_the_lead_gives_the_work(browser, project):
    assert "Get next article" not in browser("ann").get("/").text
    browser("ann").post("/projects/us-russia/ask", {}, 403)
    browser("lea").post("/projects/us-russia/ask", {}, 403)
    browser("dan").post("/projects/us-russia/ask", {}, 404)
    browser("ann").get("/projects/us-russia/ask", 405)


def test_nobody_left_to_move_to_is_said(lea, article, path):
    page = words(lea.get(path))
    assert "Every annotator of this project has or had this article" in page
    assert 'name="to"' not in lea.get(path).text


def test_closing_says_how_it_is_undone(lea, article, path, pseudonyms):
    lea.post(path, {"act": "close"}, 303)
    assert "unassigned from" in lea.get("/projects/us-russia").text
    save(article, claims(), name="ben")
    lea.post(path.replace(pseudonyms["ann"], pseudonyms["ben"]), {"act": "close"}, 303)
    assert "it can be reopened" in lea.get("/projects/us-russia").text


def test_imported_labels_can_be_neither_returned_nor_closed(lea, article, path):
    with write():
        assignment_of(article).imported = True
        assignment_of(article).state = "submitted"
    page = lea.get(path).text
    assert "do not count in agreement, gold or the overlap" in page
    assert 'name="act"' not in page
    lea.post(path, {"act": "return", "note": "x"}, 422)
