"""Every command of `docs/` runs, in the order of the pages; what is made by a script is as made."""

import ast
import importlib.util
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from contextvars import Context as Variables

import pytest
from click import Context, Group, Option
from click.testing import CliRunner
from documents import CONTRIBUTING, DOCS, README, blocks, pages, shown_commands
from places import PACKAGE, ROOT
from served_demo import wait_for
from serving_examples import free_port
from slow_cases import server, slow
from sqlalchemy.engine import make_url

from annotator.app import create_app
from annotator.cli import cli
from annotator.cli.demo import prepare
from annotator.config import Settings, database_url
from annotator.paths import STATIC, TEMPLATES
from annotator.store import schema
from annotator.store.db import db

PROGRAM = [sys.executable, "-m", "annotator"]
# Its commands open one by themselves.
pytestmark = pytest.mark.database
POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
# What the shell does itself, and what a page shows beside `annotator`.
SHELL = ("sed ", "rm ")
ACTIVATE = ". .venv/bin/activate"
PIPED = re.compile(r"echo (?P<typed>.+?) \| (?P<command>.+)")
EXPECTED = re.compile(r"  # ends with (\d)$")


# --- the commands of the pages


class Reader:
    """Does what the pages say, in one folder."""

    def __init__(self, monkeypatch):
        self.monkeypatch = monkeypatch
        self.served = False

    def read(self, page):
        for language, text in blocks(page, "sh", "python"):
            if language == "python":
                exec(compile(text, page.name, "exec"), {})
                continue
            for line in text.splitlines():
                self.do(f"{page.name}: {line}", line)

    def do(self, where, line):
        """Carry out one line of a block."""
        expected = EXPECTED.search(line)
        line = EXPECTED.sub("", line)
        if line == ACTIVATE:
            return
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            self.monkeypatch.setenv(name, value)
        elif line.startswith(SHELL):
            subprocess.run(line, shell=True, check=True)
        else:
            piped = PIPED.fullmatch(line)
            typed = shlex.split(piped["typed"])[0] if piped else None
            program, *words = shlex.split(piped["command"] if piped else line)
            assert program == "annotator", where
            self.run(where, words, typed, int(expected[1]) if expected else 0)

    def run(self, where, words, typed, expected):
        """Run one command of ours; `run` serves once, in a process of its own."""
        if words[0] == "run":
            if not self.served:
                serve(words)
            self.served = True
            return
        done = Variables().run(CliRunner().invoke, cli, words, input=typed)
        assert done.exit_code == expected, f"{where}\n{done.output}"


