"""New projects from a codebook, and the settings of one."""

import pytest
from lead_form import file, send
from sqlalchemy import select

from annotator.codebook.load import default_text, load
from annotator.store.db import db
from annotator.store.models import Project
from annotator.work.accounts import projects

SETTINGS = "/projects/us-russia/settings"


@pytest.fixture
def lea(browser):
    return browser("lea")


def slugs():
    db.session.rollback()
    return sorted(db.session.scalars(select(Project.slug)))


def add(person, status, raw=b"", **fields):
    codebook = file("codebook.toml" if raw else "", raw)
    return send(
        person, "/projects/new", {"name": "", "slug": "", **fields, "codebook": codebook}, status
    )


def test_a_lead_makes_a_project_and_leads_it(lea, browser, project):
    assert 'href="/projects/new"' in lea.get("/").text
    lea.get("/projects/new")
    there = add(lea, 303, slug="second", name="The second").location
    assert there == "/projects/second/people"
    assert "Project created: The second." in lea.get(there).text
    browser("ann").get("/projects/second", 404)


def test_a_codebook_of_its_own_gives_the_question(lea, project):
    question = "Is the speaker for or against the United States and Russia cooperating?"
    assert question in default_text()
    text = default_text().replace(question, "Does the speaker like tea?")
    add(lea, 303, text.encode(), slug="tea")
    assert projects.get("tea").target_question == "Does the speaker like tea?"
    assert "Does the speaker like tea?" in lea.get("/projects/tea").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Enter a short name for the URL."),
        ({"slug": "Two words"}, "is not a valid short name"),
        ({"slug": "new"}, "is reserved"),
        ({"slug": "us-russia"}, "There is already a project"),
        ({"slug": "ok", "raw": b"question = 3"}, "The file"),
        ({"slug": "ok", "raw": b"= ="}, "The file"),
        ({"slug": "ok", "raw": bytes([0xFF, 0xFE, 0x41])}, "not UTF-8"),
    ],
)
def test_what_does_not_fit_is_422_keeps_what_was_typed_and_makes_nothing(
    lea, project, fields, said
):
    page = add(lea, 422, **{"name": "Kept", **fields})
    assert said in page.text
    assert 'value="Kept"' in page.text
    assert slugs() == ["us-russia"]


def test_a_project_begins_with_the_short_sample_or_another_projects_codebook(lea, project):
    page = lea.get("/projects/new").text
    assert "A short sample to change" in page
    assert "US-Russia cooperation, v1.0" in page
    add(lea, 303, slug="short", source="short")
    assert projects.get("short").codebook.required == ("speaker", "stance")
    add(lea, 303, slug="like", source="project", project="short")
    assert projects.get("like").codebook == projects.get("short").codebook
    assert "that you lead" in add(lea, 422, slug="no", source="project", project="nope").text
    for name in ("default", "short"):
        text = lea.get(f"/projects/new/{name}.toml").text
        assert load(text).question
    assert "choose one first" in add(lea, 422, slug="no", source="file").text


def test_the_errors_of_a_file_stand_one_by_one_and_the_file_stays(lea, project):
    broken = default_text().replace('key = "S"', 'key = "O"').replace("bars = 3", "bars = 7")
    page = add(lea, 422, broken.encode(), slug="mine").text
    assert "The codebook has 2 errors" in page
    assert "<li>certainties.certain: bars must be 0 to 3</li>" in page
    assert "bars = 7" in page
    mended = broken.replace("bars = 7", "bars = 3").replace('key = "O"', 'key = "W"', 1)
    add(lea, 303, slug="mine", source="file", text=mended)
    assert projects.get("mine").codebook.title == "US–Russia cooperation"


def test_only_leads_make_projects(browser, project):
    for name in ("ann", "cleo", "dan"):
        browser(name).get("/projects/new", 403)
        add(browser(name), 403, slug="mine")
        assert "/projects/new" not in browser(name).get("/").text
    assert browser().get("/projects/new", 303).location.startswith("/sign-in?next=")
    assert slugs() == ["us-russia"]


FIELDS = {"name": "Renamed", "overlap": "3", "lease_hours": "48", "blind": "always"}


def test_settings_are_shown_and_stored(lea, project):
    page = lea.get(SETTINGS)
    assert 'value="US-Russia cooperation"' in page.text
    lea.post(SETTINGS, {**FIELDS, "self_assign": "y"}, 303)
    found = projects.get("us-russia")
    wanted = projects.Settings("Renamed", 3, "always", False, True, 48, False, False, False, False)
    assert projects.settings_of(found) == wanted
    assert "Renamed" in lea.get(SETTINGS).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 300},
        {"overlap": "0"},
        {"overlap": "many"},
        {"lease_hours": "-1"},
        {"lease_hours": "9" * 30},
        {"blind": "never"},
    ],
)
def test_wrong_settings_are_422_and_change_nothing(lea, project, wrong):
    lea.post(SETTINGS, {**FIELDS, **wrong}, 422)
    assert projects.get("us-russia").overlap == 2


def test_annotators_and_adjudicators_are_403_and_strangers_404(browser, project):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).get(SETTINGS, status)
        browser(name).post(SETTINGS, FIELDS, status)
    browser("lea").post(SETTINGS, FIELDS, 400, csrf=False)
