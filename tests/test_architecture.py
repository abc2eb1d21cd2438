"""Imports point one way: PURE <- STORE <- WORK <- WEB <- app <- CLI."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            if node.module == "annotator":
                yield from (f"annotator.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_its_own_room_and_rooms_before_it(path):
    own = room_of(path.relative_to(PACKAGE).with_suffix("").parts)
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "annotator" and len(parts) > 1 and parts[1] in ROOMS:
            assert room_of(parts[1:]) <= own, f"{path} imports {name} from a room further out"
        assert parts[0] not in STRANGERS.get(own, ()), f"{path} imports {name}"


def test_every_file_at_the_top_of_the_package_belongs_to_a_room():
    tops = {path.stem if path.suffix else path.name for path in PACKAGE.iterdir()}
    assert tops - {"samples", "__pycache__"} <= set(ROOMS)


def test_screens_do_not_import_each_other():
    from annotator.web import screens

    names = {f"annotator.web.{screen.name}" for screen in screens.ALL}
    for path in (PACKAGE / "web").glob("*.py"):
        if path.stem == "screens":
            continue
        assert not names & set(imports_of(path)), f"{path} imports another screen"


def test_only_the_edge_commits():
    for folder in ("work", "formats", "text", "measure", "codebook"):
        for path in (PACKAGE / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert "session.commit(" not in text, path
            assert "with write(" not in text, path


def test_nothing_unpickles_fetches_or_unpacks_what_comes_from_outside():
    banned = {"pickle", "marshal", "shelve", "zipfile", "tarfile", "urllib", "requests", "httpx"}
    banned |= {"xml", "lxml"}
    packs = PACKAGE / "formats" / "zipped.py"  # writes archives, and never reads one
    for path in MODULES:
        allowed = {"zipfile"} if path == packs else set()
        assert not (banned - allowed) & {name.split(".")[0] for name in imports_of(path)}, path
    text = packs.read_text(encoding="utf-8")
    assert re.findall(r"zipfile\.[A-Z]\w+\([^)]*\)", text) == [
        'zipfile.ZipFile(sink, "w")',
        'zipfile.ZipInfo(f"{top}/{name}", MOMENT)',
    ]


@pytest.mark.parametrize("command", ["projects", "releasing", "agreement"])
def test_a_command_does_not_import_what_others_need(command):
    program = f"import sys, annotator.cli.{command}; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    imported = set(found.stdout.split())
    assert "annotator.app" in imported
    assert imported.isdisjoint({"alembic", "nupunkt", "trafilatura", "waitress"})
