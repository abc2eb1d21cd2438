"""The article page: whose labels it shows, to whom, and how differences stand out."""

import re

import pytest
from agreement_examples import answer, give, label, sentences
from release_examples import decide
from sqlalchemy import delete, select
from statements import counted_queries

from annotator.store.db import db, write
from annotator.store.models import Article, Correction, Exposure, Project, Sentence
from annotator.work.accounts import accounts, memberships
from annotator.work.explore import notes

TABLE = """
a: Mattis oc | b: Mattis oc
a: Mattis nc | b: Trump nl
a: x | b: x
"""


def text_of(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def path_of(article, rest=""):
    return f"/projects/us-russia/articles/{article.id}/read{rest}"


@pytest.fixture
def read(project):
    """Label three sentences, of which the second is disputed; return the article."""
    label(project, TABLE)
    with write():
        article = db.session.scalars(select(Article)).one()
        give(article.id, "ann", "ben")
    return db.session.get(Article, article.id)


def names(project):
    return {each.user.username: each.pseudonym for each in memberships.members(project)}


def test_equal_answers_are_one_line_and_different_ones_say_in_what(browser, project, read):
    page = browser("lea").get(path_of(read)).text
    said = text_of(page)
    assert said.count("2 alike") == 2
    assert said.count("Different: speaker") == 1
    assert "claim 1: Mattis, oppose, certain" in said
    assert "Gold unanimous" in said
    assert "Gold open" in said


def test_one_person_gold_and_the_disputed_sentences_are_read_alone(browser, project, read):
    lea, who = browser("lea"), names(project)
    alone = text_of(lea.get(path_of(read, f"?by={who['ann']}")).text)
    assert "Mattis, neutral, certain" in alone
    assert "Trump" not in alone
    gold = text_of(lea.get(path_of(read, "?by=gold")).text)
    assert "Mattis, oppose, certain" in gold
    assert "Mattis, neutral" not in gold
    disputed = lea.get(path_of(read, "?show=disputed")).text
    assert 'id="s-2"' in disputed
    assert 'id="s-1"' not in disputed


def test_who_has_it_and_how_far_stands_beside_it(browser, project, read):
    with write():
        db.session.add(
            Correction(
                project_id=project.id,
                article_id=read.id,
                kind="metadata",
                act="a",
                after={"title": "New", "publisher": "Wire"},
            )
        )
    page = text_of(browser("lea").get(path_of(read)).text)
    assert "3 of 3" in page
    assert "Imported" in page
    assert "Metadata changed: title, publisher" in page


def test_annotators_have_no_such_page_and_strangers_do_not_know_of_it(browser, read):
    browser("ann").get(path_of(read), status=403)
    browser("dan").get(path_of(read), status=404)
    assert browser("cleo").get(path_of(read)).status_code == 200


def test_an_adjudicator_reads_pseudonyms_and_no_name(browser, project, read):
    page = browser("cleo").get(path_of(read)).text
    assert names(project)["ann"] in page
    assert ">ann<" not in page


def test_an_adjudicator_learns_who_said_what_once_it_is_decided(browser, project, read):
    cleo, who = browser("cleo"), names(project)
    [disputed] = re.findall(r'<li id="s-2".*?</li>', cleo.get(path_of(read)).text, re.S)
    assert "1 annotator" in disputed
    assert not [name for name in who.values() if name in disputed]
    assert who["ann"] in browser("lea").get(path_of(read)).text
    cleo.get(path_of(read, f"?by={who['ann']}"), status=403)
    decide(read, 1)
    [decided] = re.findall(r'<li id="s-2".*?</li>', cleo.get(path_of(read)).text, re.S)
    assert who["ann"] in decided


def test_who_labels_here_too_is_not_independent_any_more_in_what_they_have_read(
    browser, project, read
):
    with write():
        here = db.session.get(Project, project.id)
        lead = memberships.membership_of(accounts.get_user("lea"), here)
        memberships.set_roles(lead, {"lead", "annotator"})
    browser("lea").get(path_of(read))
    known = db.session.scalars(select(Exposure.sentence_id)).all()
    assert len(known) == 3


def test_an_adjudicator_who_annotates_loses_independence_by_others_labels_not_by_their_own(
    browser, project
):
    label(project, "a: Mattis oc", "a: Mattis oc | b: Trump sl")
    with write():
        here = db.session.get(Project, project.id)
        own = memberships.membership_of(accounts.get_user("ann"), here)
        memberships.set_roles(own, {"adjudicator", "annotator"})
    alone, both = db.session.scalars(select(Article).order_by(Article.id))
    ann = browser("ann")
    assert "Mattis, oppose" in text_of(ann.get(path_of(alone)).text)
    assert db.session.scalars(select(Exposure.sentence_id)).all() == []
    explore = "/projects/us-russia/explore"
    rows = re.findall(r'name="row" value="([\d.]+)"', browser("lea").get(explore).text)
    assert len(rows) == 2
    sent = ann.post(explore, {"row": rows, "act": "jsonl"}, status=200)
    assert "Trump" in sent.text
    known = select(Sentence.article_id).join(Exposure, Exposure.sentence_id == Sentence.id)
    assert db.session.scalars(known).all() == [both.id]


def test_an_adjudicator_who_annotates_loses_independence_by_a_note_of_another_one(browser, project):
    label(project, "a: Mattis oc", "a: Mattis oc", "a: Mattis oc")
    with write():
        here = db.session.get(Project, project.id)
        own = memberships.membership_of(accounts.get_user("ann"), here)
        memberships.set_roles(own, {"adjudicator", "annotator"})
        sentences = db.session.scalars(select(Sentence.id).order_by(Sentence.id)).all()
        for name, number in zip(["ann", "cleo", "cleo"], sentences, strict=True):
            notes.write_note(here, [number], "Opposes, see ST-3.", accounts.get_user(name))
    mine, first, second = db.session.scalars(select(Article).order_by(Article.id))
    known = select(Sentence.article_id).join(Exposure, Exposure.sentence_id == Sentence.id)
    ann = browser("ann")
    ann.get(path_of(mine))
    assert db.session.scalars(known).all() == []
    ann.get(path_of(first))
    assert db.session.scalars(known).all() == [first.id]
    ann.get(f"/projects/us-russia/adjudicate/{second.id}/0")
    assert db.session.scalars(known.order_by(Sentence.id)).all() == [first.id, second.id]
    db.session.execute(delete(Exposure))
    db.session.commit()
    ann.get("/projects/us-russia/explore")
    assert db.session.scalars(known.order_by(Sentence.id)).all() == [first.id, second.id]


def test_a_sentence_has_an_address_on_whichever_page_it_is(browser, project):
    with write():
        rows = sentences(db.session.get(Project, project.id), 2001)
        answer(rows[2000], "a", "Mattis oc")
    article = db.session.scalars(select(Article)).one()
    lea = browser("lea")
    there = lea.get(path_of(article, "/2000"), status=302).location
    assert there.endswith("/read?page=21#s-2001")
    last = lea.get(path_of(article, "?page=21")).text
    assert "Mattis" in last
    assert 'id="s-2000"' not in last
    with counted_queries() as few:
        lea.get(path_of(article, "?page=21"))
    with counted_queries() as many:
        lea.get(path_of(article, "?page=1"))
    assert max(len(few), len(many)) < 25
    lea.get(path_of(article, "/2001"), status=404)


@pytest.mark.parametrize("query", ["?by=A99", "?show=mine", "?of=ann", "?page=0"])
def test_an_address_that_means_nothing_is_refused(browser, read, query):
    browser("lea").get(path_of(read, query), status=404 if "page" in query else 400)


def test_near_duplicates_are_linked(browser, project, read):
    with write():
        other = sentences(db.session.get(Project, project.id), 1, key="again")[0].article
        first = db.session.get(Article, read.id)
        first.cluster_id = other.cluster_id = first.id
    page = browser("lea").get(path_of(read)).text
    assert f'href="{path_of(other)}">again</a>' in page


def test_matrix_flag_return_form_and_agreement_lead_to_it(browser, project, read):
    lea, who = browser("lea"), names(project)
    assert f'href="{path_of(read)}"' in lea.get("/projects/us-russia").text
    one = lea.get(f"/projects/us-russia/articles/{read.id}/people/{who['ann']}").text
    assert f'href="{path_of(read)}?by={who["ann"]}"' in one
    behind = lea.get("/projects/us-russia/agreement/sentences?kind=all").text
    assert f'href="{path_of(read)}/1"' in behind
    with write():
        answer(sentences(db.session.get(Project, project.id), 1)[0], "a", "x", unsure=True)
    newest = db.session.scalars(select(Article).order_by(Article.id.desc())).first()
    assert f'href="{path_of(newest)}/0"' in lea.get("/projects/us-russia/flags").text
