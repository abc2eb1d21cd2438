"""`annotator demo`: ready to look at in a moment, seeded once, kept over restarts."""

import json
import re
import signal
import sqlite3
from collections import Counter
from importlib import import_module

import pytest
from installation import staged
from places import DATA
from serving_examples import free_port, running, start, until
from slow_cases import further, slow
from sqlalchemy import select

from annotator.cli import demo as demo_command
from annotator.paths import SAMPLES
from annotator.store.db import db, write
from annotator.store.models import Answer, AnswerEvent, Assignment, Membership, User
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.consensus.decisions import claims_of
from annotator.work.labelling import annotation_rows, history
from annotator.work.labelling.speakers import speakers_today
from annotator.work.operations import checkup, demo
from annotator.work.operations.demo import NotADemoError
from annotator.work.quality import marking, training

SENTENCES = {"000_96e20d9a8f8d9c95": 22, "003_d8b704d0d15f47b2": 18}


@staged
def seed():
    with write():
        demo.seed(SAMPLES)


@pytest.fixture
def seeded(app):
    seed()
    return projects.get(demo.SLUG)


def states():
    return {
        (each.user.username, each.article.key[:3]): (each.state, each.decided_count)
        for each in db.session.scalars(select(Assignment))
    }


def test_it_has_the_people_with_their_fixed_pseudonyms(seeded):
    held = {
        each.user.username: (each.pseudonym, sorted(each.roles))
        for each in db.session.scalars(select(Membership))
    }
    assert held == {
        "lead": ("L01", ["adjudicator", "lead"]),
        "ann": ("A01", ["annotator"]),
        "ben": ("A02", ["annotator"]),
        "cal": ("A03", ["annotator"]),
    }
    assert all(user.password_hash is None for user in db.session.scalars(select(User)))


def test_its_annotators_are_at_different_points(seeded):
    assert states() == {
        ("ann", "000"): ("submitted", 22),
        ("ann", "003"): ("submitted", 18),
        ("ben", "000"): ("submitted", 22),
        ("ben", "003"): ("open", 12),
        ("cal", "000"): ("submitted", 22),
        ("cal", "003"): ("open", 0),
    }


def test_its_labels_have_a_history_like_any_other(seeded):
    found = history.audit()
    assert (found.answers, found.events, found.faults) == (97, 97, ())
    assert list(checkup.faults()) == []


def test_its_rows_are_the_readings_word_for_word(seeded):
    exported = list(annotation_rows.annotation_rows(seeded, names=True))
    readings = demo.read(SAMPLES / demo.READINGS)
    assert len(exported) == len(readings) == 97
    by_place = {(row["article"], row["sentence"], row["annotator"]): row for row in exported}
    for reading in readings:
        row = by_place[reading["article"], reading["sentence"], reading["annotator"]]
        assert row["status"] == reading["status"]
        assert [each["stance"] for each in row["claims"]] == [
            each.get("stance") for each in reading.get("claims", ())
        ]
        assert row["complete"] is all("certainty" in each for each in reading.get("claims", ()))


def test_one_answer_is_incomplete_and_some_are_unsure(seeded):
    exported = list(annotation_rows.annotation_rows(seeded))
    assert [row["complete"] for row in exported].count(False) == 1
    assert {row["status"] for row in exported} == {"claims", "no_claim", "not_article_text"}
    assert sum(row["unsure"] for row in exported) >= 3


def test_its_annotators_disagree_and_mostly_agree(seeded):
    first = Counter(
        (row["sentence"], row["claims"][0]["stance"] if row["claims"] else row["status"])
        for row in annotation_rows.annotation_rows(seeded)
        if row["article"].startswith("000")
    )
    alike = sum(count == 3 for count in first.values())
    assert 10 <= alike <= 18


def test_a_database_with_other_work_is_left_alone(project):
    before = db.session.scalars(select(User.username)).all()
    assert not demo.is_empty()
    with pytest.raises(NotADemoError, match="other projects"), write():
        demo.make_links()
    assert db.session.scalars(select(User.username)).all() == before


def test_links_sign_in_whom_they_are_for(seeded):
    with write():
        links = demo.make_links()
    signed_in = {name: accounts.user_of_link(token).username for name, token in links.items()}
    assert signed_in == {name: name for name in ("lead", "ann", "ben", "cal")}


@pytest.fixture
def opened(monkeypatch):
    """Run the command without serving; return the addresses that a browser would open."""
    addresses = []
    monkeypatch.setattr(demo_command, "serve", lambda server, **_: server.close())
    monkeypatch.setattr(demo_command, "open_browser", addresses.append)
    return addresses


@slow
def test_the_data_lies_in_the_folder_that_is_named(command, opened, monkeypatch, tmp_path):
    monkeypatch.setenv("ANNOTATOR_DATA", str(tmp_path / "mine"))
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", "postgresql://nobody@nowhere/team")
    result = command("demo", "--no-browser")
    assert result.exit_code == 0, result.output
    assert f"Data folder: {tmp_path / 'mine'}\n" in result.stdout
    assert (tmp_path / "mine" / "annotator.sqlite3").exists()


