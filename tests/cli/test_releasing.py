"""`annotator release`, as a person at the command line meets it."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from gold_examples import store_stances
from release_examples import content, labelled
from slow_cases import further, slow

from annotator.cli.releasing import NOT_SHARED
from annotator.formats.release import folder as release_folder
from annotator.formats.release.card.card import facts_of
from annotator.formats.release.gates import says
from annotator.store.db import db, write
from annotator.store.models import Release
from annotator.work.gold.models import Aggregation
from annotator.work.releases.status import standing
from annotator.work.verification.verifying import Verification

RELEASE = ("release", "--with-text", "-p", "us-russia")


@pytest.fixture
def filled(project, article):
    labelled(project, article)
    db.session.rollback()
    return project


def test_release_writes_the_folder_and_the_record(command, filled, tmp_path):
    result = command(*RELEASE, "--name", "v1", "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "v1: 7 articles" in result.output
    assert release_folder.sums(tmp_path / "out")
    (kept,) = db.session.query(Release)
    assert kept.sha256 in result.output
    assert kept.settings == {
        "with_text": True, "with_notes": False, "by": "article",
        "shares": {"train": 0.8, "dev": 0.1, "test": 0.1}, "seed": 0, "parquet": False,
        "method": "majority", "margin": 0.3, "smoothing": 0.01, "model_seed": 7,
        "written_to": str(tmp_path / "out"),
    }  # fmt: skip


def test_a_terminal_shows_how_far_it_is(command, filled, tmp_path, monkeypatch):
    monkeypatch.setattr("annotator.cli.importing.on_terminal", lambda: True)
    monkeypatch.setattr("annotator.cli.releasing.MANY", 0)
    # The bar draws itself on what it takes for a terminal only.
    monkeypatch.setattr("click._termui_impl.isatty", lambda _stream: True)
    result = command(*RELEASE, "--name", "v1", "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "Writing" in result.stderr
    assert "100%" in result.stderr


def test_a_key_that_cancels_leaves_nothing(command, filled, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("annotator.work.releases.writing.report_for", interrupted)
    result = command(*RELEASE, "--name", "v1", "-o", tmp_path / "out" / "v1")
    assert result.exit_code == 1
    assert "Cancelled. Nothing was released." in result.stderr
    assert list((tmp_path / "out").iterdir()) == []
    assert db.session.query(Release).count() == 0


KILLED = """
import sys, time
from annotator.work.releases import writing
def hang(*_):
    print("half way", flush=True)
    time.sleep(60)
