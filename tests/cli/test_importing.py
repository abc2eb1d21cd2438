"""`annotator import`: one line per file, everything or nothing of each."""

import re
import sys

import pytest
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
    assert result.exit_code == 0, result.stderr
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
    assert lines[2] == "c.txt: refused: the same text is already in this import as “a”"
    assert lines[3] == "more/d.txt: stored as “d”, 2 sentences"
    assert lines[4] == "2 articles added, 5 sentences; 2 refused."
    assert result.stderr.splitlines()[-1] == "Error: 2 of 4 files refused."
    assert keys() == ["a", "d"]


def test_a_dry_run_says_the_same_and_stores_nothing(project, command, folder):
    result = command("import", folder, "-p", project.slug, "--dry-run")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "a.txt: would be stored as “a”, 3 sentences"
    assert lines[2] == "c.txt: refused: the same text is already in this import as “a”"
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
    assert "talks.csv: refused: line 3: there is no “text”; it has “Talks fail”" in refused.stdout
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
        (["import", "-", "-p", "us-russia"], "add --key KEY"),
        (["import", "{folder}/a.txt", "--key", "k", "-p", "us-russia"], "--key needs -"),
        (["import", "{empty}", "-p", "us-russia"], "There is no file in"),
        (["import", "{folder}/a.txt"], "Missing option '-p'"),
        (["import", "{folder}/a.txt", "-p", "us-russia", "--format", "pdf"], "'pdf' is not one of"),
        (["import", "-p", "us-russia"], "Missing argument"),
        (["import", "{folder}/a.txt", "-p", "us-russia", "--column", "text"], "write FIELD=NAME"),
        (["import", "{folder}/a.txt", "-p", "us-russia", "--column", "x=y"], "no field “x”"),
    ],
)
def test_wrong_use_is_said_and_exits_2(project, command, folder, tmp_path, words, said):
    empty = tmp_path / "empty"
    empty.mkdir()
    result = command(*(word.format(folder=folder, empty=empty) for word in words))
    assert result.exit_code == 2
    assert said in result.stderr
    assert keys() == []


@pytest.fixture
def bars(monkeypatch):
    """Watch the bars of a long run as a terminal would show them: label, length, steps."""
    shown = []

    class Bar:
        def __init__(self, length, label, file):
            assert file is sys.stderr
            self.steps = []
            shown.append((label, length, self.steps))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def update(self, many):
            self.steps.append(many)

    monkeypatch.setattr(commands, "MANY_FILES", 1)
    monkeypatch.setattr(commands, "on_terminal", lambda: True)
    monkeypatch.setattr(commands.click, "progressbar", Bar)
    return shown


def test_a_long_run_shows_bars_on_a_terminal_and_every_line(project, command, folder, bars):
    result = command("import", folder, "-p", project.slug)
    assert len(result.stdout.splitlines()) == 5
    assert [(label, sum(steps) == length) for label, length, steps in bars] == [
        ("Reading", True),
        ("Storing", True),
    ]


def test_a_cancelled_run_leaves_nothing_behind(project, command, folder, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands.Run, "report_twins", interrupt)
    result = command("import", folder, "-p", project.slug)
    assert result.exit_code == 1
    assert result.stderr == "Error: Cancelled. Nothing was stored.\n"
    assert keys() == []
    assert db.session.scalar(select(func.count(Sentence.id))) == 0


