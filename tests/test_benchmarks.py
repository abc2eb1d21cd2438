"""The page of the benchmarks: ratios with their spread, budgets kept or missed, no path or host."""

import ast
import os
import subprocess
import sys

import pytest
from documents import DOCS
from places import TESTS
from slow_cases import slow

BENCHMARKS = TESTS / "benchmarks"
STANDS_BELOW = {"run", "figures", "stage"}


@pytest.fixture
def module(monkeypatch):
    """Return a function that imports a module of the benchmarks."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    before = set(sys.modules)
    yield __import__
    for name in set(sys.modules) - before:
        if name in {"run", "figures"}:
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


@slow
@pytest.mark.parametrize("name", sorted(scripts()))
def test_every_script_runs_at_small_size(module, name, tmp_path):
    out = tmp_path / "figures.json"
    words = [BENCHMARKS / f"{name}.py", "--size", "small", "--rounds", "1", "--json", out]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ANNOTATOR_")}
    done = subprocess.run(
        [sys.executable, *words], env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert all(figure.row() for figure in module("figures").read(out))


def test_a_figure_with_a_reference_has_its_budget_on_the_ratio_of_each_round(module):
    figure = module("figures").Figure(
        "a save: CPU", "ms", [6.0, 9.0, 8.0], [2.0, 2.0, 4.0], "bare", 3.0
    )
    assert figure.values == [3.0, 4.5, 2.0]
    assert figure.row() == [
        "a save: CPU", "8 ms", "bare: 2 ms", "3 x (2–4.5)", "3", "at most 3 x", "kept",
    ]  # fmt: skip


def test_without_a_reference_the_budget_is_on_what_was_measured(module):
    figures = module("figures")
    slow = figures.Figure("answers", "/s", [9000.0, 8000.0], budget=10_000, bound="at least")
    assert slow.row() == [
        "answers", "8,500 /s (8,000–9,000)", "", "", "2", "at least 10,000 /s", "**missed**",
    ]  # fmt: skip
    assert figures.Figure("size", "MB", [1.5]).row() == ["size", "1.5 MB", "", "", "1", "", ""]


def test_a_run_keeps_the_sections_of_its_size_and_drops_the_others(module):
    run = module("run")
    made = {
        name: f"## {run.NAMES[name]}\n\n<!-- {name} {size} -->\nAbout.\n\n| a |\n\n"
        for name, size in (("gold", "full"), ("saves", "small"), ("agreement", "full"))
    }
    page = run.page_of(made, "full")
    assert page.index("Saving an answer") < page.index("## Agreement") < page.index("## Gold")
    kept = run.sections_of(page, "full")
    assert list(kept) == ["agreement", "gold"]
    assert run.page_of(kept, "full") == run.page_of(made | {"saves": ""}, "full")


def test_the_page_says_sizes_and_no_path_or_host(module):
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    run = module("run")
    assert page.startswith(run.HEAD)
    sizes = {size for _, size in run.SECTION.findall(page)}
    assert len(sizes) == 1
    assert run.SAID[sizes.pop()] in page
    assert not any(word in page for word in ("/tmp", "/home", "/root", "127.0.0.1"))
