"""`annotator project`: add, list, show."""

import pytest
from click.testing import CliRunner

from annotator.cli import cli
from annotator.codebook.load import default_text
from annotator.work.accounts import memberships, projects


@pytest.fixture
def run(monkeypatch, settings):
    """Run a command in an installation of its own: `run("project", "list")`."""
    monkeypatch.setenv("ANNOTATOR_DATA", str(settings.data))
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", settings.database_url)

    def run(*args, code=0):
        result = CliRunner().invoke(cli, ["project", *args])
        assert result.exit_code == code, result.output
        return result

    return run


def test_a_project_is_added_with_the_default_codebook(run, app):
    assert run("add", "us-russia").stdout.startswith("Added us-russia: US–Russia cooperation")
    assert projects.get("us-russia").codebook_version.number == 1


def test_a_project_has_a_title_and_a_codebook_of_its_own(run, app, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(default_text().replace("NARRATOR", "REPORTER"), encoding="utf-8")
    run("add", "mine", "--title", "My question", "--codebook", str(file))
    project = projects.get("mine")
    assert project.name == "My question"
    assert project.codebook.narrator_name == "REPORTER"


def test_everything_wrong_in_a_codebook_is_said_and_nothing_stored(run, app, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('version = "1"', encoding="utf-8")
    result = run("add", "mine", "--codebook", str(file), code=2)
    lines = result.stderr.splitlines()
    assert len(lines) > 3
    assert all(line.startswith("Error: mine.toml: ") for line in lines)
    assert projects.all_projects() == []


def test_a_codebook_that_is_no_text_is_refused(run, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in run("add", "mine", "--codebook", str(file), code=2).stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("add", "Bad Slug"), "short name"),
        (("add", "us-russia"), 'already a project "us-russia"'),
        (("show", "nope"), 'no project "nope"'),
        (("add", "x", "--codebook", "/no/such/file.toml"), "does not exist"),
        (("add",), "Missing argument"),
    ],
)
def test_wrong_use_exits_2_and_says_why(run, args, words):
    run("add", "us-russia")
    result = run(*args, code=2)
    assert words in result.stderr
    assert result.stdout == ""


def test_projects_are_listed_by_slug(run):
    run("add", "b-second", "--title", "Second")
    run("add", "a-first", "--title", "First")
    assert run("list").stdout == "a-first\tFirst\nb-second\tSecond\n"


def test_a_project_is_shown_with_its_people(run, project):
    said = run("show", "us-russia").stdout
    assert "project: us-russia\nname: US-Russia cooperation\n" in said
    assert "people: 4" in said
    for membership in memberships.members(project):
        assert f"{membership.pseudonym}  {membership.user.username}" in said


def test_settings_are_changed_and_the_rest_stays(command, project):
    done = command(
        "project", "change", "us-russia", "--overlap", 3, "--lease-hours", 48, "--ask-for-work"
    )
    assert done.exit_code == 0
    assert "annotators per article: 3" in done.output
    assert "unstarted assignments expire: after 48 hours" in done.output
    assert "annotators may get articles themselves: yes" in done.output
    assert "name: US-Russia cooperation" in done.output
    done = command("project", "change", "us-russia", "--no-ask-for-work", "--title", "New")
    assert "annotators may get articles themselves: no" in done.output
    assert "annotators per article: 3" in done.output


def test_settings_that_make_no_sense_are_wrong_use(command, project):
    done = command("project", "change", "us-russia", "--overlap", 0)
    assert done.exit_code == 2
    assert "The overlap must be a number from 1" in done.output


def test_the_terms_of_releases_are_changed_one_by_one(run, app):
    run("add", "mine")
    run("change", "mine", "--gate", "stance_alpha=0.55", "--gate", "coverage=1")
    run("change", "mine", "--annotations-licence", "CC BY 4.0", "--author", "Ekman, Ulrika")
    run("change", "mine", "--texts-licence", "by permission", "--share-texts")
    shown = run("change", "mine", "--gate", "coverage=", "--author", "A", "--author", "B").stdout
    assert "gates: stance_alpha 0.55\n" in shown
    assert "licence of the annotations: CC BY 4.0\n" in shown
    assert "licence of the texts: by permission\n" in shown
    assert "texts may be shared: yes\n" in shown
    assert "authors: A; B\n" in shown
    assert "authors: not stated\n" in run("change", "mine", "--author", "").stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--gate", "coverage"), "write NAME=VALUE"),
        (("--gate", "coverage=much"), "“much” is not a number from 0 to 1"),
        (("--gate", "coverage=80"), "enter a number from 0 to 1"),
        (("--gate", "truth=1"), 'no gate "truth"'),
        (("--share-texts",), "To share the texts, enter their licence"),
    ],
)
def test_wrong_terms_are_wrong_use_and_change_nothing(run, app, args, words):
    run("add", "mine")
    result = run("change", "mine", "--title", "Renamed", *args, code=2)
    assert words in result.stderr
    assert projects.get("mine").name != "Renamed"
