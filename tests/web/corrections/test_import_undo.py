"""An import is undone as a whole: what nobody has answered goes, what somebody has stays, named."""

import threading

import pytest
from flask import current_app
from labelling_examples import nothing_claimed, save, sentence_of
from lead_form import OTHER, TALKS, carried, preview, send
from sqlalchemy import func, select

from annotator.store.db import db, write, write_in_steps
from annotator.store.models import (
    Activity,
    Answer,
    Article,
    Assignment,
    Correction,
    Job,
    Sentence,
    Staging,
)
from annotator.work.accounts import accounts, projects
from annotator.work.articles import import_reports
from annotator.work.assignment import assigning
from annotator.work.corrections import import_undo, withdrawing
from annotator.work.labelling import history, saving
from annotator.work.labelling.saving import NotAssignedError, Save
from annotator.work.operations import checkup

PROJECT = "/projects/us-russia"
FILES = ("talks.txt", TALKS), ("other.txt", OTHER)


@pytest.fixture
def lea(browser):
    return browser("lea")


def bring(lea, *files, give="overlap"):
    """Import files by the page; return the number of the import."""
    page = preview(lea, "us-russia", *files)
    people = [each.pseudonym for each in assigning.annotators_of(projects.get("us-russia"))]
    fields = {"carried": carried(page), "give": give, "annotators": people}
    send(lea, f"{PROJECT}/import/add", fields, 303)
    db.session.rollback()
    return db.session.scalars(select(Job.id).order_by(Job.id.desc())).first()


def keys():
    db.session.rollback()
    return sorted(db.session.scalars(select(Article.key)))


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def answer(key):
    save(db.session.scalars(select(Article).where(Article.key == key)).one(), nothing_claimed())


def test_an_import_nobody_has_answered_is_taken_back_whole(lea, article):
    before = keys(), count(Sentence), count(Assignment)
    number = bring(lea, *FILES)
    assert count(Assignment) > before[2]
    assert f'href="{PROJECT}/import/{number}/undo"' in lea.get(f"{PROJECT}/import").text
    path = f"{PROJECT}/import/{number}/undo"
    page = lea.get(path).text
    assert "2 articles will be removed: 7 sentences, 4 assignments." in page
    assert "<bdi>talks</bdi>" in page
    assert lea.post(path, {}, 200).text.count("will be removed") == 1  # a question first
    assert len(keys()) == len(before[0]) + 2
    lea.post(path, {"sure": "y", "reason": "wrong folder"}, 303)
    assert (keys(), count(Sentence), count(Assignment)) == before
    assert count(Staging) == 0
    rows = db.session.scalars(select(Correction)).all()
    assert [(each.key, each.kind, each.reason) for each in rows] == [
        ("other", "remove", "wrong folder"),
        ("talks", "remove", "wrong folder"),
    ]
    assert len({each.act for each in rows}) == 1
    after = lea.get(f"{PROJECT}/import").text
    assert "Undone: 2 articles removed." in after
    assert "/undo" not in after
    assert "undone: 2 articles removed" in lea.get(f"{PROJECT}/activity").text
    assert (history.audit().faults, list(checkup.faults())) == ((), [])
    assert lea.post(path, {"sure": "y"}, 422)
    bring(lea, *FILES)  # the same files can come in again
    assert len(keys()) == len(before[0]) + 2


def test_what_somebody_has_answered_stays_and_is_named(lea):
    number = bring(lea, *FILES)
    answer("talks")
    path = f"{PROJECT}/import/{number}/undo"
    page = lea.get(path).text
    assert "Some articles stay" in page
    assert "1 article of this import has answers or decisions" in page
    done = lea.post(path, {"sure": "y"}, 303)
    assert "1 article removed, 1 article with answers kept." in lea.get(done.location).text
    assert keys() == ["talks"]
    assert "Nothing can be undone" in lea.get(path).text
    assert "Withdraw them instead" in lea.post(path, {"sure": "y"}, 422).text
    assert keys() == ["talks"]


def test_an_answer_given_after_the_preview_keeps_its_article(lea):
    number = bring(lea, *FILES)
    steps = import_undo.undo(projects.get("us-russia"), number, accounts.get_user("lea"))
    answer("other")
    assert [each.key for each in write_in_steps(steps).answered] == ["other"]
    assert keys() == ["other"]