def test_every_format_of_a_folder_is_read(project, command, tmp_path):
    made = tmp_path / "mixed"
    made.mkdir()
    (made / "a.jsonl").write_text('{"key": 1, "text": "One. Two."}\n\n{"text": "Three.", "x": 4}\n')
    (made / "b.json").write_text('[{"key": "j", "text": "Four."}]')
    (made / "c.csv").write_text("Key,Text,Desk\nr1,Five.,World\n")
    (made / "d.tsv").write_text("key\ttext\nt1\tSix.\n")
    (made / "e.txt").write_text("Seven is here.")
    (made / "e.ann").write_text("T1\tSpeaker 0 5\tSeven\n")
    (made / "f.jsonl").write_text('{"key": "ok", "text": "Eight."}\n{"key": "no"}\n')
    result = command("import", made, "-p", project.slug)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "a.jsonl: stored as 2 articles, “1” to “a-00002”, 3 sentences",
        "b.json: stored as “j”, 1 sentence",
        "c.csv: stored as “r1”, 1 sentence",
        "d.tsv: stored as “t1”, 1 sentence",
        "e.txt: stored as “e”, 1 sentence, labels in e.ann are read by “annotator labels import”",
        "f.jsonl: refused: line 2: there is no “text”; it has “key”: choose which one"
        " contains the text (by command: --column text=NAME)",
        "6 articles added, 7 sentences; 1 refused.",
    ]
    assert db.session.scalar(select(Article.extra).where(Article.key == "r1"))["metadata"] == {
        "Desk": "World"
    }


