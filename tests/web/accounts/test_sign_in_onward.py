"""Who must sign in first, and where sign-in may lead."""

import pytest

from annotator.store.db import write
from annotator.web.security import OPEN, is_local
from annotator.work.accounts import accounts, sessions

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/%2Fevil.example",
    "/%5Cevil.example",
    "/a//evil.example",
    "/\t/evil.example",
    " //evil.example",
    "/\n/evil.example",
    "/\x00/evil.example",
    "/a\r\nSet-Cookie: x=y",
    "/@evil.example",
    "/a#//evil.example",
    "/a?b=\\evil",
    "/ä",
    "",
    "/" + "a" * 3000,
]
HERE = ["/", "/account", "/label/3/14", "/projects/us-russia/articles?page=2&q=a%20b", "/a/"]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_other_places_are_not_local(path):
    assert not is_local(path)


@pytest.mark.parametrize("path", HERE)
def test_our_pages_are_local(path):
    assert is_local(path)


@pytest.mark.parametrize("path", [*ELSEWHERE, "/sign-in", "/sign-out", "/sign-in/token"])
def test_sign_in_leads_home_instead(browser, path):
    reply = browser("ann").get("/sign-in", 303, query_string={"next": path})
    assert reply.location == "/"


def test_a_form_field_does_not_lead_anywhere(browser):
    with write():
        link = accounts.make_link(accounts.get_user("ann"))
    reply = browser().post(f"/sign-in/{link}", {"next": "//evil.example"}, 303)
    assert reply.location == "/account"


def test_a_reader_is_sent_to_sign_in(browser):
    assert browser().get("/account", 303).location == "/sign-in?next=/account"


def test_htmx_is_told_so(browser):
    page = browser().get("/account", 401, headers={"HX-Request": "true"})
    assert "sign in again" in page.text
    assert 'href="/sign-in"' in page.text


def test_a_post_gets_back_what_was_typed(browser):
    note = "a note that took a while to write"
    page = browser().post("/account", {"note": note, "new_password": "a secret " * 9}, 401)
    assert note in page.text
    assert "a secret" not in page.text


def test_every_page_asks_for_a_person_unless_it_is_named(app):
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert known | {"metrics.show"} >= OPEN  # the settings offer it, or not
    assert not {endpoint for endpoint in OPEN if endpoint.startswith(("label", "projects"))}


def test_a_signed_in_reader_is_noted_now_and_then(browser, monkeypatch):
    ann = browser("ann")
    renewed, renew = [], sessions.renew
    monkeypatch.setattr(sessions, "is_due", lambda found: True)
    monkeypatch.setattr(sessions, "renew", lambda token: renewed.append(token) or renew(token))
    ann.get("/account")
    assert len(renewed) == 1


def test_refusals_are_written_down(browser, caplog):
    browser().post("/account", {}, 401)
    assert "POST /account 401 " in caplog.text
    assert " nobody from 127.0.0.1" in caplog.text