class LateSave(threading.Thread):
    """Saves an answer in a transaction that stays open until it may end; `said` is how it went."""

    def __init__(self, key):
        self.app = current_app._get_current_object()
        self.article = db.session.scalar(select(Article.id).where(Article.key == key))
        self.saved, self.may_end, self.said = threading.Event(), threading.Event(), ""
        db.session.rollback()
        super().__init__(daemon=True)

    def run(self):
        with self.app.app_context():
            try:
                with write():
                    sentence = sentence_of(db.session.get(Article, self.article), 1)
                    by = Save(0, "late-save-1")
                    saving.save_answer(sentence, accounts.get_user("ann"), nothing_claimed(), by)
                    self.saved.set()
                    self.may_end.wait(20)
                self.said = "saved"
            except NotAssignedError as error:
                self.said = str(error)


def test_an_answer_that_is_being_saved_meanwhile_keeps_its_article(lea):
    number = bring(lea, *FILES)
    late = LateSave("other")
    late.start()
    assert late.saved.wait(20)
    threading.Timer(0.3, late.may_end.set).start()
    done = write_in_steps(import_undo.undo(projects.get("us-russia"), number, None))
    late.join()
    assert (late.said, [each.key for each in done.answered]) == ("saved", ["other"])
    assert (keys(), count(Answer)) == (["other"], 1)


def test_an_answer_that_comes_while_its_article_goes_is_refused_and_not_lost(lea):
    number = bring(lea, *FILES)
    late = LateSave("other")
    late.may_end.set()
    hide = next(import_undo.undo(projects.get("us-russia"), number, None))
    with write():
        hide()
        late.start()
        late.join(0.3)
        assert late.is_alive()  # it waits
    late.join()
    assert late.said == "This article is not assigned to you."
    assert count(Answer) == 0


def test_only_its_own_articles_go_and_withdrawn_ones_stay_withdrawn(lea):
    first = bring(lea, FILES[0])
    bring(lea, FILES[1])
    with write():
        project = projects.get("us-russia")
        withdrawing.withdraw(project, import_undo.articles_of(project.id, first), None)
    page = lea.get(f"{PROJECT}/import/{first}/undo").text
    assert "1 article of this import was withdrawn" in page
    assert lea.post(f"{PROJECT}/import/{first}/undo", {"sure": "y"}, 422)
    assert keys() == ["other", "talks"]


def test_only_leads_of_the_project_undo_its_imports(lea, browser):
    number = bring(lea, *FILES)
    for name in ("ann", "cleo"):
        browser(name).get(f"{PROJECT}/import/{number}/undo", 403)
        browser(name).post(f"{PROJECT}/import/{number}/undo", {"sure": "y"}, 403)
    lea.get(f"{PROJECT}/import/{number + 99}/undo", 404)
    assert len(keys()) == 2


def test_an_import_that_is_remembered_no_more_keeps_its_articles(lea, monkeypatch):
    monkeypatch.setattr(import_reports, "KEPT", 1)
    first = bring(lea, FILES[0])
    bring(lea, FILES[1])
    lea.get(f"{PROJECT}/import/{first}/undo", 404)
    imports = dict(db.session.execute(select(Article.key, Article.import_id)).all())
    assert imports["talks"] is None
    assert imports["other"] is not None


def test_the_commands_do_the_same(command, project, tmp_path):
    for name, raw in FILES:
        (tmp_path / name).write_bytes(raw)
    assert command("import", str(tmp_path), "-p", "us-russia").exit_code == 0
    [line] = command("article", "imports", "-p", "us-russia").stdout.splitlines()
    number, _, who, here, said = line.split("\t")
    assert (who, here) == ("by command", "2 articles")
    assert said == "2 articles added, 7 sentences; 0 refused."
    undo = "article", "undo-import", number, "-p", "us-russia"
    tried = command(*undo, "--dry-run")
    assert "talks: would be removed, 0 assignments\nNothing was changed.\n" in tried.stdout
    assert keys() == ["other", "talks"]
    assert command(*undo, "--yes").stdout.endswith("2 articles removed.\n")
    assert keys() == []
    assert "No article of this import is left" in command(*undo, "--yes").output
    assert command("article", "undo-import", "99", "-p", "us-russia").exit_code == 2
    assert [each.what.partition(" undone")[2] for each in db.session.scalars(select(Activity))][
        -1
    ] == ": 2 articles removed."
