"""`annotator gold FILE.csv`: gold from anybody's labels, without a database."""

import json
from contextvars import Context

import pytest
from click.testing import CliRunner

from annotator.cli import cli

ROWS = "item,annotator,value\n1,a,x\n1,b,x\n1,c,y\n2,a,x\n2,b,y\n3,c,y\n"
METHODS = ["majority", "weighted", "dawid-skene", "one-coin", "mace"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", "sqlite:////nowhere/at/all.sqlite3")

    def run_on(text, *words):
        path = tmp_path / "labels.csv"
        path.write_text(text, encoding="utf-8")
        return Context().run(CliRunner().invoke, cli, ["gold", str(path), *words])

    return run_on


def gold(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize("method", METHODS)
def test_it_has_the_documented_keys(run, method):
    found = gold(run(ROWS, "--method", method, "--json"))
    assert list(found) == ["method", "n_items", "labels", "annotators", "settings"]
    assert (found["method"], found["n_items"]) == (method, 3)
    assert list(found["labels"]["1"]) == ["value", "posterior", "votes", "margin", "tie"]
    assert list(found["annotators"]["a"]) == ["n", "accuracy", "confusion"]
    for each in found["labels"].values():
        assert sum(each["posterior"].values()) == pytest.approx(1)
    for each in found["annotators"].values():
        for row in each["confusion"].values():
            assert sum(row.values()) == pytest.approx(1)


def test_majority_by_hand(run):
    found = gold(run(ROWS, "--method", "majority", "--json"))["labels"]
    assert found["1"] == {
        "value": "x", "posterior": {"x": pytest.approx(2 / 3), "y": pytest.approx(1 / 3)},
        "votes": {"x": 2, "y": 1}, "margin": pytest.approx(1 / 3), "tie": False,
    }  # fmt: skip
    assert (found["2"]["value"], found["2"]["tie"], found["2"]["margin"]) == (None, True, 0)
    assert (found["3"]["value"], found["3"]["votes"]) == ("y", {"x": 0, "y": 1})


def test_order_of_rows_changes_nothing(run):
    head, *rows = ROWS.splitlines(keepends=True)
    for method in METHODS:
        there = run(ROWS, "--method", method, "--json").stdout
        assert run(head + "".join(reversed(rows)), "--method", method, "--json").stdout == there


def test_a_repeat_is_refused_or_kept(run):
    text = ROWS + "1,c,y\n"
    refused = run(text, "--json")
    assert refused.exit_code == 2
    assert "lines 4 and 8: c has two values for 1" in refused.stderr
    found = gold(run(text, "--json", "--repeats", "keep"))
    assert found["labels"]["1"]["votes"] == {"x": 2, "y": 2}
    assert found["labels"]["1"]["tie"]
    assert found["annotators"]["c"]["n"] == 3


def test_one_value_only_is_that_value(run):
    text = "item,annotator,value\n1,a,x\n1,b,x\n"
    for method in METHODS:
        found = gold(run(text, "--method", method, "--json"))
        assert found["labels"]["1"]["value"] == "x"


def test_it_prints_a_table_for_people(run):
    lines = run(ROWS).stdout.splitlines()
    assert lines[0] == "3 items · majority · 1 tie left open"
    assert lines[4].split() == ["2", "(tie)", "0.0000", "x", "1,", "y", "1"]
