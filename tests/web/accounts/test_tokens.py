"""The page of one's personal tokens."""

import re

from script import HERE, Script

from annotator.store.db import db, write
from annotator.store.models import Token
from annotator.work.accounts import accounts, memberships

PATH = "/account/tokens"
FORM = {"name": "nightly export", "project": "us-russia", "scopes": ["read"], "days": "30"}


def test_a_token_is_shown_once_used_and_revoked(app, browser):
    lea = browser("lea")
    page = lea.post(PATH, FORM, 200).text
    [secret] = re.findall(r'value="(ant_[\w-]{43})"', page)
    script = Script(app, secret)
    assert script.get(HERE).json["slug"] == "us-russia"
    again = lea.get(PATH).text
    assert secret not in again
    assert "nightly export" in again
    number = db.session.query(Token).one().id
    browser("ann").post(f"{PATH}/{number}/revoke", {}, 404)
    script.get(HERE)
    lea.post(f"{PATH}/{number}/revoke", {}, 303)
    script.get(HERE, 401)
    assert "Revoked." in lea.get(PATH).text
    assert "Token “nightly export” of L" in lea.get("/projects/us-russia/activity").text


def test_what_does_not_fit_stands_beside_its_field(browser):
    ann = browser("ann")
    for change, said in (
        ({"scopes": ["import"]}, "needs the role lead"),
        ({"scopes": []}, "Choose at least one scope"),
        ({"name": " "}, "Enter a name"),
        ({"days": "0"}, "Choose a number from 1 to 365"),
        ({"days": "9" * 400}, "Choose a number from 1 to 365"),
        ({"project": "other"}, "Not a valid choice"),
    ):
        assert said in ann.post(PATH, FORM | change, 422).text
    ann.post(PATH, FORM, 200)
    assert "already have a token" in ann.post(PATH, FORM, 422).text
    assert db.session.query(Token).count() == 1


def test_whoever_has_no_role_can_make_none(browser, project):
    assert "You have a role in no project" in browser("dan").get(PATH).text


def test_a_role_that_is_taken_away_by_a_lead_ends_the_tokens(app, browser, project):
    ann = browser("ann")
    [secret] = re.findall(r'value="(ant_[\w-]{43})"', ann.post(PATH, FORM, 200).text)
    member = memberships.get_membership(accounts.get_user("ann"), project)
    with write():
        memberships.set_roles(member, {"annotator", "adjudicator"})
    Script(app, secret).get(HERE)
    change = {"act": "roles", "roles": ["adjudicator"]}
    browser("lea").post(f"/projects/us-russia/people/{member.pseudonym}", change)
    Script(app, secret).get(HERE, 401)
    assert "A role was taken away." in ann.get(PATH).text
