"""A long article is read in windows, at the cost of a short one.

For windows 4,000 sentences are as long as the 100,000 of `tests/benchmarks/long_article.py`."""

import re

import pytest
from installation import look_away, staged
from label_form import claim, fields
from labelling_examples import assignment_of
from slow_cases import slow
from sqlalchemy import event, insert, select, update

from annotator.store.clock import now
from annotator.store.db import count_rows, db, write
from annotator.store.models import Answer, Article, Assignment, CodebookVersion, Sentence
from annotator.work.accounts import accounts
from annotator.work.assignment import assigning

TOTAL = 4_000
WORDS = "Talks went on."


@staged
def store_long(project):
    line = f"{WORDS} "
    ann = accounts.get_user("ann")
    with write():
        article = Article(
            project_id=project.id,
            key="long",
            title="A long article",
            text=line * TOTAL,
            sha256="0" * 64,
            encoding="utf-8",
            splitter="none",
            sentence_count=TOTAL,
        )
        db.session.add(article)
        db.session.flush()
        db.session.execute(insert(Sentence.__table__), list(sentences(article.id, len(line))))
        assigning.assign([(article.id, ann.id)])


@pytest.fixture
def long(project):
    """Return an article of 4,000 sentences in paragraphs of five, given to Ann."""
    store_long(project)
    article = db.session.scalars(select(Article).filter_by(key="long")).one()
    look_away()
    return article


def sentences(article_id, width):
    for position in range(TOTAL):
        start = position * width
        yield {
            "article_id": article_id,
            "position": position,
            "start": start,
            "end": start + len(WORDS),
            "segment": "body",
            "paragraph": position // 5,
            "text": WORDS,
            "origin": "splitter",
        }


def decide_all_but(article, position):
    """Store "no claim" everywhere else, as 3,999 saves would have."""
    ann, at = accounts.get_user("ann"), now()
    version = db.session.scalars(select(CodebookVersion.id)).first()
    with write():
        ids = db.session.scalars(
            select(Sentence.id).where(
                Sentence.article_id == article.id, Sentence.position != position
            )
        ).all()
        answer = {"user_id": ann.id, "round": 1, "status": "no_claim", "complete": True}
        answer |= {"unsure": False, "note": "", "revision": 1, "codebook_version_id": version}
        answer |= {"origin": "human", "active_seconds": 0, "created_at": at, "updated_at": at}
        db.session.execute(insert(Answer.__table__), [answer | {"sentence_id": id} for id in ids])
        db.session.execute(
            update(Assignment)
            .where(Assignment.id == assignment_of(article).id)
            .values(decided_count=TOTAL - 1)
        )
    count_rows()


def path(article, position):
    return f"/label/{article.id}/{position}"


def numbers(page):
    """Return the numbers of the sentences in the column."""
    return [int(found) for found in re.findall(r'class="number" href="/label/\d+/(\d+)', page)]


def position_bar(page):
    bar = re.search(r'<nav class="window".*?</nav>', page, re.S)[0]
    return re.search(r"[\d,]+ to [\d,]+ of [\d,]+", bar)[0], bar


def test_the_window_holds_the_sentence_and_its_neighbours(browser, long):
    ann = browser("ann")
    page = ann.get(path(long, 2_000)).text
    assert numbers(page) == list(range(1_980, 2_040))
    said, bar = position_bar(page)
    assert said == "1,981 to 2,040 of 4,000"
    assert f'href="{path(long, 1_979)}"' in bar
    assert f'href="{path(long, 2_040)}"' in bar
    assert re.search(r'<h2 id="sentence-heading"[^>]*>Sentence 2,001</h2>', page)
    first = ann.get(path(long, 0)).text
    assert position_bar(first)[0] == "1 to 60 of 4,000"
    assert "‹" not in position_bar(first)[1]
    last = ann.get(path(long, TOTAL - 1)).text
    assert position_bar(last)[0] == "3,961 to 4,000 of 4,000"
    assert "›" not in position_bar(last)[1]


def test_a_sentence_stands_amid_its_window_and_always_in_the_same_one(browser, long):
    ann = browser("ann")
    for position in (15, 44, 45, 59, 60, 1_499, 74, 75):
        held = numbers(ann.get(path(long, position)).text)
        assert held[0] <= position - 15
        assert held[-1] >= position + 15
        assert held[0] % 30 == 0
    assert numbers(ann.get(path(long, 44)).text)[0] == 0
    assert numbers(ann.get(path(long, 45)).text)[0] == 30


@slow
def test_the_strip_shows_where_in_the_article_one_is(browser, long):
    ann = browser("ann")

    def drawn(position):
        strip = re.search(
            r'<svg class="strip position".*?</svg>', ann.get(path(long, position)).text
        )
        return re.search(r'class="now" x="([\d.]+)"', strip[0])[1]

    assert [drawn(position) for position in (0, 2_000, TOTAL - 1)] == ["1.0", "118.5", "236.0"]


def test_next_over_the_edge_of_a_window_brings_the_column_of_the_next_one(browser, long):
    ann = browser("ann")
    for position, anew in ((43, False), (44, True), (45, False), (74, True)):
        posted = fields(claim(), act="next", parts="y")
        reply = ann.post(path(long, position), posted, 200, htmx=True)
        assert ("HX-Location" in reply.headers) is anew
        assert ("Annotator-Place" in reply.headers) is not anew


def test_go_to_sentence_leads_there_and_never_past_the_end(browser, long):
    ann = browser("ann")
    for asked, position in (("3333", 3_332), ("4001", TOTAL - 1), ("0", 0), ("-5", 0)):
        page = ann.get(f"/label/{long.id}?sentence={asked}", 302)
        assert page.location == f"{path(long, position)}#sentence"


@slow
def test_next_to_do_is_found_far_behind_what_is_decided(browser, long):
    decide_all_but(long, 10)
    ann = browser("ann")
    bar = position_bar(ann.get(path(long, 2_000)).text)[1]
    link = re.search(r'id="todo" href="([^"#]+)', bar)[1].replace("&amp;", "&")
    assert link == f"/label/{long.id}/next?after=2000"
    assert ann.get(link, 302).location == f"{path(long, 10)}#sentence"
    # Where nothing else is left there is nowhere to go to.
    assert 'id="todo"' not in position_bar(ann.get(path(long, 10)).text)[1]
    ann.post(path(long, 10), fields(claim()), 303)
    assert ann.get(link, 302).location == f"/label/{long.id}/submit"


@slow
def test_next_to_do_nearby_is_a_plain_link(browser, long):
    ann = browser("ann")
    ann.post(path(long, 2_001), fields(claim()), 303)
    bar = position_bar(ann.get(path(long, 2_000)).text)[1]
    assert f'id="todo" href="{path(long, 2_002)}#sentence"' in bar


def test_its_page_costs_the_queries_of_a_short_one(browser, long, article):
    ann = browser("ann")
    counts, sizes = [], []
    for place in (path(long, 2_000), path(article, 10)):
        statements = []
        ann.get(place)  # an article without proposals gets some when it is opened

        def listen(_connection, _cursor, statement, *_rest, seen=statements):
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", listen)
        page = ann.get(place).text
        event.remove(db.engine, "before_cursor_execute", listen)
        counts.append(len(statements))
        sizes.append(len(page))
    assert counts[0] == counts[1]
    assert sizes[0] < 1.3 * sizes[1]
