"""Details of articles are corrected one by one and from a table, with their history."""

import re
from html import unescape

import pytest
from lead_form import file, send
from sqlalchemy import func, select
from statements import counted_queries

from annotator.store.db import db, write
from annotator.store.models import Article, Correction
from annotator.work.accounts import projects
from annotator.work.articles import storing
from annotator.work.corrections import metadata

PATH = "/projects/us-russia/articles"
TABLE = f"{PATH}/metadata"


@pytest.fixture
def lea(browser):
    return browser("lea")


def stored(key):
    db.session.expire_all()
    return db.session.scalars(select(Article).where(Article.key == key)).one()


def two_more():
    with write():
        for key in ("a", "b"):
            raw = f"Headline of {key}\n\nHe left {key}.\n".encode()
            storing.store_article(the_project(), storing.read_file(f"{key}.txt", raw))


def the_project():
    return projects.get("us-russia")


def upload(lea, raw, status=200, **more):
    return send(lea, TABLE, {"file": file("meta.csv", raw), **more}, status)


def carried(page):
    found = dict(
        re.findall(r'type="hidden" name="(name|carried|proof)" value="([^"]*)"', page.text)
    )
    return {name: unescape(value) for name, value in found.items()}


def test_one_article_is_corrected_with_what_was_there_before(lea, article):
    path = f"{PATH}/{article.id}/details"
    fields = {**metadata.values_of(article), "publisher": "AP", "published_on": "25 Jul 2018"}
    lea.post(path, fields, 303)
    assert stored(article.key).publisher == "AP"
    assert stored(article.key).published_on.isoformat() == "2018-07-25"
    page = lea.get(path).text
    assert "lea" in page
    assert "<ins><bdi>2018-07-25</bdi></ins>" in page
    assert "<del><bdi>2018-07-24</bdi></del>" in page
    lea.post(path, fields, 303)
    assert db.session.scalar(select(func.count(Correction.id))) == 1


def test_what_cannot_be_stored_is_said_at_its_field_and_kept(lea, article):
    before = metadata.values_of(article)
    fields = {**before, "published_on": "05/06/2019", "publisher": "A\u00adP", "author": "Kept"}
    page = lea.post(f"{PATH}/{article.id}/details", fields, 422).text
    assert "Not saved: check publisher, published on." in page
    assert 'value="Kept"' in page
    assert "soft hyphen" in page
    assert metadata.values_of(stored(article.key)) == before


def test_a_table_is_previewed_then_applied_as_one_act(lea, article):
    two_more()
    raw = b"key;source;date\na;Herald;05.06.2019\nb;;25.06.2019\n"
    page = upload(lea, raw)
    assert "2 articles would change" in page.text
    assert '<option value="source" selected>' in page.text
    assert stored("a").publisher == ""
    send(lea, f"{TABLE}/apply", carried(page), 303)
    assert (stored("a").publisher, stored("b").publisher) == ("Herald", "")
    assert stored("a").published_on.isoformat() == "2019-06-05"
    assert len(set(db.session.scalars(select(Correction.act)))) == 1


def test_every_line_that_cannot_be_used_is_named_and_nothing_is_stored(lea, article):
    two_more()
    raw = b"key,date\na,2019-02-30\nnone,2019-05-03\nb,2019-05-03\nb,2019-05-04\n"
    page = upload(lea, raw, 422)
    for said in ("line 2: article “a”", "line 3: there is no article “none”", "stands in line 4"):
        assert said in page.text
    send(lea, f"{TABLE}/apply", carried(page), 422)
    assert stored("b").published_on is None


def test_an_ambiguous_date_asks_for_its_format(lea, article):
    two_more()
    page = upload(lea, b"key,date\na,05/06/2019\n", 422)
    assert "choose the date format" in page.text
    picked = {"column-key": "key", "column-published_on": "date", "dates": "mdy"}
    page = send(lea, TABLE, {**carried(page), **picked}, 200)
    assert "2019-05-06" in page.text


def test_what_was_changed_after_the_preview_is_not_overwritten(lea, article):
    two_more()
    page = upload(lea, b"key,author\na,Orlov\n")
    meanwhile = {**metadata.values_of(stored("a")), "author": "Ivanova"}
    lea.post(f"{PATH}/{stored('a').id}/details", meanwhile, 303)
    assert "Check it again" in send(lea, f"{TABLE}/apply", carried(page), 409).text
    assert stored("a").author == "Ivanova"


def test_the_table_of_the_project_changes_nothing_when_it_comes_back(lea, article):
    two_more()
    odd = {**metadata.values_of(stored("a")), "publisher": "=SUM(A1)", "author": 'A "B", -C'}
    lea.post(f"{PATH}/{stored('a').id}/details", odd, 303)
    raw = lea.get("/projects/us-russia/articles.csv").data
    assert raw.startswith(b"\xef\xbb\xbfkey,title,")
    page = upload(lea, raw)
    assert "0 articles would change" in page.text
    assert "3 would stay as they are" in page.text


def test_a_cell_is_cleared_only_if_one_says_so(lea, article):
    path = f"{PATH}/{article.id}/details"
    lea.post(path, {**metadata.values_of(article), "author": "Orlov"}, 303)
    raw = f"key,title,author\n{article.key},,\n".encode()
    assert "0 articles would change" in upload(lea, raw).text
    page = upload(lea, raw, clear="y")
    assert "1 article would change" in page.text
    send(lea, f"{TABLE}/apply", {**carried(page), "clear": "y"}, 303)
    assert stored(article.key).author == ""
    assert stored(article.key).title


def test_it_is_for_leads_of_the_project(browser, article):
    for path in (f"{PATH}/{article.id}/details", TABLE, "/projects/us-russia/articles.csv"):
        for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
            browser(name).get(path, status)


def test_a_table_asks_the_database_no_more_often_for_more_lines(article):
    two_more()
    project = the_project()
    heard = []
    for raw in (b"key,author\na,X\n", b"key,author\na,X\nb,Y\n"):
        with counted_queries() as seen:
            metadata.plan_table(project, metadata.Table(raw, "m.csv"))
        heard.append(len(seen))
    assert heard == [1, 1]
