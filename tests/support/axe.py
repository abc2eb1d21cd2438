"""Pages looked at by axe, as wide and as bright as people have them."""

import places
import pytest

AXE = places.AXE.read_text(encoding="utf-8")
# What lies half under the bar or the dock is not small: it is scrolled, so nothing sticks here.
LOOK = """() => {
    const all = document.querySelectorAll(".bar, .window, .question, .moves, #answer");
    const stuck = [...all].filter((each) => each.id !== "answer" || innerWidth < 900);
    for (const each of stuck) each.style.position = "static";
    return axe.run({rules: {"target-size": {enabled: true}}}).then((result) => {
        for (const each of stuck) each.removeAttribute("style");
        return result.violations.map(
            (each) => [each.id, each.nodes.map((node) => node.html.slice(0, 160))]);
    });
}"""
looks = pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [(w, h, scheme) for w, h in ((1366, 768), (390, 844)) for scheme in ("light", "dark")],
)


def faults(page):
    """Return what axe finds on the page as it is now."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    return page.evaluate(LOOK)


class Report:
    """The faults of each state, by its name."""

    def __init__(self, page):
        self.page = page
        self.found = {}

    def __call__(self, state):
        if seen := faults(self.page):
            self.found[state] = seen
