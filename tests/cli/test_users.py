"""`annotator user`: what it prints, what it stores, how it fails."""

import re

import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError, ProgrammingError

from annotator.cli import cli, database_faults
from annotator.cli.faults import FailedCheckError
from annotator.codebook.load import load_default
from annotator.store.db import db, write
from annotator.store.engine import DatabaseBusyError
from annotator.work.accounts import accounts, memberships, passwords, projects


@pytest.fixture
def run(monkeypatch, settings):
    """Run a command in an installation of its own: `run("user", "list")`."""
    monkeypatch.setenv("ANNOTATOR_DATA", str(settings.data))
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", settings.database_url)

    def run(*args, code=0, **kwargs):
        result = CliRunner().invoke(cli, args, **kwargs)
        assert result.exit_code == code, result.output
        if code:
            assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


@pytest.fixture
def with_project(run):
    run("project", "add", "us-russia")
    return run


def one_line(result):
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    return lines[0]


@pytest.fixture
def stored(app):
    """The same database, seen from a test."""
    return accounts


def test_a_person_is_added(run, stored):
    out = run("user", "add", "Ann").stdout
    assert out == "Added ann.\nSign-in link: annotator user link ann\n"
    assert stored.get_user("ann").password_hash is None


def test_a_person_is_added_to_a_project_as_annotator(with_project, stored):
    out = with_project("user", "add", "ann", "-p", "us-russia").stdout
    assert re.match(r"Added ann\. In us-russia as A\d\d: annotator\.\n", out)


def test_roles_can_be_given_later(with_project, stored):
    first = with_project("user", "add", "ann", "-p", "us-russia").stdout
    out = with_project(
        "user", "add", "ann", "-p", "us-russia", "--role", "lead", "--role", "adjudicator"
    ).stdout
    (membership,) = memberships.members(projects.get("us-russia"))
    assert membership.pseudonym in first
    assert "ann already exists." in out
    assert memberships.role_names(membership) == "annotator, adjudicator, lead"


def test_a_password_is_read_from_standard_input(run, stored):
    out = run("user", "add", "ann", "--password-stdin", input="correct horse battery\n").stdout
    assert out == "Added ann.\n"
    assert passwords.fits("correct horse battery", stored.get_user("ann").password_hash)


@pytest.mark.parametrize("line", ["short\n", "", "password123\r\n", b"\xff\xfe not text\n"])
def test_a_bad_password_stores_nothing(run, stored, line):
    one_line(run("user", "add", "ann", "--password-stdin", input=line, code=2))
    assert stored.find_user("ann") is None


def test_a_password_is_not_changed_by_adding_again(with_project, stored):
    with_project("user", "add", "ann")
    again = ("user", "add", "ann", "-p", "us-russia", "--password-stdin")
    said = one_line(with_project(*again, input="correct horse battery\n", code=2))
    assert 'already an account "ann"' in said
    assert stored.get_user("ann").password_hash is None


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("add", "ann", "--role", "lead"), "-p PROJECT"),
        (("add", "ann", "-p", "nope"), 'no project "nope"'),
        (("add", "a b"), "cannot be a user name"),
        (("link", "nobody"), "no account 'nobody'"),
        (("disable", "nobody"), "no account 'nobody'"),
    ],
)
def test_wrong_use_is_one_line(run, stored, args, words):
    assert words in one_line(run("user", *args, code=2))
    assert stored.all_users() == []


@pytest.mark.parametrize("args", [("add",), ("add", "ann", "--role", "boss"), ("fly",)])
def test_usage_errors_exit_2(run, args):
    assert "Usage:" in run("user", *args, code=2).stderr


def test_a_second_account_is_refused(run):
    run("user", "add", "ann")
    assert 'already an account "ann"' in one_line(run("user", "add", "ANN", code=2))


def test_a_link_is_printed_and_works(run, stored):
    run("user", "add", "ann")
    result = run("user", "link", "ann")
    found = re.fullmatch(r"http://127\.0\.0\.1:8000/sign-in/([\w-]{43})\n", result.stdout)
    assert "use --port or --base-url" in result.stderr
    assert stored.user_of_link(found[1]).username == "ann"


@pytest.mark.parametrize(
    ("options", "start"),
    [
        (("--port", "9000"), "http://127.0.0.1:9000/sign-in/"),
        (("--host", "localhost"), "http://localhost:8000/sign-in/"),
        (("--host", "::1"), "http://[::1]:8000/sign-in/"),
        (("--base-url", "https://labels.example.org/"), "https://labels.example.org/sign-in/"),
    ],
)
def test_a_link_leads_to_the_address_of_the_server(run, options, start):
    run("user", "add", "ann")
    result = run("user", "link", "ann", *options)
    assert result.stdout.startswith(start)
    assert "use --port or --base-url" not in result.stderr


