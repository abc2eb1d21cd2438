"""People of a project: invited by a link that works once, given roles, shut out at once."""

import re
from html import unescape

import pytest
from browser import Browser
from labelling_examples import claims, save
from sqlalchemy import select

from annotator.codebook.load import load_default
from annotator.errors import RefusedError
from annotator.store.db import db, write
from annotator.store.models import Activity, Membership, User
from annotator.work.accounts import accounts, memberships, projects

PATH = "/projects/us-russia/people"


@pytest.fixture
def lea(browser):
    return browser("lea")


def pseudonym(project, name):
    db.session.rollback()
    return memberships.membership_of(accounts.get_user(name), project).pseudonym


def act(person, project, name, what, status=303, **fields):
    path = f"{PATH}/{pseudonym(project, name)}"
    return person.post(path, {"act": what, **fields}, status)


def link_in(page):
    found = re.search(r'id="link"[^>]*value="([^"]+)"', page.text)
    return unescape(found.group(1)).removeprefix("http://localhost") if found else None


def roles_of(project, name):
    db.session.rollback()
    return {
        role.value for role in memberships.membership_of(accounts.get_user(name), project).roles
    }


def other_project(*names):
    with write():
        other = projects.create("other", "Other", load_default())
        for name in names:
            memberships.join(other, accounts.get_user(name), {"lead"})
    return other


def test_a_new_person_gets_a_link_that_signs_in_once(lea, app, project):
    page = lea.post(PATH, {"username": "Eve", "roles": ["annotator"]}, 200)
    link = link_in(page)
    assert link.startswith("/sign-in/")
    assert link not in lea.get(PATH).text
    eve = Browser(app)
    eve.post(link, {}, 303)
    assert "My work" in eve.get("/").text
    Browser(app).post(link, {}, 410)
    assert roles_of(project, "eve") == {"annotator"}


def test_who_has_an_account_joins_without_a_link(lea, project):
    page = lea.post(PATH, {"username": "dan", "roles": ["annotator", "adjudicator"]}, 200)
    assert link_in(page) is None
    said = "The account already existed; the project now appears under its My work."
    assert said in page.text
    assert roles_of(project, "dan") == {"annotator", "adjudicator"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"username": ""}, "Enter a user name"),
        ({"username": "a b", "roles": "annotator"}, "cannot be a user name"),
        ({"username": "eve"}, "Choose at least one role"),
        ({"username": "eve", "roles": "god"}, "Choose from these roles"),
    ],
)
def test_a_wrong_invitation_is_422_and_adds_nobody(lea, project, fields, said):
    before = len(db.session.scalars(select(User)).all())
    assert said in lea.post(PATH, fields, 422).text
    assert len(db.session.scalars(select(User)).all()) == before


def test_roles_are_exactly_what_is_ticked(lea, browser, project):
    act(lea, project, "ann", "roles", roles=["adjudicator", "lead"])
    assert roles_of(project, "ann") == {"adjudicator", "lead"}
    browser("ann").get(PATH)
    act(lea, project, "ann", "roles")
    assert roles_of(project, "ann") == set()
    browser("ann").get(PATH, 404)
    assert "US-Russia" not in browser("ann").get("/").text


def test_a_project_keeps_a_lead(lea, browser, project):
    page = act(lea, project, "lea", "roles", 422, roles=["annotator"])
    assert "A project needs a lead" in page.text
    act(lea, project, "ben", "roles", roles=["lead"])
    asked = act(lea, project, "lea", "roles", 200, roles=["annotator"])
    assert "Give up your role as lead?" in asked.text
    assert roles_of(project, "lea") == {"lead"}
    assert act(lea, project, "lea", "roles", roles=["annotator"], sure="y").location == "/"
    assert roles_of(project, "lea") == {"annotator"}


def test_a_disabled_person_is_out_at_once_and_the_labels_stay(lea, browser, project, article):
    save(article, claims())
    ann, name = browser("ann"), pseudonym(project, "ann")
    ann.get("/")
    asked = act(lea, project, "ann", "disable", 200)
    assert "Disable ann?" in asked.text
    assert "still has 1 open article, 21 answers left" in asked.text
    ann.get("/")
    act(lea, project, "ann", "disable", sure="y")
    assert ann.get("/", 303).location.startswith("/sign-in")
    assert "disabled" in lea.get(PATH).text
    assert f'"annotator":"{name}"' in lea.get("/projects/us-russia/labels.jsonl").text.replace(
        ": ", ":"
    )
    act(lea, project, "ann", "enable")
    assert link_in(act(lea, project, "ann", "link", 200)) is not None


def test_an_account_of_other_projects_is_neither_opened_nor_shut(lea, browser, project):
    other_project("ben")
    for what in ("link", "disable", "enable"):
        page = act(lea, project, "ben", what, 422)
        assert "projects that you do not lead" in page.text
        assert "annotator user password ben" in page.text
        act(lea, project, "lea", what, 422)
    browser("ben").get("/projects/other")


