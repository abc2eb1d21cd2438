"""Find or add in a real browser: by keyboard, announced, and without losing what was typed."""

import time

from label_page import saved, until

OPTIONS = "[...document.querySelectorAll('.found:not([hidden]) [role=option]')]"
ACTIVE = "document.querySelector('.found [aria-selected=true]')?.textContent.trim() ?? ''"
HEADING = "document.activeElement.matches('h3')"
FIELD = "#claims-0-new_name"


def start(visit, **options):
    """Open the second sentence of an article that has no speakers yet."""
    page = visit("cal", routed=True, **options)
    page.goto(page.url + "label/2/1")
    return page


def add(page, name, kind):
    page.keyboard.press("+")
    page.keyboard.type(name)
    until(page, f"{OPTIONS}.length > 0")
    while kind not in page.evaluate(ACTIVE).split(" as ")[-1]:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, HEADING)
    saved(page)


def chosen(page):
    return page.evaluate(
        "[...document.querySelectorAll('.chips :checked ~ .word')].map((word) => word.innerText)"
    )


def test_a_new_name_is_added_from_the_list_with_its_type(visit):
    page = start(visit)
    add(page, "Zoran Quill", "person")
    assert chosen(page) == ["Zoran Quill"]


def test_an_unnamed_source_can_be_added_from_the_list(visit):
    page = start(visit)
    add(page, "people in the know", "unnamed")
    assert chosen(page) == ["“people in the know”"]


def test_a_few_letters_and_enter_take_a_known_speaker(visit):
    page = start(visit)
    add(page, "Zoran Quill", "person")
    page.keyboard.press(".")
    until(page, "document.querySelector('#claim-1') !== null")
    # Faster than the network: Enter and what follows wait for the answer.
    for key in ["+", *"qui", "Enter", "s", "c"]:
        page.keyboard.press(key)
    until(page, "document.querySelector('[name=\"claims-1-certainty\"]:checked') !== null")
    assert chosen(page) == ["Zoran Quill"]
    assert page.evaluate("document.querySelector('[name=\"claims-1-stance\"]:checked').value") == (
        "support"
    )


def test_a_new_name_takes_one_enter_once_its_type_is_seen(visit):
    page = start(visit)
    page.keyboard.press("+")
    page.keyboard.type("Zoran Quill")
    until(page, f"{ACTIVE} === 'Add “Zoran Quill” as person'")
    page.keyboard.press("Enter")
    until(page, HEADING)
    assert chosen(page) == ["Zoran Quill"]


def test_what_is_struck_behind_a_question_does_not_spoil_the_name(visit):
    page = start(visit)
    for key in ["+", *"Zoran Quill", "Enter", "s", "c"]:
        page.keyboard.press(key)
    until(page, f"{ACTIVE} === 'Add “Zoran Quill” as person'")
    page.wait_for_timeout(200)
    assert page.input_value(FIELD) == "Zoran Quill"
    assert page.evaluate("document.activeElement.id") == "claims-0-new_name"


def test_enter_before_the_list_is_seen_proposes_a_type_and_never_guesses_it(visit):
    page = start(visit)
    page.keyboard.press("+")
    page.keyboard.type("Zoran Quill")
    page.keyboard.press("Enter")
    until(page, f"{ACTIVE} === 'Add “Zoran Quill” as person'")
    assert page.evaluate("document.activeElement.id") == "claims-0-new_name"


def test_arrows_struck_before_the_list_is_seen_choose_in_the_list_that_fits(visit):
    page = start(visit)
    page.keyboard.press("+")
    page.keyboard.type("Zoran")
    until(page, f"{ACTIVE} === 'Add “Zoran” as person'")
    for key in [*" Quill", "ArrowDown", "ArrowDown", "Enter"]:
        page.keyboard.press(key)
    # What is taken was seen before.
    until(page, f"{ACTIVE} === 'Add “Zoran Quill” as country'")
    assert page.evaluate("document.activeElement.id") == "claims-0-new_name"
    page.keyboard.press("Enter")
    until(page, HEADING)
    assert chosen(page) == ["Zoran Quill"]


def test_who_leaves_the_field_before_the_list_is_seen_can_go_on_by_keys(visit):
    page = start(visit)
    page.route("**/speakers?*", lambda route: (time.sleep(0.5), route.continue_()))
    page.keyboard.press("+")
    page.keyboard.type("Zor")
    page.keyboard.press("Enter")
    page.keyboard.press("s")
    page.evaluate("document.activeElement.blur()")  # as a click beside all fields does
    until(
        page, "document.querySelector('#alert').innerText.startsWith('Ignored 1 key typed ahead')"
    )
    page.wait_for_timeout(1000)  # until that is read
    page.keyboard.press("o")
    until(page, "document.querySelector('[name=\"claims-0-stance\"]:checked')?.value === 'oppose'")


def test_escape_closes_the_list_and_keeps_the_text_then_leaves(visit):
    page = start(visit)
    page.keyboard.press("+")
    page.keyboard.type("Zoran")
    until(page, f"{OPTIONS}.length > 0")
    assert page.get_attribute(FIELD, "aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.get_attribute(FIELD, "aria-expanded") == "false"
    assert page.evaluate(f"{OPTIONS}.length") == 0
    assert page.input_value(FIELD) == "Zoran"
    assert page.evaluate("document.activeElement.id") == "claims-0-new_name"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.value") == "new"
    assert page.input_value(FIELD) == "Zoran"


def test_the_field_says_what_it_is_and_what_was_found(visit):
    page = start(visit)
    page.keyboard.press("+")
    page.keyboard.type("Zoran")
    until(page, f"{OPTIONS}.length > 0")
    field = page.get_by_role("combobox", name="Name", exact=True)
    assert field.get_attribute("aria-controls") == "claims-0-new_name-found"
    until(page, "document.querySelector('#status').textContent.startsWith('No speakers found')")
    page.keyboard.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert page.get_attribute(f"#{active}", "aria-selected") == "true"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert "unnamed" in page.evaluate(ACTIVE)


def test_the_same_last_name_is_asked_about(visit):
    page = start(visit)
    add(page, "Zoran Quill", "person")
    page.keyboard.press(".")
    until(page, "document.querySelector('#claim-1') !== null")
    page.keyboard.press("+")
    page.keyboard.type("Anna Quill")
    until(page, f"{OPTIONS}.length > 0")
    texts = page.evaluate(f"{OPTIONS}.map((option) => option.innerText)")
    assert texts[0].startswith("Might be Zoran Quill")
    assert texts[1] == "Add “Anna Quill” anyway as person"
    # By the type instead of the list: the server asks, and the answer is one more key.
    page.keyboard.press("Tab")
    page.keyboard.type("person")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'claims-1-similar'")
    assert page.evaluate("document.activeElement.innerText") == "Use Zoran Quill"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, HEADING)
    assert chosen(page) == ["Anna Quill"]


def test_an_option_is_taken_by_the_mouse_on_a_phone(visit):
    page = start(visit, width=390, height=844)
    page.locator(".chips .new").click()
    page.keyboard.type("Zoran Quill")
    until(page, f"{OPTIONS}.length > 0")
    page.get_by_role("option", name="as group").click()
    until(page, HEADING)
    assert chosen(page) == ["Zoran Quill"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_a_connection_the_name_stays_and_it_is_said(visit):
    page = start(visit)
    page.route("**/speakers?*", lambda route: route.abort())
    page.keyboard.press("+")
    page.keyboard.type("Zoran Quill")
    until(page, "document.querySelector('#alert').innerText.includes('could not be loaded')")
    assert page.input_value(FIELD) == "Zoran Quill"
