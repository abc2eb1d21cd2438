"""A link that one lead has kept opens nothing of another lead's project."""

import pytest
from browser import Browser
from sqlalchemy import select

from annotator.codebook.load import load_default
from annotator.store.db import db, write
from annotator.store.models import SignIn
from annotator.work import accounts, people, projects

PATH = "/projects/other/people"


@pytest.fixture
def ben(browser, project):
    """Ben leads another project, and in it only he looks after Eve."""
    with write():
        other = projects.create("other", "Other", load_default())
        people.join(other, accounts.get_user("ben"), {"lead"})
        people.join(other, accounts.add_user("eve"), {"annotator"})
    return browser("ben")


def kept_link(lead, name="eve"):
    """Let the lead of the other project make a link, and keep it."""
    number = people.membership_of(accounts.get_user(name), projects.get("other")).pseudonym
    page = lead.post(f"{PATH}/{number}", {"act": "link"}, 200)
    return page.text.split('id="link"')[1].split('value="http://localhost')[1].split('"')[0]


def make_lead(lea, name="eve"):
    page = lea.post("/projects/us-russia/people", {"username": name, "roles": "lead"}, 200)
    assert "The account was there already" in page.text


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
        membership = people.membership_of(accounts.get_user("eve"), projects.get("other"))
        people.set_roles(membership, {"lead"})
    eve, thief = Browser(app), Browser(app)
    eve.post(kept_link(ben), {}, 303)
    thief.post(kept_link(ben), {}, 303)
    eve.post("/projects/new", {"name": "Hers", "slug": "hers"}, 303)
    eve.get("/projects/hers/people")
    thief.get("/projects/hers/people", 303)


def test_joining_another_project_of_the_same_lead_ends_nothing(ben, browser, app):
    link = kept_link(ben)
    with write():
        third = projects.create("third", "Third", load_default())
        people.join(third, accounts.get_user("ben"), {"lead"})
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
        people.join(other, accounts.get_user("dan"), {"lead"})
        people.set_roles(people.membership_of(accounts.get_user("ben"), other), {"annotator"})
    assert "does not look after this account any more" in Browser(app).get(link, 410).text
    Browser(app).post(link, {}, 410)
    assert not db.session.scalars(
        select(SignIn).where(SignIn.user_id == accounts.get_user("eve").id)
    ).all()


def test_a_link_ends_with_the_account_of_who_made_it(ben, app):
    link = kept_link(ben)
    with write():
        accounts.disable(accounts.get_user("ben"))
    Browser(app).post(link, {}, 410)
