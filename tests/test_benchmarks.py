"""The page of the benchmarks: ratios with their spread, budgets kept or missed, no path or host."""

import ast
import asyncio
import os
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from documents import DOCS
from places import TESTS
from slow_cases import slow

BENCHMARKS = TESTS / "benchmarks"
STANDS_BELOW = {"run", "figures", "stage", "people", "crowd", "bare_on_postgres"}


@pytest.fixture
def module(monkeypatch):
    """Return a function that imports a module of the benchmarks."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    before = set(sys.modules)
    yield __import__
    for name in set(sys.modules) - before:
        if (BENCHMARKS / f"{name}.py").exists():
            del sys.modules[name]


def scripts():
    return {path.stem: path for path in BENCHMARKS.glob("*.py") if path.stem not in STANDS_BELOW}


def test_the_command_runs_every_script(module):
    assert set(module("run").NAMES) == set(scripts())


def test_every_script_measures_by_size_and_rounds():
    for path in scripts().values():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        [measure] = [
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.name == "measure"
        ]
        assert [each.arg.lstrip("_") for each in measure.args.args[:2]] == ["size", "rounds"]
        assert ast.get_docstring(tree)


@pytest.fixture(scope="session")
def made_projects(tmp_path_factory):
    """Return the folder of the made projects, of which a size is made once."""
    return tmp_path_factory.mktemp("made")


@pytest.fixture
def run_small(module, tmp_path, made_projects):
    """Return a function that runs a script at its small size; it returns the figures."""

    def run(name):
        out = tmp_path / "figures.json"
        words = [BENCHMARKS / f"{name}.py", "--size", "small", "--rounds", "1", "--json", out]
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ANNOTATOR_")}
        kept[module("figures").KEPT] = str(made_projects)
        done = subprocess.run(
            [sys.executable, *words], env=kept, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return module("figures").read(out)

    return run


@slow
@pytest.mark.parametrize("name", sorted(scripts()))
def test_every_script_runs_at_small_size(run_small, name):
    assert all(figure.row() for figure in run_small(name))


@slow
def test_a_storm_notices_a_lost_save_a_double_one_a_broken_chain_and_a_wrong_count(module):
    crowd = module("crowd")
    with crowd.place(1, 8) as here:
        with crowd.serving(here) as server, crowd.crowd(here, server.port) as they:
            they.sign_in(1)
            keys = they.order("save", people=1, every=0, saves=6)["keys"]
        assert len(keys) == 6
        assert crowd.what_is_kept(keys) == crowd.Kept(lost=0, twice=0, chains=0, others=0)
        assert crowd.what_is_kept([*keys, "never stored"]).lost == 1
        with crowd.write() as session:
            session.execute(crowd.text("UPDATE answer_events SET key = 'same' WHERE revision = 2"))
            session.execute(crowd.text("UPDATE answer_events SET hash = 'x' WHERE revision = 1"))
            session.execute(crowd.text("UPDATE assignments SET decided_count = 7"))
        found = crowd.what_is_kept(keys)
        assert (found.lost, found.twice) == (2, 1)
        assert found.chains
        assert found.others


class Unwilling(BaseHTTPRequestHandler):
    """Acknowledges each save when it comes for the third time, and drops it the second time."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = dict(parse_qsl(body, keep_blank_values=True))
        seen = self.server.seen
        seen.append((fields["key"], fields["revision"], fields["act"]))
        times = seen.count(seen[-1])
        if times == 2:
            self.close_connection = True
            return
        self.send_response(503 if times == 1 else 200)
        chosen = sum(name.startswith("claims-0-") for name in fields)
        self.send_header("Annotator-Revision", str(chosen))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        """Say nothing."""


