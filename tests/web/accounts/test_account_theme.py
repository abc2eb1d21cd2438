"""The account page: who one is, and how the pages look."""

import pytest

from annotator.work.accounts import accounts


def test_it_shows_name_pseudonym_and_roles(browser, project):
    text = browser("lea").get("/account").text
    assert "<p>lea</p>" in text
    assert project.name in text
    assert "<td>lead</td>" in text


def test_it_says_so_when_there_is_no_project(browser):
    assert "You are in no project yet." in browser("dan").get("/account").text


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_a_theme_is_saved(browser, theme):
    ann = browser("ann")
    assert ann.post("/account", {"change": "theme", "theme": theme}, 303).location == "/account"
    page = ann.get("/account").text
    assert "The theme is saved." in page
    assert f'data-theme="{theme}"' in page
    assert "The theme is saved." not in ann.get("/account").text


@pytest.mark.parametrize("theme", ["", "pink", '"><script>'])
def test_an_unknown_theme_is_refused(browser, theme):
    page = browser("ann").post("/account", {"change": "theme", "theme": theme}, 422)
    assert "Choose one of the three." in page.text
    assert accounts.get_user("ann").theme == "system"


@pytest.mark.parametrize("change", [None, "", "username", "roles"])
def test_nothing_else_can_be_changed(browser, change):
    data = {"username": "boss", "lead": "1"} | ({"change": change} if change is not None else {})
    browser("ann").post("/account", data, 400)


def test_other_fields_are_ignored(browser):
    ann = browser("ann")
    ann.post("/account", {"change": "theme", "theme": "dark", "username": "boss"}, 303)
    assert accounts.find_user("boss") is None


def test_without_a_token_it_is_refused(browser):
    browser("ann").post("/account", {"change": "theme", "theme": "dark"}, 400, csrf=False)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(browser, method):
    ann = browser("ann")
    ann.get("/account")
    send = getattr(ann.client, method)
    reply = ann.run(send, "/account", headers={"X-CSRFToken": ann.token})
    assert reply.status_code == 405
