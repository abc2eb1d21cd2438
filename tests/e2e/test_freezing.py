"""A lead freezes a release by keyboard, watches it, and takes it home; also without JavaScript."""

import sqlite3
import zipfile

from axe import Report, looks
from served_demo import set_gates

RELEASES = "/projects/us-russia-cooperation/releases"


def test_a_release_is_frozen_by_keyboard_and_comes_home(visit, demo):
    page = visit("lead")
    page.goto(demo.base + RELEASES)
    page.get_by_label("Name").focus()
    page.keyboard.type("v1.0")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Create release v1.0?").wait_for()
    page.get_by_role("button", name="Create release v1.0").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/releases/runs/*")
    # The page asks again by itself, and nobody reloads it.
    page.get_by_text("Release v1.0 is complete. It cannot be changed.").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "us-russia-cooperation-v1.0.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        assert "us-russia-cooperation-v1.0/SHA256SUMS" in archive.namelist()
    page.get_by_role("link", name="All releases").click()
    assert page.get_by_role("heading", name="v1.0").is_visible()


def test_where_the_server_does_not_answer_the_page_says_so_and_goes_on_asking(visit, demo):
    page = visit("lead", routed=True)
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.execute(
            "INSERT INTO jobs (id, kind, project_id, user_id, state, done, total, said, details,"
            " started_at, beat_at) SELECT 99, 'release', projects.id, users.id, 'running', 1, 2,"
            """ '', '{"name": "v1", "settings": {}}', '2030-01-01 00:00:00',"""
            " '2030-01-01 00:00:00' FROM projects, users"
            " WHERE projects.slug = 'us-russia-cooperation' LIMIT 1"
        )
    path = f"{RELEASES}/runs/99"
    page.goto(demo.base + path)
    assert "50 % written" in page.inner_text("#progress")
    asked = []

    def refuse(route):
        asked.append(route.request.url)
        route.fulfill(status=503, body="") if len(asked) % 2 else route.abort()

    page.route("**" + path, refuse)
    page.get_by_text("The server does not answer; retrying.").wait_for()
    while len(asked) < 3:  # a fault, no connection, a fault
        page.wait_for_timeout(100)
    assert "50 % written" in page.inner_text("#progress")
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.execute("UPDATE jobs SET state = 'cancelled'")
    database.close()
    page.unroute("**" + path)
    page.get_by_text("Cancelled; no files were kept").wait_for()
    assert page.inner_text("#alert") == ""
    # What htmx says to the console of a connection that fails.
    assert all("Failed to fetch" in each for each in visit.faults)
    visit.faults.clear()


def test_without_javascript_the_bar_moves_and_the_release_is_there(visit, demo):
    page = visit("lead", java_script_enabled=False)
    page.goto(demo.base + RELEASES)
    page.get_by_label("Name").fill("v1.0")
    page.get_by_role("button", name="Create release").click()
    page.get_by_role("button", name="Create release v1.0").click()
    page.get_by_text("Release v1.0 is complete. It cannot be changed.").wait_for(timeout=20_000)


def test_the_longest_name_stays_on_a_narrow_screen(visit, demo):
    page = visit("lead", 390, 844)
    page.goto(demo.base + RELEASES)
    name = "x" * 64
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create release").click()
    page.get_by_role("button", name="Create release x").click()
    page.get_by_text("is complete. It cannot be changed.").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="All releases").click()
    page.get_by_role("heading", name=name).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_gates_are_counted_while_the_page_is_there_and_again_for_another_method(visit, demo):
    set_gates(demo, coverage=0.85)
    page = visit("lead")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(demo.base + RELEASES)
    gates = page.locator("#gates")
    gates.get_by_text("gold by majority").wait_for()
    assert "A release created now would have the status exploratory" in gates.inner_text()
    assert "not passed: Sentences with gold" in " ".join(gates.inner_text().split())
    page.get_by_text("Gold method and data split").click()
    page.get_by_label("MACE").check()
    gates.get_by_text("gold by MACE").wait_for()
    assert "A release created now would have the status gold" in gates.inner_text()
    rest = "&margin=0.3&smoothing=0.01&model_seed=7"
    assert [url.split("/gates")[1] for url in asked if "/gates" in url] == [
        f"?method=majority{rest}", f"?method=mace{rest}",
    ]  # fmt: skip
    # What was said is what the release is then called.
    page.get_by_label("Name").fill("v1.0")
    page.get_by_role("button", name="Create release").click()
    page.get_by_role("button", name="Create release v1.0").click()
    page.get_by_text("Release v1.0 is complete. It cannot be changed.").wait_for()
    page.get_by_role("link", name="All releases").click()
    assert page.locator("article .chip").inner_text().strip() == "gold"


def test_gates_are_counted_again_with_settings_and_a_wrong_one_says_why_until_it_is_mended(
    visit, demo
):
    set_gates(demo, coverage=0.85)
    page = visit("lead")
    page.goto(demo.base + RELEASES)
    gates = page.locator("#gates")
    gates.get_by_text("gold by majority").wait_for()
    page.get_by_text("Gold method and data split").click()
    page.get_by_text("Settings of the model").click()
    page.get_by_label("Minimum margin").fill("2")
    page.keyboard.press("Tab")
    gates.get_by_text("Nothing was counted: The margin must be a number from 0 to 1.").wait_for()
    assert "have the status" not in gates.inner_text()
    page.get_by_label("Minimum margin").fill("0.05")
    page.keyboard.press("Tab")
    gates.get_by_text("gold by majority, margin 0.05").wait_for()
    assert "A release created now would have the status" in gates.inner_text()


def test_without_javascript_a_link_leads_to_the_gates(visit, demo):
    set_gates(demo, coverage=0.85)
    page = visit("lead", java_script_enabled=False)
    page.goto(demo.base + RELEASES)
    assert page.get_by_text("Counting…").is_hidden()
    page.get_by_role("link", name="Check the gates now").click()
    page.get_by_text("A release created now would have the status exploratory").wait_for()
    page.get_by_label("Gold method for undecided").select_option("mace")
    page.get_by_role("button", name="Count").click()
    page.get_by_text("A release created now would have the status gold").wait_for()


@looks
def test_no_state_of_a_release_has_a_fault(visit, demo, width, height):
    set_gates(demo, coverage=0.5, decided=1.0)
    page = visit("lead", width, height)
    report = Report(page)
    page.goto(demo.base + RELEASES)
    page.get_by_text("A release created now would have the status exploratory").wait_for()
    page.get_by_text("Gold method and data split").click()
    page.get_by_text("Settings of the model").click()
    report("the form, opened")
    # A browser refuses it by itself; what the server says has to look right, too.
    page.locator("#next form").evaluate("form => { form.noValidate = true; }")
    page.get_by_label("Minimum margin").fill("2")
    page.get_by_label("Name").fill("v0")
    page.get_by_role("button", name="Create release").click()
    page.locator("#margin-error").wait_for()
    report("the form, with a wrong setting")
    page.get_by_label("Minimum margin").fill("")
    page.get_by_label("Training, in percent").fill("90")
    page.get_by_label("Name").fill("v1.0")
    page.get_by_role("button", name="Create release").click()
    page.get_by_text("add up to 100").wait_for()
    report("the form, refused")
    page.get_by_label("Training, in percent").fill("80")
    page.get_by_role("button", name="Create release").click()
    page.get_by_role("button", name="Create release v1.0").wait_for()
    report("the question")
    page.get_by_role("button", name="Create release v1.0").click()
    page.wait_for_url("**/releases/runs/*")
    report("being written")
    page.get_by_text("Release v1.0 is complete. It cannot be changed.").wait_for()
    report("written")
    page.get_by_role("link", name="All releases").click()
    page.wait_for_url(demo.base + RELEASES)
    for each in page.locator("article details").all():
        each.evaluate("each => { each.open = true; }")
    report("the list")
    assert report.found == {}
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
