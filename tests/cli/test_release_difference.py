"""`annotator release-difference`: two folders, no database."""

import json

import pytest
from click.testing import CliRunner
from release_facts import facts, figure
from release_folders import claim, folder, row

from annotator.cli import cli


@pytest.fixture
def run(monkeypatch, tmp_path):
    # Whoever opened a database here would fail.
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", "sqlite:////nowhere/at/all.db")

    def run(*args, code=0):
        result = CliRunner().invoke(cli, ["release-difference", *map(str, args)])
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def folders(tmp_path):
    new = facts(name="v2", status="exploratory", agreement=[figure("stance", 0.7, 0.65, 0.75)])
    before = [row(n, claim()) for n in range(25)]
    after = [row(n, claim(stance="oppose"), reason="ST-3") for n in range(25)]
    return folder(tmp_path / "v1", gold=before), folder(tmp_path / "v2", new, gold=after)


def test_the_text_says_what_differs(run, folders):
    text = run(*folders).stdout
    assert text.startswith("From v1.0 (gold, codebook 2) to v2 (exploratory, codebook 2).\n")
    assert "25 gold labels changed: stance 25 changed (most support to oppose)." in text
    assert "a, sentence 4 (3 in files): stance of Trump: support -> oppose (ST-3)" in text
    assert ".68 (.60 to .75)" in text
    assert "… and 5 more; --json prints all." in text


def test_the_json_has_every_change(run, folders):
    found = json.loads(run(*folders, "--json").stdout)
    assert len(found["changes"]) == 25
    assert found["changes_left_off"] == 0
    assert found["tables"]["gold"]["fields"]["stance"]["changed"] == 25


def test_the_same_folders_give_the_same_bytes(run, folders):
    assert run(*folders, "--json").stdout == run(*folders, "--json").stdout


def test_what_is_no_release_folder_is_wrong_use_in_one_line(run, folders, tmp_path):
    assert "Is this a release folder?" in run(folders[0], tmp_path, code=2).stderr
    assert "does not exist" in run(folders[0], tmp_path / "nope", code=2).stderr
    (folders[1] / "gold.jsonl").write_text("[]\n", encoding="utf-8")
    result = run(*folders, code=2)
    assert "gold.jsonl: line 1" in result.stderr
    assert result.stderr.count("\n") == 1
