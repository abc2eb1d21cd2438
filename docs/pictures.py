"""Takes the pictures of these pages from the demo, with Chromium: python docs/pictures.py [NAME]…

Needs the extras `docs` and `e2e`, and Debian's Chromium.
"""

import io
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).with_name("pictures")
EXAMPLE = Path(__file__).parent / "examples" / "articles" / "bering.txt"
PROJECT = "/projects/us-russia-cooperation"
CHROMIUM = "/usr/bin/chromium"
COLOURS = 128
WIDTH = 1366
LINK = re.compile(r"^\s*(\w+)\s+(http://\S+/sign-in/\S+)$", re.M)


def label(page: Page) -> None:
    """Show a sentence in the middle of an article, with a claim that is complete."""
    page.get_by_role("link", name=re.compile("^Continue")).first.click()
    page.wait_for_url("**/label/*/*")
    page.wait_for_load_state("networkidle")
    for key in "1OC":
        page.keyboard.press(key)
    page.get_by_text(re.compile(r"^\s*Saved \d")).first.wait_for()


def agreement(page: Page) -> None:
    """Show the steps of the agreement report."""
    page.goto(at(page, f"{PROJECT}/agreement"))


def adjudicate(page: Page) -> None:
    """Show a sentence with several claims, one of them taken."""
    page.goto(at(page, f"{PROJECT}/adjudicate/1/6"))
    page.wait_for_load_state("networkidle")
    page.keyboard.press("1")
    page.locator("td.said.chosen").first.wait_for()


def project(page: Page) -> None:
    """Show who has labelled how much of which article."""
    page.goto(at(page, PROJECT))


def preview(page: Page) -> None:
    """Show an article of the examples before it is imported."""
    page.goto(at(page, f"{PROJECT}/import"))
    page.set_input_files("input[type=file]", EXAMPLE)
    page.get_by_role("button", name=re.compile("Preview")).click()
    page.wait_for_load_state("networkidle")


def gold(page: Page) -> None:
    """Show how much each method decides."""
    page.goto(at(page, f"{PROJECT}/gold"))


# Each picture, by whose eyes, and how high it is. What is labelled changes figures, so it is last.
PICTURES: dict[str, tuple[str, Callable[[Page], None], int]] = {
    "agreement": ("lead", agreement, 890),
    "adjudicate": ("lead", adjudicate, 900),
    "project": ("lead", project, 700),
    "import": ("lead", preview, 860),
    "gold": ("lead", gold, 860),
    "label": ("ben", label, 740),
}


def main(names: list[str]) -> None:
    """Take the pictures of these names, or all of them."""
    FOLDER.mkdir(exist_ok=True)
    with demo() as links, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        pages: dict[str, Page] = {}
        for name in names or PICTURES:
            person, show, height = PICTURES[name]
            page = pages.get(person) or signed_in(browser, links[person])
            pages[person] = page
            page.set_viewport_size({"width": WIDTH, "height": height})
            page.goto(at(page, "/"))
            show(page)
            page.evaluate("document.activeElement.blur()")
            small(page.screenshot()).save(FOLDER / f"{name}.png", optimize=True)
            sys.stdout.write(f"{FOLDER / name}.png\n")
        browser.close()


def signed_in(browser: Browser, link: str) -> Page:
    """Return a page of a browser that has signed in by this link, which works once."""
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.goto(link)
    page.get_by_role("button", name=re.compile("^Sign in")).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def at(page: Page, path: str) -> str:
    """Return the address of a page of the same server."""
    return "/".join(page.url.split("/")[:3]) + path


def small(taken: bytes) -> Image.Image:
    """Return the picture with few colours, which makes it a third as large."""
    return Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)


@contextmanager
def demo() -> Iterator[dict[str, str]]:
    """Serve a demo of its own; yield the sign-in links by name, and stop it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "annotator", "demo", "--no-browser", "--port", free_port()]
        environment = {**os.environ, "ANNOTATOR_DATA": folder, "PYTHONUNBUFFERED": "1"}
        environment.pop("ANNOTATOR_DATABASE_URL", None)
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as server:
            assert server.stdout is not None
            said = ""
            for line in server.stdout:
                said += line
                if line.startswith("Stop with"):
                    break
            try:
                yield dict(LINK.findall(said))
            finally:
                server.terminate()


def free_port() -> str:
    """Return a port that is free now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return str(trial.getsockname()[1])


if __name__ == "__main__":
    main(sys.argv[1:])
