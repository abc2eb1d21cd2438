"""The codebook beside the answer: loaded when asked for, searched, closed; labelling goes on."""

import pytest
from axe import faults
from label_page import is_at, saved, until

OPEN = "!document.querySelector('#codebook').hidden"
SHUT = "document.querySelector('#codebook').hidden"
FOCUS = "document.activeElement.id"


@pytest.fixture
def page(visit):
    page = visit("cal")
    page.goto(page.url + "label/2/1")
    return page


def open_drawer(page):
    page.keyboard.press("b")
    until(page, OPEN)
    until(page, f"{FOCUS} === 'find-rule'")


def shown(page):
    return page.evaluate(
        "[...document.querySelectorAll('#codebook-body .rules > div')]"
        ".filter((rule) => rule.checkVisibility()).map((rule) => rule.id)"
    )


def test_it_is_loaded_when_first_asked_for_and_only_once(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    assert page.evaluate("document.querySelector('#codebook-body').childElementCount") == 0
    for _ in range(2):
        open_drawer(page)
        page.keyboard.press("Escape")
        until(page, SHUT)
    assert len([url for url in asked if url.endswith("/codebook")]) == 1
    assert page.evaluate("document.activeElement.dataset.key") == "B"


def test_it_covers_the_article_and_not_the_panel(page):
    open_drawer(page)
    drawer = page.locator("#codebook").bounding_box()
    panel = page.locator("#answer").bounding_box()
    assert drawer["x"] == 0
    assert abs(drawer["x"] + drawer["width"] - panel["x"]) <= 1
    pinned = page.locator(".pinned")
    assert pinned.inner_text() == page.locator("#sentence-words").text_content().strip()
    assert pinned.bounding_box()["x"] >= panel["x"]


def test_a_rule_is_found_and_labelling_goes_on(page):
    open_drawer(page)
    page.keyboard.type("ST-3")
    assert "ST-3" in shown(page)
    assert "SP-1" not in shown(page)
    page.keyboard.press("Enter")
    page.keyboard.press("0")
    page.keyboard.press("n")
    page.keyboard.press("c")
    until(page, "document.querySelector('[name$=certainty]:checked')?.value === 'certain'")
    saved(page)
    assert page.evaluate(OPEN)
    page.keyboard.press("b")
    until(page, SHUT)


def test_it_stays_open_on_the_next_sentence(page):
    open_drawer(page)
    page.keyboard.type("ST-3")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    until(page, "location.pathname.endsWith('/2')")
    until(
        page,
        "document.querySelector('.pinned').textContent.trim()"
        " === document.querySelector('#sentence-words').textContent.trim()",
    )
    assert page.evaluate(OPEN)


@pytest.mark.parametrize("link", [".meaning a", "dt a"])
def test_a_link_of_the_rule_slot_leads_to_its_section_or_rule(page, link):
    page.locator(f"#rules {link}").first.click()
    until(page, OPEN)
    there = page.evaluate(f"document.querySelector('#rules {link}').hash.slice(1)")
    until(page, f"{FOCUS} === '{there}'")


def test_it_opens_at_what_the_slot_explains(page):
    page.keyboard.press("s")
    until(page, "document.querySelector('#rules strong').innerText.trim() === 'support'")
    open_drawer(page)
    top = "document.querySelector('#stance-support').getBoundingClientRect().top"
    body = "document.querySelector('#codebook-body .stack').getBoundingClientRect().top"
    assert abs(page.evaluate(f"{top} - {body}")) <= 40


def test_the_code_of_a_rule_finds_the_rule_before_the_values_that_name_it(page):
    open_drawer(page)
    page.keyboard.type("st-3")
    page.keyboard.press("Enter")
    until(page, f"{FOCUS} === 'ST-3'")


def test_it_is_there_without_a_connection_once_somebody_has_labelled(visit, demo):
    page = visit("cal")
    page.clock.install()
    page.goto(f"{demo.base}/label/2/1")
    for key in "0nc":
        page.keyboard.press(key)
    saved(page)
    page.keyboard.press("Enter")
    is_at(page, 2)
    page.clock.run_for(21_000)
    until(page, "document.querySelector('#codebook-body').childElementCount > 0")
    page.context.set_offline(True)
    page.keyboard.press("b")
    until(page, OPEN)
    assert "ST-3" in page.inner_text("#codebook-body")


def test_on_a_phone_the_codebook_is_a_page_of_its_own(visit):
    page = visit("cal", width=390, height=844)
    page.goto(page.url + "label/2/1")
    with page.context.expect_page() as opened:
        page.locator("#rules a, .question a").first.evaluate("link => link.click()")
    assert "/codebook" in opened.value.url
    assert page.evaluate(SHUT)


def test_nothing_is_wrong_for_assistive_technology(visit):
    page = visit("cal")
    page.goto(page.url + "label/2/1")
    open_drawer(page)
    assert faults(page) == []