def test_a_base_url_needs_its_scheme_before_a_link_is_made(run):
    run("user", "add", "ann")
    assert "--base-url" in one_line(
        run("user", "link", "ann", "--base-url", "labels.example.org", code=2)
    )


def test_people_are_listed(with_project, stored):
    with_project("user", "add", "ann", "-p", "us-russia")
    with_project("user", "add", "ben", "--password-stdin", input="correct horse battery\n")
    with_project("user", "add", "cleo")
    with_project("user", "disable", "cleo")
    rows = [line.split("\t") for line in with_project("user", "list").stdout.splitlines()]
    assert [row[:2] for row in rows] == [
        ["ann", "link only"],
        ["ben", "password"],
        ["cleo", "disabled"],
    ]
    assert re.fullmatch(r"us-russia A\d\d \(annotator\)", rows[0][2])


def test_a_disabled_person_gets_no_link(run, stored):
    run("user", "add", "ann")
    out = run("user", "disable", "Ann").stdout
    assert out == "ann is disabled and signed out everywhere.\n"
    assert "disabled" in one_line(run("user", "link", "ann", code=2))


@pytest.mark.parametrize("args", [(), ("add",), ("link",), ("list",), ("disable",)])
def test_everything_has_help(run, args):
    assert "Usage:" in run("user", *args, "--help").stdout


# How commands fail


def test_a_wrong_setting_is_one_line(run, monkeypatch):
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", "mysql://nowhere")
    assert "ANNOTATOR_DATABASE_URL" in one_line(run("user", "list", code=2))


def test_a_database_in_no_folder_is_one_line(run, monkeypatch, tmp_path):
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", f"sqlite:///{tmp_path}/no/folder/x.sqlite3")
    assert "of the database does not exist" in one_line(run("user", "list", code=2))


def test_a_file_that_is_no_database_is_one_line(run, monkeypatch, tmp_path):
    (tmp_path / "x.sqlite3").write_text("certainly not a database, whatever its name says")
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", f"sqlite:///{tmp_path}/x.sqlite3")
    assert "not a database" in one_line(run("user", "list", code=2))


@pytest.mark.parametrize(
    "fault",
    [DatabaseBusyError("x"), OperationalError("SELECT", {}, Exception("database is\nlocked"))],
)
def test_a_busy_database_is_one_line(run, monkeypatch, fault):
    def fail():
        raise fault

    monkeypatch.setattr(accounts, "all_users", fail)
    assert "database" in one_line(run("user", "list", code=2))


def test_a_fault_of_ours_is_not_hidden():
    with pytest.raises(ProgrammingError), database_faults.database_faults():
        raise ProgrammingError("SELECT", {}, Exception("no such column"))


def test_a_reader_who_has_gone_is_left_to_click():
    with pytest.raises(BrokenPipeError), database_faults.database_faults():
        raise BrokenPipeError(32, "Broken pipe")


def test_a_failed_check_exits_1():
    assert FailedCheckError("no").exit_code == 1


def test_roles_are_set_exactly_and_labels_keep_their_pseudonym(command, project):
    pseudonym = memberships.membership_of(accounts.get_user("ann"), project).pseudonym
    done = command("user", "roles", "ann", "-p", "us-russia", "--role", "adjudicator")
    assert done.stdout == f"{pseudonym} in us-russia: adjudicator.\n"
    done = command("user", "roles", "ann", "-p", "us-russia")
    assert done.stdout == f"{pseudonym} in us-russia: no role.\n"


def test_roles_of_a_stranger_or_the_only_lead_are_wrong_use(command, project):
    assert command("user", "roles", "dan", "-p", "us-russia", "--role", "lead").exit_code == 2
    done = command("user", "roles", "lea", "-p", "us-russia")
    assert (done.exit_code, "A project needs a lead" in done.output) == (2, True)


def test_a_disabled_account_is_opened_again(command, project):
    command("user", "disable", "ann")
    assert command("user", "link", "ann").exit_code == 2
    assert command("user", "enable", "ann").exit_code == 0
    assert "/sign-in/" in command("user", "link", "ann").output


