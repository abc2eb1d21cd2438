"""Small windows, large text, wide spacing and forced colours lose nothing of a page."""

import pytest
from label_page import run, start, until
from served_demo import set_gates

from annotator.store.db import db, write
from annotator.work.accounts import projects

PROJECT = "/projects/us-russia-cooperation"
PAGES = ["/", "/account", PROJECT, f"{PROJECT}/articles", f"{PROJECT}/articles/1"]
PAGES += [f"{PROJECT}/import", f"{PROJECT}/assign", f"{PROJECT}/agreement", f"{PROJECT}/codebook"]
PAGES += [f"{PROJECT}/gold", f"{PROJECT}/models", f"{PROJECT}/results?source=answers"]
PAGES += [f"{PROJECT}/releases", f"{PROJECT}/releases/gates"]
PAGES += [f"{PROJECT}/articles/1/read", f"{PROJECT}/explore?text=military", f"{PROJECT}/activity"]
TOGETHER = [f"{PROJECT}/adjudicate/majority", f"{PROJECT}/adjudicate/unanimous"]
PAGES += TOGETHER
WIDE = "document.documentElement.scrollWidth - innerWidth"
# What has to be scrolled sideways to be read, whatever scrolls it.
WIDER = """() => [...document.querySelectorAll("main *")]
    .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 1
        && ["auto", "scroll", "hidden"].includes(getComputedStyle(each).overflowX))
    .map((each) => each.className)"""
# What is wider than the box that holds it, whether anything scrolls or not.
OUTSIDE = """() => [...document.querySelectorAll("main form, main form *")]
    .filter((each) => each.checkVisibility())
    .filter((each) => each.getBoundingClientRect().right > innerWidth
        || each.getBoundingClientRect().right
            > each.closest(".card").getBoundingClientRect().right)
    .map((each) => each.outerHTML.slice(0, 60))"""
# 1.4.12: line height, space after paragraphs, between letters and between words.
SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important; } p { margin-block-end: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
CUT = """() => [...document.querySelectorAll("#answer :is(.choice, .button, h2, .claim h3)")]
    .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
    .map((each) => each.innerText)"""
# The lines on which the words of a link stand.
LINES = """(links) => links.map((link) => {
    const words = document.createRange();
    words.selectNodeContents(link.firstChild);
    return [...words.getClientRects()].map((box) => box.y);
})"""
SIDEWAYS = """() => [...document.querySelectorAll("#answer *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth)
    .map((each) => each.className)"""


def sized(page, *sizes):
    """Give the window one size after the other."""
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        yield width, height


def too_wide(visit, demo, name, paths):
    """Return the pages that scroll sideways in a small window, and by how much."""
    page, found = visit(name), {}
    for path in paths:
        page.goto(demo.base + path)
        for size in sized(page, (683, 384), (640, 512), (320, 800)):
            if (wide := page.evaluate(WIDE)) > 0:
                found[path, size] = wide
    return found


def test_no_page_scrolls_sideways(visit, demo):
    assert too_wide(visit, demo, "lead", PAGES) == {}


def test_a_project_with_a_name_of_60_letters_without_a_gap_scrolls_no_page_sideways(visit, demo):
    visit("lead").context.close()
    with demo.app.app_context():
        db.session.rollback()
        with write():
            projects.get("us-russia-cooperation").name = "W" * 60
        db.session.remove()
    assert too_wide(visit, demo, "lead", ["/", PROJECT, f"{PROJECT}/explore"]) == {}


LONG = "US-Russia cooperation in the press of 12 countries 2014-2026"


def test_the_head_of_a_lead_is_one_row_whatever_the_project_is_called(visit, demo):
    """Also without JavaScript, where its pages open behind one button."""
    run(demo, "project", "change", "us-russia-cooperation", "--title", LONG)
    page = visit("lead", java_script_enabled=False)
    page.goto(demo.base + f"{PROJECT}/people")
    for width, height in sized(page, (1366, 768), (1240, 768), (1024, 768), (390, 844), (320, 800)):
        box = page.locator("header.bar").bounding_box()
        assert box["height"] <= 56, width
        assert page.evaluate(WIDE) <= 0, width
        settings = page.get_by_role("link", name="Settings")
        assert settings.is_visible() == (width >= 1240)
        if width < 1240:
            page.get_by_role("button", name="Menu").click()
            assert settings.bounding_box()["y"] < height
            assert page.get_by_role("button", name="Sign out").is_visible()
            page.keyboard.press("Escape")
    page.get_by_role("button", name="Menu").click()
    settings.click()
    assert page.url.endswith("/settings")
    page.goto(demo.base + f"{PROJECT}/adjudicate/1/6")  # its bar has a button more
    for width, _ in sized(page, (1366, 768), (1240, 768)):
        assert page.evaluate(WIDE) <= 0, width


def test_what_to_do_about_a_line_is_one_word_beside_it(visit, demo):
    run(demo, "project", "change", "us-russia-cooperation", "--overlap", "5")
    page = visit("lead")
    page.goto(demo.base + PROJECT)
    acts = page.locator(".needs li > a:last-child")
    assert acts.count() > 1
    for _ in sized(page, (1366, 768), (1240, 768), (320, 800)):
        assert {len(box) for box in acts.evaluate_all(LINES)} == {1}


@pytest.mark.parametrize("path", TOGETHER)
def test_what_is_accepted_together_stands_under_its_sentence(visit, demo, path):
    page = visit("lead")
    page.goto(demo.base + path)
    for _ in sized(page, (899, 844), (390, 844), (320, 844)):
        stands_under_its_sentence(page)


def stands_under_its_sentence(page):
    assert page.evaluate(WIDER) == []
    for line in page.locator("table.together tbody tr").all():
        text = line.locator("td.serif").bounding_box()
        for cell in line.locator("td[data-label]:not(.num)").all():
            box = cell.bounding_box()
            assert box["y"] >= text["y"] + text["height"]
            assert (round(box["x"]), round(box["width"])) == (
                round(text["x"]),
                round(text["width"]),
            )
            assert cell.is_visible()


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("look", [{"color_scheme": "dark"}, {"java_script_enabled": False}])
def test_the_method_of_gold_fits_into_its_box(visit, demo, width, look):
    set_gates(demo, coverage=0.5)
    page = visit("lead", width, 844, **look)
    page.goto(f"{demo.base}{PROJECT}/releases/gates?method=mace&margin=0.2")
    assert page.locator("select[name=method]").is_visible()
    assert page.get_by_label("Minimum margin").is_visible()
    assert page.evaluate(WIDE) <= 0
    assert page.evaluate(OUTSIDE) == []


def test_the_label_page_does_not_scroll_sideways(visit, demo):
    paths = ("/", "/label/1/3", "/label/2/13", "/label/2/submit")
    assert too_wide(visit, demo, "ben", paths) == {}


def test_at_320_the_values_stand_two_by_two(visit, demo):
    page = visit("ben", 320, 800)
    start(page, demo, 13)
    for name in ("stance", "certainty"):
        boxes = page.locator(f"#claims-0-{name} .choice").all()
        lefts = {round(box.bounding_box()["x"]) for box in boxes}
        assert (len(boxes), len(lefts)) == (4, 2)


@pytest.mark.parametrize(("width", "height"), [(683, 384), (390, 699)])
def test_in_a_low_window_nothing_is_fixed(visit, demo, width, height):
    page = visit("ben", width, height)
    start(page, demo, 13)
    fixed = page.evaluate(
        "[...document.querySelectorAll('body *')].filter((each) => each.checkVisibility()"
        " && ['fixed', 'sticky'].includes(getComputedStyle(each).position)"
        " && !each.matches('.skip')).map((each) => each.className)"
    )
    assert fixed == []


def test_the_dock_takes_at_most_sixty_percent(visit, demo):
    page = visit("ben", 390, 844)
    start(page, demo, 13)
    assert page.locator("#answer").bounding_box()["height"] <= 0.6 * 844 + 1
    for name in ("back", "next"):
        assert page.locator(f"#{name}").bounding_box()["height"] >= 46


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_wide_spacing_cuts_nothing(visit, demo, width, height):
    page = visit("ben", width, height)
    start(page, demo, 13)
    page.evaluate(SPACING)
    assert page.evaluate(CUT) == []
    assert page.evaluate(WIDE) <= 0


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (683, 384), (390, 844), (320, 800)])
def test_a_submitted_answer_is_not_cut_off(visit, demo, width, height):
    page = visit("ann", width, height)
    page.goto(f"{demo.base}/label/1/5")
    assert page.locator("#answer .claim .mention").count() == 2
    assert page.evaluate(SIDEWAYS) == []