writing.facts_of = hang
from annotator.cli import cli
cli(sys.argv[1:])
"""


@slow
def test_what_a_killed_release_left_goes_with_the_next_into_its_place(
    command, filled, settings, tmp_path
):
    words = [*RELEASE, "--name", "v1", "-o", str(tmp_path / "out" / "v1")]
    environment = {
        **os.environ,
        "ANNOTATOR_DATA": str(settings.data),
        "ANNOTATOR_DATABASE_URL": settings.database_url,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, *words], stdout=subprocess.PIPE, env=environment, text=True
    )
    assert process.stdout.readline() == "half way\n"
    process.kill()
    process.communicate()
    (left,) = (tmp_path / "out").iterdir()
    assert (left / "gold.jsonl").exists()
    result = command(*words)
    assert result.exit_code == 0, result.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["v1"]


def test_options_reach_the_folder(command, filled, tmp_path):
    words = ["--without-text", "--with-notes", "--by", "publisher", "--shares", ".5,.25,.25"]
    publishers = command(*RELEASE, "--name", "v1", "-o", tmp_path / "a", *words, "--seed", "3")
    assert publishers.exit_code == 2
    assert "1 article without publisher" in publishers.stderr
    words[3] = "speaker"
    result = command(*RELEASE, "--name", "v1", "-o", tmp_path / "a", *words, "--seed", "3")
    assert result.exit_code == 0, result.output
    settings = release_folder.document(tmp_path / "a", "splits")["settings"]
    assert settings == {
        "by": "speaker", "shares": {"train": 0.5, "dev": 0.25, "test": 0.25}, "seed": 3,
        "rests_on": "answers", "stratified": "stance",
    }  # fmt: skip
    assert "text" not in next(release_folder.rows(tmp_path / "a", "sentences"))
    assert b"a note" in content(tmp_path / "a")["annotations.jsonl"]


def test_texts_of_which_nobody_said_that_they_may_be_shared_need_a_word(command, filled, tmp_path):
    def released(name, *words):
        line = ("release", "-p", "us-russia", "--name", name, "-o", tmp_path / name)
        return command(*line, *words)

    refused = released("v1")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == f"Error: {NOT_SHARED}\n"
    assert not (tmp_path / "v1").exists()
    assert released("v1", "--with-text").exit_code == 0
    assert released("v2", "--without-text").exit_code == 0
    with write():
        filled.texts_may_be_shared = True
    assert released("v3").exit_code == 0
    held = {each.name: each.settings["with_text"] for each in db.session.query(Release)}
    assert held == {"v1": True, "v2": False, "v3": True}
    assert "text" in next(release_folder.rows(tmp_path / "v3", "sentences"))


def test_the_same_name_again_is_refused_and_nothing_changes(command, filled, tmp_path):
    line = (*RELEASE, "--name", "v1", "-o")
    assert command(*line, tmp_path / "a").exit_code == 0
    before = content(tmp_path / "a")
    result = command(*line, tmp_path / "b")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "immutable" in result.stderr
    assert not (tmp_path / "b").exists()
    assert content(tmp_path / "a") == before
    assert db.session.query(Release).count() == 1


def test_a_folder_that_is_not_empty_is_refused_and_no_name_is_used_up(command, filled, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("mine")
    result = command(*RELEASE, "--name", "v1", "-o", out)
    assert result.exit_code == 2
    assert "not empty" in result.stderr
    assert content(out) == {"mine": b"mine"}
    assert db.session.query(Release).count() == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-p", "nothing", "--name", "v1"), 'no project "nothing"'),
        (("-p", "us-russia", "--name", "a/b"), "is not a valid release name"),
        (("-p", "us-russia", "--name", "v1", "--shares", "1,2"), "three numbers"),
        (("-p", "us-russia", "--name", "v1", "--shares", "a,b,c"), "three numbers"),
        (("-p", "us-russia", "--name", "v1", "--shares", ".8,.8,.1"), "add up to 1"),
        (("-p", "us-russia", "--name", "v1", "--shares", "nan,.8,.1"), "add up to 1"),
        (("-p", "us-russia", "--name", "v1", "--seed", "4000000000"), "The seed"),
    ],
)
def test_wrong_use_is_one_line_and_writes_nothing(command, project, tmp_path, words, said):
    result = command("release", *words, "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()
    assert db.session.query(Release).count() == 0


def test_the_audit_of_a_project_prints_the_root_of_its_release(command, filled, tmp_path):
    command(*RELEASE, "--name", "v1", "-o", tmp_path / "out")
    result = command("audit", "-p", "us-russia")
    assert result.exit_code == 0, result.output
    assert db.session.query(Release).one().audit_root in result.output


@pytest.fixture
def gated(filled):
    with write():
        filled.gates = {"stance_alpha": 0.1, "decided": 1.0, "coverage": 1.0}
    return filled


def test_a_dry_run_says_what_the_release_then_says_and_writes_nothing(command, gated, tmp_path):
    line = (*RELEASE, "--name", "v1", "-o", tmp_path / "out")
    dry = command(*line, "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert list(tmp_path.glob("out*")) == []
    assert db.session.query(Release).count() == 0
    db.session.rollback()
    assert command(*line).exit_code == 0
    kept = db.session.query(Release).one()
    said = dry.stdout.splitlines()
    assert said[:-2] == [
        f"{'passed' if each['passed'] else 'not passed'}:"
        f" {says(each['gate'], each['wanted'], each['found'])}"
        for each in kept.gates
    ]
    assert said[-2].startswith(
        f"A release created now would have the status {kept.status}, because it does not pass 3"
        " gates: "
    )
    assert said[-1] == "Nothing was written."


def test_a_dry_run_needs_no_name_and_no_folder_and_no_gate(command, filled):
    result = command("release", "-p", "us-russia", "--dry-run")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "because no gates are set" in result.stdout


def test_a_dry_run_counts_gold_by_the_method_asked(command, gated):
    dry = {
        method: command("release", "-p", "us-russia", "--dry-run", "--method", method).stdout
        for method in ("majority", "mace")
    }
    for method, said in dry.items():
        assert said.splitlines()[-2] == standing(gated, Aggregation(method)).says()


@pytest.mark.parametrize("method", further(["majority", "dawid-skene", "mace"]))
def test_the_settings_of_the_model_make_the_gold_that_annotator_gold_writes(
    command, filled, tmp_path, method
):
    words = ["--method", method, "--margin", "0.1", "--smoothing", "0.5"]
    line = (*RELEASE, "--name", "v1", "-o", tmp_path / "out")
    result = command(*line, *words, "--model-seed", "3")
    assert result.exit_code == 0, result.output
    kept = db.session.query(Release).one().settings
    assert [kept[name] for name in ("method", "margin", "smoothing", "model_seed")] == [
        method, 0.1, 0.5, 3,
    ]  # fmt: skip
    card = facts_of((tmp_path / "out" / "README.md").read_text(encoding="utf-8"))
    fitted = {"smoothing": 0.5, "most_steps": 100, "least_change": 1e-05}
    drawn = {"restarts": 10, "seed": 3}
    unused = dict.fromkeys(("smoothing", "most_steps", "least_change", "restarts", "seed"))
    assert card["aggregation"] == {
        **unused,
        "margin": 0.1,
        **(fitted if method != "majority" else {}),
        **(drawn if method == "mace" else {}),
    }
    db.session.rollback()
    gold = command("gold", "-p", "us-russia", *words, "--seed", "3")
    said = [json.loads(each) for each in gold.stdout.splitlines()]
    rows = [row for row in release_folder.rows(tmp_path / "out", "gold") if row["how"] != "none"]
    hidden = ("split", "reason", "claims")  # a release has no notes
    assert [{k: row[k] for k in row if k not in hidden} for row in rows] == [
        {k: row[k] for k in row if k not in hidden} for row in said
    ]
    assert command("verify", tmp_path / "out").exit_code == 0


def test_a_dry_run_counts_gold_by_the_margin_asked(command, gated):
    dry = command("release", "-p", "us-russia", "--dry-run", "--margin", "0")
    assert dry.stdout.splitlines()[-2] == standing(gated, Aggregation(least_margin=0.0)).says()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--margin", "1.1"), "--margin: a share of the votes, from 0 to 1."),
        (("--margin", "nan"), "--margin: a share of the votes, from 0 to 1."),
        (("--margin", "much"), "'much' is not a valid float"),
        (("--smoothing", "-1"), "-1.0 is not in the range 0<=x<=1000.0"),
        (("--smoothing", "inf"), "inf is not in the range 0<=x<=1000.0"),
        (("--smoothing", "nan"), "nan is not a number"),
    ],
)
@pytest.mark.parametrize("verb", ["gold", "release", "dry"])
def test_settings_that_are_none_are_refused_as_gold_refuses_them(
    command, project, tmp_path, words, said, verb
):
    line = {
        "gold": ("gold", "-p", "us-russia"),
        "release": (*RELEASE, "--name", "v1", "-o", tmp_path / "out"),
        "dry": ("release", "-p", "us-russia", "--dry-run"),
    }[verb]
    result = command(*line, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert list(tmp_path.glob("out*")) == []
    assert db.session.query(Release).count() == 0


def test_a_seed_below_zero_is_refused(command, project, tmp_path):
    result = command(*RELEASE, "--name", "v1", "-o", tmp_path / "out", "--model-seed", "-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "-1 is not in the range 0<=x<=2147483647" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_dry_run_refuses_a_name_that_is_taken(command, filled, tmp_path):
    command(*RELEASE, "--name", "v1", "-o", tmp_path / "out")
    result = command(*RELEASE, "--name", "v1", "--dry-run")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "immutable" in result.stderr


@pytest.mark.parametrize(
    ("words", "missing"), [(("-o", "x"), "--name"), (("--name", "v1"), "--output")]
)
def test_a_release_needs_its_name_and_its_folder(command, filled, words, missing):
    result = command("release", "-p", "us-russia", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{missing} is missing" in result.stderr


AGAINST = "Stance: One-coin takes A"
ONE_COIN = (*RELEASE, "--method", "one-coin")


@pytest.fixture
def doubtful(project):
    """Two who always agree, and one who always contradicts them: no model makes sense of that."""
    store_stances(project, np.array([[0, 0, 2], [2, 2, 0]] * 8))
    db.session.rollback()
    return project


def test_a_method_that_something_speaks_against_is_refused_until_confirmed(
    command, doubtful, tmp_path
):
    asked = (*ONE_COIN, "--name", "v1", "-o", tmp_path / "out")
    refused = command(*asked)
    assert refused.exit_code != 0
    assert "Gold by one-coin requires a confirmation" in refused.stderr
    assert AGAINST in refused.stderr
    assert not (tmp_path / "out").exists()
    assert db.session.query(Release).count() == 0
    dry = command(*ONE_COIN, "--dry-run").stdout
    assert f"Warning: {AGAINST}" in dry
    assert "A release with one-coin needs --despite-warning." in dry
    assert "Warning" not in command(*RELEASE, "--dry-run").stdout


def test_the_card_of_a_doubtful_release_says_what_speaks_against_it(command, doubtful, tmp_path):
    folder = tmp_path / "out"
    made = command(*ONE_COIN, "--name", "v1", "-o", folder, "--despite-warning")
    assert made.exit_code == 0, made.output
    card = (folder / "README.md").read_text(encoding="utf-8")
    (warning,) = facts_of(card)["warnings"]
    assert warning.startswith(AGAINST)
    assert "**Warning.** The release uses the method despite" in card
    model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert f"Stance: {model['fields']['stance']['warnings'][0]}" == warning
    assert not [each for each in faults(folder) if "warnings" in each]
    shown = json.dumps(warning, ensure_ascii=False)
    assert shown in card
    changed = card.replace(shown, '"Stance: all is well"')
    (folder / "README.md").write_text(changed, encoding="utf-8")
    (said,) = [each for each in faults(folder) if "warnings" in each]
    assert said.startswith('README.md: “warnings[0]” is "Stance: all is well"; “one-coin” gives')


def faults(folder):
    db.session.rollback()
    return [str(each) for each in Verification(folder).faults()]
