"""Runs all benchmarks, or some, with their references, and writes `docs/benchmarks.md`.

    python tests/benchmarks/run.py [--only NAME]... [--size small|full]

Each benchmark is a process of its own, and has a section of the page. What is not run keeps its
section, of whatever size that is.
"""

import argparse
import ast
import os
import platform
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import figures
from figures import FULL, KEPT, ROUNDS, SIZES, SMALL

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "benchmarks.md"
# In the order of the page, with what each is about.
NAMES = {
    "saves": "Saving an answer",
    "working": "A sentence as people work",
    "sampling": "Where the time of a save goes",
    "storm": "Fifty people at once",
    "capacity": "How many people a server carries",
    "postgres": "Saving an answer on PostgreSQL",
    "auditing": "An audit",
    "long_article": "Opening a long article",
    "browsing": "The label page in the browser",
    "pages": "A lead's pages of a large project",
    "exploring": "Finding sentences and claims",
    "agreement": "Agreement",
    "gold": "Gold",
    "importing": "Importing articles",
    "labels_in": "Importing labels",
    "splitting": "Splitting texts",
    "releasing": "Releasing and verifying",
    "homecoming": "Bringing a release home",
    "beside": "Saves beside a bulk act",
    "starting": "A small command",
    "making": "A made project",
}
HEAD = """# Benchmarks

What the program costs, measured by the scripts in `tests/benchmarks`. A budget is a promise about
the ratio to a reference that was measured in the same run, in turn with what is measured: such a
ratio says something on any machine. Where there is no reference, the budget is in seconds or
megabytes and holds on a quiet machine.

- *Measured*, *reference* and *ratio* are medians over the rounds; the least and the greatest are in
  brackets.
- *CPU* is time of the processor, user and system.
- A project at size is a made one, as `annotator demo --articles N` makes it.
- *Load* is the load average of the last minute when a figure was there. Other work on the machine
  distorts even ratios.

`python tests/benchmarks/run.py` writes this page.
"""
FROM_FULL, FROM_SMALL = (
    "**Measured at full size: {}.**",
    (
        "**From small runs: {}. They show that the scripts work, and say nothing about budgets at a"
        " million answers.**"
    ),
)
SECTION = re.compile(r"^## .*?\n\n<!-- (\w+) (\w+) -->\n.*?(?=^## |\Z)", re.M | re.S)


def machine() -> str:
    """Return the machine in words."""
    model = platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        found = re.search(r"^model name\s*: (.+)$", cpus.read_text(encoding="utf-8"), re.M)
        model = found[1] if found else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GB of memory, {platform.system()},"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def load() -> str:
    """Return the load average of the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def about(name: str) -> str:
    """Return what the script of a benchmark says it does."""
    tree = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
    return ast.get_docstring(tree) or ""


def section(name: str, size: str, rounds: int) -> str:
    """Run one benchmark and return its section of the page."""
    before, begun = load(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.json"
        subprocess.run(
            [
                sys.executable, HERE / f"{name}.py",
                "--size", size, "--rounds", str(rounds), "--json", out,
            ],
            check=True,
        )  # fmt: skip
        found = figures.read(out)
    return (
        f"## {NAMES[name]}\n\n<!-- {name} {size} -->\n"
        f"{about(name)}\n\n{figures.table(found)}{figures.misses(found)}\n"
        f"*`{name}.py`, {size} size, {datetime.now(UTC):%Y-%m-%d}; load average {before} before,"
        f" {load()} after; it took {time.monotonic() - begun:,.0f} s. {machine()}.*\n\n"
    )


def sections_of(page: str) -> dict[str, str]:
    """Return the sections of a page by the names of their benchmarks."""
    return {found[1]: found[0] for found in SECTION.finditer(page) if found[1] in NAMES}


def sizes_in_words(sections: Mapping[str, str]) -> str:
    """Say which sections are of full size, and which come from small runs."""
    by_size: dict[str, list[str]] = {FULL: [], SMALL: []}
    for name, heading in NAMES.items():
        if found := SECTION.match(sections.get(name, "")):
            by_size[found[2]].append(heading)
    said = {FULL: FROM_FULL, SMALL: FROM_SMALL}
    return "\n\n".join(said[size].format("; ".join(of)) for size, of in by_size.items() if of)


def page_of(sections: Mapping[str, str]) -> str:
    """Return the page with these sections, in their order."""
    body = "".join(sections[name] for name in NAMES if name in sections)
    return f"{HEAD}\n{sizes_in_words(sections)}\n\n{body}".rstrip("\n") + "\n"


def main() -> None:
    """Run what was asked for, and write the page after each, so that a stopped run keeps some."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--only", action="append", choices=NAMES, metavar="NAME")
    options.add_argument("--size", choices=SIZES, default=FULL)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    given = options.parse_args()
    # Several measure a project of the same size: it is made once, and each gets a copy.
    with tempfile.TemporaryDirectory() as kept:
        os.environ.setdefault(KEPT, kept)
        for name in given.only or NAMES:
            measured = section(name, given.size, given.rounds)
            # Another run may have written other sections meanwhile.
            there = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
            PAGE.write_text(page_of(sections_of(there) | {name: measured}), encoding="utf-8")


if __name__ == "__main__":
    main()
