"""The pages for people: README and the files beside it, and `docs/` in the order of the site."""

import re

from places import ROOT

DOCS = ROOT / "docs"
SITE = DOCS / "site" / "mkdocs.yml"
README, CONTRIBUTING = ROOT / "README.md", ROOT / "CONTRIBUTING.md"
BESIDE = (README, CONTRIBUTING, ROOT / "SECURITY.md", ROOT / "CHANGELOG.md")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def pages():
    """Return the pages of the site in the order of its navigation."""
    names = re.findall(r"^ *- .*?: (\S+\.md)$", SITE.read_text(encoding="utf-8"), re.M)
    return [DOCS / name for name in names]


def blocks(page, *languages):
    """Return (language, text) of the fenced blocks of a page in these languages."""
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    return [(language, text) for language, text in found if language in languages]


def shown_commands(page):
    """Return the commands that a page shows behind a `$`."""
    lines = [line for _, text in blocks(page, "console") for line in text.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
