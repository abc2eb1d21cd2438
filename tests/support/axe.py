"""Pages looked at by axe, as wide and as bright as people have them."""

import places
import pytest

AXE = places.AXE.read_text(encoding="utf-8")
# What lies half under the bar or the dock is not small: it is scrolled, so nothing sticks here.
LOOK = """(options) => {
    const all = document.querySelectorAll(".bar, .window, .question, .moves, .aside, #answer");
    const phone = (each) => each.matches("#answer, .aside");
    const stuck = [...all].filter((each) => !phone(each) || innerWidth < 900);
    for (const each of stuck) each.style.position = "static";
    return axe.run(options).then((result) => {
        for (const each of stuck) each.removeAttribute("style");
        return result.violations.map(
            (each) => [each.id, each.nodes.map((node) => node.html.slice(0, 160))]);
    });
}"""
EVERY_RULE = {"rules": {"target-size": {"enabled": True}}}
# What the colours of a page decide; everything else is the same in the dark.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
looks = pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])


def faults(page):
    """Return what axe finds on the page as it is now, in light and in dark colours."""
    page.wait_for_load_state()  # a page without its sheets has other faults
    # Evaluated, not added as a script, which the content policy would refuse.
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    page.emulate_media(reduced_motion="reduce")  # no colour is on its way
    found = page.evaluate(LOOK, EVERY_RULE)
    page.emulate_media(color_scheme="dark")
    found += [["in the dark", *each] for each in page.evaluate(LOOK, COLOURS)]
    page.emulate_media(color_scheme="light")
    return found


class Report:
    """The faults of each state, by its name."""

    def __init__(self, page):
        self.page = page
        self.found = {}

    def __call__(self, state):
        if seen := faults(self.page):
            self.found[state] = seen
