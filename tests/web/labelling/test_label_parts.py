"""A page that can take parts is answered with what changes: the buttons, or the next sentence."""

import pytest
from label_form import answer_of, claim, fields, narrator, sentence_at
from sqlalchemy import event, select

from annotator.store.db import db, write
from annotator.store.models import Assignment, Speaker

ONLY, PLACE = "Annotator-Only", "Annotator-Place"
HALF = {"stance": "neutral", "certainty": ""}


@pytest.fixture
def ann(browser, article):
    return browser("ann")


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2"


def save(ann, url, *claims, **others):
    return ann.post(url, fields(*claims, parts="y", **others), 200, htmx=True)


def test_a_choice_is_answered_with_the_buttons_alone(ann, url, article):
    reply = save(ann, url, {"speaker": narrator().id})
    assert reply.headers[ONLY] == "tools"
    assert reply.headers["Annotator-Revision"] == "1"
    assert 'value="undo"' in reply.text
    assert 'value="copy-0"' in reply.text
    assert 'value="remove-0"' in reply.text
    assert "/history" not in reply.text
    again = save(ann, url, claim(), revision=1)
    assert "/history" in again.text
    assert 'data-decided="1"' in again.text
    assert answer_of(article).revision == 2


def test_it_is_at_most_2_kb_and_holds_no_token(ann, url):
    reply = save(ann, url, claim())
    assert len(reply.data) <= 2_000
    assert "csrf_token" not in reply.text
    assert ann.fetch_token() not in reply.text


def test_it_costs_at_most_10_statements(ann, url):
    save(ann, url, claim(certainty=""))
    speaker, statements = narrator().id, []

    def listen(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    reply = save(ann, url, claim(speaker, "oppose"), revision=1)
    event.remove(db.engine, "before_cursor_execute", listen)
    assert reply.headers[ONLY] == "tools"
    # On PostgreSQL one more, whether the codebook is another one since the wait for the lock.
    assert len(statements) <= 10 + (db.engine.dialect.name != "sqlite"), statements


def test_whoever_does_not_ask_for_parts_gets_the_form_with_its_token(ann, url):
    reply = ann.post(url, fields(claim()), 200, htmx=True)
    assert ONLY not in reply.headers
    assert '<li id="sentence"' in reply.text
    assert "csrf_token" in reply.text


def test_a_mention_that_was_picked_comes_with_the_buttons_and_goes_with_them(ann, url):
    words = claim(span="276-309", mention="Defense Secretary James N. Mattis")
    reply = save(ann, url, words)
    assert reply.headers[ONLY] == "tools"
    assert "Remove mention Defense Secretary James N. Mattis" in reply.text
    assert len(reply.data) <= 2_000
    reply = save(ann, url, words | {"stance": "oppose"}, revision=1)
    assert "Remove mention Defense Secretary James N. Mattis" in reply.text
    reply = save(ann, url, claim(stance="oppose"), revision=2)
    assert reply.headers[ONLY] == "tools"
    assert "Remove mention" not in reply.text
    assert 'id="picked-mention"' in reply.text


def test_the_next_sentence_with_all_its_proposals_is_at_most_8_kb(ann, url, article):
    before = f"/label/{article.id}/3"
    posted = fields(claim(), parts="y", act="next")
    reply = ann.post(before, posted, 200, htmx=True, headers={"Accept-Encoding": "gzip"})
    assert reply.headers[PLACE] == f"/label/{article.id}/4"
    assert reply.text.count("data-span=") == 4
    assert reply.transferred <= 8_000


def test_words_that_were_copied_bring_the_form_anew_with_their_place(ann, url, article):
    reply = save(ann, url, claim(mention=sentence_at(article, 2).text[:5]))
    assert ONLY not in reply.headers
    assert 'name="claims-0-span" value="87-92"' in reply.text


def test_a_link_of_a_chain_brings_the_form_anew(ann, url, project):
    with write():
        other = Speaker(project_id=project.id, name="Ivan Petrov", type="person")
        db.session.add(other)
    others = {"via": str(other.id)}
    reply = save(ann, url, claim(**others))
    assert ONLY not in reply.headers
    assert '<li id="sentence"' in reply.text
    assert ONLY in save(ann, url, claim(stance="oppose", **others), revision=1).headers


def test_a_claim_that_was_dropped_brings_the_form_anew(ann, url):
    save(ann, url, claim())
    assert ONLY not in save(ann, url, claim(), {"speaker": ""}, revision=1).headers


def test_a_claim_after_no_claim_brings_the_form_anew(ann, url):
    assert save(ann, url, status="no_claim").headers[ONLY] == "tools"
    reply = save(ann, url, claim(), status="no_claim", revision=1)
    assert ONLY not in reply.headers
    assert '<li id="sentence"' in reply.text


def test_the_last_sentence_to_do_brings_the_way_to_submit(ann, url, article):
    with write():
        for each in db.session.scalars(select(Assignment)):
            each.decided_count = article.sentence_count - 1
    reply = save(ann, url, claim())
    assert ONLY not in reply.headers
    assert "Submit article" in reply.text


def test_next_is_answered_with_the_next_sentence_itself(ann, url, article):
    reply = save(ann, url, claim(), act="next")
    assert reply.headers[PLACE] == f"/label/{article.id}/3"
    assert "HX-Location" not in reply.headers
    assert f'action="/label/{article.id}/3#sentence"' in reply.text
    assert reply.text.count('<li id="sentence"') == 1
    assert reply.headers["Annotator-Revision"] == "1"


def test_the_next_sentence_comes_compressed_in_at_most_8_kb_without_a_token(ann, url):
    posted = fields(claim(), act="next", parts="y")
    reply = ann.post(url, posted, 200, htmx=True, headers={"Accept-Encoding": "gzip"})
    assert reply.headers["Content-Encoding"] == "gzip"
    assert reply.transferred <= 8_000
    assert "csrf_token" not in reply.text
    assert ann.fetch_token() not in reply.text


def test_a_sentence_whose_words_are_marked_elsewhere_comes_with_its_column(ann, url, article):
    here = sentence_at(article, 2)
    there = f"/label/{article.id}/3"
    ann.post(there, fields(claim(span=f"{here.start}-{here.start + 5}"), act="stay"), 303)
    reply = save(ann, url, claim(), act="next")
    assert PLACE not in reply.headers
    assert "HX-Location" in reply.headers
