"""Error pages show who is signed in, as long as the database can be asked."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from annotator.web.assignment import my_work


@pytest.mark.parametrize("path", ["/nowhere", "/projects/nobody", "/label/99/0"])
def test_a_refusal_keeps_the_account_in_the_bar(browser, project, path):
    page = browser("ann").get(path, 404).text
    assert "Your account: </span>ann" in page
    assert 'action="/sign-out"' in page


@pytest.mark.parametrize("number", ["01", "١", "१", "٠١", "+1", "1_0"])
def test_a_row_has_one_address(browser, project, article, number):
    browser("lea").get(f"/projects/{project.slug}/articles/{article.id}")
    for path in ("/projects/us-russia/articles/{}", "/label/{}/0", "/label/1/{}"):
        browser("lea").get(path.format(number), 404)


def test_a_stranger_sees_no_account(browser, project):
    page = browser().get("/nowhere", 404).text
    assert "Your account" not in page


def test_a_closed_door_keeps_the_account(browser, project):
    page = browser("ann").get(f"/projects/{project.slug}/import", 403).text
    assert "Your account: </span>ann" in page


def test_a_fault_of_the_database_asks_it_nothing_more(browser, project, monkeypatch):
    ann = browser("ann")

    def fail(_user):
        raise OperationalError("SELECT 1", {}, Exception("disk I/O error"))

    monkeypatch.setattr(my_work.people, "memberships", fail)
    page = ann.get("/", 503).text
    assert "The server cannot write" in page
    assert "Your account" not in page


def test_an_odd_address_is_not_called_an_incomplete_form(browser, project):
    page = browser("lea").get(f"/projects/{project.slug}?show=all", 400).text
    assert "Invalid address" in page
    assert "form" not in re.search(r"<h1>.*</main>", page, re.DOTALL)[0]
    assert "saved" not in page


def test_who_leads_is_not_sent_to_the_lead_of_the_project(browser, project, article):
    page = browser("lea").get(f"/label/{article.id}/0", 403).text
    assert "only its annotators can label it" in page
    assert "Ask your project lead" not in page
