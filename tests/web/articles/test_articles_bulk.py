"""The list of articles: found, ordered, ticked, and many changed at once."""

import re
from datetime import timedelta

import pytest
from labelling_examples import claim, claims, save
from sqlalchemy import select
from statements import counted_queries

from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Assignment, Correction, Repair, Sentence
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.articles import storing
from annotator.work.assignment import assigning

PATH = "/projects/us-russia/articles"


@pytest.fixture
def lea(browser):
    return browser("lea")


@pytest.fixture
def three(article):
    """Store three more articles; Ann has the first two of them, Ben the second."""
    with write():
        project = projects.get("us-russia")
        ann, ben = (accounts.get_user(name).id for name in ("ann", "ben"))
        made = []
        for key in "abc":
            raw = f"Title {key}\n\nHe left {key}. She stayed.\n".encode()
            made.append(storing.store_article(project, storing.read_file(f"{key}.txt", raw)))
        made[1].publisher = "Herald"
        assigning.assign([(made[0].id, ann), (made[1].id, ann), (made[1].id, ben)])
        return [each.id for each in made]


def keys(page):
    return [key for key in ("000_", *"abc") if f"<bdi>{key}" in page.text.replace("<bdi>Title", "")]


def assignments(number):
    db.session.rollback()
    return db.session.scalars(select(Assignment).where(Assignment.article_id == number)).all()


def test_the_list_says_who_has_an_article_and_how_far(lea, article, three):
    save(db.session.get(Article, three[0]), claims(claim()), position=1)
    page = lea.get(PATH).text
    assert re.search(r"A\d+ +1/2<", page)
    assert "nobody" in page
    assert "add date" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=Title+b", ["b"]),
        ("state=unassigned", ["c"]),
        ("missing=date", ["a", "b", "c"]),
        ("missing=publisher&q=Title", ["a", "c"]),
        ("language=en", ["000_", "a", "b", "c"]),
    ],
)
def test_filters_find_what_they_say(lea, three, query, expected):
    assert keys(lea.get(f"{PATH}?{query}")) == expected


def test_a_state_can_be_that_of_one_person(lea, three):
    project = projects.get("us-russia")
    for name, expected in (("ann", ["000_", "a", "b"]), ("ben", ["000_", "b"])):
        own = memberships.membership_of(accounts.get_user(name), project).pseudonym
        assert keys(lea.get(f"{PATH}?state=not_begun&person={own}")) == expected


@pytest.mark.parametrize("query", ["state=x", "sort=x", "missing=x", "person=x", "other=1"])
def test_a_wrong_filter_is_400(lea, three, query):
    lea.get(f"{PATH}?{query}", 400)


def test_the_list_is_ordered_by_what_one_asks_for(lea, three):
    page = lea.get(f"{PATH}?q=Title&sort=title&dir=down").text
    assert page.index("Title c") < page.index("Title b") < page.index("Title a")
    page = lea.get(f"{PATH}?sort=publisher&dir=down").text
    assert page.index("Title b") < page.index("Title a")


def test_one_date_for_the_work_in_many_articles_after_a_question(lea, three):
    due = (now().date() + timedelta(days=9)).isoformat()
    ticked = {"article": [str(number) for number in three], "due_on": due}
    page = lea.post(f"{PATH}/due", ticked, 200).text
    assert "3 assignments in 3 articles of 2 annotators will be due on" in page
    assert assignments(three[0])[0].due_on is None
    lea.post(f"{PATH}/due", {**ticked, "sure": "y"}, 303)
    assert {str(each.due_on) for each in assignments(three[1])} == {due}
    over = {**ticked, "due_on": "2020-01-01", "sure": "y"}
    assert "is over" in lea.get(lea.post(f"{PATH}/due", over, 303).location).text
    assert {str(each.due_on) for each in assignments(three[1])} == {due}


def test_all_that_the_filters_show_can_be_meant(lea, three):
    fields = {"all": "y", "q": "Title", "sure": "y"}
    reply = lea.post(f"{PATH}/close", fields, 303)
    assert "0 assignments closed, 3 unassigned." in lea.get(reply.location).text
    assert "q=Title" in reply.location
    assert [assignments(number) for number in three] == [[], [], []]