def test_projects_know_nothing_of_one_another(lea, browser, project, article):
    other_project("ben")
    ben = browser("ben")
    assert "cleo" not in ben.get("/projects/other/people").text
    assert "No articles yet." in ben.get("/projects/other").text
    for page in ("", "/people", "/settings", "/articles", "/speakers", "/assign", "/agreement"):
        lea.get(f"/projects/other{page}", 404)
    name = pseudonym(project, "ann")
    ben.post(f"/projects/other/people/{name}", {"act": "disable"}, 404)
    ben.get(f"/projects/other/articles/{article.id}", 404)


def test_annotators_and_adjudicators_are_403_and_strangers_404(browser, project):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        someone = browser(name)
        someone.get(PATH, status)
        someone.post(PATH, {"username": "eve", "roles": "lead"}, status)
        act(someone, project, "ann", "roles", status, roles=["lead"])
    lea = browser("lea")
    lea.post(PATH, {"username": "eve", "roles": "annotator"}, 400, csrf=False)
    lea.post(f"{PATH}/A9999", {"act": "disable"}, 404)
    act(lea, project, "ann", "explode", 400)
    act(lea, project, "ann", "roles", 400, roles=["god"])
    assert roles_of(project, "ann") == {"annotator"}
    assert db.session.scalars(select(Membership).where(Membership.lead.is_(True))).one()


def test_taking_the_role_from_who_has_open_work_asks_and_names_it(lea, project, article):
    asked = act(lea, project, "ann", "roles", 200, roles=["adjudicator"])
    assert "still has 1 open article, 22 answers left" in asked.text
    assert roles_of(project, "ann") == {"annotator"}
    act(lea, project, "ann", "roles", roles=["adjudicator"], sure="y")
    assert roles_of(project, "ann") == {"adjudicator"}
    assert "still has 1 open article" in lea.get(PATH).text


def test_a_role_without_open_work_needs_no_question(lea, project):
    act(lea, project, "ann", "roles", roles=["adjudicator"])
    assert roles_of(project, "ann") == {"adjudicator"}


def test_the_answer_to_the_question_posts_what_was_asked(lea, project, article):
    asked = act(lea, project, "ann", "roles", 200, roles=["adjudicator", "lead"])
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', asked.text)
    assert [each for each in fields if each[0] != "csrf_token"] == [
        ("act", "roles"),
        ("roles", "adjudicator"),
        ("roles", "lead"),
        ("sure", "y"),
    ]


def test_last_seen_stays_after_disabling_and_signing_out(lea, browser, project):
    browser("ann").get("/")
    browser("ben").post("/sign-out", {}, 303)
    act(lea, project, "ann", "disable", sure="y")
    rows = re.findall(r"<tr><th.*?</tr>", lea.get(PATH).text, re.DOTALL)
    seen = {name: " UTC" in row for row in rows for name in ("ann", "ben", "cleo") if name in row}
    assert seen == {"ann": True, "ben": True, "cleo": False}


def test_who_is_in_others_projects_is_helped_by_the_command_that_is_named(lea, project):
    other_project("ben")
    page = lea.get(PATH).text
    assert "annotator user password ben" in page
    assert "annotator user link ben" in page


def test_a_lead_who_leaves_hands_over_as_one_act(browser, project):
    lea, place = browser("lea"), "/projects/us-russia/people"
    ben = memberships.membership_of(accounts.get_user("ben"), project)
    form = {"act": "hand_over", "to": ben.pseudonym}
    assert "Hand over to ben?" in lea.post(place, form, 200).text
    assert memberships.leads(project) == ["lea"]
    assert lea.post(place, {**form, "sure": "y"}, 303).location == "/"
    assert memberships.leads(project) == ["ben"]
    told = db.session.scalars(select(Activity.what).order_by(Activity.id)).all()
    assert "handed over to" in told[-1]
    lea.post(place, form, 404)
    browser("ben").get(place)


def test_nobody_hands_over_to_who_is_disabled_or_to_oneself(browser, project):
    lea, place = browser("lea"), "/projects/us-russia/people"
    with write():
        accounts.disable(accounts.get_user("ben"))
    for name in ("ben", "lea"):
        member = memberships.membership_of(accounts.get_user(name), project)
        form = {"act": "hand_over", "to": member.pseudonym, "sure": "y"}
        lea.post(place, form, 422)
    lea.post(place, {"act": "hand_over", "to": "A0"}, 404)
    browser("ann").post(place, {"act": "hand_over", "to": "A0"}, 403)
    assert memberships.leads(project) == ["lea"]


def test_who_leads_no_more_hands_nothing_over(project):
    lea, ben, cleo = (
        memberships.membership_of(accounts.get_user(name), project)
        for name in ("lea", "ben", "cleo")
    )
    with write():
        memberships.set_roles(cleo, {"lead"})
        memberships.set_roles(lea, set())
    with pytest.raises(RefusedError, match="not lead of this project any more"), write():
        memberships.hand_over(lea, ben)
    assert memberships.leads(project) == ["cleo"]
