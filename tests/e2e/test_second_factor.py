"""Signing in by password and a code of an app, by a recovery code, and on the label page."""

import re
import sqlite3
import time

import pyotp
from axe import faults
from label_page import chip_says, events_of, start, until, waiting

PASSWORD = "correct horse battery staple"


def set_up(page, demo):
    """Give Cal a password and a second factor, with the keyboard alone; return app and codes."""
    page.goto(demo.base + "/account")
    page.fill("[name=new_password]", PASSWORD)
    page.press("[name=new_password]", "Enter")
    page.get_by_role("link", name="Set up a second factor").press("Enter")
    page.get_by_role("button", name="Set up").press("Enter")
    app = pyotp.TOTP(re.sub(r"\s", "", page.inner_text("#secret")))
    assert faults(page) == []
    # The focus is in the field.
    page.keyboard.type(app.now())
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes")
    assert faults(page) == []
    return app, page.inner_text(".codes").split()


def forget_last_code(demo):
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.execute("UPDATE second_factors SET last_step = 0")
    database.close()


def by_password(page, demo):
    page.goto(demo.base + "/sign-in?next=/account")
    page.fill("[name=username]", "cal")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/sign-in/code?next=/account")


def test_signing_in_asks_for_a_code_or_a_recovery_code(visit, demo):
    page = visit("cal")
    app, codes = set_up(page, demo)
    forget_last_code(demo)
    page.context.clear_cookies()
    by_password(page, demo)
    assert faults(page) == []
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.wait_for_selector("#code-error")
    page.fill("#code", app.now())
    page.press("#code", "Enter")
    page.wait_for_url("**/account")
    page.context.clear_cookies()
    by_password(page, demo)
    page.keyboard.type(codes[0].lower())
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")
    assert "9 codes left" in page.inner_text("main")


def test_an_answer_that_waits_is_sent_after_password_and_code(visit, demo):
    page = visit("cal")
    app, _ = set_up(page, demo)
    forget_last_code(demo)
    start(page, demo)
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.execute("DELETE FROM sign_ins")
    database.close()
    page.keyboard.press("x")
    chip_says(page, "Signed out: 1 unsent")
    until(page, "document.querySelector('#signed-out').open")
    page.fill("#again-password", PASSWORD)
    page.press("#again-password", "Enter")
    page.wait_for_selector("#again-code:visible")
    page.fill("#again-code", "000000")
    page.press("#again-code", "Enter")
    until(page, "document.querySelector('[data-error]').textContent.includes('Wrong or used code')")
    assert waiting(page) == 1
    page.fill("#again-code", app.at(time.time()))
    page.press("#again-code", "Enter")
    chip_says(page, "Saved")
    assert waiting(page) == 0
    assert events_of(demo) == [1]
