"""Every command of the README runs, in its order, in an empty folder."""

import re
import shlex
import shutil
import signal
import subprocess
import sys
from contextvars import Context as Variables

from click import Context, Group, Option
from click.testing import CliRunner
from places import ROOT
from served_demo import wait_for
from serving_examples import free_port

from annotator.cli import cli
from annotator.paths import SAMPLES

README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S)
    for line in block.splitlines()
]
INSTALL = "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e "
RUN = INSTALL + ". && .venv/bin/annotator demo"
TEST = INSTALL + "'.[test]' && .venv/bin/pytest -q"
PROGRAM = [sys.executable, "-m", "annotator"]


def test_the_first_two_commands_run_the_demo_and_the_tests():
    # The installation itself is tried by .ci/run, which takes the second line from the README.
    assert LINES[:2] == [RUN, TEST]


def test_every_other_command_runs_in_its_order(tmp_path, monkeypatch):
    folder = tmp_path / "articles"
    folder.mkdir()
    for path in SAMPLES.glob("*.txt"):
        shutil.copy(path, folder)
    shutil.copy(next(SAMPLES.glob("*.txt")), tmp_path / "article.txt")
    (tmp_path / "ratings.csv").write_text("item,annotator,value\n1,a,x\n1,b,y\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANNOTATOR_DATA", str(tmp_path / "instance"))
    monkeypatch.delenv("ANNOTATOR_DATABASE_URL", raising=False)
    for line in LINES[2:]:
        program, *words = shlex.split(line)
        assert program == "annotator", line
        if words[0] == "run":
            serve(words)  # in a process of its own, which a signal ends
        else:
            done = Variables().run(CliRunner().invoke, cli, words)
            assert done.exit_code == 0, f"{line}\n{done.output}"
    assert (tmp_path / "labels.jsonl").exists()


def serve(words):
    """Start a server on a free port, see that it answers, and stop it as a supervisor would."""
    port = str(free_port())
    with subprocess.Popen(
        [*PROGRAM, *words, "--port", port],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", 60)  # a start on a busy machine
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0


def commands(group=cli, path=()):
    context = Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def test_every_command_says_what_it_does():
    silent = []
    for path, command in commands():
        if not command.help or "Usage:" not in command.get_help(Context(command)):
            silent.append(path)
        options = [each for each in command.params if isinstance(each, Option)]
        silent += [(*path, each.name) for each in options if not each.help]
    assert silent == []


def test_the_readme_names_every_command():
    names = [" ".join(path) for path, _ in commands()]
    assert names
    assert [name for name in names if name not in README] == []