def serve(words):
    """Start a server on a free port, see that it answers, and stop it as a supervisor would."""
    port = str(free_port())
    with subprocess.Popen(
        [*PROGRAM, *words, "--port", port],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", 120)  # a start on a busy machine
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder like a checkout, with the data of the demo, in which commands run."""
    shutil.copytree(DOCS / "examples", tmp_path / "docs" / "examples")
    shutil.copytree(DOCS / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    settings = Settings.from_environ({}, data=tmp_path / "instance" / "demo")
    schema.bring_up_to_date(settings.database_url)
    Variables().run(fill, settings)
    return tmp_path


def fill(settings):
    """Store what the demo shows."""
    app = create_app(settings)
    prepare(app)
    with app.app_context():
        db.engine.dispose()


@slow
def test_every_command_of_the_pages_runs_in_its_order(folder, monkeypatch):
    reader = Reader(monkeypatch)
    tutorial, *others = [page for page in pages() if blocks(page, "sh")]
    assert tutorial.name == "tutorial.md"
    reader.read(tutorial)
    monkeypatch.setenv("ANNOTATOR_DATA", str(folder / "instance"))
    for page in others:
        reader.read(page)
    assert reader.served


def test_what_stands_behind_a_dollar_is_run_elsewhere():
    """By .ci/run or the README's commands, or below, with PostgreSQL."""
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8") + README.read_text(encoding="utf-8")
    run += "\n".join([ACTIVATE, *with_postgres()])
    shown = [line for page in (*pages(), CONTRIBUTING) for line in shown_commands(page)]
    assert shown
    # The long form of the faults is the short one with more rounds.
    assert [
        line for line in shown if line.removeprefix("ANNOTATOR_FAULTS_LONG=1 ") not in run
    ] == []


def with_postgres():
    return [line for line in shown_commands(DOCS / "administration.md") if "pytest" not in line]


@slow
@server
@pytest.mark.skipif(not POSTGRES or not shutil.which("pg_dump"), reason="needs PostgreSQL")
def test_the_commands_with_postgresql_run(folder):
    server = make_url(database_url(POSTGRES, folder))
    name = f"annotator_docs_{os.getpid()}"
    script = "\n".join(with_postgres()).replace("localhost", server.host)
    script = re.sub(r"\blabels(-restored)?\b(?!\.)", lambda found: name + (found[1] or ""), script)
    environment = {
        **os.environ,
        "ANNOTATOR_DATA": str(folder / "instance"),
        "PGHOST": server.host,
        "PGPORT": str(server.port or 5432),
        "PGUSER": server.username,
        "PGPASSWORD": server.password or "",
    }
    program = f'annotator() {{ {shlex.join(PROGRAM)} "$@"; }}\n'
    # Loads the application as it would, and does not serve.
    check = [sys.executable, "-m", "gunicorn", "--check-config"]
    program += f'gunicorn() {{ {shlex.join(check)} "$@"; }}\n'
    try:
        subprocess.run(
            ["bash", "-euc", program + script],
            env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
    finally:
        for each in (name, f"{name}-restored"):
            subprocess.run(["dropdb", "--if-exists", each], env=environment, check=True)


# --- what is made by a script, or stands in two places


def script(name):
    """Return a script of `docs/` as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_commands_is_what_help_prints():
    written = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert written == script("cli").page(), "run: .venv/bin/python docs/cli.py"


def commands(group=cli, path=()):
    here = Context(group)
    for name in group.list_commands(here):
        command = group.get_command(here, name)
        if isinstance(command, Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def test_every_command_says_what_it_does():
    # As on the page: click remembers the options for help of the first context that asks.
    context_of = script("cli").context_of
    silent = []
    for path, command in commands():
        if not command.help or "Usage:" not in command.get_help(context_of(command, path[-1])):
            silent.append(path)
        options = [each for each in command.params if isinstance(each, Option)]
        silent += [(*path, each.name) for each in options if not each.help]
    assert silent == []


def test_the_pages_run_every_command():
    """But the demo, which the README runs, and the help of those that only serve."""
    text = "\n".join(text for page in pages() for _, text in blocks(page, "sh"))
    names = [" ".join(path) for path, _ in commands()]
    assert [name for name in names if f"annotator {name} " not in f"{text} "
            and f"annotator {name}\n" not in text] == ["demo"]  # fmt: skip


def test_every_picture_is_made_by_the_script_and_shown():
    tree = ast.parse((DOCS / "pictures.py").read_text(encoding="utf-8"))
    made = next(
        {key.value for key in node.value.keys}
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and node.target.id == "PICTURES"
    )
    texts = [page.read_text(encoding="utf-8") for page in (README, *pages())]
    shown = {name for text in texts for name in re.findall(r"\]\((?:docs/)?pictures/(\w+)", text)}
    assert {path.stem for path in (DOCS / "pictures").iterdir()} == made == shown


def test_what_is_bold_on_the_pages_for_people_stands_on_screen():
    """So a label that gets another name gets it here, too."""
    files = [*TEMPLATES.rglob("*.html"), *PACKAGE.rglob("*.py"), *STATIC.rglob("*.js")]
    screens = " ".join(" ".join(path.read_text(encoding="utf-8") for path in files).split())
    bold = [
        (name, " ".join(words.split()).rstrip(".:"))
        for name in ("tutorial", "annotator", "adjudicator", "lead")
        for words in re.findall(r"\*\*(.+?)\*\*", (DOCS / f"{name}.md").read_text("utf-8"), re.S)
    ]
    assert bold
    assert [(name, words) for name, words in bold if words not in screens] == []


def test_the_mapping_on_the_page_is_the_example():
    [(_, shown)] = blocks(DOCS / "labels.md", "toml")
    sample = DOCS / "examples" / "labels" / "label-studio.toml"
    assert shown == sample.read_text(encoding="utf-8")


def test_the_example_of_alpha_is_worked_out_right(monkeypatch):
    monkeypatch.chdir(DOCS)
    done = CliRunner().invoke(cli, ["agreement", "examples/ratings.csv"])
    alpha, observed = (
        re.search(rf"^{name} +(0\.\d{{4}})", done.output, re.M)[1][1:]
        for name in ("alpha_nominal", "percent_alpha")
    )
    text = (DOCS / "measures.md").read_text(encoding="utf-8")
    assert rf"\alpha = 1 - {1 - float(observed):.4f} / .6847 = {alpha}".replace(" 0.", " .") in text


def test_a_term_stands_once_in_the_glossary():
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    terms = [term for line in re.findall(r"^### (.*)$", text, re.M) for term in line.split(", ")]
    folded = [term.casefold() for term in terms]
    assert sorted(folded) == sorted(set(folded))


def test_every_page_stands_in_the_navigation_once():
    assert sorted(pages()) == sorted(DOCS.glob("*.md"))
