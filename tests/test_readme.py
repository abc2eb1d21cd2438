"""The README is short, its two commands are what .ci/run takes from it, and its links lead on."""

import re

from documents import BESIDE, DOCS, README, blocks
from places import ROOT

INSTALL = "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e "
RUN = INSTALL + ". && .venv/bin/annotator demo"
TEST = INSTALL + "'.[test]' && .venv/bin/pytest -q"
MOST_LINES = 120
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")


def test_the_two_commands_run_the_demo_and_the_tests():
    # Both are tried by .ci/run, which takes the second line from the README; the demo by its tests.
    assert [text.strip() for _, text in blocks(README, "sh", "console")] == [RUN, TEST]


def test_the_readme_is_short():
    assert len(README.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_every_link_leads_to_a_file_and_a_heading():
    broken = []
    for page in BESIDE:
        for name, heading in LINK.findall(page.read_text(encoding="utf-8")):
            if "://" in name:
                continue
            there = ROOT / name if name else page
            if not there.exists() or (heading and heading not in headings(there)):
                broken.append((page.name, name, heading))
    assert broken == []


def headings(page):
    """Return the headings of a page as they stand in addresses."""
    found = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.M)
    plain = [re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in found]
    return {re.sub(r"[\s-]+", "-", heading) for heading in plain}


def test_the_readme_leads_to_every_page():
    text = README.read_text(encoding="utf-8")
    pages = {page.name for page in DOCS.glob("*.md")} - {"index.md"}
    assert pages
    assert [name for name in sorted(pages) if f"(docs/{name})" not in text] == []
