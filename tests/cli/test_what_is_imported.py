"""Commands import what they use: a file of labels needs no database, the help nothing at all."""

import gc
import os
import subprocess
import sys

import click
import pytest
from slow_cases import slow

from annotator.cli import COMMANDS, agreement, cli
from annotator.cli.lazy import LazyGroup, uncollected
from annotator.measure.coefficients.alpha import Distance
from annotator.measure.rounds import ROUNDS
from annotator.web.api_screens import API
from annotator.web.screens import ALL

RATINGS = "item,annotator,value\n" + "".join(
    f"{item},{who},{value}\n"
    for item, values in enumerate(("aab", "bbb", "abb"))
    for who, value in zip("xyz", values, strict=True)
)
WEB_AND_DATABASE = {"flask", "jinja2", "sqlalchemy", "werkzeug", "wtforms"}
HEAVY = WEB_AND_DATABASE | {"alembic", "jsonschema", "numpy", "nupunkt", "trafilatura"}


def imported_by(words, folder):
    """Return the modules that a command has imported when it ends, by their first names."""
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*{name.split('.')[0] for name in sys.modules},"
        " file=sys.stderr))\n"
        "from annotator.cli import cli\n"
        "cli()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stderr.splitlines()[-1].split())


@slow
@pytest.mark.parametrize(
    ("words", "needs"),
    [
        (["--help"], ""),
        (["--version"], ""),
        (["project", "--help"], ""),
        (["split", "--help"], ""),
        (["agreement", "--help"], ""),
        (["split", "text.txt"], "nupunkt"),
        (["agreement", "ratings.csv"], "numpy"),
        (["gold", "ratings.csv"], "numpy"),
        (["gold", "--help"], ""),
        (["alt-test", "ratings.csv", "--model", "x"], "numpy"),
        (["convert", "text.txt", "-o", "out.jsonl"], "numpy nupunkt"),
        (["verify", "--help"], "jsonschema numpy"),
    ],
    ids=lambda each: each if isinstance(each, str) else " ".join(each),
)
def test_a_command_imports_what_it_uses(words, needs, tmp_path):
    (tmp_path / "ratings.csv").write_text(RATINGS, encoding="utf-8")
    (tmp_path / "text.txt").write_text("He left. She stayed.\n", encoding="utf-8")
    assert imported_by(words, tmp_path) & HEAVY == set(needs.split())


def groups():
    """Return every group whose commands are imported late, with its commands."""
    return [
        cli,
        *(each for name in COMMANDS if isinstance(each := cli.get_command(None, name), LazyGroup)),
    ]


def test_the_help_says_of_each_command_what_it_says_itself():
    for group in groups():
        for name, (_, summary) in group.places.items():
            assert group.get_command(None, name).get_short_help_str(1000) == summary


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_list_of_commands_is_the_one_click_would_write(width):
    for group in groups():
        ours, usual = click.HelpFormatter(width=width), click.HelpFormatter(width=width)
        group.format_commands(click.Context(group), ours)
        click.Group.format_commands(group, click.Context(group), usual)
        assert ours.getvalue() == usual.getvalue()


MAKE = "from annotator.cli import cli; cli(['init'])"
FIRST_PAGE = """
import sys
import annotator.cli.run_init
import annotator.cli.server
from annotator.app import create_app
from annotator.config import Settings
from annotator.cli.leftovers import say_leftovers
from annotator.store.schema import bring_up_to_date
settings = Settings.from_environ()
bring_up_to_date(settings.database_url)
app = create_app(settings)
with app.app_context():
    say_leftovers()
page = app.test_client().get("/", follow_redirects=True)
assert b"Sign in" in page.data, page.data
print(*sys.modules)
"""
# What a server has imported of the work when it has shown its first page.
WORK_AT_FIRST = {"accounts", "jobs", "operations", "staging", "tokens"}


@slow
def test_a_server_shows_its_first_page_with_what_that_needs(tmp_path):
    """Its start is a second of CPU less, and its memory 40 MB."""
    environ = {**os.environ, "ANNOTATOR_DATA": str(tmp_path)}
    for words in (MAKE, FIRST_PAGE):  # a new database needs alembic, one that is there does not
        done = subprocess.run(
            [sys.executable, "-c", words],
            env=environ, capture_output=True, text=True, check=True,
        )  # fmt: skip
    loaded = set(done.stdout.split())
    assert (HEAVY | {"ua_parser"}) & loaded == WEB_AND_DATABASE
    screens = {screen.module for screen in (*ALL, *API)} & loaded
    assert screens == {"annotator.web.accounts.sign_in"}
    work = {name.split(".")[2] for name in loaded if name.startswith("annotator.work.")}
    assert work == WORK_AT_FIRST
    assert not [
        name for name in loaded if name.startswith(("annotator.formats", "annotator.cli.i"))
    ]


@slow
def test_the_label_page_is_loaded_without_what_reads_or_measures():
    """The first one after a start waits for its imports: what reads or measures is none of them."""
    program = "import sys, annotator.web.labelling.page; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint({"numpy", "nupunkt", "annotator.text.outline"})
    assert not [name for name in loaded if name.startswith("annotator.formats")]


@pytest.mark.parametrize("is_on", [True, False])
def test_the_collector_is_as_it_was_after_a_command_was_imported(is_on):
    (gc.enable if is_on else gc.disable)()
    try:
        with uncollected():
            assert not gc.isenabled()
        assert gc.isenabled() is is_on
    finally:
        gc.enable()


def test_the_choices_that_commands_repeat_are_those_of_what_they_ask():
    assert Distance.__args__ == agreement.LEVELS
    assert tuple(map(str, ROUNDS)) == agreement.ROUNDS
