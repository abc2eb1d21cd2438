"""A session that ends takes no answer with it, and hands none to somebody else."""

import sqlite3

from labelling import chip_says, events_of, start, until, waiting

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
    chip_says(page, "Signed out: 1 waiting")
    until(page, "document.querySelector('#signed-out').open")
    page.fill("#again-password", "something else")
    page.press("#again-password", "Enter")
    until(page, "document.querySelector('[data-error]').textContent.includes('not right')")
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
    chip_says(page, "Signed out: 1 waiting")
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
    chip_says(page, "Signed out: 1 waiting")
    assert "Somebody else is signed in" in page.inner_text("#signed-out")
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
