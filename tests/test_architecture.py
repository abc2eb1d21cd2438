"""Imports point one way: PURE <- STORE <- WORK <- WEB <- app <- CLI.

Each rule is one test that names every module that breaks it.
"""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from slow_cases import further

PACKAGE = Path(__file__).parent.parent / "annotator"
PURE, STORE, WORK, WEB, APP, CLI = range(6)
ROOMS = {
    "codebook": PURE,
    "text": PURE,
    "measure": PURE,
    "paths": PURE,
    "phrases": PURE,
    "config": PURE,
    "__init__": PURE,
    "store": STORE,
    "work": WORK,
    "formats": WORK,
    "web": WEB,
    "app": APP,
    "cli": CLI,
    "__main__": CLI,
}
# What a room may not know of, beside the rooms further out.
STRANGERS = {
    PURE: {"flask", "sqlalchemy", "flask_sqlalchemy", "wtforms", "flask_wtf", "click", "alembic"},
    STORE: {"flask", "wtforms", "flask_wtf", "flask_login", "click"},
    WORK: {"flask", "wtforms", "flask_wtf", "flask_login", "click"},
    WEB: {"click"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(parts):
    return ROOMS[parts[0]]


@cache
def imports_of(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module)
            if node.module == "annotator":
                found |= {f"annotator.{alias.name}" for alias in node.names}
    return found


def is_further_out(name, own):
    """Say whether a module is of a room that this one may not know of."""
    top, *rest = name.split(".")
    if top == "annotator" and rest and rest[0] in ROOMS:
        return room_of(rest) > own
    return top in STRANGERS.get(own, ())


def test_a_module_imports_its_own_room_and_rooms_before_it():
    assert MODULES
    owns = {path: room_of(path.relative_to(PACKAGE).with_suffix("").parts) for path in MODULES}
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path, own in owns.items()
        for name in sorted(imports_of(path))
        if is_further_out(name, own)
    ]
    assert wrong == []


def test_every_file_at_the_top_of_the_package_belongs_to_a_room():
    tops = {path.stem if path.suffix else path.name for path in PACKAGE.iterdir()}
    assert tops - {"samples", "__pycache__"} <= set(ROOMS)


def test_screens_do_not_import_each_other():
    from annotator.web import screens

    names = {f"annotator.web.{screen.name}" for screen in screens.ALL}
    paths = [path for path in (PACKAGE / "web").glob("*.py") if path.stem != "screens"]
    assert [(path.name, found) for path in paths if (found := names & imports_of(path))] == []


def test_only_the_edge_commits():
    rooms = ("work", "formats", "text", "measure", "codebook")
    texts = {
        path: path.read_text(encoding="utf-8")
        for room in rooms
        for path in (PACKAGE / room).rglob("*.py")
    }
    commits = re.compile(r"session\.commit\(|with write\(")
    assert [str(path) for path, text in texts.items() if commits.search(text)] == []


def test_nothing_unpickles_fetches_or_unpacks_what_comes_from_outside():
    banned = {"pickle", "marshal", "shelve", "zipfile", "tarfile", "urllib", "requests", "httpx"}
    banned |= {"xml", "lxml"}
    packs = PACKAGE / "formats" / "zipped.py"  # writes archives, and never reads one
    tops = {path: {name.split(".")[0] for name in imports_of(path)} for path in MODULES}
    tops[packs].remove("zipfile")
    assert [(str(path), found) for path, names in tops.items() if (found := names & banned)] == []
    text = packs.read_text(encoding="utf-8")
    assert re.findall(r"zipfile\.[A-Z]\w+\([^)]*\)", text) == [
        'zipfile.ZipFile(sink, "w")',
        'zipfile.ZipInfo(f"{top}/{name}", MOMENT)',
    ]


@pytest.mark.parametrize("command", further(["projects", "releasing", "agreement"]))
def test_a_command_does_not_import_what_others_need(command):
    program = f"import sys, annotator.cli.{command}; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    imported = set(found.stdout.split())
    assert "annotator.app" in imported
    assert imported.isdisjoint({"alembic", "nupunkt", "trafilatura", "waitress"})
