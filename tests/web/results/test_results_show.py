"""The results page: who reads it, that its figures are those of the labels, and its downloads."""

import csv
import io
import re
from datetime import date
from html import unescape
from xml.dom import minidom

import pytest
from agreement_examples import ask_aspects, label, speaker
from homecoming_examples import everything
from labelling_examples import claim, claims, save
from statements import counted_queries

from annotator.store.db import db, write
from annotator.store.models import Article
from annotator.work.labelling.drafts import UnnamedSource
from annotator.work.results.figures import LEAST

PAGE = "/projects/us-russia/results"
FIGURES = ("speakers", "time", "publishers", "certainty", "types", "via")


def plain(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def section(html, name):
    return re.search(rf'<section class="card" id="{name}".*?</section>', html, re.S)[0]


def table(browser, figure, query=""):
    reply = browser("lea").get(f"{PAGE}/{figure}.csv{query}")
    return list(csv.DictReader(io.StringIO(reply.text, newline="")))


@pytest.fixture
def labelled(project):
    label(project, *["a: P oc | b: P oc\na: P sl | b: P sl\na: Q nc | b: Q oc"] * 6)
    return project


@pytest.mark.parametrize("path", ["", "/speakers.csv", "/speakers.svg"])
@pytest.mark.parametrize(
    ("who", "status"), [("lea", 200), ("cleo", 403), ("ann", 403), ("dan", 404)]
)
def test_only_a_lead_reads_it(labelled, browser, path, who, status):
    browser(who).get(PAGE + path, status)


def test_it_says_at_the_top_whether_gold_or_all_answers_are_counted(labelled, browser):
    gold = plain(browser("lea").get(PAGE).text)
    assert "From gold by Majority : 12 claims in 12 sentences of 6 articles." in gold
    answers = plain(browser("lea").get(PAGE + "?source=answers").text)
    assert "From all answers : 36 claims in 36 answers to sentences of 6 articles." in answers
    (own,) = [row for row in table(browser, "speakers") if row["stance"] == "oppose"]
    assert (own["speaker"], own["n"], own["claims"], own["certain"]) == ("P", "6", "12", "6")
    both = {row["speaker"]: row for row in table(browser, "speakers", "?source=answers")
            if row["stance"] == "oppose"}  # fmt: skip
    assert (both["P"]["n"], both["Q"]["n"], both["Q"]["claims"]) == ("12", "6", "12")


def test_every_share_has_its_number_and_an_interval_from_five_articles_on(project, browser):
    label(project, *["a: P oc\na: P sc"] * 3, *["a: P oc\na: P oc"] * 3)
    few = table(browser, "speakers", "?source=answers")
    shares = {row["stance"]: row for row in few}
    assert (shares["oppose"]["share"], shares["support"]["n"]) == ("0.75", "3")
    low, high = (float(shares["oppose"][end]) for end in ("low", "high"))
    assert 0.5 <= low < 0.75 < high <= 1
    # Never said: no resample can have it, and that is no certainty.
    assert (shares["neutral"]["n"], shares["neutral"]["low"]) == ("0", "")
    said = plain(section(browser("lea").get(PAGE + "?source=answers").text, "speakers"))
    assert f"9 75 % ({round(100 * low)}–{round(100 * high)} %)" in said


@pytest.mark.parametrize("source", ["gold", "answers"])
def test_every_figure_has_a_drawing_a_table_and_both_as_files(project, article, browser, source):
    everything(project, article)
    with write():
        for each in db.session.query(Article):
            each.publisher = "<Wire> & sons"
    html = browser("lea").get(f"{PAGE}?source={source}").text
    for name in FIGURES:
        card = section(html, name)
        assert "<table" in card
        if 'class="chart drawn-figure"' in card:
            assert 'role="img" aria-labelledby=' in card
            reply = browser("lea").get(f"{PAGE}/{name}.svg?source={source}")
            root = minidom.parseString(reply.data).documentElement
            assert root.getElementsByTagName("desc")[0].firstChild.data
            assert "class=" in reply.text
            assert "style=" not in card
        assert table(browser, name, f"?source={source}") or name in ("time", "via")
    assert "&lt;Wire&gt; &amp; sons" in section(html, "publishers")


def test_stances_by_aspect_are_drawn_only_where_the_codebook_asks_for_aspects(project, browser):
    label(project, *["a: P ocm | b: P ocm\na: Q sc | b: Q sc"] * 6)
    lea = browser("lea")
    assert 'id="aspects"' not in lea.get(PAGE).text
    for kind in ("csv", "svg"):
        lea.get(f"{PAGE}/aspects.{kind}", 404)
    ask_aspects(project)
    card = section(lea.get(PAGE).text, "aspects")
    said = plain(card)
    assert "Stance by aspect" in said
    assert "6 claims without aspect left out." in said
    name = project.codebook.aspect("military").label
    assert f"{name} 6 6" in said
    href = "/projects/us-russia/explore?of=claims&aspect=military"
    assert f'href="{href}"' in unescape(card)
    assert "12 claims" in plain(lea.get(href).text)
    (own,) = [row for row in table(browser, "aspects") if row["stance"] == "oppose"]
    assert (own["aspect"], own["n"], own["claims"]) == ("military", "6", "6")
    root = minidom.parseString(lea.get(PAGE + "/aspects.svg").data).documentElement
    assert name in root.getElementsByTagName("desc")[0].firstChild.data


def test_what_a_spreadsheet_would_run_is_made_harmless(project, browser):
    label(project, "a: P oc\n" * 5)
    with write():
        speaker(project, "P").name = "=cmd()"
    assert {row["speaker"] for row in table(browser, "speakers")} == {"'=cmd()"}


def test_a_change_of_a_label_or_of_a_date_is_seen_at_once(labelled, browser):
    def said():
        return plain(section(browser("lea").get(PAGE).text, "time"))

    assert "No article of these claims has a date" in said()
    with write():
        db.session.query(Article).update({"published_on": date(2019, 5, 3)})
    assert "2019-05 12 6" in said()
    assert "All dated claims are of one month; a drawing takes two." in said()
    label(labelled, "a: P oc | b: P oc")
    assert "1 claim in articles without a date left out" in said()


def test_the_names_in_a_table_lead_to_the_claims_behind_them(labelled, browser):
    with write():
        db.session.query(Article).update({"published_on": date(2019, 2, 3), "publisher": "AP"})
    html = browser("lea").get(PAGE + "?source=answers").text
    for name, asks in (
        ("speakers", "of=claims&speaker=P"),
        ("publishers", "of=claims&publisher=AP"),
        ("time", "of=claims&since=2019-02-01&until=2019-02-28"),
        ("certainty", "of=claims&stance=oppose"),
    ):
        href = f"/projects/us-russia/explore?{asks}"
        assert f'href="{href}"' in unescape(section(html, name))
        browser("lea").get(href)
    weekly = browser("lea").get(PAGE + "?source=answers&by=week").text
    assert "since=2019-01-28&until=2019-02-03" in unescape(section(weekly, "time"))


def test_articles_of_the_last_day_of_all_have_their_week(labelled, browser):
    with write():
        db.session.query(Article).update({"published_on": date(9999, 12, 31)})
    html = browser("lea").get(PAGE + "?source=answers&by=week").text
    assert "since=9999-12-27&until=9999-12-31" in unescape(section(html, "time"))


def test_a_source_without_a_name_leads_to_its_claims(project, article, browser):
    for position in range(LEAST):
        save(article, claims(claim(UnnamedSource("an aide"), "oppose")), position=position)
    lea = browser("lea")
    html = section(lea.get(PAGE + "?source=answers").text, "speakers")
    (href,) = {unescape(each) for each in re.findall(r'href="([^"]*/explore[^"]*)"', html)}
    found = plain(lea.get(href).text)
    assert f"{LEAST} claims" in found
    assert "an aide" in found


def test_what_is_kept_is_not_read_again(labelled, browser):
    lea = browser("lea")
    lea.get(PAGE)
    with counted_queries() as second:
        lea.get(PAGE)
    assert not [each for each in second if "FROM claims" in each]
    assert len(second) < 30


def test_nothing_labelled_is_said_in_words(project, browser):
    assert "No gold claim yet" in browser("lea").get(PAGE).text
    assert "No claim yet" in browser("lea").get(PAGE + "?source=answers").text
    assert table(browser, "speakers") == []
    browser("lea").get(PAGE + "/speakers.svg", 404)


@pytest.mark.parametrize(
    "query", ["?source=both", "?by=year", "?method=best", "?unknown=1", "/other.csv", "/other.svg"]
)
def test_what_there_is_not_is_refused(labelled, browser, query):
    browser("lea").get(PAGE + query, 404 if query.startswith("/") else 400)
