"""What is withdrawn is nowhere but under Withdrawn, and comes back as it was."""

import difflib
import json
import re

import pytest
from label_form import fields as answer_fields
from labelling_examples import claim, claims, nothing_claimed, save, sentence_of, speaker_called
from release_examples import TRUMP, content, decide, release
from slow_cases import server, slow
from sqlalchemy import delete, func, select

from annotator.errors import RefusedError
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import (
    Answer,
    Article,
    Assignment,
    Correction,
    Project,
    Release,
    Sentence,
    Staging,
)
from annotator.work.accounts import accounts, projects
from annotator.work.adjudication import deciding
from annotator.work.articles import storing
from annotator.work.articles.known_texts import KnownTexts
from annotator.work.assignment import assigning
from annotator.work.corrections import withdrawing
from annotator.work.labelling import history
from annotator.work.labelling.drafts import NewSpeaker
from annotator.work.operations import checkup
from annotator.work.releases import kept as long_releases
from annotator.work.verification import verifying

SECOND = "Second\n\nMoscow said no. Paris said yes. “No,” said Lavrov.\n"
PROJECT = "/projects/us-russia"
PAGES = {
    "lea": [
        *(f"{PROJECT}{path}" for path in (
            "", "/articles", "/articles.csv", "/assign", "/pace", "/flags", "/people",
            "/speakers", "/agreement", "/gold", "/releases", "/releases/gates", "/labels.jsonl",
            "/labels.csv", "/explore", "/explore?of=claims", "/results", "/settings",
        )),
    ],
    "cleo": [f"{PROJECT}/adjudicate/majority", f"{PROJECT}/adjudicate/unanimous"],
    "ann": ["/", "/?tab=submitted", "/?tab=flagged", f"{PROJECT}/differences"],
}  # fmt: skip
# Whatever a clock says, a form's own token and key, and what a person has done today.
CHANGING = re.compile(
    r'name="(?:csrf_token|key|until)" value="[^"]*"|data-session="\d+"|<time .*?</time>'
    r"|(?<=>)\s*never(?=<)|\d+ sentences? today"
)


@pytest.fixture
def lea(browser):
    return browser("lea")


def label_first(article):
    save(article, claims(claim(stance="support")), position=2)
    save(article, claims(claim(stance="oppose")), position=2, name="ben")
    save(article, claims(claim()), position=3)
    save(article, claims(claim()), position=3, name="ben")
    save(article, claims(claim(TRUMP)), position=4)
    decide(article, 2, reason="ST-3: no plans")


def give_second():
    """Import another article, a near copy of nothing, label it and decide on it."""
    with write():
        project = projects.get("us-russia")
        draft = storing.read_file("second.txt", SECOND.encode())
        stored = storing.store_article(project, draft)
        people = assigning.annotators_of(project)
        assigning.assign([(stored.id, each.user_id) for each in people])
    second = db.session.get(Article, stored.id)
    save(second, claims(claim(TRUMP, "support")), position=1)
    save(second, claims(claim(TRUMP, "oppose")), position=1, name="ben")
    save(second, nothing_claimed(unsure=True, note="why?"), position=2)
    save(second, claims(claim(NewSpeaker("Angela Merkel", "person"))), position=3, name="ben")
    decide_other(second)
    return second.id


def decide_other(second):
    sentence = db.session.scalars(
        select(Sentence).where(Sentence.article_id == second.id, Sentence.position == 1)
    ).one()
    reading = deciding.case_of(sentence).comparison.readings[0]
    taken = tuple(deciding.Taken(each, reading.user_id) for each in reading.claims)
    with write():
        deciding.decide(
            db.session.get(Sentence, sentence.id),
            deciding.DecisionDraft(reading.status, taken, reason="a reason"),
            deciding.Act(accounts.get_user("cleo"), 0, "another-key"),
        )


def seen(browser):
    """Return every page and file that a project has, as its people see them."""
    return {
        f"{name} {path}": CHANGING.sub("", browser(name).get(path).text)
        for name, paths in PAGES.items()
        for path in paths
    }


def differing(one, other):
    """Return the lines that are in one and not in the other."""
    return [
        f"{where}: {line}"
        for where in one
        for line in difflib.ndiff(one[where].splitlines(), other[where].splitlines())
        if line[0] in "+-"
    ]


def withdraw(numbers=None):
    with write():
        return withdrawing.withdraw(projects.get("us-russia"), numbers, accounts.get_user("lea"))


def restore(numbers):
    with write():
        return withdrawing.restore(projects.get("us-russia"), numbers, accounts.get_user("lea"))


