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
    assert list(found) == ["method", "n_items", "labels", "annotators", "settings", "warnings"]
    assert (found["method"], found["n_items"]) == (method, 3)
    assert list(found["labels"]["1"]) == ["value", "posterior", "votes", "margin", "tie"]
    assert list(found["annotators"]["a"]) == ["n", "accuracy", "reason", "confusion"]
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


TIES = "item,annotator,value\n" + "".join(
    f"u{n},{who},{value}\n"
    for n in range(6)
    for who, value in zip("abcd", "yyxx" if n % 2 else "xxyy", strict=True)
)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", ["7", "8"])
def test_a_tie_has_no_value_under_any_method_and_seed(run, method, seed):
    found = gold(run(TIES, "--method", method, "--seed", seed, "--json"))
    assert all(each["tie"] and each["value"] is None for each in found["labels"].values())
    assert all(each["margin"] == 0 for each in found["labels"].values())


def test_an_accuracy_that_the_labels_cannot_tell_is_null_with_a_reason(run):
    found = gold(run(TIES, "--method", "mace", "--json"))["annotators"]
    assert [each["accuracy"] for each in found.values()] == [None] * 4
    assert found["a"]["reason"] == (
        "solutions that fit the answers equally well say different shares"
    )
    assert "not identifiable: solutions that fit" in run(TIES, "--method", "mace").stdout


@pytest.mark.parametrize("seed", ["1", "7"])
def test_people_who_always_agree_are_right_under_mace(run, seed):
    rows = "".join(f"u{n},{who},claims\n" for n in range(8) for who in "abcd")
    asked = ("--method", "mace", "--values", "claims,no,other", "--seed", seed, "--json")
    found = gold(run("item,annotator,value\n" + rows, *asked))
    for each in (*found["labels"].values(), *found["annotators"].values()):
        assert each.get("margin", each.get("accuracy")) == pytest.approx(1, abs=0.01)
    assert found["warnings"] == []


def test_what_speaks_against_a_method_is_said(run):
    rows = "".join(
        f"u{n},{who},{v}\n" for n in range(12) for who, v in zip("abc", "xxy", strict=True)
    )
    raw = f"item,annotator,value\n{rows}" + "v1,a,y\nv1,b,y\nv1,c,y\n"
    found = gold(run(raw, "--method", "one-coin", "--json"))["warnings"]
    assert found == ["One-coin takes c to be right less often than by guessing (50\u202f%)."]
    assert f"Warning: {found[0]}" in run(raw, "--method", "one-coin").stdout
