"""The lead's home: counts and what needs a hand, never a label."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from annotator.codebook.load import load_default
from annotator.store.db import db, write
from annotator.store.models import Assignment
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.articles import storing
from annotator.work.assignment import assigning, matrix

PATH = "/projects/us-russia"


@pytest.fixture
def lea(browser):
    return browser("lea")


@pytest.fixture
def pseudonyms(project):
    return {each.user.username: each.pseudonym for each in memberships.members(project)}


def change(username, **values):
    with write():
        found = db.session.scalar(
            select(Assignment).where(Assignment.user_id == accounts.get_user(username).id)
        )
        for name, value in values.items():
            setattr(found, name, value)


def words(response):
    """Return what a screen reader would read, roughly."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())


def test_an_empty_project_says_what_to_do(lea):
    page = lea.get(PATH)
    assert "No articles yet." in page.text
    assert 'href="/projects/us-russia/import"' in page.text
    assert "Assign…" not in page.text


def test_the_figures_are_counts(lea, article):
    change("ann", state="submitted", decided_count=22)
    change("ben", decided_count=5)
    page = words(lea.get(PATH))
    assert "article, 22 sentences 1" in page
    assert "submitted, 22 of 44 answers 50 %" in page
    assert "complete answers 27" in page
    assert "answers left 17" in page


def test_answers_from_elsewhere_are_told_apart(lea, article):
    change("ann", decided_count=3)
    change("ben", decided_count=22, imported=True)
    page = words(lea.get(PATH))
    assert "complete answers 25 of them 22 imported" in page
    assert "answers left 19" in page


def test_each_cell_is_said_in_full(lea, article, pseudonyms):
    change("ann", state="submitted", decided_count=22)
    change("ben", decided_count=5)
    page = words(lea.get(PATH))
    key = article.key
    assert f"{pseudonyms['ann']}, article {key}: 22 of 22 answered, submitted" in page
    assert f"{pseudonyms['ben']}, article {key}: 5 of 22 answered, in progress" in page
    assert "1 of 2" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "0 of 22 answered, not started"),
        ({"state": "returned", "decided_count": 22}, "22 of 22 answered, returned"),
        ({"due_on": date(2020, 1, 1)}, "0 of 22 answered, overdue"),
    ],
)
def test_every_state_has_its_words(lea, article, values, said):
    change("ann", **values)
    assert said in words(lea.get(PATH))


def test_an_article_with_too_few_annotators_needs_the_lead(lea, project):
    with write():
        stored = storing.store_article(project, storing.read_file("b c.txt", b"One. Two."))
        assigning.assign([(stored.id, accounts.get_user("ann").id)])
    page = lea.get(PATH)
    assert "Article b c has one annotator; the overlap is 2." in words(page)
    assert 'href="/projects/us-russia/assign?article=b+c"' in page.text
    assert "not assigned" in words(page)


def test_many_such_articles_are_summed_up(lea, project):
    with write():
        for number in range(8):
            draft = storing.read_file(f"{number}.txt", f"Number {number}.".encode())
            storing.store_article(project, draft)
    page = words(lea.get(PATH))
    assert "Article 4 has no annotator" in page
    assert "Article 5 has" not in page
    assert "3 more articles with too few annotators." in page


def test_nothing_to_do_is_said(lea, article):
    assert "Nothing needs attention." in lea.get(PATH).text


def test_the_matrix_is_paged(lea, project, monkeypatch):
    monkeypatch.setattr(matrix, "PAGE", 2)
    with write():
        for number in range(3):
            draft = storing.read_file(f"{number}.txt", f"Number {number}.".encode())
            storing.store_article(project, draft)
    first, second = lea.get(PATH), lea.get(f"{PATH}?page=2")
    assert "1 to 2 of 3 articles" in first.text
    assert "3 to 3 of 3 articles" in second.text
    assert "Number 2." not in first.text
    assert "Number 2." in second.text


@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "1e3", "9" * 30, ""])
def test_a_page_that_does_not_exist_is_404(lea, article, page):
    lea.get(f"{PATH}?page={page}", 404)


def test_people_are_shown_with_their_pseudonyms(lea, article, pseudonyms):
    page = words(lea.get(PATH))
    assert f"{pseudonyms['cleo']} cleo adjudicator" in page
    assert "dan" not in page.split()


def test_who_has_work_and_no_role_any_more_keeps_a_column(lea, project, article, pseudonyms):
    with write():
        memberships.membership_of(accounts.get_user("ann"), project).annotator = False
    assert f"{pseudonyms['ann']}, article" in words(lea.get(PATH))


def test_other_projects_count_for_nothing(lea, project, article):
    with write():
        other = projects.create("other", "Other", load_default())
        memberships.join(other, accounts.get_user("lea"), {"lead"})
    assert "No articles yet." in lea.get("/projects/other").text


def test_annotators_and_adjudicators_are_403_and_strangers_404(browser, article):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).get(PATH, status)
    browser("lea").get("/projects/none", 404)


def test_nobody_is_sent_to_sign_in_and_back(browser):
    assert browser().get(PATH, 303).location == "/sign-in?next=/projects/us-russia"


def test_a_post_is_405(lea):
    lea.post(PATH, {}, 405)
