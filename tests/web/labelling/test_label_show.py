"""The label page: the article with one sentence lit, and its form."""

import re

import pytest
from label_form import claim, fields, sentence_at
from sqlalchemy import event

from annotator.store.db import db, write
from annotator.work.accounts import accounts
from annotator.work.articles import storing
from annotator.work.assignment import assigning


def url(article, position=2):
    return f"/label/{article.id}/{position}"


def test_it_shows_the_article_with_the_current_sentence_and_its_form(browser, article):
    page = browser("ann").get(url(article)).text
    assert 'aria-current="true"' in page
    assert "Is the speaker for or against the United States and Russia cooperating?" in page
    assert "Sentence 3" in page
    for position in (0, 1, 3, 21):
        assert f'href="/label/{article.id}/{position}' in page


def test_the_form_stands_inside_the_current_sentence(browser, article):
    page = browser("ann").get(url(article)).text
    item = re.search(r'<li id="sentence".*?</form>', page, re.S).group(0)
    assert sentence_at(article, 2).text[:40] in item
    assert 'name="revision"' in item


def test_every_value_of_the_codebook_shows_its_key(browser, article, project):
    page = browser("ann").get(url(article)).text
    book = project.codebook
    for value in (*book.stances, *book.certainties):
        assert re.search(rf'value="{value.value}"[^>]*data-key="{value.key}"', page), value
    for status in book.empty_statuses:
        assert re.search(rf'value="{status.value}"[^>]*data-key="{status.key}"', page), status


def test_what_was_answered_is_there_again(browser, article):
    ann = browser("ann")
    ann.post(url(article), fields(claim(stance="support"), note="a note of mine"), 303)
    page = ann.get(url(article)).text
    assert re.search(r'value="support"[^>]* checked', page)
    assert "a note of mine" in page
    assert re.search(r'name="revision"[^>]*value="1"', page)


def test_the_next_sentence_does_not_begin_with_the_last_answer(browser, article):
    ann = browser("ann")
    page = ann.post(url(article), fields(claim(), act="next"), 303)
    assert page.location == url(article, 3) + "#sentence"
    assert not re.search(r'name="claims-0-stance"[^>]* checked', ann.get(page.location).text)


@pytest.mark.parametrize("path", ["/label/999/0", "/label/1/999", "/label/1/99999999999999"])
def test_what_is_not_there_is_not_found(browser, article, path):
    browser("ann").get(path, 404)


def test_a_stranger_and_a_member_without_the_article_learn_nothing(browser, article, project):
    browser("dan").get(url(article), 404)


def test_a_lead_without_the_article_is_told_to_take_it(browser, article):
    assert "not assigned to you" in browser("lea").get(url(article), 403).text


def test_whoever_is_signed_out_goes_to_sign_in_and_back(browser, article):
    assert browser().get(url(article), 303).location.endswith(f"next=/label/{article.id}/2")


def test_answers_of_others_are_not_on_the_page(browser, article):
    ben = browser("ben")
    posted = fields(
        {"speaker": "new", "new_name": "Zoran Quill", "new_type": "person"},
        act="stay",
        note="bens own words",
    )
    ben.post(url(article), posted, 303)
    page = browser("ann").get(url(article)).text
    assert "bens own words" not in page
    assert "Zoran Quill" not in page


def queries_of(browser, path):
    statements = []

    def listen(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    browser.get(path)
    event.remove(db.engine, "before_cursor_execute", listen)
    return len([line for line in statements if line.startswith("SELECT")])


def test_the_page_costs_the_same_queries_whatever_is_answered(browser, article):
    ann = browser("ann")
    before = queries_of(ann, url(article, 4))
    for position in range(5, 15):
        ann.post(url(article, position), fields(claim(), claim(stance="support")), 303)
    # Claims and chains are loaded by two queries more, for the whole window at once.
    assert queries_of(ann, url(article, 4)) <= before + 3 <= 25


def test_a_text_with_markup_comes_out_as_text(browser, article, project):
    ann = browser("ann")
    bad = "<img src=x onerror=alert(1)>"
    posted = fields({"speaker": "new", "new_name": bad, "new_type": "person"}, act="stay", note=bad)
    ann.post(url(article), posted, 303)
    page = ann.get(url(article)).text
    assert bad not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


FIRST = "How to label"


def test_the_first_page_says_in_four_lines_what_to_do_until_the_first_answer(browser, article):
    ann, ben = browser("ann"), browser("ben")
    page = ann.get(url(article)).text
    assert page.count(FIRST) == 1
    steps = page.partition(FIRST)[2].partition("</ol>")[0]
    assert steps.count("<li>") == 4
    assert "not “No claim”" in steps
    ann.post(url(article), fields(unsure="y"), 303)
    assert FIRST not in ann.get(url(article, 3)).text
    assert FIRST in ben.get(url(article)).text


def test_whoever_has_labelled_another_article_is_not_told_again(browser, article, project):
    ann = browser("ann")
    ann.post(url(article), fields(claim()), 303)
    with write():
        other = storing.store_article(project, storing.read_file("a.txt", b"One. Two."))
        assigning.assign([(other.id, accounts.get_user("ann").id)])
    assert FIRST not in ann.get(url(other, 0)).text


def test_nothing_comes_through_the_articles_own_voice(browser, article):
    ann = browser("ann")
    new = {"speaker": "new", "new_name": "Ivan Petrov", "new_type": "person"}
    ann.post(url(article), fields(claim(**new), act="stay"), 303)
    page = ann.get(url(article, 3)).text
    chain = re.search(r'<select[^>]*name="claims-0-via_add".*?</select>', page, re.S)[0]
    assert "Ivan Petrov" in chain
    assert "NARRATOR" not in chain


def test_a_headline_says_that_it_comes_last(browser, article):
    assert '<p class="tag">Headline, comes last</p>' in browser("ann").get(url(article)).text
