"""A real browser against a real server; both skip, with the reason, where they cannot be had."""

import os
import shutil
from pathlib import Path

import pytest
from served_demo import NAME, Demo

# The headless shell is the same browser without windows, and takes two thirds of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


LONGEST = {
    "test_the_reference_reading_by_keyboard_alone",
    "test_from_a_new_project_to_gold",
}


def cannot(reason):
    """Skip; but where everything was promised to be there, fail."""
    if os.environ.get("ANNOTATOR_TESTS_COMPLETE"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.hookimpl(trylast=True)  # after they were put into a random order
def pytest_collection_modifyitems(items):
    for test in items:
        if "e2e" in Path(test.fspath).parts:
            test.add_marker(pytest.mark.e2e)
    # Begun last, a whole project would leave all cores but one idle.
    items.sort(key=lambda test: test.name not in LONGEST)


@pytest.fixture(scope="session")
def chromium():
    """Start Debian's Chromium once."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        cannot("browser tests need the extra e2e: pip install -e '.[test,e2e]'")
    if not CHROMIUM:
        cannot("browser tests need a browser: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory, chromium):
    """Make the demo's data folder once, where there is a browser for it."""
    folder = tmp_path_factory.mktemp("made") / "demo"
    with Demo(folder):
        pass
    return folder


@pytest.fixture(scope="session")
def served(made, tmp_path_factory):
    """Start `annotator demo` on a free port, for one test after the other."""
    folder = tmp_path_factory.mktemp("served") / "demo"
    shutil.copytree(made, folder)
    with Demo(folder) as running:
        running.keep(tmp_path_factory.mktemp("kept") / NAME)
        yield running


@pytest.fixture
def demo(served):
    """Return the running demo as on its first day: its address, folder and sign-in links."""
    served.begin_anew()
    return served


@pytest.fixture
def visit(chromium, demo):
    """Return a function that opens a page of the demo as one of its people.

    Every page is watched: an error in a script, a refused request to another host or a breach of
    the content policy fails the test at its end. `routed` is for tests that answer requests in the
    server's place: begun on a living page, the next request can slip past a new route.
    """
    contexts, faults = [], []

    def open_page(name, width=1366, height=768, *, routed=False, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.add_cookies([demo.sign_in(name)])
        if routed:  # from the first page on
            context.route("**/never-asked-for", lambda route: route.continue_())
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("console", lambda message: note(faults, message))
        page.on("request", lambda request: note_request(faults, demo.base, request))
        page.goto(demo.base + "/")
        return page

    open_page.faults = faults  # a test that injects one takes it out again
    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def note(faults, message):
    """Keep what the browser complains about, except plain refusals a test asks for."""
    if message.type == "error" and "Failed to load resource" not in message.text:
        faults.append(f"console: {message.text}")


def note_request(faults, base, request):
    """Keep every request to another host."""
    if not request.url.startswith((base, "data:")):
        faults.append(f"asked another host: {request.url}")
