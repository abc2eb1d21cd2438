"""The adjudicate page: who may see it, what it shows, and what it hides."""

import pytest
from agreement_examples import answer, label
from decision_form import PATH, Form, act_of, press
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Decision, Membership, Sentence


@pytest.fixture
def case(project):
    label(
        project,
        """
        a: Mattis nc | b: Mattis sc | e: Mattis np, NARRATOR uc
        a: x | b: x
        a: Mattis nc | b: Mattis nl
        """,
    )
    return f"{PATH}/{db.session.scalars(select(Article.id)).one()}"


def test_the_queue_leads_to_the_most_different_sentence(browser, case):
    assert browser("cleo").get(PATH, 302).location == f"{case}/0"
    assert browser("cleo").get(f"{PATH}?kind=certainty&sort=text", 302).location.startswith(case)


@pytest.mark.parametrize("path", ["", "/unanimous", "/1/0", "/1/0/history"])
@pytest.mark.parametrize(("name", "status"), [("ann", 403), ("dan", 404), (None, 303)])
def test_only_adjudicators_and_leads_see_it(browser, case, path, name, status):
    browser(name).get(PATH + path, status)


@pytest.mark.parametrize("name", ["ann", "dan"])
def test_nobody_else_can_decide(browser, case, name):
    status = 403 if name == "ann" else 404
    browser(name).post(f"{case}/0", {"act": "decide"}, status)
    browser(name).post(f"{PATH}/unanimous", {"sentence": "1/1/"}, status)


def test_agreeing_differing_and_missing_are_told_apart_in_words(browser, case):
    page = browser("cleo").get(f"{case}/0")
    for words in ("3 answers, by speaker", "disagree", "missing", "no claim for this speaker"):
        assert words in page.text
    assert "agree</span>" in browser("cleo").get(f"{case}/2").text


def test_equal_answers_of_many_are_one_column_that_can_be_taken(browser, project):
    label(
        project,
        "a: Mattis nc | b: Mattis nc | c: Mattis sc | d: Mattis nc | e: Mattis nc",
    )
    case = f"{PATH}/{db.session.scalars(select(Article.id)).one()}/0"
    cleo = browser("cleo")
    page = cleo.get(case)
    assert "5 answers, by speaker" in page.text
    assert "<strong>4 of 5</strong>" in page.text
    assert page.text.count('class="said') == 3
    page = press(cleo, page, act_of(page, "1"), 200)
    assert "from 4 of 5" in page.text


def test_names_are_hidden_and_only_a_lead_can_ask_for_them(browser, case):
    pseudonyms = db.session.scalars(select(Membership.pseudonym).where(Membership.annotator)).all()
    hidden = browser("cleo").get(f"{case}/0?names=shown").text
    shown = browser("lea").get(f"{case}/0?names=shown").text
    for name in pseudonyms:
        assert f'scope="col">{name}' not in hidden
        assert f'scope="col">{name}' in shown
    assert "Annotator 1" in hidden


def test_every_digit_takes_one_cell(browser, case):
    page = browser("cleo").get(f"{case}/0")
    keys = {key: act for act, key in Form(page.text).buttons if key.isdigit()}
    assert sorted(keys) == ["1", "2", "3", "4"]
    assert len(set(keys.values())) == 4


def test_ones_own_answer_is_marked_only_after_deciding(browser, case):
    with write():
        sentence = db.session.scalars(select(Sentence).where(Sentence.position == 2)).one()
        answer(sentence, "c", "Mattis nc")
    cleo = browser("cleo")
    page = cleo.get(f"{case}/2")
    assert "yours" not in page.text
    press(cleo, press(cleo, page, "take-0-0", 200), "decide", 303)
    assert '<span class="tag">yours</span>' in cleo.get(f"{case}/2").text


def test_the_views_of_the_queue_have_counts_and_unknown_ones_are_not_found(browser, case):
    page = browser("cleo").get(f"{case}/0?kind=stance")
    assert "2 of 2 left" in " ".join(page.text.split())
    browser("cleo").get(f"{PATH}?kind=nonsense", 404)
    browser("cleo").get(f"{case}/0?sort=nonsense", 404)


def test_a_sentence_that_is_not_there_is_not_found(browser, case):
    browser("cleo").get(f"{case}/99", 404)
    browser("cleo").get(f"{PATH}/77/0", 404)


def test_an_empty_queue_says_so(browser, project):
    assert "No disputed sentences. A sentence appears here" in browser("cleo").get(PATH).text


def test_a_stale_decision_says_so(browser, case):
    cleo = browser("cleo")
    press(cleo, press(cleo, cleo.get(f"{case}/2"), "take-0-0", 200), "decide", 303)
    with write():
        sentence = db.session.scalars(select(Sentence).where(Sentence.position == 2)).one()
        for each in db.session.scalars(select(Answer).where(Answer.sentence_id == sentence.id)):
            each.revision += 1
    assert "An answer was changed after this decision" in cleo.get(f"{case}/2").text
    assert "answers changed" in cleo.get(f"{case}/2?kind=stale").text


def test_unanimous_sentences_are_accepted_from_a_list(browser, case):
    cleo = browser("cleo")
    page = cleo.get(f"{PATH}/unanimous")
    assert page.text.count('name="sentence"') == 1
    fields = unanimous_fields(page)
    cleo.post(f"{PATH}/unanimous", fields, 303)
    assert "1 accepted." in cleo.get(f"{PATH}/unanimous").text
    db.session.rollback()
    assert db.session.scalars(select(Decision)).one().how == "unanimous"
    cleo.post(f"{PATH}/unanimous", {"key": "a-long-key"}, 422)
    cleo.post(f"{PATH}/unanimous", {"key": "a-long-key", "sentence": "1/x/"}, 422)


def unanimous_fields(page):
    import re

    return {
        "key": re.search(r'name="key" value="([^"]+)"', page.text)[1],
        "sentence": re.search(r'name="sentence" value="([^"]+)"', page.text)[1],
    }


def test_the_page_costs_a_bounded_number_of_queries(browser, case, listen):
    cleo = browser("cleo")
    cleo.get(f"{case}/0")
    seen = []
    listen("before_cursor_execute", lambda *args: seen.append(args[2]))
    cleo.get(f"{case}/0")
    assert len(seen) < 40
