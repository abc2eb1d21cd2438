"""The codebook as a page: every rule and value can be linked to."""

import pytest

from annotator.codebook.load import load_default

PATH = "/projects/us-russia/codebook"


@pytest.fixture
def page(browser):
    return browser("ann").get(PATH).text


def test_every_section_rule_and_value_has_its_anchor(page):
    codebook = load_default()
    for section in codebook.sections:
        assert f'id="{section.value}"' in page
    for rule in codebook.rules:
        assert f'id="{rule.id}"' in page
    for kind, values in (
        ("status", codebook.statuses),
        ("speaker", codebook.speaker_types),
        ("stance", codebook.stances),
        ("certainty", codebook.certainties),
    ):
        for value in values:
            assert f'id="{kind}-{value.value}"' in page


def test_it_shows_question_version_keys_and_examples(page):
    assert "Is the speaker for or against the United States and Russia cooperating?" in page
    assert "v1.0" in page
    assert 'class="key always">O<' in page
    assert "“has no plans”: the absence of a plan is neutral." in page


def test_switched_off_fields_are_absent(page):
    assert "target-military" not in page


@pytest.mark.parametrize("name", ["ann", "cleo", "lea"])
def test_everybody_in_the_project_can_read_it(browser, name):
    browser(name).get(PATH)


LEAD = [
    "",
    "/articles",
    "/speakers",
    "/explore",
    "/agreement",
    "/adjudicate",
    "/gold",
    "/results",
    "/releases",
    "/codebook",
    "/people",
    "/activity",
    "/settings",
]


def test_the_navigation_has_only_what_one_may_open(browser):
    for name, links in (
        ("ann", ["/", "/differences", "/my-quality", "/codebook"]),
        ("cleo", ["/explore", "/agreement", "/adjudicate", "/codebook"]),
        ("lea", LEAD),
    ):
        client = browser(name)
        text = client.get(PATH).text
        nav = text[text.index('<nav aria-label="Pages">') : text.index("</nav>")]
        hrefs = [part.split('"')[0] for part in nav.split('href="')[1:]]
        project = "/projects/us-russia"
        assert hrefs == [link if link == "/" else project + link for link in links]
        for href in hrefs:
            client.get(href)


def test_strangers_get_404_and_nobody_signs_in(browser):
    browser("dan").get(PATH, 404)
    assert browser().get(PATH, 303).location.startswith("/sign-in?next=")


def test_it_leads_back_to_the_sentence_a_reader_came_from(browser):
    came = {"Referer": "http://localhost/label/1/4"}
    page = browser("ann").get(PATH, headers=came).text
    assert '<a class="button" href="/label/1/4#sentence">Back to the sentence</a>' in page


@pytest.mark.parametrize("referrer", ["http://localhost/", "//[", "http://x/label/1/4/history"])
def test_it_leads_back_to_nothing_else(browser, referrer):
    page = browser("ann").get(PATH, headers={"Referer": referrer}).text
    assert "Back to the sentence" not in page