@pytest.fixture
def unwilling():
    with ThreadingHTTPServer(("127.0.0.1", 0), Unwilling) as server:
        server.seen = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_what_is_not_acknowledged_is_a_fault_and_sent_again_under_its_key(
    module, unwilling, monkeypatch
):
    people = module("people")
    monkeypatch.setattr(people, "AGAIN", 0)
    who = {"port": unwilling.server_port, "people": [("ann", "", [7])]}
    crowd = people.Crowd(who | {"sentences": 40, "speaker": 5})

    async def save():
        found = await crowd.save(people=1, every=0, saves=3)
        crowd.people[0].close()
        return found

    found = asyncio.run(save())
    sent = [("ann-000001", "0", ""), ("ann-000002", "1", ""), ("ann-000003", "2", "")]
    assert unwilling.seen == [each for each in sent for _ in range(3)]
    assert found["keys"] == [key for key, _, _ in sent]
    assert found["faults"] == {"503": 3, "no reply": 3}


def test_a_save_that_was_due_and_never_answered_counts_as_due_and_as_waiting(module, monkeypatch):
    people = module("people")
    monkeypatch.setattr(people, "PATIENCE", 0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        who = {"port": silent.getsockname()[1], "people": [("ann", "", [7]), ("ben", "", [7])]}
        crowd = people.Crowd(who | {"sentences": 40, "speaker": 5})
        found = asyncio.run(crowd.save(people=2, seconds=0.24, every=0.1))
    assert (found["due"], found["answered"], found["done"]) == (5, 0, 0)
    assert len(found["latencies"]) == 5
    assert found["faults"] == {"not answered in time": 2}


def test_a_figure_with_a_reference_has_its_budget_on_the_ratio_of_each_round(module):
    figure = module("figures").Figure(
        "a save: CPU", "ms", [6.0, 9.0, 8.0], [2.0, 2.0, 4.0], "bare", 3.0, load=1.0
    )
    assert figure.values == [3.0, 4.5, 2.0]
    assert figure.row() == [
        "a save: CPU", "8 ms", "bare: 2 ms", "3 x (2–4.5)", "3", "1.0", "at most 3 x", "kept",
    ]  # fmt: skip
    assert figure.missed == ""


def test_without_a_reference_the_budget_is_on_what_was_measured(module):
    figures = module("figures")
    slow = figures.Figure(
        "answers", "/s", [9000.0, 8000.0], budget=10_000, bound="at least", why="Disk.", load=2.0
    )
    assert slow.row() == [
        "answers", "8,500 /s (8,000–9,000)", "", "", "2", "2.0", "at least 10,000 /s", "**missed**",
    ]  # fmt: skip
    said = "answers: 0.85 times the budget of at least 10,000 /s. Disk."
    assert figures.misses([slow]) == f"\nMissed:\n\n- {said}\n"
    size = figures.Figure("size", "MB", [1.5], load=0.0)
    assert size.row() == ["size", "1.5 MB", "", "", "1", "0.0", "", ""]


def test_what_cannot_be_measured_here_says_why_and_keeps_no_budget(module):
    figure = module("figures").not_measured("saves on PostgreSQL", "no server")
    assert figure.row() == ["saves on PostgreSQL: no server", "not measured", *[""] * 6]
    assert figure.kept is None


def test_a_run_keeps_the_sections_of_others_and_the_page_says_their_sizes(module):
    run = module("run")
    made = {
        name: f"## {run.NAMES[name]}\n\n<!-- {name} {size} -->\nAbout.\n\n| a |\n\n"
        for name, size in (("gold", "full"), ("saves", "small"), ("agreement", "full"))
    }
    page = run.page_of(made)
    places = [page.index(f"## {each}") for each in ("Saving an answer", "Agreement", "Gold")]
    assert places == sorted(places)
    assert run.FROM_FULL.format("Agreement; Gold") in page
    assert run.FROM_SMALL.format("Saving an answer") in page
    kept = run.sections_of(page)
    assert list(kept) == ["saves", "agreement", "gold"]
    assert run.page_of(kept) == page
    assert "small runs" not in run.page_of(made | {"saves": ""})


def test_the_page_says_sizes_and_no_path_or_host(module):
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    run = module("run")
    assert page == run.page_of(run.sections_of(page))
    assert not any(word in page for word in ("/tmp", "/home", "/root", "127.0.0.1"))