def test_otherwise_in_a_folder_beside_the_real_data(monkeypatch, tmp_path):
    monkeypatch.delenv("ANNOTATOR_DATA", raising=False)
    assert demo_command.demo_folder().name == "demo"
    monkeypatch.setenv("ANNOTATOR_DATA", str(tmp_path))
    assert demo_command.demo_folder() == tmp_path


def test_all_settings_count_but_the_database_of_a_team(tmp_path):
    environ = {
        "ANNOTATOR_DATABASE_URL": "postgresql://nobody@nowhere/team",
        "ANNOTATOR_TRUSTED_HOSTS": "demo.example.org",
        "ANNOTATOR_LOG": "json",
    }
    found = demo_command.demo_settings({**environ, "ANNOTATOR_DATA": str(tmp_path)})
    assert found.is_sqlite
    assert "demo.example.org" in found.trusted_hosts
    assert found.log == "json"


@pytest.mark.parametrize(
    ("display", "words", "count"),
    further([(":0", (), 1), ("", (), 0), (":0", ("--no-browser",), 0)]),
)
def test_a_browser_opens_only_where_there_is_a_display(
    command, opened, monkeypatch, tmp_path, display, words, count
):
    monkeypatch.setenv("ANNOTATOR_DATA", str(tmp_path / "mine"))
    monkeypatch.setattr(demo_command, "prepare", lambda _app: dict.fromkeys(demo.PEOPLE, "token"))
    for name in demo_command.DISPLAYS:
        monkeypatch.setenv(name, display)
    assert command("demo", *words).exit_code == 0
    assert len(opened) == count


def test_a_browser_that_fails_stops_nothing(monkeypatch, capsys):
    def fail(_url):
        raise OSError("no browser")

    monkeypatch.setattr(demo_command.webbrowser, "open", fail)
    demo_command.try_to_open("http://127.0.0.1:1/")
    assert capsys.readouterr().err == "No browser could be opened: no browser\n"


def test_a_folder_with_other_work_is_refused(command, opened, project, settings):
    if not settings.is_sqlite:
        pytest.skip("the demo has a file of its own, whatever the server holds")
    result = command("demo", "--no-browser")
    assert result.exit_code == 2
    assert "other projects than the demo" in result.stderr
    assert result.stdout == ""


def test_readings_name_only_what_the_codebook_and_the_articles_have():
    for line in (SAMPLES / demo.READINGS).read_text(encoding="utf-8").splitlines():
        reading = json.loads(line)
        assert reading["sentence"] < SENTENCES[reading["article"]]
        assert line == json.dumps(reading, ensure_ascii=False)


@slow
def test_several_demos_at_once_seed_once_and_a_restart_keeps_the_labels(tmp_path):
    environ = {"ANNOTATOR_DATA": str(tmp_path)}
    with running("demo", "--no-browser", **environ) as one:
        with running("demo", "--no-browser", **environ) as other:
            assert one.address != other.address
            for each in (one, other):
                each.wait_for("Stop with")
                assert [line.split()[0] for line in each.lines if "/sign-in/" in line] == [
                    "lead",
                    "ann",
                    "ben",
                    "cal",
                    "new",
                ]
                assert each.get("/healthz")[0] == "ok\n"
            assert other.stop(signal.SIGTERM) == 0
        assert one.stop(signal.SIGINT) == 0
    change(tmp_path, "UPDATE answers SET note = 'kept' WHERE id = 1")
    with running("demo", "--no-browser", "--port", free_port(), **environ) as again:
        until(lambda: again.get("/healthz")[0] == "ok\n")
        assert again.stop() == 0
    assert read(tmp_path, "SELECT note FROM answers WHERE id = 1") == [("kept",)]
    assert read(tmp_path, "SELECT count(*) FROM answers") == [(119,)]


def change(folder, statement):
    connection = sqlite3.connect(folder / "annotator.sqlite3")
    with connection:
        connection.execute(statement)
    connection.close()


def read(folder, statement):
    connection = sqlite3.connect(folder / "annotator.sqlite3")
    found = connection.execute(statement).fetchall()
    connection.close()
    return found


def test_seeding_is_all_or_nothing(app, monkeypatch):
    monkeypatch.setattr(
        import_module("annotator.work.operations.demo"), "submit_finished", lambda _: 1 / 0
    )
    with pytest.raises(ZeroDivisionError), write():
        demo.seed(SAMPLES)
    assert demo.is_empty()
    assert db.session.scalars(select(Answer)).all() == []
    assert db.session.scalars(select(AnswerEvent)).all() == []


def test_it_starts_again_after_one_of_its_people_was_disabled(seeded):
    accounts.disable(accounts.get_user("cal"))
    assert list(demo.make_links()) == ["lead", "ann", "ben"]


