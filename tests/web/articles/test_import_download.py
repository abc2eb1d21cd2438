"""Downloads from news databases on the import page: what is odd is shown, ticks leave out."""

import re
import threading
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from archive_writers import Written, lexis_txt
from lead_form import preview, send
from sqlalchemy import select

from annotator.store.db import db
from annotator.store.models import Article, Job
from annotator.web import jobs as web_jobs
from annotator.web.articles import imports, ticking

pytest.importorskip("lxml")

PATH = "/projects/us-russia/import"
LONG = tuple(
    f"Paragraph {number} says what the {name} of the talks about the treaty was said to be."
    for number, name in enumerate(["beginning", "middle", "end", "price", "result"])
)
ARTICLES = [
    Written("Talks resume", LONG, day=date(2018, 1, 10)),
    Written("A photo", ("A caption of few words.",), "The Evening Post", day=date(2019, 2, 1)),
    Written("Talks resume", LONG, day=date(2018, 1, 10)),
    Written("Talks resumed", (*LONG, "Late edition."), day=date(2018, 1, 11)),
    Written("Corrections", tuple(each.replace("talks", "error") for each in LONG), words=400),
]


@pytest.fixture
def lea(browser):
    return browser("lea")


@pytest.fixture
def page(lea):
    return preview(lea, "us-russia", ("download.TXT", lexis_txt(ARTICLES)))


def fields(response, **more):
    """Return the second step as a browser would send it: hidden fields and ticks."""
    hidden = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', response.text)
    own = {name: [] for name, _ in hidden}
    for name, value in hidden:
        own[name].append(unescape(value))
    own.pop("csrf_token", None)
    own["leave-1"] = ticked(response)
    own["kinds"] = re.findall(r'name="kinds" value="(\w+)" checked', response.text)
    return {**own, "give": "nobody", **more}


def ticked(response):
    return re.findall(r'name="leave-1" value="(\d+)"[^>]* checked', response.text)


def wait():
    for thread in threading.enumerate():
        if thread.name.startswith("import-"):
            thread.join(60)
    db.session.rollback()
    db.session.expire_all()


def titles():
    return list(db.session.scalars(select(Article.title).order_by(Article.id)))


def test_each_article_stands_with_what_is_odd_of_it_and_totals_say_how_many(page):
    totals = re.findall(r"<strong>(.*?)</strong>", page.text)
    assert totals == [
        "4 articles, 1 with differing words, 1 too short, 1 list or correction, 3 near copies"
    ]
    assert "1 more is there already" in page.text
    assert "the same text is already in this import as “download-0001”" in page.text
    assert "near copy of “download-0004”" in page.text
    assert "fewer than 30 words" in page.text
    assert ticked(page) == ["5"]


def test_what_is_ticked_is_left_out_and_the_report_names_it(lea, page):
    reply = send(lea, f"{PATH}/add", fields(page, **{"leave-1": ["2", "5"]}), 303)
    assert reply.location == "/projects/us-russia/articles"
    assert titles() == ["Talks resume", "Talks resumed"]
    report = lea.get(f"{PATH}/{db.session.scalar(select(Job.id))}").text
    assert "article 5, “Corrections”: left out in the preview" in report
    assert "3 articles left out" in report


def test_the_other_one_of_two_equal_texts_can_be_taken(lea, page):
    send(lea, f"{PATH}/add", fields(page, **{"leave-1": ["1", "2", "4", "5"]}), 303)
    assert list(db.session.scalars(select(Article.key))) == ["download-0003"]


def test_a_filter_ticks_articles_and_keeps_what_was_ticked_by_hand(lea, page):
    by_hand = fields(page, least_words="30", **{"leave-1": ["4"]})
    page = send(lea, PATH, by_hand, 200)
    assert ticked(page) == ["2", "4"]
    page = send(lea, PATH, fields(page, least_words="0", since="2018-06-01"), 200)
    assert ticked(page) == ["1", "4"]
    page = send(lea, PATH, fields(page, publishers=["The Evening Post"], kinds=[]), 200)
    assert ticked(page) == ["1", "4"]
    page = send(lea, PATH, fields(page, kinds=["short", "words"]), 200)
    assert ticked(page) == ["2", "4"]


