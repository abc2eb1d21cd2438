"""What a server writes down: a line per request, no secret in it, the id that a page shows."""

import logging
import re
from dataclasses import replace

import pytest
from browser import Browser

from annotator.app import create_app
from annotator.store.db import db, write
from annotator.store.engine import DatabaseBusyError
from annotator.work.accounts import accounts, memberships

ID = re.compile(r"request ([A-Za-z0-9._-]+)")


@pytest.fixture
def lines(caplog):
    """Return a function that gives the lines of one logger since it was called last."""
    caplog.set_level(logging.INFO)

    def taken(name):
        found = [each for each in caplog.records if each.name == name]
        caplog.clear()
        return [each.getMessage() for each in found]

    return taken


def test_a_request_is_one_line_with_who_what_and_from_where(browser, lines):
    ann = browser("ann")
    lines("annotator.access")
    reply = ann.get("/account?secret=1")
    (line,) = lines("annotator.access")
    number = accounts.get_user("ann").id
    mark = reply.headers["X-Request-ID"]
    assert re.fullmatch(
        rf"GET '/account' 200 \d+ ms for 'ann' \({number}\) from 127.0.0.1, request {mark}", line
    )


def test_the_token_of_a_link_is_in_no_line(browser, caplog, project):
    caplog.set_level(logging.INFO)
    with write():
        token = accounts.make_link(accounts.get_user("ann"))
    visitor = browser()
    visitor.get(f"/sign-in/{token}")
    visitor.get(f"/sign-in/{token}/", 404)
    visitor.get(f"//sign-in//{token}", None)
    visitor.get(f"/Sign-In/{token})", 404)
    visitor.get(f"/{token}", 404)
    visitor.post(f"/sign-in/{token}", {}, 400, csrf=False)
    visitor.post(f"/sign-in/{token}", {}, 303)
    assert "'/sign-in/…'" in caplog.text
    assert token[:20] not in caplog.text


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/projects/us-russia", 403)])
def test_the_id_on_an_error_page_is_in_the_log(browser, lines, path, status):
    ann = browser("ann")
    lines("annotator.access")
    page = ann.get(path, status)
    mark = ID.search(page.text).group(1)
    (line,) = lines("annotator.access")
    assert line.startswith(f"GET {path!r} {status} ")
    assert line.endswith(f"request {mark}")
    assert page.headers["X-Request-ID"] == mark


@pytest.mark.parametrize("htmx", [False, True])
def test_a_fault_of_ours_shows_the_id_under_which_its_trace_is_kept(
    browser, monkeypatch, caplog, htmx
):
    ann = browser("ann")
    monkeypatch.setattr(memberships, "memberships", lambda _user: 1 / 0)
    page = ann.get("/account", 500, headers={"HX-Request": "true"} if htmx else {})
    mark = ID.search(page.text).group(1)
    assert f"request {mark} failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_busy_database_is_written_down(browser, monkeypatch, caplog):
    ann = browser("ann")

    def busy(_user):
        raise DatabaseBusyError("another write is still going on")

    monkeypatch.setattr(memberships, "memberships", busy)
    page = ann.get("/account", 503)
    assert page.headers["Retry-After"] == "2"
    assert "the database is busy: another write is still going on" in caplog.text


def test_a_refused_form_token_is_one_line_with_path_person_and_address(browser, lines):
    ann = browser("ann")
    lines("annotator.access")
    ann.post("/account", {"csrf_token": "old"}, 400, csrf=False)
    (line,) = lines("annotator.access")
    assert line.startswith("POST '/account' 400 ")
    assert "for 'ann'" in line
    assert "from 127.0.0.1" in line
    assert "form token refused: The CSRF session token is missing." in line


def test_a_form_from_another_site_is_written_down(browser, caplog):
    browser("ann").post("/account", {}, 403, headers={"Origin": "https://evil.example/\x1b[2J"})
    assert r"from another site: Origin 'https://evil.example/\x1b[2J'" in caplog.text


@pytest.mark.parametrize(
    ("proxies", "given", "kept"),
    [
        (1, "abc-123.X_y", True),
        (0, "abc-123.X_y", False),
        (1, "a b", False),
        (1, "x" * 65, False),
        (1, "", False),
    ],
)
def test_only_a_proxy_may_name_a_request(app, settings, proxies, given, kept):
    made = create_app(replace(settings, behind_proxy=proxies))
    reply = Browser(made).get("/sign-in", headers={"X-Request-ID": given})
    assert (reply.headers["X-Request-ID"] == given) is kept
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", reply.headers["X-Request-ID"])
    with made.app_context():
        db.engine.dispose()


def test_what_a_lead_does_is_written_down_with_who_did_it(browser, lines, article, project):
    lea, number = browser("lea"), accounts.get_user("lea").id
    by = f" by 'lea' ({number}) from 127.0.0.1, request "
    ann = memberships.membership_of(accounts.get_user("ann"), project).pseudonym
    here = "/projects/us-russia"

    def done(path, fields=None, status=303):
        lines("annotator.acts")
        lea.get(path) if fields is None else lea.post(here + path, fields, status)
        said = [line.split(by) for line in lines("annotator.acts")]
        assert all(len(parts) == 2 for parts in said)
        return [parts[0] for parts in said]

    invited, linked = done("/people", {"username": "eve", "roles": "annotator"}, 200)
    assert invited.startswith("'eve' invited to 'us-russia' as A")
    assert linked == "sign-in link for 'eve' made"
    member = f"/people/{ann}"
    yes = {"sure": "y"}
    assert done(member, {"act": "roles", "roles": ["annotator", "adjudicator"]}) == [
        "roles of 'ann' in 'us-russia' set: annotator, adjudicator"
    ]
    assert done(member, {"act": "link"}, 200) == ["sign-in link for 'ann' made"]
    assert done(member, {"act": "disable", **yes}) == ["account 'ann' disabled"]
    assert done(member, {"act": "enable"}) == ["account 'ann' enabled"]
    settings = {"name": "US", "overlap": "3", "blind": project.blind, "lease_hours": "0"}
    (said,) = done("/settings", settings)
    assert said.startswith("settings of 'us-russia' saved: name 'US-Russia cooperation' -> 'US'")
    assert "; overlap 2 -> 3" in said
    (said,) = done("/settings/publishing", {"annotations_licence": "CC BY 4.0"})
    assert "annotations_licence '' -> 'CC BY 4.0'" in said
    assert done(f"{here}/gold.jsonl") == ["gold of 'us-russia' downloaded by the method majority"]
    assert done(f"{here}/labels.csv") == ["labels of 'us-russia' downloaded without names"]
    (said,) = done(f"/articles/{article.id}/people/{ann}", {"act": "close"})
    assert said.startswith(f"article '{article.key}' of 'us-russia' ")


def test_signing_out_is_written_down(browser, lines):
    ann = browser("ann")
    ann.post("/sign-out", {}, 303)
    (line,) = lines("annotator.acts")
    assert line.startswith("signed out by 'ann' (")
