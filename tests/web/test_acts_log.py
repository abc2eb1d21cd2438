"""What leads and adjudicators do, and commands: a line each, with who did what to which thing."""

import logging
import re

import pytest
from agreement_examples import label
from decision_form import press
from labelling_examples import claim, claims, nothing_claimed, save, speaker_called
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Project, SpeakerChange
from annotator.work.accounts import accounts, memberships
from annotator.work.articles import storing
from annotator.work.labelling.drafts import NewSpeaker

HERE = "/projects/us-russia"
KEY = "a-key-of-this-test"


@pytest.fixture
def acts(caplog):
    """Return a function that gives what was done since it was called last; all of it by one."""
    caplog.set_level(logging.INFO)

    def taken(name=None):
        found = [each.getMessage() for each in caplog.records if each.name == "annotator.acts"]
        caplog.clear()
        by = " by command"
        if name:
            person = accounts.get_user(name)
            (mine,) = memberships.memberships(person)
            by = f" by {mine.pseudonym} (user {person.id}) from 127.0.0.1, request "
        assert all(by in line for line in found), found
        return [line.split(by)[0] for line in found]

    return taken


def test_changes_of_speakers_are_written_down_without_their_names(browser, acts, article):
    for position, name in enumerate(("James Mattis", "Jim Mattis")):
        save(article, claims(claim(NewSpeaker(name, "person"))), position=position)
    lea, number = browser("lea"), speaker_called("Jim Mattis").id
    merge = {"kind": "merge", "name": "James Mattis"}
    acts()
    lea.post(f"{HERE}/speakers/{number}", merge, 200)
    assert acts("lea") == []  # only shown
    lea.post(f"{HERE}/speakers/{number}", {**merge, "act": "make"}, 303)
    made = db.session.scalars(select(SpeakerChange.id)).one()
    assert acts("lea") == [f"speaker {number} of 'us-russia' changed: merge, change {made}"]
    lea.post(f"{HERE}/speakers/changes/{made}/undo", {}, 303)
    assert acts("lea") == [f"change {made} of the speakers of 'us-russia' taken back: merge"]


def test_repairs_are_written_down(browser, acts, article):
    lea, path = browser("lea"), f"{HERE}/articles/{article.id}/repair"
    key = article.key
    acts()
    lea.post(f"{path}/5", {"kind": "merge"}, 303)
    assert acts("lea") == [f"article {key!r} of 'us-russia' repaired at position 5: merge"]
    lea.post(f"{path}/undo", {}, 303)
    assert acts("lea") == [f"newest repair of article {key!r} of 'us-russia' taken back"]


def test_decisions_are_written_down_without_what_was_decided(browser, acts, project):
    label(project, "a: Mattis nc | b: Mattis sc\n")
    cleo, article = browser("cleo"), db.session.scalars(select(Article)).one()
    here = f"{HERE}/adjudicate/{article.id}/0"
    sentence = f"position 0 of article {article.key!r} of 'us-russia'"
    page = press(cleo, cleo.get(here), "take-0-0", 200)
    acts()
    press(cleo, page, "decide", 303)
    assert acts("cleo") == [f"{sentence} decided"]
    for act, done in (
        ("reopen", "reopened"),
        ("undo", "taken back: a decision"),
        ("redo", "decided again"),
    ):
        press(cleo, cleo.get(here), act, 303)
        assert acts("cleo") == [f"{sentence} {done}"], act


def test_what_is_accepted_together_is_one_line_and_so_is_taking_it_back(browser, acts, project):
    label(project, "a: Mattis oc | b: Mattis oc\na: x | b: x\n")
    cleo, path = browser("cleo"), f"{HERE}/adjudicate/unanimous"
    page = cleo.get(path).text
    boxes = re.findall(r'name="sentence" value="([^"]+)"', page)
    acts()
    cleo.post(path, {"key": KEY, "sentence": boxes}, 303)
    assert acts("cleo") == ["2 sentences of 'us-russia' accepted together: unanimous"]
    cleo.post(path, {"undo": KEY, "key": f"{KEY}-2"}, 303)
    assert acts("cleo") == ["acceptance of 2 sentences of 'us-russia' taken back"]


def test_a_reply_is_written_down_without_its_words(browser, acts, article):
    save(article, nothing_claimed(note="A secret note"))
    answer, lea = db.session.scalars(select(Answer)).one(), browser("lea")
    number, fields = answer.id, {"revision": str(answer.revision), "text": "A secret reply"}
    acts()
    lea.post(f"{HERE}/flags/{number}", fields, 303)
    assert acts("lea") == [f"flag or note on answer {number} in 'us-russia' replied to"]


def test_commands_are_written_down_as_such(command, acts, project, tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"One sentence of {name}, and another.\n")
    acts()
    done = command("import", tmp_path / "a.txt", tmp_path / "b.txt", "-p", "us-russia")
    said = "import into 'us-russia': 2 articles added, 2 sentences; 0 refused."
    assert acts() == [said]
    assert f" INFO annotator.acts: {said} by command\n" in done.stderr
    command("assign", "-p", "us-russia", "--dry-run")
    assert acts() == []
    command("assign", "-p", "us-russia")
    assert acts() == ["4 assignments made in 'us-russia'"]
    command("release", "-p", "us-russia", "--name", "v1", "-o", tmp_path / "v1", "--with-text")
    assert acts() == ["release 'v1' of 'us-russia' written"]
    command("import-release", tmp_path / "v1", "--as", "again")
    assert acts() == ["project 'again' made of a release"]
    link = command("user", "link", "ann").stdout.strip()
    number = accounts.get_user("ann").id
    assert acts() == [f"sign-in link for user {number} made"]
    assert link.rpartition("/")[2] not in command("user", "link", "ann").stderr


def test_work_that_somebody_takes_is_written_down(browser, acts, project):
    with write():
        storing.store_article(project, storing.read_file("a.txt", b"One. Two."))
        db.session.get_one(Project, project.id).self_assign = True
    ann = browser("ann")
    acts()
    ann.post(f"{HERE}/ask", {}, 303)
    assert acts("ann") == ["article 'a' of 'us-russia' taken for labelling"]