def test_closing_keeps_what_was_saved_and_frees_what_was_not_begun(lea, article, three):
    save(db.session.get(Article, three[1]), claims(claim()), position=1)
    ticked = {"article": [str(number) for number in three]}
    page = lea.post(f"{PATH}/close", ticked, 200).text
    assert "2 assignments that nobody has started" in page
    assert "1 assignment with saved answers" in page
    lea.post(f"{PATH}/close", {**ticked, "sure": "y"}, 303)
    assert [each.state for each in assignments(three[1])] == ["closed"]
    assert assignments(three[0]) == []
    assert len(assignments(article.id)) == 2


def test_a_language_for_many_stands_in_the_history_of_each(lea, three):
    lea.post(f"{PATH}/language", {"article": [str(number) for number in three], "code": "ru"}, 303)
    assert set(db.session.scalars(select(Article.language).where(Article.id.in_(three)))) == {"ru"}
    assert len(db.session.scalars(select(Correction)).all()) == 3
    reply = lea.post(f"{PATH}/language", {"article": str(three[0]), "code": ""}, 303)
    assert "Nothing was changed" in lea.get(reply.location).text


def test_ticked_articles_lead_to_the_assign_page(lea, three):
    reply = lea.post(f"{PATH}/assign", {"article": [str(number) for number in three[:2]]}, 303)
    assert "a\nb" in lea.get(reply.location).text


def test_nothing_ticked_changes_nothing(lea, three):
    for act in ("assign", "due", "close", "language"):
        reply = lea.post(f"{PATH}/{act}", {}, 303)
        assert "Select at least one article." in lea.get(reply.location).text
    lea.post(f"{PATH}/due", {"article": "x"}, 400)


def test_annotators_cannot(browser, three):
    for act in ("assign", "due", "close", "language", "withdraw"):
        browser("ann").post(f"{PATH}/{act}", {"article": str(three[0])}, 403)


def test_the_list_asks_no_more_often_for_more_articles(lea, article, three):
    found = []
    for query in ("q=Title+a", "q=Title"):
        with counted_queries() as seen:
            lea.get(f"{PATH}?{query}")
        found.append(len(seen))
    assert found[0] == found[1]


@pytest.mark.parametrize("number", ["x", "0", str(2**63)])
def test_what_is_no_number_of_an_article_is_refused(lea, article, number):
    lea.post("/projects/us-russia/articles/withdraw", {"article": number}, 400)


def segments_of(number):
    db.session.rollback()
    query = select(Sentence.segment).where(Sentence.article_id == number)
    return list(db.session.scalars(query.order_by(Sentence.position)))


def test_segments_of_many_are_changed_after_a_question_and_can_be_changed_back(lea, three):
    asked = {"article": three[:2], "which": "headline", "segment": "body"}
    page = lea.post(f"{PATH}/segments", asked)
    assert "2 sentences in 2 articles will be body: all headlines." in page.text
    lea.post(f"{PATH}/segments", {**asked, "sure": "y"})
    assert [segments_of(number)[0] for number in three] == ["body", "body", "headline"]
    assert len(db.session.scalars(select(Repair)).all()) == 2
    first = {"article": three[:2], "which": "first", "segment": "headline", "sure": "y"}
    lea.post(f"{PATH}/segments", first)
    assert segments_of(three[0]) == ["headline", "body"]


def test_sentences_are_found_by_their_words_and_keep_their_answers(lea, article, three):
    save(db.session.get(Article, three[0]), claims(claim()), position=1)
    words = " He left a. She stayed. "
    asked = {"article": three, "which": "text", "words": words, "segment": "boilerplate"}
    page = lea.post(f"{PATH}/segments", asked)
    assert "1 of them have answers" in page.text
    page = lea.post(f"{PATH}/segments", {**asked, "sure": "y"}, follow_redirects=True)
    assert "Segment of 1 sentence changed to boilerplate." in page.text
    assert segments_of(three[0]) == ["headline", "boilerplate"]
    assert db.session.scalars(select(Answer.sentence_id)).one()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"which": "text", "segment": "body"}, "Enter the text of the sentences"),
        ({"which": "x", "segment": "body"}, "Choose sentences and the segment"),
        ({"which": "first", "segment": "x"}, "Choose sentences and the segment"),
        ({"which": "dateline", "segment": "body"}, "No such sentence"),
    ],
)
def test_what_names_no_sentence_is_refused(lea, three, asked, said):
    page = lea.post(f"{PATH}/segments", {**asked, "article": three}, follow_redirects=True)
    assert said in page.text
