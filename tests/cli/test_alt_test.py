"""`annotator alt-test FILE.csv`: may a model replace a person? Without a database."""

import json
from contextvars import Context

import pytest
from click.testing import CliRunner

from annotator.cli import cli

KEYS = [
    "model", "epsilon", "q", "score", "winning_rate", "advantage", "passed", "persons", "left_out",
    "warnings",
]  # fmt: skip
ALIKE = [("a", "a", "a", "a"), ("b", "b", "b", "b")] * 15
FAR = [("a", "a", "a", "c"), ("c", "c", "c", "a")] * 15
PEOPLE = ("ann", "ben", "eva", "gpt")


def table(rows, names=PEOPLE):
    lines = [
        f"{item},{who},{value}"
        for item, row in enumerate(rows)
        for who, value in zip(names, row, strict=True)
        if value
    ]
    return "\n".join(["item,annotator,value", *lines])


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs the command on a text, far from any database."""
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", "sqlite:////nowhere/at/all.sqlite3")

    def run_on(text, *words, model="gpt"):
        path = tmp_path / "labels.csv"
        path.write_text(text, encoding="utf-8")
        told = ["alt-test", str(path), "--model", model, *words]
        return Context().run(CliRunner().invoke, cli, told)

    return run_on


def figures(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_it_has_the_documented_keys(run):
    found = figures(run(table([*ALIKE, ("", "a", "a", "a")]), "--json"))
    assert list(found) == KEYS
    assert (found["model"], found["epsilon"], found["q"], found["score"]) == (
        "gpt", 0.2, 0.05, "accuracy",
    )  # fmt: skip
    assert found["persons"]["ann"] == {"n": 30, "advantage": 1.0, "p": 0.0, "wins": True}
    assert found["persons"]["ben"]["n"] == 31
    assert (found["winning_rate"], found["advantage"], found["passed"]) == (1.0, 1.0, True)
    assert (found["left_out"], found["warnings"]) == ({}, [])


def test_the_verdict_is_a_sentence(run):
    passes = run(table(ALIKE)).stdout
    assert passes.startswith("gpt passes: it wins against 3 of 3 people (winning rate 1.00;")
    assert "It may replace a person for this task." in passes
    fails = run(table(FAR)).stdout
    assert fails.startswith("gpt does not pass: it wins against 0 of 3 people")
    assert fails.count("not shown") == 3
    assert "false discovery rate 0.05" in fails


def test_who_is_left_out_is_named_with_the_reason(run):
    found = run(table([*ALIKE[:29], ("", "a", "a", "a")]))
    assert (
        "Left out: ann (29 items that the model and somebody else labelled, too; the test needs 30)"
        in found.stdout
    )
    none = run(table(ALIKE[:5]))
    assert none.exit_code == 0
    assert none.stdout.startswith("gpt: no verdict, because every person was left out.")
    found = figures(run(table(ALIKE[:5]), "--json"))
    assert (found["winning_rate"], found["passed"]) == (None, False)


def test_two_people_are_tested_with_advice(run):
    found = run(table([row[1:] for row in ALIKE], PEOPLE[1:]))
    assert found.stdout.startswith("gpt passes: it wins against 2 of 2 people")
    assert "Three or more are advised." in found.stdout


def test_places_count_on_a_scale_and_numbers_as_they_are(run):
    near = [("low", "high", "high", "middle")] * 30
    exact = figures(run(table(near), "--json"))
    assert exact["persons"]["ben"]["advantage"] == 0.0
    ranks = figures(run(table(near), "--score", "rmse", "--values", "low,middle,high", "--json"))
    assert ranks["persons"]["ben"]["advantage"] == 1.0
    numbers = table([("20", "21", "20", "2")] * 30)
    as_they_are = figures(run(numbers, "--score", "rmse", "--json"))
    assert as_they_are["persons"]["ben"]["advantage"] == 0.0
    places = figures(run(numbers, "--score", "rmse", "--values", "2,20,21", "--json"))
    assert places["persons"]["ben"]["advantage"] == 1.0


@pytest.mark.parametrize(
    ("rows", "names", "words", "said"),
    [
        (ALIKE, PEOPLE, ("--model", "claude"), "nobody is called “claude”; the annotators are ann"),
        (ALIKE, PEOPLE, ("--score", "rmse"), "declare it with --values"),
        (ALIKE, PEOPLE, ("--values", "a,x"), "line 6: “b” is not one of a, x"),
        (ALIKE, PEOPLE, ("--epsilon", "2"), "--epsilon"),
        ([row[:1] + row[3:] for row in ALIKE], ("ann", "gpt"), (), "at least two people; there is"),
        ([row[3:] for row in ALIKE], ("gpt",), (), "there is nobody beside “gpt”"),
    ],
)
def test_what_cannot_be_tested_is_refused_in_words(run, rows, names, words, said):
    found = run(table(rows, names), *words)
    assert found.exit_code == 2
    assert said in found.stderr
    assert "\n" not in found.stderr.split("Error: ")[-1].strip()
