"""An Arabic article in a real browser: right to left on every page, and no page is wider for it."""

import sqlite3

import axe

SLUG = "us-russia-cooperation"
TEXT = (
    "موسكو ترفض اتهامات واشنطن\n\nرفضت روسيا يوم الاثنين الاتهامات الأمريكية في 12 يونيو 2019.\n\n"
    "«نحن مستعدون. لن نتراجع»، قال لافروف لصحيفة New York Times. ارتفع المعدل إلى 2.5 %.\n"
)
FIRST = "رفضت روسيا"
# Of every element whose own text shows these words: direction, language, and whether the words end
# nearer to its right edge than to its left one.
SEEN = """(words) => {
    const found = [];
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.includes(words) || !element.checkVisibility()
            || element.closest(".hidden, option, script, textarea")) continue;
        const range = document.createRange();
        const at = walker.currentNode.data.indexOf(words);
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + words.length);
        const [first, last] = [words.slice(0, 1), words.slice(-1)].map((_, end) => {
            const letter = document.createRange();
            const place = end ? at + words.length - 1 : at;
            letter.setStart(walker.currentNode, place);
            letter.setEnd(walker.currentNode, place + 1);
            return letter.getBoundingClientRect().left;
        });
        const style = getComputedStyle(element);
        const said = element.closest("[lang]").lang;
        found.push([style.direction, said, first > last]);
    }
    return found;
}"""
RIGHT = ["rtl", "ar", True]


def test_an_arabic_article_reads_from_right_to_left_on_every_page(visit, demo):
    lead = visit("lead")
    lead.goto(f"{demo.base}/projects/{SLUG}/import")
    lead.get_by_label("Key", exact=True).fill("ar")
    lead.locator("textarea[name=text]").fill(TEXT)
    with lead.expect_navigation():
        lead.get_by_role("button", name="Preview").click()
    assert lead.evaluate(SEEN, FIRST) == [RIGHT]
    assert "Arabic (detected)" in lead.inner_text("main")
    with lead.expect_navigation():
        lead.get_by_role("button", name="Add 1 article").click()
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        query = "SELECT id FROM articles WHERE key = 'ar'"
        number = database.execute(query).fetchone()[0]
    database.close()
    holder = visit("ann")
    at_work = f"/projects/{SLUG}"
    looks = [
        (lead, f"{at_work}/articles/{number}"),
        (lead, f"{at_work}/articles/{number}/read"),
        (lead, f"{at_work}/articles/{number}/repair/1"),
        (lead, f"{at_work}/explore?article=ar"),
        (lead, f"{at_work}/adjudicate/{number}/1"),
        (holder, f"/label/{number}/1"),
    ]
    for page, path in looks:
        for scheme, width in (("light", 1366), ("dark", 390)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(demo.base + path)
            seen = page.evaluate(SEEN, FIRST)
            assert seen, path
            assert [each for each in seen if each != RIGHT] == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert axe.faults(page) == [], path
    # The arrow keys of the word cursor go where they point: the next word is to the left.
    holder.set_viewport_size({"width": 1366, "height": 800})
    for key in ("c", "m"):
        holder.keyboard.press(key)
    holder.wait_for_function("document.documentElement.dataset.picks")
    words = []
    for key in ("Home", "ArrowLeft", "ArrowLeft", "ArrowRight"):
        holder.keyboard.press(key)
        words.append(holder.evaluate("String(getSelection())"))
    assert words == ["رفضت", "روسيا", "يوم", "روسيا"]