@slow
@server
def test_no_page_and_no_file_knows_of_what_is_withdrawn_and_all_do_again(
    browser, article, tmp_path
):
    label_first(article)
    before = seen(browser)
    released = content_of(tmp_path / "a")
    second = give_second()
    with_both = seen(browser)
    assert len(differing(before, with_both)) > 12
    withdraw([second])
    assert differing(before, seen(browser)) == []
    assert content_of(tmp_path / "b", name="v1b") == released
    assert history.audit().faults == ()
    assert list(checkup.faults()) == []
    restore([second])
    assert differing(with_both, seen(browser)) == []


def content_of(folder, name="v1b"):
    """Return the files of a release, which is then forgotten: a name can be used once."""
    release(projects.get("us-russia"), folder, name=name)
    files = content(folder)
    with write():
        db.session.execute(delete(Release))
    return files


def test_an_annotator_inside_is_told_and_keeps_what_was_saved(browser, article):
    second = give_second()
    ann = browser("ann")
    ann.get(f"/label/{second}/1")
    withdraw([second])
    page = ann.get(f"/label/{second}/1", 403)
    assert "Article withdrawn" in page.text
    assert "Your lead withdrew this article on" in page.text
    reply = ann.post(f"/label/{second}/3", answer_fields(revision=0), 403, htmx=True)
    assert "Saved answers are kept." in reply.text
    browser("dan").get(f"/label/{second}/1", 404)
    restore([second])
    assert "Moscow said no" in ann.get(f"/label/{second}/1").text


def test_the_lead_sees_what_goes_before_it_goes(lea, article):
    second = give_second()
    page = lea.post(f"{PROJECT}/articles/withdraw", {"article": str(second)}, 200)
    assert "4 sentences, 4 answers, 1 decision" in page.text
    assert db.session.get(Article, second).project_id == projects.get("us-russia").id
    sure = {"article": str(second), "sure": "y", "reason": "A take-down"}
    lea.post(f"{PROJECT}/articles/withdraw", sure, 303)
    page = lea.get(f"{PROJECT}/articles/withdrawn").text
    assert "A take-down" in page
    lea.post(f"{PROJECT}/articles/restore", {"article": str(second), "sure": "y"}, 303)
    kinds = db.session.scalars(select(Correction.kind).order_by(Correction.id)).all()
    assert kinds == ["withdraw", "restore"]


def test_what_has_answers_cannot_be_removed_and_what_has_none_is_gone(lea, article):
    label_first(article)
    with write():
        project = projects.get("us-russia")
        free = storing.store_article(project, storing.read_file("free.txt", b"Free\n\nHe left.\n"))
        assigning.assign([(free.id, assigning.annotators_of(project)[0].user_id)])
    number = free.id
    both = {"article": [str(article.id), str(number)], "sure": "y"}
    assert "Withdraw it" in lea.post(f"{PROJECT}/articles/remove", both, 422).text
    lea.post(f"{PROJECT}/articles/remove", {"article": str(number), "sure": "y"}, 303)
    for model, column in ((Article, Article.id), (Sentence, Sentence.article_id),
                          (Assignment, Assignment.article_id)):  # fmt: skip
        assert db.session.scalar(select(func.count(model.id)).where(column == number)) == 0
    assert db.session.scalar(select(func.count(Staging.id))) == 0
    assert db.session.scalar(select(func.count(Answer.id))) == 5
    assert "free" in lea.get(f"{PROJECT}/articles/withdrawn").text


def test_a_withdrawn_text_is_not_imported_again_and_a_taken_key_is_not_overwritten(article):
    second = give_second()
    withdraw([second])
    project = projects.get("us-russia")
    draft = storing.read_file("x.txt", SECOND.encode())
    with pytest.raises(RefusedError, match="was withdrawn"):
        KnownTexts(project).take(draft, new_version=False)
    with write():
        storing.store_article(project, storing.read_file("second.txt", b"Other\n\nHe left.\n"))
    with pytest.raises(RefusedError, match="has its key"):
        restore([second])


def test_a_shelf_is_no_project_of_anybody(browser, article):
    second = give_second()
    withdraw([second])
    assert [each.slug for each in projects.all_projects()] == ["us-russia"]
    shelf = db.session.scalars(select(Project.slug).where(Project.slug.like("~%"))).one()
    for name in ("ann", "lea"):
        browser(name).get(f"/projects/{shelf}", 404)
    assert "New link" in browser("lea").get(f"{PROJECT}/people").text
    assert json.dumps(shelf) not in browser("lea").get("/account").text