def test_of_near_copies_the_first_that_is_not_left_out_is_kept(lea, page):
    page = send(lea, PATH, fields(page, kinds=["near"], **{"leave-1": []}), 200)
    assert ticked(page) == ["4"]
    page = send(lea, PATH, fields(page, **{"leave-1": ["1", "4"]}), 200)
    assert ticked(page) == ["1"]
    page = send(lea, PATH, fields(page, since="2018-01-11", **{"leave-1": []}), 200)
    assert ticked(page) == ["1"]
    send(lea, f"{PATH}/add", fields(page, **{"leave-1": ["2", "4", "5"]}), 303)
    page = preview(lea, "us-russia", ("other.TXT", lexis_txt(ARTICLES[3:4])))
    assert ticked(send(lea, PATH, fields(page, kinds=["near"]), 200)) == ["1"]


def test_the_filter_leaves_out_articles_that_are_too_many_to_be_shown(lea, page, monkeypatch):
    monkeypatch.setattr(ticking, "MOST_ROWS", 1)
    page = send(lea, PATH, fields(page, kinds=["short", "words"]), 200)
    assert "and 3 more, which only the filter leaves out" in page.text
    assert ticked(page) == []
    assert "2 articles left out by ticks" in page.text
    page = send(lea, PATH, fields(page), 200)
    send(lea, f"{PATH}/add", fields(page), 303)
    assert titles() == ["Talks resume", "Talks resumed"]


def test_all_articles_of_a_page_can_be_ticked(lea, page):
    most = list(map(str, range(1, ticking.MOST_ROWS + 1)))
    send(lea, f"{PATH}/add", fields(page, **{"leave-1": most}), 422)


def test_a_wrong_filter_is_named_and_leaves_nothing_out(lea, page):
    wrong = fields(page, since="2019-01-01", until="2018-01-01")
    page = send(lea, PATH, wrong, 422)
    assert "To: This day is before the first one." in page.text


def test_all_left_out_stores_nothing(lea, page):
    every = fields(page, **{"leave-1": ["1", "2", "3", "4", "5"]})
    page = send(lea, f"{PATH}/add", every, 422)
    assert "all of its 5 articles are left out" in page.text
    assert titles() == []


def test_a_long_one_says_how_many_articles_are_read(lea, page, monkeypatch):
    monkeypatch.setattr(imports, "MANY", 0)
    monkeypatch.setattr(web_jobs, "BEAT_SECONDS", 0)
    steps = []
    beat = web_jobs.jobs.beat
    monkeypatch.setattr(
        web_jobs.jobs, "beat", lambda *given: (steps.append(given[1]), beat(*given))
    )
    where = send(lea, f"{PATH}/add", fields(page), 303).location
    wait()
    assert "3 articles added" in lea.get(where).text
    # Each article moves it: half for its reading, half for its sentences.
    assert steps == sorted(steps)
    assert set(range(5)) >= set(steps)
    assert len(set(steps)) >= 3


def test_the_page_of_a_running_one_counts_articles(lea, project):
    from annotator.store.db import write
    from annotator.work import jobs
    from annotator.work.accounts import accounts

    with write():
        made = jobs.begin(jobs.IMPORT, project, accounts.get_user("lea"), 500, unit="articles")
        jobs.beat(made.id, 123)
    assert "123 of 500 articles read" in lea.get(f"{PATH}/{made.id}").text


def test_a_download_nothing_of_which_is_odd_has_no_remarks(lea):
    good = [replace(ARTICLES[0], title="Other"), replace(ARTICLES[3], paragraphs=LONG[::-1] * 2)]
    page = preview(lea, "us-russia", ("a.TXT", lexis_txt(good[:1])))
    assert "<strong>1 article</strong>" in page.text
    assert ticked(page) == []
