"""Every command of the README runs, in its order, in an empty folder."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click import Context, Group, Option
from e2e.conftest import free_port, wait_for

from annotator.cli import cli
from annotator.paths import SAMPLES

ROOT = Path(__file__).parent.parent
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


def test_every_other_command_runs_in_its_order(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    for path in SAMPLES.glob("*.txt"):
        shutil.copy(path, folder)
    shutil.copy(next(SAMPLES.glob("*.txt")), tmp_path / "article.txt")
    (tmp_path / "ratings.csv").write_text("item,annotator,value\n1,a,x\n1,b,y\n", encoding="utf-8")
    environment = {**os.environ, "ANNOTATOR_DATA": str(tmp_path / "instance")}
    environment.pop("ANNOTATOR_DATABASE_URL", None)
    for line in LINES[2:]:
        words = shlex.split(line)
        assert words[0] == "annotator", line
        if words[1] == "run":
            serve(words[1:], tmp_path, environment)
            continue
        done = subprocess.run(
            PROGRAM + words[1:],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    assert (tmp_path / "labels.jsonl").exists()


def serve(words, folder, environment):
    """Start a server on a free port, see that it answers, and stop it as a supervisor would."""
    port = str(free_port())
    with subprocess.Popen(
        [*PROGRAM, *words, "--port", port],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
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


@pytest.mark.parametrize("path", [path for path, _ in commands()], ids=" ".join)
def test_every_command_says_what_it_does(path):
    command = dict(commands())[path]
    text = command.get_help(Context(command))
    assert command.help, path
    assert "Usage:" in text
    for option in command.params:
        if isinstance(option, Option):
            assert option.help, f"{path}: {option.name} has no help"


@pytest.mark.parametrize("path", [path for path, _ in commands()], ids=" ".join)
def test_the_readme_names_every_command(path):
    assert " ".join(path) in README
