"""Error pages show who is signed in, as long as the database can be asked."""

import pytest
from sqlalchemy.exc import OperationalError

from annotator.web import my_work


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
