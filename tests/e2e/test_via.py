"""A chain of sources by mouse and by keys: each link is taken once, and only when it is meant."""

from label_page import chip_says, rows_of, start, until, waiting

FOUND = "document.activeElement.matches('select')"


def meet_two(page, demo):
    """Begin a sentence whose second claim passes on what two known people say."""
    start(page, demo, 2)
    for words in ("Donald Trump", "James Mattis"):
        page.keyboard.press("+")
        page.keyboard.type(words)
        until(page, "document.querySelector('.found [aria-selected=true]')")
        page.keyboard.press("Enter")
        saved(page)
    page.keyboard.press("0")
    saved(page)
    page.keyboard.press("v")
    until(page, FOUND)


def saved(page):
    page.wait_for_timeout(50)
    for _ in range(100):
        if not waiting(page):
            break
        page.wait_for_timeout(50)
    chip_says(page, "Saved")


def chain(demo):
    return rows_of(demo)[0]["claims"][0]["via"]


def test_a_link_chosen_by_mouse_is_taken_once(visit, demo):
    page = visit("cal")
    meet_two(page, demo)
    page.locator("select[name$=via_add]").select_option(label="James Mattis")
    saved(page)
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.keyboard.press("c")
    saved(page)
    assert chain(demo) == ["James Mattis"]


def test_arrows_choose_and_enter_takes(visit, demo):
    page = visit("cal")
    meet_two(page, demo)
    while page.evaluate("document.activeElement.selectedOptions[0].label") != "James Mattis":
        page.keyboard.press("ArrowDown")
    assert rows_of(demo)[0]["claims"][0]["via"] == []
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id.endsWith('-show-via')")
    page.keyboard.press("s")
    saved(page)
    assert chain(demo) == ["James Mattis"]


def test_escape_takes_no_link(visit, demo):
    page = visit("cal")
    meet_two(page, demo)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    saved(page)
    assert chain(demo) == []
