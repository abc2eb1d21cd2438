"""A lead freezes a release by keyboard, watches it, and takes it home; also without JavaScript."""

import zipfile

from test_accessibility import Report, looks

RELEASES = "/projects/us-russia-cooperation/releases"


def test_a_release_is_frozen_by_keyboard_and_comes_home(visit, demo):
    page = visit("lead")
    page.goto(demo.base + RELEASES)
    page.get_by_label("Name").focus()
    page.keyboard.type("v1.0")
    page.keyboard.press("Enter")
    page.wait_for_url("**/releases/runs/1")
    # The page asks again by itself, and nobody reloads it.
    page.get_by_text("The release v1.0 is there, and never changes.").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "us-russia-cooperation-v1.0.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        assert "us-russia-cooperation-v1.0/SHA256SUMS" in archive.namelist()
    page.get_by_role("link", name="All releases").click()
    assert page.get_by_role("heading", name="v1.0").is_visible()


def test_without_javascript_the_bar_moves_and_the_release_is_there(visit, demo):
    page = visit("lead", java_script_enabled=False)
    page.goto(demo.base + RELEASES)
    page.get_by_label("Name").fill("v1.0")
    page.get_by_role("button", name="Freeze a release").click()
    page.get_by_text("The release v1.0 is there, and never changes.").wait_for(timeout=20_000)


@looks
def test_no_state_of_a_release_has_a_fault(visit, demo, width, height, scheme):
    page = visit("lead", width, height, color_scheme=scheme)
    report = Report(page)
    page.goto(demo.base + RELEASES)
    page.get_by_text("Gold, and its split for training and test").click()
    report("the form, opened")
    page.get_by_label("Training, in percent").fill("90")
    page.get_by_label("Name").fill("v1.0")
    page.get_by_role("button", name="Freeze a release").click()
    page.get_by_text("add up to 100").wait_for()
    report("the form, refused")
    page.get_by_label("Training, in percent").fill("80")
    page.get_by_role("button", name="Freeze a release").click()
    page.wait_for_load_state()
    report("being written")
    page.get_by_text("The release v1.0 is there, and never changes.").wait_for()
    report("written")
    page.get_by_role("link", name="All releases").click()
    for each in page.locator("article details").all():
        each.evaluate("each => { each.open = true; }")
    report("the list")
    assert report.found == {}
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