def test_who_joins_with_a_password_that_a_lead_may_know_is_told_of_a_new_one(command, project):
    with write():
        other = projects.create("other", "Other", load_default())
        memberships.join(other, accounts.get_user("ben"), {"lead"})
    with write():
        accounts.set_password(
            accounts.get_user("ann"), passwords.hash_new("a first long one", "ann"), own=False
        )
    result = command("user", "add", "ann", "-p", "other")
    assert "a lead of another project may know it" in result.stdout
    assert "annotator user password ann" in result.stdout
    assert "annotator user link ann" in result.stdout
    assert "ann\tpassword ended" in command("user", "list").stdout
    assert command("user", "password", "ann", input="quite another one\n").exit_code == 0
    assert "ann\tpassword\t" in command("user", "list").stdout


def test_a_lost_password_is_replaced_from_standard_input(command, project, browser, app):
    with write():
        accounts.set_password(
            accounts.get_user("ann"), passwords.hash_new("a first long one", "ann")
        )
        token = accounts.make_link(accounts.get_user("ann"))
    ann = browser("ann")
    for options in ((), ("--password-stdin",)):
        result = command("user", "password", "ann", *options, input="quite another one\n")
        assert result.exit_code == 0, result.stderr
    assert result.stdout == "ann has a new password and is signed out everywhere.\n"
    db.session.rollback()
    assert passwords.fits("quite another one", accounts.get_user("ann").password_hash)
    ann.get("/account", 303)
    with pytest.raises(accounts.LinkError):
        accounts.user_of_link(token)


def test_a_lost_password_is_asked_for_twice_at_a_terminal(command, project, monkeypatch):
    monkeypatch.setattr(
        "click.testing._NamedTextIOWrapper.isatty", lambda self: True, raising=False
    )
    typed = "quite another one\nquite another one\n"
    result = command("user", "password", "ann", input=typed)
    assert result.exit_code == 0, result.stderr
    assert "quite another" not in result.output
    db.session.rollback()
    assert passwords.fits("quite another one", accounts.get_user("ann").password_hash)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("nobody", "quite another one", "There is no account 'nobody'."),
        ("ann", "short", "at least 8 characters"),
        ("dan", "quite another one", "is disabled: annotator user enable dan"),
    ],
)
def test_a_password_that_cannot_be_set_is_one_line(command, project, name, typed, said):
    with write():
        accounts.disable(accounts.get_user("dan"))
    result = command("user", "password", name, input=typed + "\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    db.session.rollback()
    assert accounts.get_user("ann").password_hash is None


def test_adding_an_account_again_names_the_command_for_a_new_password(command, project):
    result = command("user", "add", "ann", "--password-stdin", input="quite another one\n")
    assert "annotator user password ann" in result.stderr


@pytest.mark.parametrize(
    "words", [("disable", "ann"), ("roles", "ann", "-p", "us-russia", "--role", "adjudicator")]
)
def test_open_work_of_who_leaves_is_said_with_what_fills_the_places(command, article, words):
    result = command("user", *words)
    assert result.exit_code == 0, result.stderr
    assert "still has 1 open article in us-russia" in result.stderr
    assert "annotator assign -p us-russia --replace-left" in result.stderr
    assert "keeps" not in command("user", "disable", "cleo").stderr


LIST = "Orlova, Anna <anna@example.org>\nben;Ben Ito\n\nann"


def test_many_are_invited_from_a_list_with_their_links_as_csv(with_project, stored, tmp_path):
    people = tmp_path / "people.txt"
    people.write_text(LIST, encoding="utf-8")
    with_project("user", "add", "ann")
    planned = with_project("user", "invite", str(people), "-p", "us-russia", "--dry-run").stdout
    assert "4,,ann,,account is there" in planned
    assert stored.find_user("ben") is None
    result = with_project(
        "user", "invite", str(people), "-p", "us-russia", "--role", "adjudicator",
        "--base-url", "https://labels.example.org",
    )  # fmt: skip
    head, *rows = [line.split(",") for line in result.stdout.splitlines()]
    assert head == ["name", "user name", "address", "pseudonym", "link"]
    assert [row[1] for row in rows] == ["orlova", "ben", "ann"]
    assert rows[0][2] == "anna@example.org"
    assert rows[0][4].startswith("https://labels.example.org/sign-in/")
    assert rows[2][4] == ""
    assert "adjudicator" in with_project("user", "list").stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [("ann\nann\n", "line 2: “ann” stands in line 1"), ("", "empty"), (b"\xff\xfe", "not UTF-8")],
)
def test_a_list_with_a_fault_adds_nobody(with_project, stored, text, says):
    result = with_project("user", "invite", "-", "-p", "us-russia", input=text, code=2)
    assert says in one_line(result)
    assert stored.find_user("ann") is None
