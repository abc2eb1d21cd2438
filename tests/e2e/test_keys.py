"""Single keys in a real browser: one's own, none at all, and those struck too fast."""

import pytest
from label_page import cut_line, hold, renew_link, run, saved, until, waiting

from annotator.codebook.load import default_text

FOCUS = "document.activeElement.id"
CHOSEN = "[...document.querySelectorAll('#sentence :checked:not(option)')].map((one) => one.value)"


@pytest.fixture
def page(visit):
    page = visit("cal", routed=True)
    page.goto(page.url + "label/2/1")
    return page


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def chosen(page):
    return page.evaluate(CHOSEN)


def caps(page):
    return page.evaluate(
        "[...document.querySelectorAll('#sentence .key')].filter((cap) => cap.checkVisibility())"
        ".map((cap) => cap.innerText)"
    )


def at(page, position):
    until(
        page,
        f"new URL(document.querySelector('#sentence a.number').href).pathname"
        f" === '/label/2/{position}'",
    )


# --- one's own keys


def test_a_key_of_ones_own_is_printed_and_works_and_the_old_one_is_dead(page, demo):
    press(page, "?")
    page.get_by_role("link", name="Change keys").click()
    page.get_by_label("support").fill("w")
    page.get_by_label("Skip for now").fill("Shift+J")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/keys?**")
    page.get_by_text("Keys saved.").wait_for()
    page.get_by_role("link", name="Back to the article").click()
    at(page, 1)
    page.wait_for_load_state()
    assert {"W", "J"} <= set(caps(page))
    assert "S" not in caps(page)
    press(page, "s")
    assert chosen(page) == []
    press(page, "0", "w", "c")
    saved(page)
    assert chosen(page)[1:] == ["support", "certain"]
    press(page, "j")
    at(page, 1)
    press(page, "Shift+J")
    at(page, 2)
    # The form drawn without the server has the same keys.
    cut_line(page)
    press(page, "0", "w", "c", "Enter")
    at(page, 3)
    assert "W" in caps(page)
    page.context.set_offline(False)
    # The third sentence has no answer yet, so its own chip says no time.
    until(page, "/^(Saved|All saved)/.test(document.querySelector('#saved').innerText.trim())")
    assert waiting(page) == 0


def test_a_key_is_recorded_by_pressing_it(page):
    page.goto(page.url.replace("/label/2/1", "/account/keys"))
    field = page.get_by_label("support")
    field.focus()
    for pressed, recorded in (
        ("w", "W"),
        ("Shift+G", "Shift+G"),
        ("+", "+"),
        ("Backspace", ""),
        ("ArrowLeft", ""),
        ("y", "Y"),
        ("Delete", ""),
        ("h", "H"),
    ):
        page.keyboard.press(pressed)
        assert field.input_value() == recorded
    assert page.text_content("#status") == "support: H"
    page.keyboard.press("Tab")
    page.keyboard.press("h")
    page.keyboard.press("Enter")
    page.get_by_text("is the key of both").wait_for()
    assert field.get_attribute("aria-invalid") == "true"
    field.press("w")
    assert field.get_attribute("aria-invalid") is None
    page.keyboard.press("Enter")
    page.get_by_text("Keys saved.").wait_for()
    assert field.input_value() == "W"


# --- no single keys


def test_single_keys_are_switched_off_on_the_sheet_and_stay_off(page):
    press(page, "?")
    switch = page.get_by_role("button", name="Single-key shortcuts")
    assert switch.get_attribute("aria-pressed") == "true"
    with page.expect_response("**/account/keys") as reply:
        switch.click()
    assert reply.value.status == 204
    assert switch.inner_text() == "Single-key shortcuts: off"
    page.get_by_role("button", name="Close").click()
    press(page, *"0scxzfjkg.", "Enter", "Delete", "Backspace", "?")
    assert chosen(page) == []
    assert caps(page) == []
    at(page, 1)
    page.reload()
    assert page.evaluate("document.documentElement.className") == "keyless"
    press(page, *"0sc")
    assert chosen(page) == []


