"""Activity: who did what in a project, from every table that remembers it."""

import csv
import io
import re

import pytest
from agreement_examples import label
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Article, Project, Sentence, Speaker
from annotator.work.accounts import accounts, activity, memberships
from annotator.work.articles import repairing
from annotator.work.consensus.content import DECIDED, Content
from annotator.work.consensus.decisions import Act, write_down
from annotator.work.explore import history
from annotator.work.speakers import changes

HERE = "/projects/us-russia/activity"


def text_of(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.fixture
def lively(browser, project, command):
    """Do one of each: settings, people, assignment, speakers, decisions, by page and command."""
    label(project, "a: Mattis oc | b: Trump oc\na: x")
    lea = browser("lea")
    settings = {"name": "US", "target_question": "Why?", "overlap": 3, "blind": "always"}
    lea.post("/projects/us-russia/settings", {**settings, "lease_hours": 0}, status=303)
    lea.post(
        "/projects/us-russia/people", {"username": "new.one", "roles": "annotator"}, status=200
    )
    assert command("project", "change", "us-russia", "--overlap", 2).exit_code == 0
    with write():
        here = db.session.get(Project, project.id)
        user = accounts.get_user("lea")
        speaker = db.session.scalars(select(Speaker).where(Speaker.name == "Trump")).one()
        changes.rename(here, speaker, "Donald Trump", user)
        cleo = accounts.get_user("cleo")
        sentence = db.session.scalars(select(Sentence).order_by(Sentence.id)).first()
        content = Content(DECIDED, status="no_claim")
        write_down(sentence, None, content, Act(cleo, 0, "one"), "decide")
    return db.session.get(Project, project.id)


def rows_of(browser, query=""):
    file = browser("lea").get(f"{HERE}.csv{query}").text
    return list(csv.DictReader(io.StringIO(file)))


def test_every_kind_of_act_stands_there_with_who_did_it(browser, lively):
    page = text_of(browser("lea").get(HERE).text)
    who = {each.user.username: each.pseudonym for each in memberships.members(lively)}
    for said in (
        f"{who['cleo']} Decided article article-1, sentence 1",
        f"{who['lea']} “Trump” renamed to “Donald Trump”",
        "command Settings changed: overlap",
        f"{who['lea']} {who['new.one']} invited: annotator",
        f"{who['lea']} Settings changed: name",
        "Codebook version",
    ):
        assert said in page, said
    assert "new.one" not in page


def test_acts_are_filtered_by_kind_person_and_day_on_page_and_in_the_file(browser, lively):
    kinds = {row["kind"] for row in rows_of(browser)}
    assert {"settings", "people", "codebook", "speakers", "decisions"} <= kinds
    assert {row["kind"] for row in rows_of(browser, "?kind=people")} == {"people"}
    assert {row["who"] for row in rows_of(browser, "?who=command")} == {"command"}
    assert rows_of(browser, "?until=2001-01-01") == []
    assert "No acts match these filters." in browser("lea").get(f"{HERE}?until=2001-01-01").text
    assert len(rows_of(browser, "?since=2001-01-01")) == len(rows_of(browser))


def test_the_last_day_of_all_is_a_day_like_others(browser, lively):
    assert rows_of(browser, "?until=9999-12-31") == rows_of(browser)
    assert "Settings changed" in browser("lea").get(f"{HERE}?until=9999-12-31").text


def test_page_after_page_has_every_act_once_and_in_order(browser, lively, monkeypatch):
    monkeypatch.setattr(history, "EXPORTED", 2)
    small = [(row["at"], row["what"]) for row in rows_of(browser)]
    monkeypatch.setattr(history, "EXPORTED", 500)
    assert small == [(row["at"], row["what"]) for row in rows_of(browser)]
    assert [at for at, _ in small] == sorted((at for at, _ in small), reverse=True)
    with write():
        here = db.session.get(Project, lively.id)
        for number in range(history.PAGE):
            activity.note(here, None, activity.LABELS, f"act {number}")
    first = browser("lea").get(HERE).text
    (after,) = re.findall(r"after=([\d.]+)", first)
    second = text_of(browser("lea").get(f"{HERE}?after={after}").text)
    assert "Donald Trump" in second
    assert "act 7" not in second


@pytest.mark.parametrize(
    "query", ["kind=secrets", "who=A99", "since=yesterday", "after=1", "after=1.2.x", "page=2&x=1"]
)
def test_an_address_that_means_nothing_is_refused(browser, project, query):
    browser("lea").get(f"{HERE}?{query}", status=400)


def test_only_leads_read_it(browser, project):
    for path in (HERE, f"{HERE}.csv"):
        browser("ann").get(path, status=403)
        browser("cleo").get(path, status=403)
        browser("dan").get(path, status=404)


def test_repairs_and_imports_stand_there(browser, article):
    with write():
        here = db.session.get(Article, article.id)
        made = repairing.plan(here, 3, "segment", "boilerplate")
        repairing.carry_out(made, accounts.get_user("lea"))
    page = text_of(browser("lea").get(f"{HERE}?kind=articles").text)
    assert f"Sentences repaired, article {article.key}, from sentence 4" in page
