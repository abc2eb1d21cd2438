"""A codebook that has nothing in common with the default one, from the label page to a release.

Three positions, no certainty, an aspect, other statuses, types, rules and keys.
"""

import json
import re

import pytest
from decision_form import press
from label_form import fields
from lead_form import file, send
from places import DATA
from sqlalchemy import select

from annotator.codebook.load import load
from annotator.store.db import db, write
from annotator.store.models import Article, Decision, Role, Speaker
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.articles import storing
from annotator.work.assignment import assigning

TEXT = (DATA / "agrees.toml").read_text(encoding="utf-8")
STORY = b"""Limit divides parties

Minister Ada Lark said the limit saves lives. Carl Moor called it nonsense.
The debate goes on. A driver said he did not care. Ms Lark wants a vote.
"""
PEOPLE = {"ann": Role.ANNOTATOR, "ben": Role.ANNOTATOR, "cleo": Role.ADJUDICATOR, "lea": Role.LEAD}


@pytest.fixture
def limit(browser):
    """Return the article of a project made with the codebook, given to Ann and Ben."""
    return made(browser, TEXT)


def made(browser, text):
    """Make a project with a codebook and return its article, given to Ann and Ben."""
    sent = {"name": "", "slug": "limit", "codebook": file("agrees.toml", text.encode())}
    send(browser("lea"), "/projects/new", sent, 303)
    with write():
        project = projects.get("limit")
        for name, role in PEOPLE.items():
            memberships.join(project, accounts.get_user(name), {role})
        article = storing.store_article(project, storing.read_file("story.txt", STORY))
        assigning.assign([(article.id, each.user_id) for each in assigning.annotators_of(project)])
    return db.session.scalars(select(Article).where(Article.key == "story")).one()


def answer(person, article, position, *claims, **others):
    """Save an answer as the label page does."""
    others |= {"act": "speaker-0"} if "sure" in str(claims) or "wording" in str(claims) else {}
    said = fields(*claims, **others)
    person.post(f"/label/{article.id}/{position}", said, 303)


def position(name, stance, aspect="", kind="individual"):
    """Return the fields of a claim by a new speaker."""
    return {"speaker": "new", "new_name": name, "new_type": kind, "stance": stance,
            "aspect": aspect, "sure": "y"}  # fmt: skip


def say(browser, article):
    """Let Ann and Ben answer every sentence: they differ in the third and the fifth."""
    for name in ("ann", "ben"):
        person = browser(name)
        answer(person, article, 0, status="none")
        answer(person, article, 1, position("Ada Lark", "agrees", "safety"))
        answer(
            person, article, 2, position("Carl Moor", "disagrees" if name == "ann" else "neither")
        )
        answer(person, article, 3, status="none")
        answer(
            person, article, 4, {"speaker": "unnamed", "wording": "A driver", "stance": "neither"}
        )
        lark = db.session.scalars(select(Speaker).where(Speaker.name == "Ada Lark")).one()
        if name == "ann":
            answer(
                person, article, 5, {"speaker": lark.id, "stance": "agrees", "aspect": "climate"}
            )
        else:
            answer(person, article, 5, status="none")
        person.post(f"/label/{article.id}/submit", {}, 303)


def test_it_goes_the_whole_way_without_a_word_of_the_default_one(browser, limit, command, tmp_path):
    page = browser("ann").get(f"/label/{limit.id}/1").text
    assert "Does the speaker agree that motorways need a speed limit?" in page
    assert "Certainty" not in page
    assert "certainty" not in page
    assert "stance open" not in page  # nor in the blank form, from which scripts draw
    assert 'data-required="speaker stance"' in page
    assert 'data-claims="positions"' in page
    for key, words in (("A", "Agrees"), ("D", "Disagrees"), ("Y", "Safety"), ("X", "No position")):
        assert re.search(rf'data-key="{key}"[^>]*>.*?{words}', page, re.S)
    say(browser, limit)
    assert "complete" in browser("ann").get(f"/label/{limit.id}/1").text

    lea = browser("lea")
    pages = (
        "/articles /speakers /agreement /agreement/by/version /gold /releases /codebook /results"
    )
    pages += f" /results?source=answers /pace /flags /people /settings /articles/{limit.id}/read"
    for path in ("", *pages.split()):
        shown = lea.get(f"/projects/limit{path}").text
        assert "ertainty" not in shown.replace("uncertainty", ""), path
    agreement = json.loads(command("agreement", "-p", "limit", "--json").output)
    assert agreement["fields"]["stance"]["level"] == "ordinal"
    assert "certainty" not in agreement["fields"]

    cleo = browser("cleo")
    page = cleo.get(cleo.get("/projects/limit/adjudicate", 302).location)
    assert "ertainty" not in page.text
    page = press(cleo, page, "edit-0", 200)
    assert 'name="claims-0-aspect" value="safety"' in page.text
    changed = {"claims-0-stance": "agrees", "claims-0-aspect": "safety"}
    page = press(cleo, press(cleo, page, "done", 200, **changed), "decide", 303, reason="a vote")
    page = cleo.get(page.location)
    press(cleo, press(cleo, page, "take-0-0", 200), "decide", 303, rule="AN-1")
    [first, second] = db.session.scalars(select(Decision).order_by(Decision.id))
    assert (first.status, first.claims[0]["aspect"]) == ("positions", "safety")
    assert (second.claims[0]["certainty"], second.rule) == (None, "AN-1")
    assert "ertainty" not in cleo.get(f"/projects/limit/adjudicate/{limit.id}/5/history").text

    gold = command("gold", "-p", "limit", "--method", "dawid-skene", "--json")
    assert gold.exit_code == 0, gold.output
    assert list(json.loads(gold.output)["fields"]) == ["status", "stance", "aspect"]

    folder = tmp_path / "v1"
    made = command("release", "-p", "limit", "--name", "v1", "-o", folder, "--with-text")
    assert made.exit_code == 0, made.output
    checked = command("verify", folder)
    assert checked.exit_code == 0, checked.output
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "Certainty" not in card
    assert "a certainty" not in card
    home = command("import-release", folder, "--as", "again")
    assert home.exit_code == 0, home.output
    assert projects.get("again").codebook == load(TEXT)
    second = tmp_path / "v2"
    assert (
        command("release", "-p", "again", "--name", "v1", "-o", second, "--with-text").exit_code
        == 0
    )
    for table in ("annotations.jsonl", "gold.jsonl", "agreement.json", "codebook.json"):
        one, other = ((each / table).read_bytes() for each in (folder, second))
        assert one == other.replace(b'"project": "again"', b'"project": "limit"'), table


