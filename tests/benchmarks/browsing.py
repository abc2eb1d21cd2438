"""What a key on the label page costs in the browser: the main thread's CPU for a choice and a move.

Chromium tells it (`Performance.getMetrics` in thread ticks): all tasks of the page until its answer
is saved, with the share of scripts, of style and of layout. The browser is not slowed down.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import figures
from figures import Figure, not_measured

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from served_demo import Demo

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]
SENTENCES = {"small": 2, "full": 12}
CHOICE, MOVE = "a choice", "a move to the next sentence"
BUDGETS = {CHOICE: 40.0, MOVE: 60.0}
TASKS = {"all": "TaskDuration", "scripts": "ScriptDuration", "style": "RecalcStyleDuration",
         "layout": "LayoutDuration"}  # fmt: skip
AT_REST = """() => {
  const waits = Object.keys(localStorage).some((name) => name.startsWith("annotator-waiting-"));
  return !waits && /^(Saved|All saved)/.test(document.querySelector("#saved").innerText.trim());
}"""
WHERE = "document.querySelector('#sentence a.number').pathname"
STEP = 20  # milliseconds between two looks
REST = 250  # what comes after an answer: drawing it, and work put off until then

Spent = dict[str, float]


class Page:
    """A label page in a browser, with what its main thread has spent."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent(self) -> Spent:
        """Return the milliseconds of each kind until now."""
        told = self.devtools.send("Performance.getMetrics")["metrics"]
        values = {each["name"]: each["value"] for each in told}
        return {kind: values[name] * 1000 for kind, name in TASKS.items()}

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Wait without asking the page more often than needed: each question is a task of it."""
        for _ in range(500):
            self.page.wait_for_timeout(STEP * 5)
            if is_so():
                return
        raise TimeoutError("the page did not come to rest")

    def at_rest(self) -> bool:
        """Say whether everything is saved."""
        return bool(self.page.evaluate(AT_REST))

    def press(self, key: str, is_done: Callable[[], bool]) -> Spent:
        """Press a key and return what it cost until its answer was drawn."""
        before = self.spent()
        self.page.keyboard.press(key)
        self.wait(is_done)
        self.page.wait_for_timeout(REST)
        after = self.spent()
        return {kind: after[kind] - before[kind] for kind in TASKS}


@contextmanager
def label_page(folder: Path, browser: str) -> Iterator[Page]:
    """Open a label page of the demo, for somebody who has not begun the article."""
    from playwright.sync_api import sync_playwright

    with Demo(folder) as demo, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        context = chromium.new_context(viewport={"width": 1366, "height": 768})
        context.add_cookies([demo.sign_in("cal")])
        page = context.new_page()
        page.goto(f"{demo.base}/label/2/1")
        page.wait_for_timeout(1000)
        yield Page(page)
        chromium.close()


def label(page: Page, sentences: int) -> dict[str, list[Spent]]:
    """Label some sentences with one claim each; return what each key cost."""
    costs: dict[str, list[Spent]] = {CHOICE: [], MOVE: []}
    for _ in range(sentences):
        for key in ("0", "n", "c"):
            costs[CHOICE].append(page.press(key, page.at_rest))
        here = page.page.evaluate(WHERE)
        costs[MOVE].append(page.press("Enter", lambda at=here: page.page.evaluate(WHERE) != at))
    return costs


def why_not(browser: str | None) -> str:
    """Say why nothing can be measured here, "" where it can."""
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "without the extra e2e"
    return "" if browser else "without a browser"


def measure(size: str, rounds: int) -> list[Figure]:
    """Return the main thread's milliseconds for a choice and a move, by kind."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if why := why_not(browser):
        return [not_measured("the main thread of a label page", why)]
    taken: list[dict[str, list[Spent]]] = []
    for _ in range(rounds if size == "full" else 1):
        with TemporaryDirectory() as folder, label_page(Path(folder) / "demo", browser) as page:
            taken.append(label(page, SENTENCES[size]))
    return [
        Figure(
            f"{act}: main thread, {kind}",
            "ms",
            [median(each[kind] for each in costs[act]) for costs in taken],
            budget=BUDGETS[act] if kind == "all" else None,
        )
        for act in BUDGETS
        for kind in TASKS
    ]


if __name__ == "__main__":
    figures.run(__doc__, measure)