def test_a_release_says_what_was_withdrawn_since_the_one_before_and_verifies(
    browser, article, tmp_path
):
    label_first(article)
    second = give_second()
    release_named("v1", tmp_path / "v1")
    withdraw([second])
    release_named("v2", tmp_path / "v2")
    card = (tmp_path / "v2" / "README.md").read_text(encoding="utf-8")
    assert "**Withdrawn since v1:** 1 article: `second`." in card
    assert list(verifying.verify(tmp_path / "v2")) == []
    assert "Withdrawn since v1" in browser("lea").get(f"{PROJECT}/releases").text
    restore([second])
    release_named("v3", tmp_path / "v3")
    card = (tmp_path / "v3" / "README.md").read_text(encoding="utf-8")
    assert "**Restored since v2:** `second`." in card


def test_a_speaker_whom_only_a_decision_names_stays_when_their_article_is_withdrawn(
    article, tmp_path
):
    label_first(article)
    second = give_second()
    merkel = speaker_called("Angela Merkel").id
    taken = (deciding.Taken(claim(merkel), None),)
    with write():
        deciding.decide(
            sentence_of(article, 3),
            deciding.DecisionDraft("claims", taken, reason="it is she"),
            deciding.Act(accounts.get_user("cleo"), 0, "by-hand"),
        )
    withdraw([second])
    release_named("v1", tmp_path / "v1")
    assert "Angela Merkel" in (tmp_path / "v1" / "speakers.json").read_text(encoding="utf-8")
    assert list(verifying.verify(tmp_path / "v1")) == []


def test_what_was_withdrawn_before_a_release_is_not_told_as_withdrawn_since(article, tmp_path):
    label_first(article)
    second = give_second()
    withdraw([second])
    release_named("v1", tmp_path / "v1")
    lea = accounts.get_user("lea")
    write_in_steps(withdrawing.erase(projects.get("us-russia"), second, "second", lea))
    release_named("v2", tmp_path / "v2")
    assert "since v1" not in (tmp_path / "v2" / "README.md").read_text(encoding="utf-8")


def release_named(name, folder):
    written = release(projects.get("us-russia"), folder, name=name)
    with write():
        long_releases.record(projects.get("us-russia"), None, written)


def test_the_commands_do_the_same(command, article):
    give_second()
    done = command("article", "withdraw", "second", "-p", "us-russia", "--reason", "take-down")
    assert done.stdout == "second: withdrawn, 4 answers, 1 decision\n"
    assert "take-down" in command("article", "withdrawn", "-p", "us-russia").output
    assert command("article", "withdraw", "second", "-p", "us-russia").exit_code == 2
    assert command("article", "restore", "second", "-p", "us-russia").exit_code == 0
    refused = command("article", "remove", "second", "-p", "us-russia", "--yes")
    assert refused.exit_code == 2
    assert "Withdraw it." in refused.output
    not_yet = command("article", "erase", "second", "-p", "us-russia", "--yes")
    assert (not_yet.exit_code, not_yet.output.count("“second” is not withdrawn")) == (2, 1)
    command("article", "withdraw", "second", "-p", "us-russia")
    mistyped = command("article", "erase", "second", "-p", "us-russia", input="first\n")
    assert mistyped.exit_code == 2
    erased = command("article", "erase", "second", "-p", "us-russia", input="second\n")
    assert "second: deleted for good, 4 answers, 1 decision\n" in erased.stdout
    assert "second" not in command("article", "withdrawn", "-p", "us-russia").output


def test_a_withdrawn_article_can_be_deleted_for_good_by_typing_its_key(lea, article):
    label_first(article)
    answers = db.session.scalar(select(func.count(Answer.id)))
    second = give_second()
    lea.post(f"{PROJECT}/articles/{second}/erase", {}, 404)
    withdraw([second])
    path = f"{PROJECT}/articles/{second}/erase"
    assert "4 answers of 2 annotators" in lea.post(path, {}, 200).text
    assert "Type the key" in lea.post(path, {"sure": "y", "typed": "secnod"}, 422).text
    lea.post(path, {"sure": "y", "typed": "second", "reason": "take-down"}, 303)
    assert db.session.scalar(select(func.count(Answer.id))) == answers
    assert db.session.get(Article, second) is None
    assert "take-down" in lea.get(f"{PROJECT}/articles/withdrawn").text
    assert history.audit().faults == ()
    assert list(checkup.faults()) == []
    assert lea.get(f"{PROJECT}/agreement")
