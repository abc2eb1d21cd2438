"""Single keys on a keyboard layout without Latin letters: a key counts by its place."""

import pytest
from label_page import rows_of, saved, start, until
from served_demo import HERE, SLUG


def strike(page, key, code):
    """Strike a key as a keyboard of another layout does."""
    session = page.context.new_cdp_session(page)
    for kind in ("keyDown", "keyUp"):
        session.send("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": code})
    session.detach()


def test_cyrillic_letters_label_by_their_place_and_the_sheet_says_so(visit, demo):
    page = visit("cal")
    start(page, demo)
    for key, code in (("0", "Digit0"), ("ы", "KeyS"), ("с", "KeyC")):
        strike(page, key, code)
    until(page, "document.querySelector('[name=claims-0-certainty]:checked') !== null")
    saved(page)
    (claim,) = rows_of(demo)[0]["claims"]
    assert (claim["stance"], claim["certainty"]) == ("support", "certain")
    strike(page, "о", "KeyJ")
    until(page, "document.querySelector('#sentence a.number').pathname === '/label/2/2'")
    page.keyboard.press("?")
    assert "by their position on a US keyboard" in page.inner_text("#keys")


def test_a_key_of_ones_own_counts_by_its_place_too(visit, demo):
    page = visit("cal")
    page.goto(f"{demo.base}/account/keys")
    page.get_by_label("support").fill("w")
    page.keyboard.press("Enter")
    page.get_by_text("Keys saved.").wait_for()
    start(page, demo)
    strike(page, "ц", "KeyW")
    assert page.is_checked("#claims-0-stance-support")


def test_a_key_without_a_meaning_at_its_place_says_so_once(visit, demo):
    page = visit("cal")
    start(page, demo)
    strike(page, "ц", "KeyW")
    assert page.inner_text("#alert").startswith("“ц” is not a shortcut here.")
    page.evaluate("document.querySelector('#alert').replaceChildren()")
    strike(page, "ц", "KeyW")
    strike(page, "w", "KeyW")
    assert page.inner_text("#alert") == ""


@pytest.mark.parametrize(("key", "code"), [("у", "KeyE"), ("ε", "KeyE")])
def test_the_keys_of_adjudication_count_by_their_place(visit, demo, key, code):
    page = visit("lead")
    page.goto(f"{demo.base}/projects/{SLUG}/adjudicate")
    page.wait_for_url(HERE)
    strike(page, key, code)
    until(page, "document.querySelector('.edit') !== null")