def test_without_single_keys_tab_arrows_space_and_enter_do_everything(page, demo):
    page.goto(f"{demo.base}/account/keys")
    page.get_by_role("button", name="Turn single-key shortcuts off").click()
    page.goto(f"{demo.base}/label/2/1")
    for group in ("speaker", "stance", "certainty"):
        page.locator(f"#claims-0-{group} input").first.focus()
        press(page, "Space")
    press(page, "ArrowRight")
    saved(page)
    assert chosen(page)[1:] == ["oppose", "possible"]
    page.locator("#next").focus()
    press(page, "Enter")
    at(page, 2)
    page.locator("#status-no_claim").focus()
    press(page, "Space")
    saved(page)
    assert chosen(page) == ["no_claim"]


def test_where_the_account_cannot_be_changed_it_is_said(page):
    page.route("**/account/keys", lambda route: route.abort())
    press(page, "?")
    page.get_by_role("button", name="Single-key shortcuts").click()
    page.get_by_text("Single-key shortcuts are off in this window only").wait_for()


# --- faster than the network


# Where a speaker is chosen the cursor begins at "the president", whom the text proposes.
@pytest.mark.parametrize(
    ("before", "taken"),
    [(["0", "s", "c"], "president’s"), (["0", "s", "c", "."], "Trump administration")],
)
def test_keys_for_the_word_cursor_reach_it_while_a_reply_is_on_its_way(page, before, taken):
    let_go = hold(page)
    press(page, *before, "m", "ArrowRight", "Shift+ArrowRight", "Enter")
    let_go()
    until(page, "document.querySelector('.claim.open [name$=-span]').value !== ''")
    saved(page)
    at(page, 1)
    assert page.locator("#sentence-words .mention").inner_text() == taken
    assert page.evaluate(FOCUS).endswith("-pick-mention")


def test_a_held_key_presses_once(page):
    for _ in range(4):
        page.keyboard.down("f")
    page.keyboard.up("f")
    saved(page)
    assert chosen(page) == ["y"]
    page.keyboard.down("j")
    for _ in range(5):
        page.keyboard.down("j")
    page.keyboard.up("j")
    at(page, 2)
    page.wait_for_timeout(300)
    at(page, 2)


def test_held_enter_on_a_button_presses_once(page):
    press(page, "x")
    saved(page)
    page.locator("#next").focus()
    for _ in range(6):
        page.keyboard.down("Enter")
        page.wait_for_timeout(30)
    page.keyboard.up("Enter")
    at(page, 2)
    page.wait_for_timeout(300)
    at(page, 2)


def test_keys_with_a_modifier_and_in_an_open_dialog_are_dead(page):
    press(page, "Control+x", "Alt+x", "Meta+x", "?", "x", "f", "0", "Escape")
    assert chosen(page) == []
    press(page, "x")
    saved(page)
    assert chosen(page) == ["no_claim"]


def test_keys_are_dead_while_composing(page):
    press_composing = """
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
        { key: "x", isComposing: true, bubbles: true, cancelable: true }))"""
    assert page.evaluate(press_composing)
    assert chosen(page) == []


# --- no claim over claims


def ask(page):
    press(page, "0", "s", "c")
    saved(page)
    press(page, "x")
    page.locator("#notice").wait_for()


def test_escape_keeps_the_claims(page):
    ask(page)
    assert page.inner_text("#notice p") == ("This removes 1 claim. Press X again to confirm.")
    assert not page.is_checked("#status-no_claim")
    press(page, "Escape")
    page.locator("#notice").wait_for(state="detached")
    saved(page)
    assert page.locator("[name=drop]").count() == 0
    assert page.evaluate(FOCUS) == "status-no_claim"
    assert chosen(page)[1:] == ["support", "certain"]
    page.reload()
    assert chosen(page)[1:] == ["support", "certain"]


