"""A link that one lead has kept opens nothing of another lead's project."""

import pytest
from browser import Browser
from slow_cases import slow
from sqlalchemy import select

from annotator.codebook.load import load_default
from annotator.store.db import db, write
from annotator.store.models import SignIn
from annotator.work.accounts import accounts, memberships, passwords, projects

PASSWORD, SECOND = "correct horse battery", "another long sentence"
PATH = "/projects/other/people"


@pytest.fixture
def ben(browser, project):
    """Ben leads another project, and in it only he looks after Eve."""
    with write():
        other = projects.create("other", "Other", load_default())
        memberships.join(other, accounts.get_user("ben"), {"lead"})
        memberships.join(other, accounts.add_user("eve"), {"annotator"})
    return browser("ben")


def kept_link(lead, name="eve"):
    """Let the lead of the other project make a link, and keep it."""
    number = memberships.membership_of(accounts.get_user(name), projects.get("other")).pseudonym
    page = lead.post(f"{PATH}/{number}", {"act": "link"}, 200)
    return page.text.split('id="link"')[1].split('value="http://localhost')[1].split('"')[0]


def make_lead(lea, name="eve"):
    page = lea.post("/projects/us-russia/people", {"username": name, "roles": "lead"}, 200)
    assert "The account already existed" in page.text


def test_joining_another_leads_project_ends_open_links(ben, browser, app):
    link = kept_link(ben)
    make_lead(browser("lea"))
    Browser(app).get(link, 410)
    thief = Browser(app)
    thief.post(link, {}, 410)
    thief.get("/projects/us-russia/labels.jsonl", 303)


def test_joining_ends_a_session_that_a_link_began_and_no_other(ben, browser, app):
    thief, eve = Browser(app), browser("eve")
    thief.post(kept_link(ben), {}, 303)
    thief.get("/account")
    make_lead(browser("lea"))
    thief.get("/projects/us-russia/labels.jsonl", 303)
    eve.get("/projects/us-russia/labels.jsonl")


def test_who_makes_a_project_stays_signed_in_and_nobody_else_with_a_link(ben, app):
    with write():
        membership = memberships.membership_of(accounts.get_user("eve"), projects.get("other"))
        memberships.set_roles(membership, {"lead"})
    eve, thief = Browser(app), Browser(app)
    eve.post(kept_link(ben), {}, 303)
    thief.post(kept_link(ben), {}, 303)
    eve.post("/projects/new", {"name": "Hers", "slug": "hers"}, 303)
    eve.get("/projects/hers/people")
    thief.get("/projects/hers/people", 303)


@slow
def test_joining_another_project_of_the_same_lead_ends_nothing(ben, browser, app):
    link = kept_link(ben)
    with write():
        third = projects.create("third", "Third", load_default())
        memberships.join(third, accounts.get_user("ben"), {"lead"})
    ben.post("/projects/third/people", {"username": "eve", "roles": "annotator"}, 200)
    Browser(app).post(link, {}, 303)


def test_a_link_of_the_operator_is_good_wherever_a_person_joins(browser, app, project):
    with write():
        accounts.add_user("eve")
        token = accounts.make_link(accounts.get_user("eve"))
    make_lead(browser("lea"))
    Browser(app).post(f"/sign-in/{token}", {}, 303)


def test_a_link_ends_with_the_role_of_who_made_it(ben, app):
    link = kept_link(ben)
    with write():
        other = projects.get("other")
        memberships.join(other, accounts.get_user("dan"), {"lead"})
        memberships.set_roles(
            memberships.membership_of(accounts.get_user("ben"), other), {"annotator"}
        )
    assert "no longer manages this account" in Browser(app).get(link, 410).text
    Browser(app).post(link, {}, 410)
    assert not db.session.scalars(
        select(SignIn).where(SignIn.user_id == accounts.get_user("eve").id)
    ).all()


def test_a_link_ends_with_the_account_of_who_made_it(ben, app):
    link = kept_link(ben)
    with write():
        accounts.disable(accounts.get_user("ben"))
    Browser(app).post(link, {}, 410)


def with_password(app, link, password=PASSWORD):
    """Open a link and set a password in the session it began; return the browser."""
    opened = Browser(app)
    opened.post(link, {}, 303)
    opened.post("/account", {"change": "password", "new_password": password}, 303)
    return opened