def test_fields_are_called_as_the_codebook_calls_them(browser, limit, command):
    page = browser("ann").get(f"/label/{limit.id}/1").text
    assert '-stance-label">Answer</span>' in page
    assert "<h3>Answer</h3>" in page  # on the sheet of keys
    say(browser, limit)
    cleo, lea = browser("cleo"), browser("lea")
    page = cleo.get(cleo.get("/projects/limit/adjudicate", 302).location)
    shown = [press(cleo, page, "edit-0", 200).text]
    paths = ("agreement", "agreement/by/version", "results", "explore", "gold")
    shown += [lea.get(f"/projects/limit/{path}").text for path in paths]
    for text in shown:
        assert "Answer" in text
        assert re.findall(r">[^<>]*\bStance\b[^<>]*<", text) == []
    report = command("agreement", "-p", "limit").stdout
    assert "Answer" in report
    assert "Stance " not in report


def test_values_may_be_numbers_and_words_of_any_language(browser, command, tmp_path):
    names = {"disagrees": "-1", "neither": "0", "agrees": "1", "safety": "Sécurité", "none": "нет"}
    text = TEXT
    for old, new in names.items():
        text = text.replace(f'value = "{old}"', f'value = "{new}"')
    article = made(browser, text)
    for name in ("ann", "ben"):
        person = browser(name)
        answer(person, article, 1, position("Ada Lark", "-1", "Sécurité"))
        answer(person, article, 2, position("Carl Moor", "0" if name == "ann" else "1"))
        answer(person, article, 3, status="нет")
    assert "-1" in command("labels", "export", "-p", "limit").stdout
    report = json.loads(command("agreement", "-p", "limit", "--json").stdout)
    assert report["fields"]["stance"]["values"] == ["-1", "0", "1"]
    folder = tmp_path / "v1"
    result = command("release", "-p", "limit", "--name", "v1", "-o", folder, "--with-text")
    assert result.exit_code == 0, result.output
    assert command("verify", folder).exit_code == 0
    assert command("import-release", folder, "--as", "again").exit_code == 0
    assert browser("lea").get("/projects/limit/explore?of=claims&stance=-1").text.count("Ada Lark")


def test_aspects_are_found_and_a_conflict_marks_the_one_that_differs(browser, limit):
    ann = browser("ann")
    answer(ann, limit, 1, position("Ada Lark", "agrees", "safety"))
    lark = db.session.scalars(select(Speaker).where(Speaker.name == "Ada Lark")).one().id
    other = {"speaker": lark, "stance": "agrees", "aspect": "climate"}
    page = ann.post(f"/label/{limit.id}/1", fields(other, revision=0), 409).text
    yours, saved = re.findall(r"<dd>(<p>.*?)</dd>", page, re.S)
    mark = '<span class="hidden">different: </span>'
    for side, word in ((yours, "Climate"), (saved, "Safety")):
        assert side.count(mark) == 1
        assert side.split(mark)[1].strip().startswith(word)
    lea, here = browser("lea"), "/projects/limit/explore"
    assert 'name="aspect"' in lea.get(here).text
    assert "the limit saves lives" in plain(lea.get(f"{here}?of=claims&aspect=safety").text)
    assert "the limit saves lives" not in plain(lea.get(f"{here}?of=claims&aspect=climate").text)
    lea.get(f"{here}?aspect=nonsense", 400)


def plain(html):
    """Return the words of a page without marks."""
    return " ".join(re.sub("<[^>]+>", " ", html).split())