def test_forced_colours_show_what_is_chosen(visit, demo):
    page = visit("ben", forced_colors="active")
    start(page, demo, 13)
    for key in "0o":
        page.keyboard.press(key)
    until(page, "document.querySelector('[name$=-stance]:checked')")
    colour = (
        "(name) => getComputedStyle(document.querySelector(`[name$=-${name}]:checked`)"
        ".closest('.choice')).backgroundColor"
    )
    plain = page.evaluate(
        "getComputedStyle(document.querySelector('[name$=-stance]:not(:checked)')"
        ".closest('.choice')).backgroundColor"
    )
    for name in ("speaker", "stance"):
        assert page.evaluate(colour, name) != plain
    assert page.evaluate(
        "getComputedStyle(document.querySelector('.current .words')).outlineStyle === 'solid'"
    )


def test_the_chip_keeps_its_place_whatever_it_says(visit, demo):
    page = visit("ben")
    start(page, demo, 13)
    places = set()
    for words in ("All saved", "Saved 14:03:22", "Not saved: server error, retrying in 8 s"):
        page.evaluate("(words) => document.querySelector('#saved').textContent = words", words)
        boxes = [page.locator(name).bounding_box() for name in ("#saved", "#progress", "h1")]
        places.add(str([(box["x"], box["width"]) for box in boxes]))
    assert len(places) == 1


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1000, 800), (390, 844)])
def test_the_buttons_beside_the_sentence_never_move(visit, demo, width, height):
    ben, tops = visit("ben", width, height), set()
    for position in (0, 7, 8, 11, 17):  # with and without a flag, one digit and two
        ben.goto(f"{demo.base}/label/2/{position}")
        until(ben, "document.querySelector('#answer .actions') !== null")
        tops.add(
            ben.evaluate(
                "document.querySelector('#answer .actions').getBoundingClientRect().top"
                " - document.querySelector('#answer').getBoundingClientRect().top"
            )
        )
    assert len(tops) == 1, tops
