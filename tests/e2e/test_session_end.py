"""A session that ends takes no answer with it, and hands none to somebody else."""

import re
import sqlite3

from label_page import chip_says, events_of, start, tell, until, waiting

PASSWORD = "correct horse battery staple"


def with_password(page, demo):
    page.goto(demo.base + "/account")
    page.fill("[name=new_password]", PASSWORD)
    page.press("[name=new_password]", "Enter")
    page.wait_for_load_state()


def end_sessions(demo):
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.execute("DELETE FROM sign_ins")
    database.close()


def test_the_answer_waits_for_the_sign_in_on_the_same_page(visit, demo):
    page = visit("cal")
    with_password(page, demo)
    start(page, demo)
    end_sessions(demo)
    page.keyboard.press("x")
    chip_says(page, "Signed out: 1 unsent")
    until(page, "document.querySelector('#signed-out').open")
    page.fill("#again-password", "something else")
    page.press("#again-password", "Enter")
    until(page, "document.querySelector('[data-error]').textContent.includes('Wrong user')")
    assert waiting(page) == 1
    page.fill("#again-password", PASSWORD)
    page.press("#again-password", "Enter")
    chip_says(page, "Saved")
    assert not page.evaluate("document.querySelector('#signed-out').open")
    assert waiting(page) == 0
    assert events_of(demo) == [1]


def test_a_sign_in_in_another_tab_is_enough(visit, demo):
    page = visit("cal")
    with_password(page, demo)
    start(page, demo)
    page.context.clear_cookies()
    page.keyboard.press("x")
    chip_says(page, "Signed out: 1 unsent")
    sign_in(page.context.new_page(), demo, "cal")
    chip_says(page, "Saved")
    assert events_of(demo) == [1]


def test_it_never_arrives_under_another_persons_name(visit, demo):
    ben = visit("ben")
    with_password(ben, demo)
    page = visit("cal")
    with_password(page, demo)
    start(page, demo)
    before = events_of(demo, "ben")
    page.context.clear_cookies()
    other = page.context.new_page()
    sign_in(other, demo, "ben")
    page.keyboard.press("x")
    chip_says(page, "Signed out: 1 unsent")
    assert "Another user is signed in" in page.inner_text("#signed-out")
    # Ben labels in the same browser meanwhile; Cal's answer stays where it is.
    start(other, demo, 2)
    other.wait_for_timeout(1500)
    assert waiting(other) == 1
    assert events_of(demo, "ben") == before
    assert events_of(demo) == []
    page.fill("#again-password", PASSWORD)
    page.press("#again-password", "Enter")
    chip_says(page, "Saved")
    assert events_of(demo) == [1]
    assert events_of(demo, "ben") == before


def sign_in(page, demo, name):
    page.goto(demo.base + "/sign-in")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


# --- the end is said two minutes before


def age(demo, column, modifier):
    """Let every session have begun, or been heard of last, some time ago."""
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.execute(
            f"UPDATE sign_ins SET {column} = strftime('%Y-%m-%d %H:%M:%f', 'now', ?)", (modifier,)
        )
    database.close()


def warning(page):
    return " ".join(page.inner_text("#session-end").split())


WARNED = "document.querySelector('#session-end').innerText.includes('You will be signed out at')"


def test_the_end_is_said_before_and_one_button_stays_signed_in(visit, demo):
    page = visit("cal")
    start(page, demo)
    other = page.context.new_page()
    other.goto(demo.base + "/account")
    assert warning(page) == ""
    tell(page, "100")
    until(page, WARNED)
    assert re.fullmatch(r"You will be signed out at \d\d:\d\d\. Stay signed in", warning(page))
    # All tabs of this browser know, and hear of the new end too.
    until(other, WARNED)
    age(demo, "seen_at", "-6 minutes")
    page.get_by_role("button", name="Stay signed in").click()
    until(page, f"!({WARNED})")
    until(other, f"!({WARNED})")
    assert seen_minutes_ago(demo) < 1


def test_a_save_renews_the_session_and_the_warning_goes(visit, demo):
    page = visit("cal")
    start(page, demo)
    tell(page, "100")
    until(page, WARNED)
    age(demo, "seen_at", "-11 hours")
    page.keyboard.press("x")
    chip_says(page, "Saved")
    until(page, f"!({WARNED})")


def test_an_end_that_cannot_be_put_off_offers_no_button(visit, demo):
    page = visit("cal")
    age(demo, "created_at", "-10079 minutes")
    page.goto(demo.base + "/label/2/1")
    until(page, WARNED)
    assert warning(page).endswith("Sign in again then.")
    assert page.locator("#session-end button").count() == 0


def test_the_warning_becomes_the_truth_when_nobody_answers(visit, demo):
    page = visit("cal")
    start(page, demo)
    tell(page, "3")
    until(page, WARNED)
    until(page, "document.querySelector('#session-end').innerText.includes('were signed out at')")


def seen_minutes_ago(demo):
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        (minutes,) = database.execute(
            "SELECT (julianday('now') - julianday(max(seen_at))) * 1440 FROM sign_ins"
        ).fetchone()
    database.close()
    return minutes
