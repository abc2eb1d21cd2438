"""`annotator codebook`: check, export, import, diff, publish."""

import pytest
from click.testing import CliRunner
from labelling_examples import claim, claims, save, stored

from annotator.cli import cli
from annotator.codebook.load import default_text, load_default
from annotator.codebook.toml import to_toml
from annotator.store.db import db
from annotator.work.accounts import projects

NEXT = (
    default_text()
    .replace('version = "1.0"', 'version = "1.1"')
    .replace("Is about it and takes no side.", "Names it without a side.")
)


@pytest.fixture
def run(monkeypatch, settings):
    monkeypatch.setenv("ANNOTATOR_DATA", str(settings.data))
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", settings.database_url)

    def run(*args, code=0):
        result = CliRunner().invoke(cli, ["codebook", *map(str, args)])
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def next_file(tmp_path):
    path = tmp_path / "next.toml"
    path.write_text(NEXT, encoding="utf-8")
    return path


def versions():
    db.session.rollback()
    db.session.expire_all()
    return [(v.number, v.label) for v in projects.get("us-russia").codebook_versions]


def test_a_file_is_checked_without_a_database(run, next_file):
    said = run("check", next_file).stdout
    assert "version 1.1: 4 stances, 4 degrees of certainty" in said
    assert "Advice: rules.CL-3: no value and no section cites this rule" in said
    next_file.write_text('version = "1"', encoding="utf-8")
    lines = run("check", next_file, code=2).stderr.splitlines()
    assert len(lines) > 3
    assert all(line.startswith("Error: next.toml: ") for line in lines)


def test_what_is_exported_is_imported_as_the_same(run, project, tmp_path):
    file = tmp_path / "out.toml"
    run("export", "-p", "us-russia", "-o", file)
    assert file.read_text(encoding="utf-8") == to_toml(load_default())
    said = run("import", file, "-p", "us-russia").stdout
    assert said == "Draft of us-russia: version 1.0.\n"
    assert run("export", "-p", "us-russia", "--draft").stdout == to_toml(load_default())


def test_a_draft_is_published_once_with_reason_and_signature(run, project, next_file):
    run("import", next_file, "-p", "us-russia")
    assert "has a draft already" in run("import", next_file, "-p", "us-russia", code=2).stderr
    assert versions() == [(1, "1.0")]
    said = run("diff", "-p", "us-russia").stdout
    assert "reworded     stances.neutral: definition" in said
    asked = ("publish", "-p", "us-russia", "--reason", "neutral was read two ways")
    assert "Nothing was published." in run(*asked, "--dry-run").stdout
    assert "Published 1.1, version 2" in run(*asked, "--by", "lea").stdout
    assert versions() == [(1, "1.0"), (2, "1.1")]
    made = projects.get("us-russia").codebook_version
    assert made.reason == "neutral was read two ways"
    assert made.user_id is not None
    assert "has no draft" in run(*asked, code=2).stderr
    assert run("export", "-p", "us-russia", "--version", "1").stdout == to_toml(load_default())
    run("diff", "1", "-p", "us-russia", "--exit-code", code=1)


def test_a_retired_value_is_mapped_by_command(run, project, article, next_file):
    save(article, claims(claim(stance="neutral")), position=2)
    retired = NEXT.replace('value = "neutral"\n', 'value = "neutral"\nretired = true\n')
    next_file.write_text(retired, encoding="utf-8")
    asked = ("publish", next_file, "-p", "us-russia", "--reason", "no neutral")
    mapped = (*asked, "--map", "stances.neutral=unrelated")
    assert "needs --by" in run(*mapped, code=2).stderr
    assert "write VALUE=VALUE" in run(*asked, "--map", "neutral", "--by", "lea", code=2).stderr
    assert "does not retire" in run(
        *asked, "--map", "stances.support=unrelated", "--by", "lea", code=2
    ).stderr  # fmt: skip
    assert versions() == [(1, "1.0")]
    assert "Mapped: 1 answer, 0 decisions." in run(*mapped, "--by", "lea").stdout
    assert versions() == [(1, "1.0"), (2, "1.1")]
    assert stored(article).claims[0].stance == "unrelated"


@pytest.mark.parametrize(
    ("text", "reason", "said"),
    [
        (default_text(), "why", "nothing to publish"),
        (NEXT.replace('"1.1"', '"1.0"'), "why", "already a version 1.0"),
        (NEXT, " ", "Say why"),
    ],
)
def test_what_cannot_be_published_is_refused(run, project, next_file, text, reason, said):
    next_file.write_text(text, encoding="utf-8")
    asked = ("publish", next_file, "-p", "us-russia", "--reason", reason)
    assert said in run(*asked, code=2).stderr
    assert versions() == [(1, "1.0")]
