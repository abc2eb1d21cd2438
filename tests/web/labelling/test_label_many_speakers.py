"""An article with forty speakers: those with keys, those of the last sentences, and the rest."""

import re

import pytest
from label_form import claim, fields, new_key
from sqlalchemy import event, select

from annotator.store.db import db, write
from annotator.store.models import Roster, Speaker, User

MANY = 40


@pytest.fixture
def ann(browser, article):
    return browser("ann")


@pytest.fixture
def many(article, project):
    """Let Ann have met forty speakers in this article; return their numbers in the database."""
    with write():
        ann = db.session.scalars(select(User).where(User.username == "ann")).one()
        found = [
            Speaker(project_id=project.id, name=f"Person {number}", type="person")
            for number in range(1, MANY + 1)
        ]
        db.session.add_all(found)
        db.session.flush()
        db.session.add_all(
            Roster(article_id=article.id, user_id=ann.id, speaker_id=each.id, number=number)
            for number, each in enumerate(found, 1)
        )
        return [each.id for each in found]


def shown(page):
    """Return the numbers of those who have a button in the row, and what the rest is called."""
    form = page.partition('<form id="answer"')[2].partition("</form>")[0]
    values = re.findall(r'<input type="radio"[^>]* name="claims-\d+-speaker" value="(\d+)"', form)
    return [int(value) for value in values], re.findall(r"data-more>([^<]*)<", form)


def test_nine_have_keys_and_the_rest_is_one_button(ann, article, many):
    speakers, rest = shown(ann.get(f"/label/{article.id}/9").text)
    assert [each for each in speakers if each in many] == many[:9]
    assert rest == ["31 more…"]


def test_those_of_the_last_three_sentences_are_there_and_who_is_chosen(ann, article, many):
    for position, index in ((3, 38), (6, 20), (8, 30)):
        ann.post(f"/label/{article.id}/{position}", fields(claim(many[index])), 200, htmx=True)
    speakers, rest = shown(ann.get(f"/label/{article.id}/9").text)
    assert [each for each in speakers if each in many[9:]] == [many[20], many[30]]
    assert rest == ["29 more…"]
    speakers, _ = shown(ann.get(f"/label/{article.id}/3").text)
    assert [each for each in speakers if each in many[9:]] == [many[38]]


def test_a_refused_answer_keeps_whom_it_names(ann, article, many):
    url = f"/label/{article.id}/9"
    wrong = fields({"speaker": many[35], "stance": "support", "mention": "words not in the text"})
    page = ann.post(url, wrong | {"act": "stay"}, 422, htmx=True).text
    assert many[35] in shown(page)[0]


def test_find_lists_all_who_were_met_before_anything_is_typed(ann, article, many):
    listed = ann.get(f"/label/{article.id}/9/speakers?met").text
    assert [int(each) for each in re.findall(r'data-speaker="(\d+)"', listed)] == many


def test_a_sentence_with_forty_speakers_weighs_at_most_8_kb(ann, article, many):
    posted = fields(claim(many[20]), act="next", parts="y")
    packed = {"Accept-Encoding": "gzip"}
    reply = ann.post(f"/label/{article.id}/8", posted, 200, htmx=True, headers=packed)
    assert reply.headers["Annotator-Place"] == f"/label/{article.id}/9"
    assert "29 more" in reply.text or "30 more" in reply.text
    assert reply.transferred <= 8_000


def test_a_save_that_draws_its_form_takes_at_most_12_statements(ann, article, many):
    url, statements = f"/label/{article.id}/8", []
    ann.post(url, fields(claim()), 200, htmx=True)  # the narrator is met, too
    ann.post(url, fields(claim(many[20], certainty=""), revision=1), 200, htmx=True)

    def listen(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    reply = ann.post(url, fields(claim(many[30]), revision=2, key=new_key()), 200, htmx=True)
    event.remove(db.engine, "before_cursor_execute", listen)
    assert shown(reply.text)[1] == ["30 more…"]
    # On PostgreSQL one more, whether the codebook is another one since the wait for the lock.
    assert len(statements) <= 12 + (db.engine.dialect.name != "sqlite"), statements
