"""Many people are invited from a pasted list; the links come as a table or as a file to mail."""

import csv
import io

import pytest
from sqlalchemy import func, select

from annotator.store.db import db
from annotator.store.models import Membership, User
from annotator.work.accounts import accounts, inviting

PATH = "/projects/us-russia/people/invite"
LIST = """Jürgen Müller, juergen@example.org
olga; Olga Orlova
ann

  Łukasz Nowak\t<l@example.org>
"""


@pytest.fixture
def lea(browser):
    return browser("lea")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Jürgen Müller, j@example.org", ("jurgen.muller", "Jürgen Müller", "j@example.org")),
        ("olga, Olga Orlova", ("olga", "Olga Orlova", "")),
        ("Olga Orlova <olga@example.org>", ("olga.orlova", "Olga Orlova", "olga@example.org")),
        ("Orlova", ("orlova", "Orlova", "")),
        ("eva.b@example.org", ("eva.b", "", "eva.b@example.org")),
        ("a_1", ("a_1", "", "")),
        ("Ольга Орлова", ("ольга.орлова", "Ольга Орлова", "")),
    ],
)
def test_a_line_is_read_in_any_usual_form(line, expected):
    found = inviting.read_line(1, line)
    assert (found.username, found.name, found.mail) == expected
    assert not found.fault


def test_a_list_is_previewed_and_nobody_is_added(lea, project):
    before = db.session.scalar(select(func.count(User.id)))
    page = lea.post(PATH, {"people": LIST, "roles": "annotator"}, 200).text
    for words in ("jurgen.muller", "lukasz.nowak", "already a member", "new, with a link"):
        assert words in page
    assert db.session.scalar(select(func.count(User.id))) == before


def test_the_links_come_as_a_file_that_can_be_mailed(lea, project, browser):
    fields = {"people": LIST, "roles": "annotator", "act": "download"}
    reply = lea.post(PATH, fields, 200)
    assert reply.headers["Content-Disposition"].endswith('us-russia-links.csv"')
    rows = list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"))))
    assert [row["user name"] for row in rows] == ["jurgen.muller", "olga", "ann", "lukasz.nowak"]
    assert rows[0]["address"] == "juergen@example.org"
    assert rows[2]["link"] == ""
    path = rows[1]["link"].partition("//")[2].partition("/")[2]
    assert browser().get(f"/{path}").status_code == 200
    assert accounts.get_user("olga").display_name == "Olga Orlova"
    assert "Olga Orlova" in lea.get("/projects/us-russia/people").text
    assert "Olga Orlova" not in lea.get("/projects/us-russia/labels.csv").text


def test_the_page_shows_each_link_once(lea, project):
    fields = {"people": "olga\neva", "roles": ["annotator", "adjudicator"], "act": "invite"}
    page = lea.post(PATH, fields, 200).text
    assert page.count("/sign-in/") == 2
    roles = db.session.scalars(
        select(Membership).where(Membership.user_id == accounts.get_user("eva").id)
    ).one()
    assert (roles.annotator, roles.adjudicator, roles.lead) == (True, True, False)


@pytest.mark.parametrize(
    ("people", "roles", "said"),
    [
        ("olga\nOLGA", "annotator", "stands in line 1 already"),
        ("!!!", "annotator", "no user name can be made of it"),
        ("x" * 101 + " y", "annotator", "at most 100"),
        ("x" * 30_000, "annotator", "the line has 30,000 characters, at most 1,000"),
        ("", "annotator", "Enter at least one person."),
        ("olga", "", "Choose at least one role."),
        ("\n".join(f"p{n}" for n in range(201)), "annotator", "at most 200"),
    ],
)
def test_one_wrong_line_and_nobody_is_invited(lea, project, people, roles, said):
    before = db.session.scalar(select(func.count(User.id)))
    fields = {"people": people, "act": "invite", **({"roles": roles} if roles else {})}
    assert said in lea.post(PATH, fields, 422).text
    assert db.session.scalar(select(func.count(User.id))) == before


def test_it_is_for_leads(browser, project):
    for name, status in (("ann", 403), ("dan", 404)):
        browser(name).get(PATH, status)
