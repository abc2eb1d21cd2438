"""Signing in by a provider of single sign-on, which the test runs on loopback."""

import re
import time
from dataclasses import replace

import pytest
from authenticator import later, set_up
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import SignIn, User
from annotator.work.accounts import accounts, memberships, projects

requests = pytest.importorskip("requests")
pytest.importorskip("authlib")
from oidc_provider import OidcProvider, path_of, query_of  # noqa: E402

from annotator.work.identity import provider as network  # noqa: E402

NAME = "Example University"


@pytest.fixture(scope="module")
def running():
    provider = OidcProvider()
    yield provider
    provider.end()


@pytest.fixture
def provider(running, app, project, monkeypatch):
    """The provider, which knows Ann; her account has her address by the operator."""
    running.__dict__.update(
        claims={"sub": "ann-1", "email": "Ann@Example.org", "email_verified": True},
        lies={},
        broken="",
        answers_by_userinfo=False,
    )
    network.facts_of.cache_clear()
    use(app, monkeypatch, running.settings())
    with write():
        accounts.set_email(accounts.get_user("ann"), "ann@example.org", own=True)
    return running


def use(app, monkeypatch, sso):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], sso=sso))


def go(visitor, onward=""):
    """Begin, sign in at the provider, and return the address that it sends back to."""
    there = visitor.get(f"/sign-in/sso{onward}", 303).location
    return requests.get(there, allow_redirects=False, timeout=10).headers["Location"]


def come_back(visitor, status=303, onward=""):
    return visitor.get(path_of(go(visitor, onward)), status)


def test_a_person_who_is_invited_gets_in_and_where_they_wanted(provider, browser):
    visitor = browser()
    assert f"Sign in with {NAME}" in visitor.get("/sign-in?next=/account").text
    assert come_back(visitor, onward="?next=/account").location == "/account"
    assert "ann" in visitor.get("/account").text
    ann = accounts.get_user("ann")
    assert (ann.sso_issuer, ann.sso_subject) == (provider.issuer, "ann-1")
    assert db.session.scalars(select(SignIn.own)).one() is True


def test_from_then_on_the_subject_counts_and_not_the_address(provider, browser):
    come_back(browser())
    provider.claims = {"sub": "ann-1", "email": "married@example.org", "email_verified": False}
    assert come_back(browser()).location == "/"
    provider.claims = {"sub": "other-2", "email": "ann@example.org", "email_verified": True}
    page = come_back(browser(), 422)
    assert "belongs to another person" in page.text


def test_a_new_provider_finds_the_account_by_the_address_again(provider, browser):
    with write():
        ann = accounts.get_user("ann")
        ann.sso_issuer, ann.sso_subject = "https://former.example.org", "ann-0"
    come_back(browser())
    db.session.refresh(ann)
    assert (ann.sso_issuer, ann.sso_subject) == (provider.issuer, "ann-1")


def test_the_address_may_come_from_userinfo(provider, browser):
    provider.answers_by_userinfo = True
    come_back(browser())
    assert accounts.get_user("ann").sso_subject == "ann-1"


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": ["annotator-test", "another"]},
        {"azp": "another client"},
        {"iss": "https://elsewhere.example"},
        {"exp": int(time.time()) - 3600},
        {"sub": ""},
    ],
)
def test_a_token_that_does_not_hold_is_refused(provider, browser, lie):
    provider.lies = lie
    visitor = browser()
    page = come_back(visitor, 422)
    assert f"The answer of {NAME} is not valid." in page.text
    assert accounts.get_user("ann").sso_subject is None
    visitor.get("/account", 303)


def test_a_token_by_another_key_is_refused(provider, browser):
    provider.broken = "key"
    assert "is not valid" in come_back(browser(), 422).text


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email_verified": False}, "has not verified your e-mail address ann@example.org"),
        ({"email_verified": "false"}, "has not verified"),
        ({"email_verified": 1}, "has not verified"),
        ({"email_verified": None}, "does not say whether your e-mail address ann@example.org is"),
        ({"email": "eve@example.org"}, "No account here has the address eve@example.org."),
        ({"email": ""}, "has not told your e-mail address"),
    ],
)
def test_who_is_not_known_for_certain_or_not_invited_is_told_so(provider, browser, claims, said):
    provider.claims |= claims
    before = db.session.scalars(select(User.id)).all()
    assert said in come_back(browser(), 422).text
    assert db.session.scalars(select(User.id)).all() == before


def test_a_provider_may_write_true_as_a_text(provider, browser):
    provider.claims["email_verified"] = "true"
    come_back(browser())


def test_a_disabled_account_is_not_opened(provider, browser):
    come_back(browser())
    with write():
        accounts.disable(accounts.get_user("ann"))
    assert "This account is disabled." in come_back(browser(), 422).text


def test_a_provider_that_is_away_is_said_and_found_again(provider, browser, app, monkeypatch):
    provider.broken = "discovery"
    visitor = browser()
    page = visitor.get("/sign-in/sso", 503).text
    assert f"{NAME} cannot be reached." in page
    assert "Sign in with a password" in page
    provider.broken = ""
    come_back(visitor)
    away = replace(provider.settings(), issuer="http://127.0.0.1:9")
    use(app, monkeypatch, away)
    browser().get("/sign-in/sso", 503)


