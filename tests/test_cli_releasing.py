"""`annotator release`, as a person at the command line meets it."""

import pytest
from release_examples import content, labelled

from annotator.formats import release_folder
from annotator.store.db import db, write
from annotator.store.models import Release
from annotator.work.gates import says
from annotator.work.standing import standing


@pytest.fixture
def filled(project, article):
    labelled(project, article)
    db.session.rollback()
    return project


def test_release_writes_the_folder_and_the_record(command, filled, tmp_path):
    result = command("release", "-p", "us-russia", "--name", "v1", "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "v1: 7 articles" in result.output
    assert release_folder.sums(tmp_path / "out")
    (kept,) = db.session.query(Release)
    assert kept.sha256 in result.output
    assert kept.settings == {
        "with_text": True, "with_notes": False, "by": "article",
        "shares": {"train": 0.8, "dev": 0.1, "test": 0.1}, "seed": 0, "parquet": False,
        "method": "majority",
    }  # fmt: skip


def test_a_terminal_shows_how_far_it_is(command, filled, tmp_path, monkeypatch):
    monkeypatch.setattr("annotator.cli.importing.on_terminal", lambda: True)
    monkeypatch.setattr("annotator.cli.releasing.MANY", 0)
    # The bar draws itself on what it takes for a terminal only.
    monkeypatch.setattr("click._termui_impl.isatty", lambda _stream: True)
    result = command("release", "-p", "us-russia", "--name", "v1", "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "Writing" in result.stderr
    assert "100%" in result.stderr


def test_a_key_that_cancels_leaves_nothing(command, filled, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("annotator.work.releasing.report_for", interrupted)
    result = command("release", "-p", "us-russia", "--name", "v1", "-o", tmp_path / "out" / "v1")
    assert result.exit_code == 1
    assert "Cancelled. Nothing was released." in result.stderr
    assert list((tmp_path / "out").iterdir()) == []
    assert db.session.query(Release).count() == 0


def test_options_reach_the_folder(command, filled, tmp_path):
    words = ["--without-text", "--with-notes", "--by", "publisher", "--shares", ".5,.25,.25"]
    publishers = command(
        "release", "-p", "us-russia", "--name", "v1", "-o", tmp_path / "a", *words, "--seed", "3"
    )
    assert publishers.exit_code == 2
    assert "1 article has no publisher" in publishers.stderr
    words[3] = "speaker"
    result = command(
        "release", "-p", "us-russia", "--name", "v1", "-o", tmp_path / "a", *words, "--seed", "3"
    )
    assert result.exit_code == 0, result.output
    settings = release_folder.document(tmp_path / "a", "splits")["settings"]
    assert settings == {
        "by": "speaker", "shares": {"train": 0.5, "dev": 0.25, "test": 0.25}, "seed": 3,
        "stratified": "stance",
    }  # fmt: skip
    assert "text" not in next(release_folder.rows(tmp_path / "a", "sentences"))
    assert b"a note" in content(tmp_path / "a")["annotations.jsonl"]


def test_the_same_name_again_is_refused_and_nothing_changes(command, filled, tmp_path):
    line = ("release", "-p", "us-russia", "--name", "v1", "-o")
    assert command(*line, tmp_path / "a").exit_code == 0
    before = content(tmp_path / "a")
    result = command(*line, tmp_path / "b")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "never change" in result.stderr
    assert not (tmp_path / "b").exists()
    assert content(tmp_path / "a") == before
    assert db.session.query(Release).count() == 1


def test_a_folder_that_is_not_empty_is_refused_and_no_name_is_used_up(command, filled, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("mine")
    result = command("release", "-p", "us-russia", "--name", "v1", "-o", out)
    assert result.exit_code == 2
    assert "not empty" in result.stderr
    assert content(out) == {"mine": b"mine"}
    assert db.session.query(Release).count() == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-p", "nothing", "--name", "v1"), 'no project "nothing"'),
        (("-p", "us-russia", "--name", "a/b"), "cannot be the name of a release"),
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
    command("release", "-p", "us-russia", "--name", "v1", "-o", tmp_path / "out")
    result = command("audit", "-p", "us-russia")
    assert result.exit_code == 0, result.output
    assert db.session.query(Release).one().audit_root in result.output


@pytest.fixture
def gated(filled):
    with write():
        filled.gates = {"stance_alpha": 0.1, "decided": 1.0, "coverage": 1.0}
    return filled


def test_a_dry_run_says_what_the_release_then_says_and_writes_nothing(command, gated, tmp_path):
    line = ("release", "-p", "us-russia", "--name", "v1", "-o", tmp_path / "out")
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
        f"A release made now would be called {kept.status}, because it does not pass 3 gates: "
    )
    assert said[-1] == "Nothing was written."


def test_a_dry_run_needs_no_name_and_no_folder_and_no_gate(command, filled):
    result = command("release", "-p", "us-russia", "--dry-run")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "because the project has set no gate" in result.stdout


def test_a_dry_run_counts_gold_by_the_method_asked(command, gated):
    dry = {
        method: command("release", "-p", "us-russia", "--dry-run", "--method", method).stdout
        for method in ("majority", "mace")
    }
    for method, said in dry.items():
        assert said.splitlines()[-2] == standing(gated, method).says()


def test_a_dry_run_refuses_a_name_that_is_taken(command, filled, tmp_path):
    command("release", "-p", "us-russia", "--name", "v1", "-o", tmp_path / "out")
    result = command("release", "-p", "us-russia", "--name", "v1", "--dry-run")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "never change" in result.stderr


@pytest.mark.parametrize(
    ("words", "missing"), [(("-o", "x"), "--name"), (("--name", "v1"), "--output")]
)
def test_a_release_needs_its_name_and_its_folder(command, filled, words, missing):
    result = command("release", "-p", "us-russia", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{missing} is missing" in result.stderr
