"""A form that another site sends is refused, whatever token it has."""

from dataclasses import replace

import pytest
from browser import Browser

from annotator.app import create_app
from annotator.store.db import db, write
from annotator.store.models import User
from annotator.work.accounts import accounts

DARK = {"change": "theme", "theme": "dark"}
HERE, SAFE = "http://localhost", "https://localhost"
FORWARDED = {"X-Forwarded-Proto": "https"}


@pytest.fixture
def behind_proxy(app, settings, project):
    """Ann's browser on a server behind one proxy that speaks HTTPS."""
    made = create_app(replace(settings, behind_proxy=1))
    browser = Browser(made)
    browser.client.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"
    browser.client.environ_base["wsgi.url_scheme"] = "https"
    browser.sign_in("ann")
    yield browser
    with made.app_context():
        db.engine.dispose()


def theme():
    db.session.rollback()
    return db.session.query(User.theme).filter_by(username="ann").scalar()


def light_again():
    with write():
        accounts.get_user("ann").theme = "system"


def test_what_this_site_or_no_browser_sends_is_stored(browser):
    ann = browser("ann")
    for headers in (
        {},
        {"Origin": HERE},
        {"Origin": HERE, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": f"{HERE}/account"},
        {"Origin": SAFE},  # a proxy that this server was not told of
    ):
        light_again()
        ann.post("/account", DARK, 303, headers=headers)
        assert theme() == "dark", headers


def test_what_another_site_sends_is_refused_even_with_a_good_token(browser):
    ann = browser("ann")
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://[localhost"},
        {"Referer": "https://evil.example/localhost"},
    ):
        page = ann.post("/account", DARK, 403, headers=headers)
        assert "came from another site" in page.text, headers
        assert "ANNOTATOR_BEHIND_PROXY" in page.text
        assert theme() == "system", headers


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/sign-in/nonsense"])
def test_nobody_is_signed_in_or_out_by_another_site(browser, path):
    browser("ann").post(path, {}, 403, headers={"Origin": "https://evil.example"})


def test_reading_from_a_link_on_another_site_is_allowed(browser):
    browser("ann").get("/account", 200, headers={"Sec-Fetch-Site": "cross-site"})


def test_behind_a_proxy_only_the_safe_address_is_ours(behind_proxy):
    for headers, status in (
        ({"Origin": SAFE}, 303),
        ({"Origin": SAFE, "Sec-Fetch-Site": "same-origin"}, 303),
        ({}, 303),
        ({"Origin": HERE}, 403),
        ({"Referer": f"{HERE}/account"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
    ):
        light_again()
        behind_proxy.post("/account", DARK, status, headers=FORWARDED | headers)
        assert theme() == ("dark" if status == 303 else "system"), headers


def test_a_host_name_that_the_proxy_hands_on_is_ours(app, settings, project):
    made = create_app(
        replace(settings, behind_proxy=1, trusted_hosts=("labels.example.org", "localhost"))
    )
    browser = Browser(made)
    outside = FORWARDED | {"X-Forwarded-Host": "labels.example.org"}
    page = browser.get("/sign-in", headers=outside)
    browser.client.set_cookie(
        "__Host-annotator",
        page.headers["Set-Cookie"].split("=", 1)[1].split(";")[0],
        domain="labels.example.org",
        secure=True,
    )
    for origin, status in (("https://labels.example.org", 400), (SAFE, 403)):
        browser.post("/sign-in", {}, status, csrf=False, headers=outside | {"Origin": origin})
    with made.app_context():
        db.engine.dispose()
