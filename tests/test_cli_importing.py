"""`annotator import`: one line per file, everything or nothing of each."""

import sys

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from annotator.cli import importing as commands
from annotator.paths import SAMPLES
from annotator.store.db import db
from annotator.store.models import Article, Assignment, Sentence

GOOD = "Talks fail\n\nMr. Orlov said no. He left.\n"


@pytest.fixture
def folder(tmp_path):
    """Return a folder of files, good and bad."""
    made = tmp_path / "articles"
    (made / "more").mkdir(parents=True)
    (made / "a.txt").write_text(GOOD)
    (made / "b.txt").write_bytes(b"\x7fELF\x02\x01\x01\x00 code")
    (made / "c.txt").write_text(GOOD)
    (made / "more" / "d.txt").write_text("Another. Article.")
    (made / ".hidden").write_text("Not meant.")
    return made


def keys():
    return list(db.session.scalars(select(Article.key).order_by(Article.key)))


def test_the_sample_articles_are_imported(project, command):
    result = command("import", SAMPLES / "000_96e20d9a8f8d9c95.txt", "-p", project.slug)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "000_96e20d9a8f8d9c95.txt: stored as “000_96e20d9a8f8d9c95”, 22 sentences",
        "1 article added, 22 sentences; 0 refused.",
    ]
    assert db.session.scalar(select(func.count(Sentence.id))) == 22


def test_a_folder_goes_on_after_a_refused_file(project, command, folder):
    result = command("import", folder, "-p", project.slug)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "a.txt: stored as “a”, 3 sentences"
    assert lines[1].startswith("b.txt: refused: this looks like a binary file")
    assert lines[2] == "c.txt: refused: the same text is already here as article “a”"
    assert lines[3] == "more/d.txt: stored as “d”, 2 sentences"
    assert lines[4] == "2 articles added, 5 sentences; 2 refused."
    assert result.stderr == "Error: 2 of 4 files refused.\n"
    assert keys() == ["a", "d"]


def test_a_dry_run_says_the_same_and_stores_nothing(project, command, folder):
    result = command("import", folder, "-p", project.slug, "--dry-run")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "a.txt: would be stored as “a”, 3 sentences"
    assert lines[2] == "c.txt: refused: the same text is already in this batch as “a”"
    assert lines[4] == "2 articles would be added, 5 sentences; 2 refused. Nothing was stored."
    assert keys() == []


def test_standard_input_is_an_article_under_the_given_key(project, command):
    result = command("import", "-", "--key", "talks", "-p", project.slug, input=GOOD)
    assert result.exit_code == 0
    assert keys() == ["talks"]


def test_new_articles_can_be_given_to_the_annotators_at_once(project, command, folder):
    result = command("import", folder / "a.txt", "-p", project.slug, "--assign")
    assert "2 assignments made, overlap 2." in result.stdout
    assert db.session.scalar(select(func.count(Assignment.id))) == 2


def test_another_format_is_read_as_text_if_one_says_so(project, command, folder):
    path = folder / "talks.csv"
    path.write_text(GOOD)
    refused = command("import", path, "-p", project.slug)
    assert refused.exit_code == 1
    assert "talks.csv: refused: its name says that it is a table" in refused.stdout
    assert command("import", path, "-p", project.slug, "--format", "txt").exit_code == 0


def test_a_file_too_large_is_refused_without_reading_it(project, command, folder):
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    result = command("import", folder / "huge.txt", "-p", project.slug)
    assert result.exit_code == 1
    assert "huge.txt: refused: it is too large: 21.0 MB, at most 20 MB" in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "nowhere.txt", "-p", "us-russia"], "There is no file or folder nowhere.txt."),
        (["import", "{folder}/a.txt", "-p", "none"], 'There is no project "none".'),
        (["import", "-", "-p", "us-russia"], "say --key KEY"),
        (["import", "{folder}/a.txt", "--key", "k", "-p", "us-russia"], "--key goes with -"),
        (["import", "{empty}", "-p", "us-russia"], "There is no file in"),
        (["import", "{folder}/a.txt"], "Missing option '-p'"),
        (["import", "{folder}/a.txt", "-p", "us-russia", "--format", "pdf"], "'pdf' is not one of"),
        (["import", "-p", "us-russia"], "Missing argument"),
    ],
)
def test_wrong_use_is_said_and_exits_2(project, command, folder, tmp_path, words, said):
    empty = tmp_path / "empty"
    empty.mkdir()
    result = command(*(word.format(folder=folder, empty=empty) for word in words))
    assert result.exit_code == 2
    assert said in result.stderr
    assert keys() == []


def test_a_long_run_shows_a_bar_on_a_terminal_and_every_line(project, command, folder, monkeypatch):
    monkeypatch.setattr(commands, "LONG_RUN", 1)
    shown = []

    class Bar:
        def __init__(self, sources, label, file):
            assert file is sys.stderr
            shown.extend(sources)

        def __enter__(self):
            return iter(shown)

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(commands, "on_terminal", lambda: True)
    monkeypatch.setattr(commands.click, "progressbar", Bar)
    result = command("import", folder, "-p", project.slug)
    assert len(shown) == 4
    assert len(result.stdout.splitlines()) == 5


def test_help_says_what_it_does():
    result = CliRunner().invoke(commands.import_command, ["--help"])
    assert "stored whole or not at all" in result.stdout
