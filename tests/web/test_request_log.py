"""What a server writes down: a line per request, no secret in it, the id that a page shows."""

import json
import logging
import re
from dataclasses import replace

import pytest
from browser import Browser

from annotator.app import create_app
from annotator.log_lines import formatter
from annotator.store.db import db, write
from annotator.store.engine import DatabaseBusyError
from annotator.web import request_log
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
    mark, sent = reply.headers["X-Request-ID"], len(reply.data)
    assert re.fullmatch(
        rf"GET /account 200 \d+\.\d ms, [1-9]\d* queries, {sent} bytes,"
        rf" user {number} from 127.0.0.1, request {mark}",
        line,
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
    assert "GET /sign-in/<token> 200 " in caplog.text
    assert "GET (no page) 404 " in caplog.text
    assert token[:20] not in caplog.text


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [("/nowhere", "(no page)", 404), ("/projects/us-russia", "/projects/<slug>", 403)],
)
def test_the_id_on_an_error_page_is_in_the_log(browser, lines, path, route, status):
    ann = browser("ann")
    lines("annotator.access")
    page = ann.get(path, status)
    mark = ID.search(page.text).group(1)
    (line,) = lines("annotator.access")
    assert line.startswith(f"GET {route} {status} ")
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
    assert line.startswith("POST /account 400 ")
    assert f", user {accounts.get_user('ann').id} " in line
    assert "from 127.0.0.1" in line
    assert "form token refused: The CSRF session token is missing." in line


def test_a_form_from_another_site_is_written_down(browser, caplog):
    browser("ann").post("/account", {}, 403, headers={"Origin": "https://evil.example/\x1b[2J"})
    assert r"from another site: Origin 'https://evil.example/\x1b[2J'" in caplog.text


@pytest.mark.parametrize("proxies", [1, 0])
def test_only_a_proxy_may_name_a_request(app, settings, proxies):
    made = create_app(replace(settings, behind_proxy=proxies))
    for given, good in (("abc-123.X_y", True), ("a b", False), ("x" * 65, False), ("", False)):
        reply = Browser(made).get("/sign-in", headers={"X-Request-ID": given})
        assert (reply.headers["X-Request-ID"] == given) is (good and proxies == 1)
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", reply.headers["X-Request-ID"])
    with made.app_context():
        db.engine.dispose()


def test_what_a_lead_does_is_written_down_with_who_did_it(browser, lines, article, project):
    lea, number = browser("lea"), accounts.get_user("lea").id
    mine = memberships.membership_of(accounts.get_user("lea"), project).pseudonym
    by = f" by {mine} (user {number}) from 127.0.0.1, request "
    ann, ann_id = (
        memberships.membership_of(accounts.get_user("ann"), project).pseudonym,
        accounts.get_user("ann").id,
    )
    here = "/projects/us-russia"

    def done(path, fields=None, status=303):
        lines("annotator.acts")
        lea.get(path) if fields is None else lea.post(here + path, fields, status)
        said = [line.split(by) for line in lines("annotator.acts")]
        assert all(len(parts) == 2 for parts in said)
        return [parts[0] for parts in said]

    invited, linked = done("/people", {"username": "eve", "roles": "annotator"}, 200)
    eve = accounts.get_user("eve").id
    assert invited.startswith(f"user {eve} invited to 'us-russia' as A")
    assert linked == f"sign-in link for user {eve} made"
    member = f"/people/{ann}"
    yes = {"sure": "y"}
    assert done(member, {"act": "roles", "roles": ["annotator", "adjudicator"]}) == [
        f"roles of user {ann_id} in 'us-russia' set: annotator, adjudicator"
    ]
    assert done(member, {"act": "link"}, 200) == [f"sign-in link for user {ann_id} made"]
    assert done(member, {"act": "disable", **yes}) == [f"account of user {ann_id} disabled"]
    assert done(member, {"act": "enable"}) == [f"account of user {ann_id} enabled"]
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
    assert line.startswith(f"signed out by user {accounts.get_user('ann').id} from ")


def test_a_line_in_json_has_who_what_and_whom_by_name_and_no_user_name(browser, caplog, project):
    caplog.set_level(logging.INFO)
    lea = browser("lea")
    caplog.clear()
    person, other = accounts.get_user("lea"), accounts.get_user("ann")
    mine = memberships.membership_of(person, project).pseudonym
    theirs = memberships.membership_of(other, project).pseudonym
    reply = lea.post(f"/projects/us-russia/people/{theirs}", {"act": "enable"}, 303)
    form = formatter("json")
    act, asked = (json.loads(form.format(each)) for each in caplog.records)
    asks = {"who": f"{mine} (user {person.id})", "user": person.id, "project": "us-russia"}
    where = {"address": "127.0.0.1", "request": reply.headers["X-Request-ID"]}
    assert asks.items() | where.items() <= act.items() & asked.items()
    assert act["what"] == f"account of user {other.id} enabled"
    assert (asked["method"], asked["route"], asked["status"]) == (
        "POST",
        "/projects/<slug>/people/<pseudonym>",
        303,
    )
    assert asked["queries"] > 3
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", asked["time"])
    assert "'lea'" not in caplog.text


def test_a_file_that_is_streamed_is_written_down_at_its_end_with_what_was_sent(browser, lines):
    lea = browser("lea")
    lines("annotator.access")
    reply = lea.get("/projects/us-russia/labels.csv")
    (line,) = lines("annotator.access")
    assert f" queries, {len(reply.data)} bytes, " in line


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_line_of_the_log_is_one_line_without_a_token(form):
    said = "Client disconnected while serving /sign-in/" + "x" * 43 + "\r\n\x1b[2J\u2028forged"
    record = logging.LogRecord("waitress", logging.INFO, "", 1, said, (), None)
    line = formatter(form).format(record)
    if form == "json":
        line = json.loads(line)["message"]
    assert line.endswith(r"Client disconnected while serving /sign-in/…\r\n\x1b[2J\u2028forged")


def test_what_a_header_says_makes_no_second_line(browser, caplog):
    reply = browser("ann").post(
        "/account", {}, 403, headers={"Origin": "https://evil.example/" + "y" * 60}
    )
    assert reply.status_code == 403
    for form in ("text", "json"):
        line = formatter(form).format(caplog.records[-1])
        assert "\n" not in line
        assert "y" * 43 not in line


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_written_meanwhile_names_the_request_once(app, form):
    lines = formatter(form)
    record = logging.LogRecord("annotator.security", logging.INFO, "", 1, "refused", (), None)
    outside = lines.format(record)
    with app.test_request_context("/sign-in"):
        app.preprocess_request()
        mark = request_log.request_id()
        inside = lines.format(record)
    assert "request" not in outside
    assert inside.count(mark) == (1 if form == "text" else 2)
    assert form == "text" or json.loads(inside)["request"] == mark
