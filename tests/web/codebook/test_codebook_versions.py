"""Versions of a codebook: their list, each of them, the file, the difference."""

import pytest

from annotator.codebook.load import default_text, load, load_default
from annotator.store.db import write
from annotator.work.accounts import projects
from annotator.work.codebook import versions

PATH = "/projects/us-russia/codebook"


@pytest.fixture
def second(project):
    """Publish a second version in which neutral is worded anew and a rule has gone."""
    text = default_text().replace('version = "1.0"', 'version = "1.1"')
    text = text.replace("Is about it and takes no side.", "Names it without a side.")
    with write():
        return versions.publish(projects.get("us-russia"), load(text), "read two ways", None)


def test_the_list_shows_reason_and_who_published_and_leads_to_the_changes(browser, second):
    page = browser("ann").get(f"{PATH}/versions").text
    assert "read two ways" in page
    assert "v1.1" in page
    assert "v1.0" in page
    assert 'href="/projects/us-russia/codebook/difference?from=1&amp;to=2"' in page


def test_the_difference_marks_what_is_gone_and_what_is_new(browser, second):
    page = browser("ann").get(f"{PATH}/difference").text
    assert "<del>and takes no</del>" in page
    assert "<ins>without a</ins>" in page
    assert "read two ways" in page
    assert "Nothing differs." in browser("ann").get(f"{PATH}/difference?from=2&to=2").text
    there = browser("ann").get(f"{PATH}/difference?from=2&to=1", 303).location
    assert there == f"{PATH}/difference?from=1&to=2"


@pytest.mark.parametrize("asked", ["from=9", "from=x", "to=-1", "to=²", f"to={'9' * 30}"])
def test_a_version_that_is_not_there_is_not_found(browser, second, asked):
    browser("ann").get(f"{PATH}/difference?{asked}", 404)


def test_an_earlier_version_says_so_and_can_be_kept_as_a_file(browser, second):
    page = browser("ann").get(f"{PATH}/versions/1").text
    assert "An earlier version" in page
    assert "Is about it and takes no side." in page
    assert "An earlier version" not in browser("ann").get(f"{PATH}/versions/2").text
    reply = browser("ann").get(f"{PATH}/versions/1.toml")
    assert load(reply.text) == load_default()
    assert 'filename="us-russia-codebook-1.toml"' in reply.headers["Content-Disposition"]
    browser("ann").get(f"{PATH}/versions/3", 404)
    browser("dan").get(f"{PATH}/versions", 404)
