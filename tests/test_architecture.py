"""Imports point one way: PURE <- STORE <- WORK <- WEB <- app <- CLI, and down the floors of `work`.

Each rule is one test that names every module that breaks it.
"""

import ast
import re
import subprocess
import sys
from functools import cache

import pytest
from documents import DOCS
from places import PACKAGE, ROOT, TESTS
from slow_cases import slow

from annotator.paths import STATIC, TEMPLATES
from annotator.web.api_screens import API
from annotator.web.screens import ALL

PURE, STORE, WORK, WEB, APP, CLI = range(6)
ROOMS = {
    "codebook": PURE,
    "text": PURE,
    "measure": PURE,
    "formats": PURE,
    "paths": PURE,
    "phrases": PURE,
    "errors": PURE,
    "log_lines": PURE,
    "config": PURE,
    "__init__": PURE,
    "store": STORE,
    "work": WORK,
    "web": WEB,
    "database": APP,
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
# The wings of `work`, from the ground up: a wing imports itself and wings on lower floors.
FLOORS = (
    {"staging", "shelving", "spooling", "jobs", "tokens"},
    {"copies"},
    {"labelling", "accounts"},
    {"assignment", "identity"},
    {"consensus", "articles"},
    {"agreement", "imported_labels"},
    {"label_import"},
    {"gold", "operations"},
    {"adjudication", "codebook", "releases", "speakers", "ratings", "results"},
    {"api", "explore", "corrections", "models", "quality", "verification"},
    {"release_import"},
)
FLOOR = {wing: number for number, wings in enumerate(FLOORS) for wing in wings}
MOST_ROOMS = 12
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
            if node.module.split(".")[0] == "annotator":
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
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


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def test_a_wing_imports_wings_on_lower_floors_only():
    wrong = []
    for path in (PACKAGE / "work").rglob("*.py"):
        own = path.relative_to(PACKAGE / "work").with_suffix("").parts[0]
        for name in imports_of(path):
            other = name.removeprefix("annotator.work.").split(".")[0]
            if name.startswith("annotator.work.") and other != own and FLOOR[other] >= FLOOR[own]:
                wrong.append(f"{path.relative_to(PACKAGE)} imports {name}")
    assert wrong == []


def test_the_map_for_people_shows_the_same_floors():
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"^```text\n(release_import\n.*?)^```$", text, re.M | re.S)
    assert [set(line.split(", ")) for line in reversed(shown.splitlines())] == list(FLOORS)


def test_no_imports_go_in_a_circle():
    """Modules are taken away that import nothing that is left; a circle would stay."""
    names = {name_of(path): imports_of(path) for path in MODULES}
    known = {name.removesuffix(".__init__"): found for name, found in names.items()}
    left = {name: found & set(known) - {name} for name, found in known.items()}
    while free := [name for name, found in left.items() if not found & set(left)]:
        for name in free:
            del left[name]
    assert sorted(left) == []


def wings_of(folder):
    return {path.name for path in folder.iterdir() if path.is_dir() and path.name != "__pycache__"}


def test_pages_templates_scripts_and_tests_stand_in_the_wings_of_the_work():
    wings = wings_of(PACKAGE / "work")
    places = [PACKAGE / "web", TEMPLATES, STATIC, TESTS / "work", TESTS / "web"]
    assert [
        (str(place), more) for place in places if (more := wings_of(place) - wings - {"vendor"})
    ] == []


def test_a_wing_has_at_most_twelve_rooms():
    layers = ("work", "web", "formats", "measure")
    wings = [path for layer in layers for path in (PACKAGE / layer).rglob("*") if path.is_dir()]
    rooms = {wing: sum(path.name != "__init__.py" for path in wing.glob("*.py")) for wing in wings}
    assert {str(wing): number for wing, number in rooms.items() if number > MOST_ROOMS} == {}


def test_screens_do_not_import_each_other():
    """Nor does anything else import one: they come with their first request."""
    views = {screen.module for screen in (*ALL, *API)}
    assert {name_of(path) for path in MODULES} >= views
    wrong = [(path.name, found) for path in MODULES if (found := views & imports_of(path))]
    assert wrong == []


def test_the_tables_load_nothing_of_postgresql_where_it_is_not_used():
    """A server on SQLite would start a tenth later; `partial_index` makes such indexes."""
    folder = PACKAGE / "store" / "models"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    assert [name for name, text in texts.items() if "postgresql" in text] == []


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
    packs = PACKAGE / "formats" / "release" / "archive.py"  # writes archives, and never reads one
    tops = {path: {name.split(".")[0] for name in imports_of(path)} for path in MODULES}
    tops[packs].remove("zipfile")
    asks = PACKAGE / "work" / "identity" / "provider.py"  # of single sign-on, set by the operator
    tops[asks].remove("requests")
    # Opens archives whose size, entries and ratio are within limits, and nothing to the disk.
    opens = PACKAGE / "formats" / "articles" / "archives" / "containers.py"
    tops[opens].remove("zipfile")
    assert re.findall(r"zipfile\.ZipFile\([^)]*\)\)?|extract\w*\(", opens.read_text("utf-8")) == [
        "zipfile.ZipFile(io.BytesIO(raw))"
    ]
    assert [(str(path), found) for path, names in tops.items() if (found := names & banned)] == []
    text = packs.read_text(encoding="utf-8")
    assert re.findall(r"zipfile\.[A-Z]\w+\([^)]*\)", text) == [
        'zipfile.ZipFile(sink, "w")',
        'zipfile.ZipInfo(f"{top}/{name}", MOMENT)',
    ]


@slow
@pytest.mark.parametrize("command", ["projects", "releasing", "agreement_project"])
def test_a_command_does_not_import_what_others_need(command):
    program = f"import sys, annotator.cli.{command}; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    imported = set(found.stdout.split())
    assert "annotator.database" in imported
    pages = {name for name in imported if name.startswith(("annotator.web", "annotator.app"))}
    assert pages | imported & {"alembic", "nupunkt", "trafilatura", "waitress", "wtforms"} == set()


def test_the_list_of_projects_imports_neither_flask_nor_the_models():
    program = "import sys, annotator.cli.project_list; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    imported = set(found.stdout.split())
    assert "annotator.store.engine" in imported
    assert imported.isdisjoint({"flask", "sqlalchemy.orm", "annotator.store.models", "numpy"})
