"""What changed between two releases: drawn, in tables, and as JSON."""

import json

import pytest
from installation import staged
from labelling_examples import claim, claims, save
from release_examples import TRUMP, decide, labelled, settle_clocks

from annotator.store.db import db, write
from annotator.work.accounts import projects
from annotator.work.releases import kept, writing
from annotator.work.releases.settings import Settings

PATH = "/projects/us-russia/releases/difference"


def freeze(data, name, here=True, **chosen):
    """Write a release into the data folder, or record one that was written elsewhere."""
    db.session.rollback()
    project = projects.get("us-russia")
    place = kept.folder_of(data, project, name)
    folder = place if here else data / f"elsewhere-{name}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    written = writing.write(project, Settings(name, **chosen), folder)
    with write():
        kept.record(projects.get("us-russia"), None, written)
    return folder


@pytest.fixture
@staged
def two(app, settings, project, article):
    labelled(project, article)
    freeze(settings.data, "v1")
    decide(article, 3, who=1, reason="ST-3: no plans")
    save(article, claims(claim(TRUMP, "oppose")), position=4, revision=1)
    settle_clocks()
    freeze(settings.data, "v2")
    db.session.rollback()


@pytest.fixture
def lea(browser):
    return browser("lea")


def test_the_two_newest_are_compared(two, lea):
    page = lea.get(PATH)
    assert "From v1 (exploratory, codebook 1) to v2 (exploratory, codebook 1)." in page.text
    assert "ST-3: no plans" in page.text
    for heading in ("Gold labels", "Labels of annotators", "Agreement", "Counts"):
        assert f">{heading}" in page.text
    # Only counts that differ are drawn.
    counts = page.text[page.text.index('id="counts"') :].partition("</section>")[0]
    assert counts.count("<progress") == 2 * (counts.count("<tr>") - 1 - counts.count(">the same<"))
    assert 0 < counts.count(">the same<") < counts.count("<tr>") - 1
    assert '<svg class="chart"' in page.text


def test_the_settings_that_differ_are_named(lea, settings, project, article):
    labelled(project, article)
    freeze(settings.data, "v1")
    freeze(settings.data, "v2", method="mace", margin=0.2)
    found = lea.get(PATH).text
    assert "Different settings: method majority to MACE; margin 0.3 to 0.2;" in found
    assert "Different settings" not in lea.get(f"{PATH}?from=v1&to=v1").text


def test_others_are_chosen_by_name(two, lea):
    page = lea.get(f"{PATH}?from=v2&to=v1")
    assert "From v2 (exploratory, codebook 1) to v1" in page.text
    same = lea.get(f"{PATH}?from=v1&to=v1")
    assert "Gold is equal in both releases." in same.text
    assert "No differences." in same.text


def test_the_json_has_everything(two, lea):
    reply = lea.get(f"{PATH}.json?from=v1&to=v2")
    assert reply.content_type == "application/json"
    found = json.loads(reply.text)
    assert (found["from"]["name"], found["to"]["name"]) == ("v1", "v2")
    assert found["tables"]["annotations"]["fields"]["stance"]["changed"] == 1
    assert "ST-3: no plans" in {each["reason"] for each in found["changes"]}


def test_each_release_leads_to_what_changed_since_the_one_before(two, lea):
    page = lea.get("/projects/us-russia/releases")
    assert page.text.count("All changes from") == 1
    assert f'{PATH}?from=v1&amp;to=v2"' in page.text


def test_one_release_has_nothing_to_be_compared_with(lea, app, settings, project, article):
    assert "No release yet." in lea.get(PATH).text
    labelled(project, article)
    freeze(settings.data, "v1")
    assert "nothing to compare" in lea.get(PATH).text


def test_a_name_that_is_none_is_404(two, lea):
    lea.get(f"{PATH}?from=v1&to=v9", 404)
    lea.get(f"{PATH}?from=../../v1&to=v1", 404)
    lea.get(f"{PATH}.json", 404)


def test_a_release_whose_folder_is_elsewhere_is_not_offered_and_says_so(two, lea, settings):
    freeze(settings.data, "v3", here=False)
    page = lea.get(PATH)
    assert "<option>v3" not in page.text
    assert "written by command" in lea.get(f"{PATH}?from=v1&to=v3", 404).text


def test_a_damaged_folder_is_said_with_its_line(two, lea, settings, project):
    path = settings.data / "releases" / "us-russia" / "v2" / "gold.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    assert "gold.jsonl: line 1" in lea.get(PATH, 422).text


def test_only_leads_may_look(two, browser):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).get(PATH, status)
        browser(name).get(f"{PATH}.json?from=v1&to=v2", status)
    assert browser().get(PATH, 303).location.startswith("/sign-in?next=")
    browser("lea").post(PATH, {}, 405)
