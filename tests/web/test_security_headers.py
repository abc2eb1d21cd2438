"""The protections that every response carries."""

from dataclasses import replace

import pytest
from browser import Browser
from guarded import guarded
from sqlalchemy.exc import OperationalError

from annotator.app import create_app
from annotator.store.db import db
from annotator.work.accounts import memberships


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sign-in", 200),
        ("/account", 303),
        ("/healthz", 200),
        ("/nowhere", 404),
        ("/static/app.css", 200),
        ("/static/nothing.css", 404),
        ("/sign-out", 405),
        ("/sign-in/nonsense", 410),
    ],
)
def test_every_response_is_guarded(browser, path, status):
    response = browser().get(path, status)
    assert guarded(response)


def test_a_page_of_a_signed_in_person_is_guarded_and_not_stored(browser):
    response = browser("ann").get("/account")
    assert guarded(response)
    assert response.headers["Cache-Control"] == "no-store"


def test_static_files_without_a_version_are_checked_before_they_are_used_again(browser):
    assert browser().get("/static/app.css").headers["Cache-Control"] == "no-cache"


def test_a_refused_form_is_guarded(browser):
    assert guarded(browser().post("/sign-in", {}, 400, csrf=False))


def test_a_fault_of_ours_is_guarded_and_tells_nothing(browser, monkeypatch):
    ann = browser("ann")

    def fail(user):
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(memberships, "memberships", fail)
    page = ann.get("/account", 500)
    assert guarded(page)
    assert "secret" not in page.text


def test_an_unreachable_database_gets_a_page_too(browser, monkeypatch):
    ann = browser("ann")

    def fail(*_args, **_kwargs):
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr("annotator.work.accounts.sessions.sign_in_of", fail)
    page = ann.get("/account", 503)
    assert guarded(page)
    assert "The database is busy" in page.text


# Written out once more: who drops or loosens one of them there has to do so here.
GUARDS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " object-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def test_a_page_has_each_header_that_guards_it(browser):
    headers = browser().get("/sign-in").headers
    assert {name: headers[name] for name in GUARDS} == GUARDS


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example"])
def test_an_unknown_host_is_refused(browser, host):
    page = browser().get("/sign-in", 400, headers={"Host": host})
    assert guarded(page)
    assert "evil" not in page.text


def test_a_forwarded_host_or_scheme_is_not_believed(browser):
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    response = browser().get("/account", 303, headers=forged)
    assert "evil" not in response.location
    assert "Strict-Transport-Security" not in response.headers


def test_behind_a_proxy_the_connection_is_known_to_be_safe(app, settings):
    safe = create_app(replace(settings, behind_proxy=1))
    response = Browser(safe).get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-annotator=")
    assert "Secure" in cookie
    with safe.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("name", ["Remote-User", "X-Original-URL", "X-Remote-User"])
def test_headers_make_nobody_a_person(browser, name):
    browser().get("/account", 303, headers={name: "/account" if "URL" in name else "ann"})


def test_health_asks_for_nobody(browser):
    assert browser().get("/healthz").text == "ok\n"
