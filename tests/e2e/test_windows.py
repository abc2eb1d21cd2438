"""In every window the values and Next are in sight, and the way between them is short."""

import math
import sqlite3
from itertools import pairwise

import pytest
from label_page import rows_of, start

LOW = [(1024, 600), (1093, 520), (1280, 600), (1366, 650)]
# A window of 1366 by 768 at text of 150 %: all lengths and all limits are in the size of text.
LARGE_TEXT = [(911, 512)]
HIGH = [(1280, 720), (1366, 768), (1920, 1080), (2560, 1440)]
TABLETS = [(768, 1024), (1024, 768)]
PHONE = [(390, 844)]
# Whether a part is wholly in the window, and nothing lies over its corners.
HIDDEN = """(names) => names.filter((name) => {
    const part = document.querySelector(`#sentence ${name}`);
    const { left, right, top, bottom } = part.getBoundingClientRect();
    const corners = [[left, top], [right, top], [left, bottom], [right, bottom]]
        .map(([x, y]) => [x + (x === left ? 3 : -3), y + (y === top ? 3 : -3)]);
    return !corners.every(([x, y]) => part.contains(document.elementFromPoint(x, y)));
})"""
VALUES = ["[id$=-stance] .segments", "[id$=-certainty] .segments"]
NEEDED = [*VALUES, "#next"]
MANY = """
INSERT INTO speakers (project_id, name, type, created_at)
    SELECT 1, 'Speaker of ministry ' || value, 'person', '2026-01-01'
    FROM json_each('[{numbers}]');
INSERT INTO roster (article_id, user_id, speaker_id, number)
    SELECT 2, users.id, speakers.id, row_number() OVER (ORDER BY speakers.id)
    FROM users, speakers WHERE username = 'cal' AND name LIKE 'Speaker of ministry %';
"""


def each(page, sizes):
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        yield width, height


def meet(demo, count):
    """Let Cal have met so many speakers in the second article."""
    numbers = ",".join(map(str, range(1, count + 1)))
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.executescript(MANY.format(numbers=numbers))
    database.close()


@pytest.mark.parametrize("count", [5, 40])
def test_values_and_next_are_in_sight(visit, demo, count):
    meet(demo, count)
    page = visit("cal")
    start(page, demo, 13)
    for size in each(page, LOW + LARGE_TEXT + HIGH):
        assert page.evaluate(HIDDEN, NEEDED) == [], size


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark", "forced_colors": "active"}])
def test_with_touch_too(visit, demo, look):
    meet(demo, 5)
    page = visit("cal", *TABLETS[0], has_touch=True, is_mobile=True, **look)
    for size in each(page, TABLETS + PHONE):
        start(page, demo, 13)
        assert page.evaluate(HIDDEN, NEEDED) == [], size


def test_with_text_of_150_percent(visit, demo):
    meet(demo, 5)
    page = visit("cal")
    start(page, demo, 13)
    page.evaluate("document.documentElement.style.fontSize = '150%'")
    assert page.evaluate(HIDDEN, NEEDED) == []


@pytest.mark.parametrize(("width", "height"), [(320, 480), (360, 640)])
def test_in_the_smallest_window_values_and_next_stand_in_one_view(visit, demo, width, height):
    meet(demo, 5)
    page = visit("cal", width, height, has_touch=True, is_mobile=True)
    start(page, demo, 13)
    page.locator(VALUES[0]).evaluate("part => part.scrollIntoView({ block: 'start' })")
    assert page.evaluate(HIDDEN, [*VALUES, ".near button"]) == []


def test_in_a_low_window_the_rules_are_one_line_that_opens(visit, demo):
    page = visit("cal", 1366, 650)
    start(page, demo, 13)
    closed = page.locator("#rules").bounding_box()["height"]
    assert closed <= 30
    assert page.locator("#rules dd").first.is_hidden()
    page.locator("#open-rules").focus()
    page.keyboard.press("Space")
    assert page.locator("#rules dd").first.is_visible()
    page.set_viewport_size({"width": 1366, "height": 768})
    page.keyboard.press("Space")
    assert page.locator("#open-rules").is_hidden()
    assert page.locator("#rules dd").first.is_visible()


def test_in_wide_windows_the_article_stands_against_the_panel(visit, demo):
    page = visit("cal")
    start(page, demo, 13)
    for size in each(page, [(1366, 768), (1920, 1080), (2560, 1440)]):
        column = page.locator("#sentence").bounding_box()
        panel = page.locator("#answer").bounding_box()
        assert panel["x"] - column["x"] - column["width"] <= 16, size


def test_the_pointer_goes_at_most_800_px_for_a_claim(visit, demo):
    page = visit("ben")  # who has labelled half of the article
    start(page, demo, 13)

    def middle(selector):
        box = page.locator(selector).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    ways = []
    for claim in [
        claim for row in rows_of(demo, "A02") for claim in row["claims"] if claim["certainty"]
    ]:
        name = claim["speaker"].split(" (")[0]
        speaker = middle(f'.known .choice:has([data-word="{name}"])')
        stops = [speaker, middle(f"[id$=-stance-{claim['stance']}]")]
        stops += [middle(f"[id$=-certainty-{claim['certainty']}]"), middle(".near button"), speaker]
        ways.append(sum(math.dist(*way) for way in pairwise(stops)))
    mean = sum(ways) / len(ways)
    print(
        f"pointer path per claim: {mean:.0f} px on average of {len(ways)}, at most {max(ways):.0f}"
    )
    assert len(ways) >= 10
    assert mean <= 800