def test_a_provider_that_fails_or_refuses_meanwhile_is_said(provider, browser):
    provider.broken = "token"
    come_back(browser(), 503)
    provider.broken = "authorize"
    visitor = browser()
    begun = query_of(visitor.get("/sign-in/sso", 303).location)
    page = visitor.get(f"/sign-in/sso/back?error=access_denied&state={begun['state']}", 422)
    assert f"{NAME} did not sign you in." in page.text


def test_an_issuer_that_is_not_the_one_that_was_set_is_refused(provider, browser):
    provider.lies = {"discovered_issuer": "https://elsewhere.example"}
    browser().get("/sign-in/sso", 503)


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(provider, browser):
    visitor, other = browser(), browser()
    address = path_of(go(visitor))
    assert "begun in another browser" in other.get(address, 422).text
    other.get("/sign-in/sso", 303)
    assert "begun in another browser" in other.get(address, 422).text
    visitor.get(address, 303)
    visitor.get(address, 422)


def test_an_answer_that_comes_too_late_is_refused(provider, browser, monkeypatch):
    visitor = browser()
    address = path_of(go(visitor))
    monkeypatch.setattr("annotator.web.identity.sso.LONGEST_SECONDS", -1)
    assert "too long ago" in visitor.get(address, 422).text


def test_it_does_not_go_round_the_second_factor(provider, browser):
    app, _ = set_up(browser("ann"))
    later()
    visitor = browser()
    come_back(visitor)
    assert visitor.get("/account", 303).location.startswith("/sign-in/code")
    visitor.post("/sign-in/code", {"code": app.code()}, 303)
    visitor.get("/account")


def test_the_providers_own_factor_counts_where_the_operator_says_so(
    provider, browser, app, monkeypatch
):
    set_up(browser("ann"))
    use(app, monkeypatch, provider.settings(factor_is_enough=True))
    visitor = browser()
    come_back(visitor)
    visitor.get("/account")


def test_who_is_signed_out_while_labelling_goes_back_to_the_provider(provider, article, browser):
    ann, there = browser(), f"/label/{article.id}/0"
    come_back(ann)
    page = ann.get(there).text
    assert "Sign in in a new tab, then return here" in page
    assert 'target="sign-in">Sign in in a new tab</a>' in page


def test_a_lead_invites_by_address(provider, browser):
    lea = browser("lea")
    fields = {"username": "olga", "email": "Olga@Example.org", "roles": "annotator"}
    lea.post("/projects/us-russia/people", fields, 200)
    provider.claims = {"sub": "olga-1", "email": "olga@example.org", "email_verified": True}
    visitor = browser()
    come_back(visitor)
    assert "olga" in visitor.get("/account").text
    begun = db.session.scalars(select(SignIn)).all()
    assert [each.own for each in begun if each.user.username == "olga"] == [False]
    fields = {"username": "eva", "email": "olga@example.org", "roles": "annotator"}
    page = lea.post("/projects/us-russia/people", fields, 422).text
    assert re.search(r"is the address of the account .{1,6}olga", page)
    assert accounts.find_user("eva") is None


def test_many_are_invited_with_their_addresses(provider, browser):
    fields = {"people": "Olga, olga@example.org", "roles": "annotator", "act": "invite"}
    browser("lea").post("/projects/us-russia/people/invite", fields, 200)
    assert accounts.get_user("olga").email == "olga@example.org"


def test_an_address_by_a_lead_ends_when_others_invite_without_it(provider, project):
    with write():
        olga = accounts.add_user("olga")
        accounts.give_email(olga, "olga@example.org", accounts.get_user("lea"))
        memberships.join(project, olga, {"annotator"})
        olga.sso_issuer, olga.sso_subject = provider.issuer, "olga-1"
        eve = accounts.add_user("eve")
        others = [projects.create(f"p{n}", "", project.codebook) for n in range(2)]
        for each in others:
            memberships.join(each, eve, {"lead"})
        memberships.join(others[0], olga, {"annotator"}, email="Olga@example.org")
    assert accounts.get_user("olga").sso_subject == "olga-1"
    with write():
        mia = accounts.add_user("mia")
        memberships.join(others[1], mia, {"lead"})
        third = projects.create("p3", "", project.codebook)
        memberships.join(third, mia, {"lead"})
        vic = accounts.add_user("vic")
        accounts.set_email(vic, "vic@example.org", own=False)
        memberships.join(project, vic, {"annotator"})
        memberships.join(third, vic, {"annotator"})
    assert accounts.get_user("vic").email is None


def test_the_operator_sets_and_removes_addresses(provider, command, browser):
    come_back(browser())
    assert "ann: a.b@example.org." in command("user", "email", "ann", "A.B@Example.org").stdout
    db.session.rollback()
    assert accounts.get_user("ann").sso_subject is None
    assert "ann: no address." in command("user", "email", "ann").stdout
    wrong = command("user", "email", "ann", "nonsense")
    assert (wrong.exit_code, "is not an e-mail address" in wrong.output) == (2, True)


def test_without_a_provider_there_is_no_such_page(browser):
    browser().get("/sign-in/sso", 404)
    browser().get("/sign-in/sso/back", 404)
    assert "/sign-in/sso" not in browser().get("/sign-in").text
