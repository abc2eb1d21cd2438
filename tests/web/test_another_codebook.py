"""A project whose codebook differs in everything: no page shows words of any other codebook."""

import html
import re

import pytest
from access_table import address, routes
from labelling_examples import claim, claims, save
from places import DATA

from annotator.codebook.load import load
from annotator.store.db import db, write
from annotator.store.models import Answer, Decision, Membership, Sentence, Speaker
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import DecisionDraft
from annotator.work.articles import storing
from annotator.work.assignment import assigning
from annotator.work.consensus.decisions import Act
from annotator.work.labelling.drafts import AnswerDraft, NewSpeaker

TEXT = (
    "Der Hafen wird umgebaut\n\nDie Senatorin sagte, der Umbau komme. Herr Lark sprach dagegen.\n\n"
    "Niemand sprach am Abend noch davon. Es regnete lange. Ein Ende ist nicht in Sicht."
)
LARK, AMT = NewSpeaker("Jo Lark", "mensch"), NewSpeaker("Hafenamt", "amt")
# Labels and titles of the codebooks that come with the program, and keys that people gave titles.
OURS = (
    "Stance", "stance", "Certainty", "certainty", "certain", "possible", "oppose", "neutral",
    "unrelated", "uncommitted", "No claim", "Not article text", "not article text",
    "no_claim", "not_article_text", "Narrator", "NARRATOR", "Organisation",
    "Unnamed source", "deconfliction", "military", "US–Russia cooperation", "namenlos", "leer",
    "mensch", "geld", "Unsure",
)  # fmt: skip
SEEN = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, OURS)) + r")(?![\w-])")
# What is not written for people of one project: other projects, files, scripts.
NOT_OURS = (
    "/projects/new", "/api", "/account", "/projects/<slug>/labels/mapping", "/metrics",
    "/projects/<slug>/api", "/projects/<slug>/codebook", "/projects/<slug>/labels",
)  # fmt: skip
UNSEEN = re.compile(r"<(script|style|svg|template)\b.*?</\1>", re.S)


@pytest.fixture
def harbour(project):
    """Make the project, with an article that two have labelled and a sentence that is decided."""
    with write():
        made = projects.create("umbau", "Hafen", load((DATA / "other.toml").read_text("utf-8")))
        for name, role in (("ann", "annotator"), ("ben", "annotator"), ("cleo", "adjudicator")):
            memberships.join(made, accounts.get_user(name), {role})
        memberships.join(made, accounts.get_user("lea"), {"lead"})
        article = storing.store_article(made, storing.read_file("hafen.txt", TEXT.encode()))
        people = [accounts.get_user(name).id for name in ("ann", "ben")]
        assigning.assign([(article.id, user) for user in people])
    for name, stance, aspect in (("ann", "1", "geld"), ("ben", "-1", "2030")):
        said = claim(AMT, "1", None, aspect="geld"), claim(LARK, stance, None, aspect=aspect)
        save(article, claims(*said[:1]), position=1, name=name)
        save(article, claims(*said[1:], note="unklar"), position=2, name=name)
        save(article, AnswerDraft(status="leer", unsure=name == "ann"), position=3, name=name)
    save(article, claims(claim(None, "0", None)), position=4)
    with write():
        first = db.session.query(Sentence).filter_by(article_id=article.id, position=1).one()
        draft = DecisionDraft("leer", (), reason="CL-1")
        deciding.decide(first, draft, Act(accounts.get_user("cleo"), 0, "a-key"))
    return made, article


def places(project, article):
    """Return what stands for each part of an address."""
    member = {each.user.username: each.pseudonym for each in db.session.query(Membership)
              .filter_by(project_id=project.id)}  # fmt: skip
    number = db.session.query(Speaker.id).filter_by(project_id=project.id, name="Jo Lark").scalar()
    return {
        "slug": project.slug, "article_id": article.id, "position": 2, "pseudonym": member["ann"],
        "decision_id": db.session.query(Decision.id).scalar(), "form": "jsonl", "number": number,
        "filename": "app.css", "token": "nonsense", "name": "v1", "act": "withdraw",
        "kind": "article", "figure": "speakers", "place": "stances", "index": 0, "rule": "ST-1",
        "answer_id": db.session.query(Answer.id).limit(1).scalar(), "answer": 1, "attempt": 1,
        "purpose": "training", "worklist": 1,
    }  # fmt: skip


def words_of(page):
    """Return what people read of a page, and what is read to them."""
    read = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', page)
    text = re.sub(r"<[^>]+>", " ", UNSEEN.sub(" ", page))
    return html.unescape(" ".join([text, *read]))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), [("lea", 25), ("cleo", 8), ("ann", 8)])
def test_no_page_speaks_of_another_codebook(app, browser, harbour, name, least):
    person, known, found, shown = browser(name), places(*harbour), [], 0
    pages = [each for each in routes(app) if each.method == "GET" and "<slug>" in each.rule]
    own = [f"/label/{harbour[1].id}/{position}" for position in range(5)]
    wanted = [(each.rule, address(each, known)) for each in pages
              if not each.rule.startswith(NOT_OURS)]  # fmt: skip
    for rule, path in [*wanted, *((path, path) for path in own)]:
        response = person.run(person.client.get, path, buffered=True)
        assert response.status_code < 500, path
        if response.status_code != 200 or response.mimetype != "text/html":
            continue
        shown += 1
        words = words_of(response.text)
        for seen in SEEN.finditer(words):
            around = " ".join(words[max(0, seen.start() - 40) : seen.end() + 40].split())
            found.append(f"{rule}: {seen.group()} in “{around}”")
    assert found == [], "\n".join(found)
    assert shown >= least


def test_titles_keep_their_case_where_they_are_somebodys_words(browser, harbour):
    page = browser("ann").get(f"/label/{harbour[1].id}/2").text
    assert 'data-stance-open="HALTUNG zum UMBAU open"' in page
    assert 'data-badge="Ohne Aussage"' in page
    page = browser("lea").get("/projects/umbau/explore").text
    assert '<p class="badge">Ohne Aussage</p>' in page