def sign_in(app, status, password=PASSWORD):
    visitor = Browser(app)
    return visitor, visitor.post("/sign-in", {"username": "eve", "password": password}, status)


def test_a_password_set_by_a_leads_link_ends_with_its_sessions_where_another_lead_begins(
    ben, browser, app
):
    with_password(app, kept_link(ben))
    thief, _ = sign_in(app, 303)
    thief.get("/account")
    page = browser("lea").post(
        "/projects/us-russia/people", {"username": "eve", "roles": "annotator"}, 200
    )
    assert "annotator user password eve" in page.text
    thief.get("/account", 303)
    _, refused = sign_in(app, 422)
    assert "Your password is no longer valid" in refused.text
    assert "annotator user link eve" in refused.text
    _, wrong = sign_in(app, 422, "not her password")
    assert "no longer valid" not in wrong.text
    assert "password no longer valid" in browser("lea").get("/projects/us-russia/people").text


@slow
def test_a_password_changed_by_one_that_a_lead_may_know_ends_likewise(ben, browser, app):
    thief = with_password(app, kept_link(ben))
    again, _ = sign_in(app, 303)
    fields = {"change": "password", "current_password": PASSWORD, "new_password": SECOND}
    again.post("/account", fields, 303)
    make_lead(browser("lea"))
    thief.get("/account", 303)
    again.get("/account", 303)
    sign_in(app, 422, SECOND)


@slow
def test_a_password_of_the_operator_and_what_is_changed_by_it_stay_good(ben, browser, app):
    with write():
        hashed = passwords.hash_new(PASSWORD, "eve")
        accounts.replace_password(accounts.get_user("eve"), hashed)
    eve, _ = sign_in(app, 303)
    fields = {"change": "password", "current_password": PASSWORD, "new_password": SECOND}
    eve.post("/account", fields, 303)
    make_lead(browser("lea"))
    eve.get("/projects/us-russia/people")
    sign_in(app, 303, SECOND)


@slow
def test_a_new_password_by_the_operators_link_counts_again(ben, browser, app):
    with_password(app, kept_link(ben))
    make_lead(browser("lea"))
    with write():
        token = accounts.make_link(accounts.get_user("eve"))
    with_password(app, f"/sign-in/{token}", SECOND)
    sign_in(app, 303, SECOND)
    with write():
        third = projects.create("third", "Third", load_default())
        memberships.join(third, accounts.get_user("dan"), {"lead"})
        memberships.join(third, accounts.get_user("eve"), {"annotator"})
    sign_in(app, 303, SECOND)


@slow
def test_a_password_by_a_leads_link_stays_good_in_projects_of_the_same_lead(ben, app):
    with_password(app, kept_link(ben))
    with write():
        third = projects.create("third", "Third", load_default())
        memberships.join(third, accounts.get_user("ben"), {"lead"})
    ben.post("/projects/third/people", {"username": "eve", "roles": "annotator"}, 200)
    sign_in(app, 303)


def test_who_makes_a_project_sets_another_password_with_the_old_one(ben, app):
    with write():
        membership = memberships.membership_of(accounts.get_user("eve"), projects.get("other"))
        memberships.set_roles(membership, {"lead"})
    eve = with_password(app, kept_link(ben))
    eve.post("/projects/new", {"name": "Hers", "slug": "hers"}, 303)
    assert "may know your password" in eve.get("/projects/hers/people").text
    assert "is no longer valid" in eve.get("/account").text
    sign_in(app, 422)
    eve.post("/account", {"change": "password", "new_password": SECOND}, 303)
    assert "is no longer valid" not in eve.get("/account").text
    sign_in(app, 303, SECOND)


@slow
def test_a_lead_of_both_projects_makes_the_new_link(ben, browser, app):
    with write():
        memberships.join(projects.get("other"), accounts.get_user("lea"), {"lead"})
    with_password(app, kept_link(ben))
    fields = {"username": "eve", "roles": "annotator"}
    page = browser("lea").post("/projects/us-russia/people", fields, 200)
    assert "a lead of another project may know it: create a new link below." in page.text
    sign_in(app, 422)
