"""Tab through the label page: the focus is always seen, never covered and never trapped."""

import pytest
from label_page import start

WHERE = """() => {
    const at = document.activeElement;
    if (at === document.body) return null;
    const ring = at.closest(".choice, .button") ?? at;
    const box = ring.getBoundingClientRect();
    const style = getComputedStyle(ring);
    const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return {
        name: at.id || at.className || at.tagName,
        outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        seen: ring.contains(on) || at.contains(on),
        scrolled: scrollY,
    };
}"""
ORDER = ["skip", "menu-button", "number", "status-", "speaker", "stance", "certainty", "show-note"]
ORDER += ["dashed", "open-rules", "back", "skip", "next"]


def walk(page, key="Tab"):
    """Press Tab until the focus leaves the page; return every stop."""
    stops = []
    for _ in range(80):
        page.keyboard.press(key)
        stop = page.evaluate(WHERE)
        if stop is None:
            return stops
        stops.append(stop)
    pytest.fail(f"the focus never leaves: {[stop['name'] for stop in stops[-6:]]}")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 768), (390, 844), (683, 384)])
def test_the_focus_is_seen_at_every_stop(visit, demo, width, height):
    page = visit("ben", width, height)
    start(page, demo, 13)
    for key in ("Tab", "Shift+Tab"):
        stops = walk(page, key)
        assert len(stops) > 15
        assert [stop["name"] for stop in stops if stop["outline"] < 2] == []
        assert [stop["name"] for stop in stops if not stop["seen"]] == []


def test_the_order_is_that_of_the_page(visit, demo):
    page = visit("ben", 390, 844)
    start(page, demo, 13)
    names = iter(stop["name"] for stop in walk(page))
    assert [part for part in ORDER if not any(part in name for name in names)] == []


def test_walking_the_bar_and_the_answer_moves_no_text(visit, demo):
    page = visit("ben")
    start(page, demo, 13)
    assert len({stop["scrolled"] for stop in walk(page)}) == 1


def test_the_numbers_are_one_stop_with_arrows_inside(visit, demo):
    page = visit("ben")
    start(page, demo, 13)
    names = [stop["name"] for stop in walk(page)]
    assert names.count("number") == 1
    page.locator("#sentence a.number").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.pathname") == "/label/2/14"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.pathname") == "/label/2/12"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#answer') !== null")
