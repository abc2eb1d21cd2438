"""The terms of releases on the settings page: gates, licences, authors."""

import pytest

from annotator.work.accounts import projects
from annotator.work.releases import terms
from annotator.work.releases.terms import Terms

SETTINGS = "/projects/us-russia/settings"
PATH = f"{SETTINGS}/publishing"
FIELDS = {
    "gate_stance_alpha": "0.55",
    "gate_coverage": " 1,0 ",
    "annotations_licence": "CC BY 4.0",
    "texts_licence": "with permission of AP",
    "texts_may_be_shared": "y",
    "authors": "Ekman, Ulrika\r\n\r\nNewsroom Lab\r\n",
}
TERMS = Terms(
    {"stance_alpha": 0.55, "coverage": 1.0},
    "CC BY 4.0",
    "with permission of AP",
    True,
    ("Ekman, Ulrika", "Newsroom Lab"),
)
NONE = Terms({}, "", "", False, ())


def stored():
    return terms.terms_of(projects.get("us-russia"))


@pytest.fixture
def lea(browser):
    return browser("lea")


def test_terms_are_stored_and_shown(lea, project):
    assert stored() == NONE
    page = lea.get(lea.post(PATH, FIELDS, 303).location)
    assert stored() == TERMS
    assert "Release settings saved." in page.text
    for words in ('value="0.55"', 'value="CC BY 4.0"', "Ekman, Ulrika\nNewsroom Lab"):
        assert words in page.text.replace("\r\n", "\n")


def test_what_is_emptied_is_unset(lea, project):
    lea.post(PATH, FIELDS, 303)
    lea.post(PATH, {}, 303)
    assert stored() == NONE


def test_other_settings_stay_as_they_are(lea, project):
    before = projects.settings_of(projects.get("us-russia"))
    lea.post(PATH, FIELDS, 303)
    assert projects.settings_of(projects.get("us-russia")) == before
    lea.post(
        SETTINGS,
        {"name": "Renamed", "overlap": "3", "lease_hours": "48", "blind": "always"},
        303,
    )
    assert stored() == TERMS


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"gate_coverage": "80"}, "Choose a number from 0 to 1, for example 0.67."),
        ({"gate_coverage": "-0.1"}, "Choose a number from 0 to 1"),
        ({"gate_coverage": "nan"}, "Choose a number from 0 to 1"),
        ({"gate_coverage": "inf"}, "Choose a number from 0 to 1"),
        ({"gate_coverage": "much"}, "Choose a number from 0 to 1"),
        ({"annotations_licence": "x" * 201}, "longer than 200"),
        ({"texts_licence": ""}, "To share the texts, enter their licence"),
        ({"authors": "A, B\nC\nA,  B"}, "“A, B” is listed twice"),
        ({"authors": "x" * 201}, "An author is longer than 200"),
        ({"authors": "a\u202eb"}, "U+202E"),
        ({"authors": "\n".join(map(str, range(101)))}, "At most"),
    ],
)
def test_what_does_not_fit_is_422_keeps_what_was_typed_and_stores_nothing(
    lea, project, wrong, said
):
    page = lea.post(PATH, {**FIELDS, "gate_status_alpha": "0.123", **wrong}, 422)
    assert said in page.text
    assert 'value="0.123"' in page.text
    assert stored() == NONE


def test_annotators_and_adjudicators_are_403_and_strangers_404(browser, project):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).post(PATH, FIELDS, status)
    browser().post(PATH, FIELDS, 401)
    browser("lea").post(PATH, FIELDS, 400, csrf=False)
    browser("lea").get(PATH, 405)
    assert stored() == NONE
