"""Signing in by user name and password."""

import pytest
from browser import Browser
from sqlalchemy import delete, func, select

from annotator.app import create_app
from annotator.store.db import db, write
from annotator.store.models import SignIn, SignInTry
from annotator.work.accounts import accounts, passwords

PASSWORD = "correct horse battery"
WRONG = "Wrong user name or password."


@pytest.fixture
def visitor(browser):
    """A browser nobody is signed in with; Ann has a password."""
    with write():
        accounts.set_password(accounts.get_user("ann"), passwords.hash_new(PASSWORD, "ann"))
    return browser()


def sign_in(browser, username="ann", password=PASSWORD, status=303, path="/sign-in"):
    return browser.post(path, {"username": username, "password": password}, status)


def sessions_stored():
    return db.session.scalar(select(func.count()).select_from(SignIn))


def test_the_page_can_be_filled_in_by_a_password_manager(visitor):
    text = visitor.get("/sign-in").text
    assert 'autocomplete="username"' in text
    assert 'autocomplete="current-password"' in text
    assert "Ask your project lead for a one-time link." in text


def test_it_signs_in(visitor):
    assert sign_in(visitor).location == "/"
    visitor.get("/account")
    assert sessions_stored() == 1


def test_the_user_name_may_be_typed_in_any_case(visitor):
    sign_in(visitor, " ANN ")


def test_it_leads_to_the_page_that_was_asked_for(visitor):
    reply = visitor.get("/account?from=mail", 303)
    assert reply.location == "/sign-in?next=/account?from%3Dmail"
    page = visitor.get(reply.location)
    assert 'action="/sign-in?next=/account?from%3Dmail"' in page.text
    assert sign_in(visitor, path=reply.location).location == "/account?from=mail"


@pytest.mark.parametrize(
    ("username", "password"),
    [("ann", "wrong wrong"), ("nobody", PASSWORD), ("dan", PASSWORD), ("a\x00b", "\x00" * 9)],
)
def test_every_failure_looks_the_same(visitor, username, password):
    page = sign_in(visitor, username, password, 422)
    assert WRONG in page.text
    assert 'role="alert"' in page.text
    assert password not in page.text


def test_a_failure_keeps_the_user_name(visitor):
    assert 'value="ann"' in sign_in(visitor, password="wrong wrong", status=422).text


def test_a_disabled_person_is_refused_alike(visitor):
    with write():
        accounts.disable(accounts.get_user("ann"))
    assert WRONG in sign_in(visitor, status=422).text


@pytest.mark.parametrize(
    ("username", "password", "words"),
    [("", PASSWORD, "Enter your user name."), ("ann", "", "Enter your password.")],
)
def test_an_empty_field_is_named(visitor, username, password, words):
    page = sign_in(visitor, username, password, 422)
    assert words in page.text
    assert 'aria-invalid="true"' in page.text
    assert PASSWORD not in page.text


def test_what_was_typed_is_escaped(visitor):
    assert "<script>x" not in sign_in(visitor, '"><script>x</script>', status=422).text


def test_a_huge_field_is_refused(visitor):
    sign_in(visitor, "a" * 5000, status=422)
    sign_in(visitor, password="p" * 5000, status=422)


def test_the_sixth_try_has_to_wait(visitor):
    for _ in range(5):
        sign_in(visitor, password="wrong wrong", status=422)
    page = sign_in(visitor, status=429)
    assert "Too many attempts. Wait 1 minute." in page.text
    assert 55 <= int(page.headers["Retry-After"]) <= 60
    assert 'value="ann"' in page.text
    sign_in(visitor, "ben", "wrong wrong", 422)


def test_the_wait_survives_a_restart(visitor, settings):
    for _ in range(5):
        sign_in(visitor, password="wrong wrong", status=422)
    restarted = create_app(settings)
    sign_in(Browser(restarted), status=429)
    with restarted.app_context():
        db.engine.dispose()


def test_a_forged_address_does_not_help(visitor):
    for number in range(5):
        visitor.post(
            "/sign-in",
            {"username": "ann", "password": "wrong wrong"},
            422,
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
    assert set(db.session.scalars(select(SignInTry.address))) == {"127.0.0.1"}


def test_without_a_token_it_is_refused(visitor):
    page = visitor.post("/sign-in", {"username": "ann", "password": PASSWORD}, 400, csrf=False)
    assert "ANNOTATOR_BEHIND_PROXY" in page.text
    assert "ANNOTATOR_TRUSTED_HOSTS" in page.text
    assert PASSWORD not in page.text
    assert sessions_stored() == 0


def test_a_new_session_has_a_new_cookie_and_a_new_form_token(visitor):
    visitor.get("/sign-in")
    planted, token = visitor.client.get_cookie("annotator").value, visitor.token
    sign_in(visitor)
    assert visitor.client.get_cookie("annotator").value != planted
    visitor.token = token
    visitor.post("/account", {"change": "theme", "theme": "dark"}, 400)


def test_the_cookie_is_kept_from_scripts_and_other_sites(visitor):
    cookie = sign_in(visitor).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "annotator=" in cookie


def test_whoever_is_signed_in_goes_on(browser):
    assert browser("ann").get("/sign-in?next=/account", 303).location == "/account"


def test_signing_in_again_ends_the_session_before(visitor):
    sign_in(visitor)
    sign_in(visitor)
    assert sessions_stored() == 1


def test_the_same_person_can_save_through_a_page_from_before_the_session_ended(visitor):
    sign_in(visitor)
    visitor.get("/account")
    token = visitor.token
    with write() as session:
        session.execute(delete(SignIn))
    visitor.post("/account", {"change": "theme", "theme": "dark"}, 401)
    sign_in(visitor)
    visitor.token = token
    visitor.post("/account", {"change": "theme", "theme": "dark"}, 303)