def test_without_single_keys_no_key_is_named_and_the_claims_are_kept_by_button(page):
    page.evaluate("document.documentElement.classList.add('keyless')")
    for name in ("speaker", "stance", "certainty"):
        page.locator(f"#claims-0-{name} input").first.click()
    saved(page)
    page.locator("#status-no_claim").click()
    assert page.inner_text("#notice p") == (
        "This removes 1 claim. Choose “No claim” again to confirm."
    )
    press(page, "Escape")
    page.wait_for_timeout(200)
    page.get_by_role("button", name="Keep the claim").click()
    page.locator("#notice").wait_for(state="detached")
    assert page.evaluate(FOCUS) == "status-no_claim"


def test_no_claim_struck_too_fast_asks_and_what_came_before_it_is_saved(page):
    let_go = hold(page)
    press(page, *"0scx")
    let_go()
    page.locator("#notice").wait_for()
    page.wait_for_timeout(500)
    assert page.locator("#notice").count() == 1
    press(page, "j")
    at(page, 2)
    page.go_back()
    at(page, 1)
    assert chosen(page)[1:] == ["support", "certain"]


def test_keys_struck_while_the_page_still_looks_for_what_waits_are_kept(visit, demo):
    page = visit("cal", routed=True)
    page.add_init_script(
        "const query = navigator.locks.query.bind(navigator.locks);"
        "const late = () => new Promise((go) => setTimeout(go, 800));"
        "navigator.locks.query = async () => (await late(), query());"
    )
    page.goto(f"{demo.base}/label/2/1")
    let_go = hold(page)
    press(page, *"0scx")
    page.wait_for_timeout(1200)
    let_go()
    page.locator("#notice").wait_for()
    page.wait_for_timeout(500)
    assert page.locator("#notice").count() == 1
    press(page, "Escape")
    page.locator("#notice").wait_for(state="detached")
    assert chosen(page)[1:] == ["support", "certain"]


def test_the_key_again_removes_them(page):
    ask(page)
    press(page, "x")
    until(page, f"{CHOSEN}.join() === 'no_claim'")
    saved(page)
    page.reload()
    assert chosen(page) == ["no_claim"]


def test_without_javascript_the_claims_can_be_kept(visit):
    page = visit("cal", java_script_enabled=False)
    page.goto(page.url + "label/2/1")
    page.locator("[name=claims-0-stance][value=support]").check(force=True)
    page.locator("#status-no_claim").check(force=True)
    page.locator(".moves").get_by_role("button", name="Save and stay").click()
    page.wait_for_load_state()  # with its style, which hides what is for single keys
    assert page.inner_text("#notice p") == (
        "This removes 1 claim. Choose “No claim” again to confirm."
    )
    page.get_by_role("button", name="Keep the claim").click()
    assert page.locator("#notice").count() == 0
    assert page.is_checked("[name=claims-0-stance][value=support]")
    assert "Saved" in page.inner_text("#saved")


# --- another codebook


def test_another_codebook_brings_its_own_keys(page, demo, tmp_path):
    other, article = tmp_path / "other.toml", tmp_path / "one.txt"
    text = default_text().replace('key = "S"', 'key = "w"').replace('key = "X"', 'key = "%"')
    other.write_text(text.replace('find_key = "+"', 'find_key = "="'), "utf-8")
    article.write_text("Ships sail. They come back.\n", "utf-8")
    run(demo, "project", "add", "other", "--codebook", str(other))
    run(demo, "user", "add", "cal", "--role", "annotator", "-p", "other")
    run(demo, "import", str(article), "-p", "other")
    run(demo, "assign", "-p", "other", "--overlap", "1")
    # Another project on the account ends the sign-in.
    page.goto(renew_link(demo, "cal"))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"{demo.base}/label/5/0")
    assert {"w", "%", "="} <= set(caps(page))
    press(page, "s", "x", "+")
    assert chosen(page) == []
    press(page, "0", "w", "c")
    assert chosen(page)[1:] == ["support", "certain"]
    page.goto(f"{demo.base}/label/5/1")
    press(page, "=")
    assert page.evaluate(FOCUS) == "claims-0-new_name"
    press(page, "Escape", "%")
    until(page, f"{CHOSEN}.includes('no_claim')")