def test_its_newcomer_is_trained_with_an_article_that_is_decided_as_the_reference_reads_it(seeded):
    with write():
        article = demo.seed_training(SAMPLES)
        training.prepare(article, accounts.get_user("lead"), demo.training_reasons(SAMPLES))
    newcomer = accounts.get_user(demo.NEWCOMER)
    project = article.project
    assert list(training.articles_of(project)) == [article]
    assert training.why_not(project, memberships.get_membership(newcomer, project)) == ""
    assert list(demo.make_links()) == [*demo.PEOPLE, demo.NEWCOMER]
    today = speakers_today(db.session.connection(), article.project)
    rows = (DATA / "reference_reading.jsonl").read_text(encoding="utf-8").splitlines()
    wanted = [row for row in map(json.loads, rows) if row["article"] == article.key]
    decisions = marking.decisions_on([article.id])
    for place, row in zip(sorted(decisions), wanted, strict=True):
        decision = decisions[place]
        assert (decision.sentence.position, decision.status) == (row["sentence"], row["status"])
        assert [
            (taken.claim.stance, taken.claim.certainty, list(taken.claim.mention or ()))
            for taken in claims_of(decision, today)
        ] == [
            (claim["stance"], claim["certainty"], claim.get("mention", []))
            for claim in row.get("claims", ())
        ]
        assert decision.reason
    assert history.audit().faults == ()
    assert list(checkup.faults()) == []


# A made project beside it


@slow
def test_a_made_project_is_made_once_and_served_beside_the_demo(app, command, opened, settings):
    if not settings.is_sqlite:
        pytest.skip("the demo has a file of its own, whatever the server holds")
    words = ("demo", "--no-browser", "--articles", "3", "--annotators", "4", "--seed", "5")
    for _ in range(2):
        result = command(*words)
        assert result.exit_code == 0, result.output
        assert re.search(r"^Made project, for the lead: http://\S+/projects/made-3x4x3-seed-5$",
                         result.stdout, re.M)  # fmt: skip
    slugs = [each.slug for each in projects.all_projects()]
    assert slugs == ["made-3x4x3-seed-5", demo.TRAINING, demo.SLUG]
    assert history.audit().faults == ()


@slow
def test_without_it_the_demo_is_as_it_was(app, command, opened, settings):
    if not settings.is_sqlite:
        pytest.skip("the demo has a file of its own, whatever the server holds")
    result = command("demo", "--no-browser")
    said = re.sub(r"http://\S+?(?=/sign-in|$)", "ADDRESS", result.stdout, flags=re.M)
    said = re.sub(r"(?<=/sign-in/)\S+", "TOKEN", said)
    people = "".join(
        f"  {name:<5} ADDRESS/sign-in/TOKEN\n        {what}\n"
        for name, what in demo_command.WHAT_THEY_ARE.items()
    )
    assert said == (
        "The demo serves ADDRESS\nSign in with one of these links; each works once:\n"
        f"{people}Data folder: {settings.data}\nLabels are kept there. To reset the demo, stop it"
        " and delete that folder.\nStop with Ctrl-C.\n"
    )
    assert [each.slug for each in projects.all_projects()] == [demo.TRAINING, demo.SLUG]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--articles", "0"], "0 is not in the range 1<=x<=50000"),
        (["--articles", "50001"], "50001 is not in the range 1<=x<=50000"),
        (["--articles", "9", "--annotators", "101"], "101 is not in the range 1<=x<=100"),
        (["--articles", "9", "--annotators", "2", "--answers-per-sentence", "3"],
         "3 answers per sentence need 3 annotators or more; there are 2."),
        (["--articles", "50000", "--answers-per-sentence", "6"],
         "That would be about 7,800,000 answers, at most 5,000,000 are made"),
        (["--annotators", "3"], "belong to a made project: add --articles N."),
        (["--seed", "0"], "belong to a made project: add --articles N."),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_said(command, words, said):
    result = command("demo", "--no-browser", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


@slow
def test_breaking_off_leaves_the_demo_alone(app, command, opened, settings, monkeypatch):
    if not settings.is_sqlite:
        pytest.skip("the demo has a file of its own, whatever the server holds")

    def interrupt(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo_command.made_project.Making, "add", interrupt)
    result = command("demo", "--no-browser", "--articles", "3")
    assert result.exit_code == 1
    assert result.stderr == "Error: Cancelled. Nothing was made.\n"
    assert [each.slug for each in projects.all_projects()] == [demo.TRAINING, demo.SLUG]


@slow
def test_a_killed_making_leaves_nothing(tmp_path):
    environ = {"ANNOTATOR_DATA": str(tmp_path)}
    log = tmp_path / "annotator.sqlite3-wal"
    with start("demo", "--no-browser", "--articles", "20000", **environ) as process:
        until(lambda: log.exists() and log.stat().st_size > 50_000_000)
        process.kill()
    with running("demo", "--no-browser", "--port", free_port(), **environ) as again:
        until(lambda: again.get("/healthz")[0] == "ok\n")
        assert again.stop() == 0
    slugs = read(tmp_path, "SELECT slug FROM projects ORDER BY slug")
    assert slugs == [(demo.TRAINING,), (demo.SLUG,)]
    assert read(tmp_path, "SELECT count(*) FROM answers") == [(119,)]
