"""A page walked as people have it: by the Tab key, by axe, and down to 320 px."""

from axe import faults

SIZES = ((1366, 768), (390, 844), (320, 800))
WIDE = "document.documentElement.scrollWidth - innerWidth"
# What has the focus and cannot be seen: drawn nowhere, without a ring, or under something else.
UNSEEN = """() => {
    const at = document.activeElement;
    if (at === document.body) return "";
    const ring = at.closest(".choice, .button") ?? at;
    const { x, y, width, height } = ring.getBoundingClientRect();
    // A box that is taller than the window begins above it.
    const top = height > 200 ? Math.max(y, 100) : y;
    const on = document.elementFromPoint(x + width / 2, top + Math.min(height / 2, 20));
    const style = getComputedStyle(ring);
    // The calendar of a date field is a part of the field that has the browser's own ring.
    const ringed = style.outlineStyle !== "none" || at.matches("[type=date]:not(:focus-visible)");
    const seen = ringed && (ring.contains(on) || on?.contains(ring));
    return seen ? at.tagName : `unseen ${at.outerHTML.slice(0, 90)}`;
}"""


def walked(page, most=250, *, leaves=True):
    """Press Tab up to so many times; return what could not be seen, and whether it `leaves`."""
    unseen = []
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate(UNSEEN)
        if not said:
            return unseen
        unseen += [said] if said.startswith("unseen") else []
    return [*unseen, "the focus never leaves"] if leaves else unseen


def troubles(page, *, tabs=True):
    """Return what is wrong with a page as it is now: focus not seen, too wide, or found by axe."""
    said = [("unseen", each) for each in (walked(page) if tabs else ())]
    said += [("wide", wide)] if (wide := page.evaluate(WIDE)) > 0 else []
    return said + faults(page)