def test_columns_are_chosen_by_name(project, command, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("id;body;when\n7;Talks went on.;2019-05-03\n")
    columns = ["--column", "key=id", "--column", "text=body", "--column", "published_on=when"]
    assert command("import", path, "-p", project.slug, *columns).exit_code == 0
    stored = db.session.scalars(select(Article)).one()
    assert (stored.key, stored.published_on.isoformat(), stored.extra.get("metadata")) == (
        "7",
        "2019-05-03",
        None,
    )


def test_labels_that_are_not_of_their_text_refuse_both(project, command, folder):
    (folder / "a.ann").write_text("T1\tSpeaker 0 5\tWords\n")
    result = command("import", folder / "a.txt", "-p", project.slug)
    assert "a.txt: refused: its labels (.ann): line 1: the text has “Talks” there" in result.stdout
    assert keys() == []


def test_records_come_from_standard_input_with_their_own_keys(project, command):
    rows = '{"key": "a", "text": "One."}\n{"key": "b", "text": "Two."}\n'
    result = command("import", "-", "--format", "jsonl", "-p", project.slug, input=rows)
    assert "stdin: stored as 2 articles, “a” to “b”, 2 sentences" in result.stdout


def test_a_new_version_stands_beside_the_old_one(project, command, folder):
    command("import", folder / "a.txt", "-p", project.slug)
    (folder / "a.txt").write_text(GOOD + "More.\n")
    refused = command("import", folder / "a.txt", "-p", project.slug)
    assert refused.exit_code == 1
    assert "import it with --new-version as a new version" in refused.stdout
    stored = command("import", folder / "a.txt", "-p", project.slug, "--new-version")
    assert "a.txt: stored as “a@2”, a new version of “a”, 4 sentences" in stored.stdout
    (folder / "a.txt").write_text(GOOD + "Still more.\n")
    command("import", folder / "a.txt", "-p", project.slug, "--new-version")
    rows = db.session.execute(select(Article.key, Article.version, Article.version_of_id)).all()
    first = db.session.scalar(select(Article.id).where(Article.key == "a"))
    assert sorted(rows) == [("a", 1, None), ("a@2", 2, first), ("a@3", 3, first)]


def test_near_duplicates_are_named_and_stored_as_a_cluster(project, command, tmp_path):
    wire = " ".join(f"Sentence {number} speaks of talks in Geneva." for number in range(30))
    made = tmp_path / "wire"
    made.mkdir()
    for name, text in (("a", wire), ("b", wire + " One more here."), ("c", "Other words. " * 9)):
        (made / f"{name}.txt").write_text(text)
    tried = command("import", made, "-p", project.slug, "--dry-run").stdout.splitlines()[:3]
    lines = command("import", made, "-p", project.slug).stdout.splitlines()[:3]
    assert [line.replace("would be stored", "stored") for line in tried] == lines
    assert ["near-duplicate" in line for line in lines] == [True, True, False]
    rows = dict(db.session.execute(select(Article.key, Article.cluster_id)).all())
    first = db.session.scalar(select(Article.id).where(Article.key == "a"))
    assert rows == {"a": first, "b": first, "c": None}


def test_a_dry_run_names_near_duplicates_of_what_is_stored(project, command, tmp_path):
    wire = " ".join(f"Sentence {number} speaks of talks in Geneva." for number in range(30))
    for name, text in (("a", wire), ("b", wire + " More."), ("c", wire + " Still more.")):
        (tmp_path / f"{name}.txt").write_text(text)
    command("import", tmp_path / "a.txt", tmp_path / "b.txt", "-p", project.slug)
    tried = command("import", tmp_path / "c.txt", "-p", project.slug, "--dry-run").stdout
    assert "c.txt: would be stored as “c”, 31 sentences, near-duplicate of “a”" in tried
    assert db.session.scalar(select(func.count()).select_from(Article)) == 2
    assert db.session.scalar(select(Article.id).where(Article.key == "c")) is None


def test_help_says_what_it_does(command):
    assert "stored completely or not at all" in command("import", "--help").stdout


@pytest.mark.parametrize(
    ("name", "raw", "places"),
    [
        (
            "a.csv",
            "key,text\n1,Said.\n2,\n3,Said.\n1,Other.\n4\n",
            ("line 3", "line 4", "line 5", "line 6"),
        ),
        (
            "a.jsonl",
            '{"text": "Said."}\n{"text": 1}\n{"text"\n{"text": "Said."}\n',
            ("line 2", "line 3", "line 4"),
        ),
        ("a.json", '[{"text": "Said."}, {}, {"text": "Said."}]', ("article 2", "article 3")),
    ],
)
def test_every_row_that_cannot_be_stored_is_named_at_once(
    project, command, tmp_path, name, raw, places
):
    (tmp_path / name).write_text(raw)
    result = command("import", tmp_path / name, "-p", project.slug)
    assert result.exit_code == 1
    line = result.stdout.splitlines()[0]
    assert re.findall(r"(?:refused:|;) ((?:line|article) \d+)", line) == [*places]
    assert keys() == []


def test_skip_leaves_out_exactly_the_rows_that_are_named(project, command, tmp_path):
    rows = [
        '{"key": "a", "text": "One. Two."}',
        "{",
        '{"key": "b"}',
        '{"key": "c", "text": "Three."}',
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(rows))
    refused = command("import", path, "-p", project.slug)
    assert keys() == []
    assert "1 refused" in refused.stdout
    skipped = command("import", path, "-p", project.slug, "--skip")
    assert skipped.exit_code == 0  # it did what was asked
    db.session.rollback()
    assert keys() == ["a", "c"]
    named = [line for line in skipped.stdout.splitlines() if "left out: line" in line]
    assert [line.split(": ")[2] for line in named] == ["line 2", "line 3"]
    assert skipped.stderr.splitlines()[-1] == "2 rows left out."


def test_skip_refuses_a_file_whose_reading_ended_before_its_end(project, command, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('key,text\na,One.\nb,"Two.\nc,Three.\n')
    result = command("import", path, "-p", project.slug, "--skip")
    assert "quotation marks are not balanced" in result.stdout
    assert keys() == []


def test_labels_of_several_annotators_beside_a_text_are_no_articles(project, command, tmp_path):
    (tmp_path / "talks.txt").write_text(GOOD)
    for name in ("talks.A07.ann", "talks.A08.ann"):
        (tmp_path / name).write_text("T1\tSpeaker 0 5\tTalks\n")
    result = command("import", tmp_path, "-p", project.slug)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == (
        "talks.txt: stored as “talks”, 3 sentences, labels in talks.A07.ann, talks.A08.ann are read"
        " by “annotator labels import”"
    )
