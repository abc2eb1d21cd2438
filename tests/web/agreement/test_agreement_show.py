"""The agreement page: who may read it, and that picture, table and JSON say the same."""

import csv
import io
import json
import re
from html import unescape
from xml.etree import ElementTree

import pytest
from agreement_examples import SMALL, give, label, random_project, sentences
from slow_cases import further
from sqlalchemy import delete, select

from annotator import phrases
from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.engine import DatabaseBusyError
from annotator.store.models import Answer, Article, KeptReport
from annotator.web.agreement.chart import LEVEL, Row, drawn
from annotator.work.accounts import memberships
from annotator.work.agreement import wording
from annotator.work.agreement.measuring import report_for
from annotator.work.agreement.report_json import report_json

PAGE = "/projects/us-russia/agreement"
JSON = PAGE + ".json"
SKEWED = "\n".join(["a: P nc | b: P nc"] * 18 + ["a: P nl | b: P nc", "a: x | b: P nc"])


def chart(html):
    """Return the chart as XML: what cannot be parsed is no drawing."""
    return ElementTree.fromstring(re.search(r'<svg class="chart".*?</svg>\s*</svg>', html, re.S)[0])


def rows(html, start):
    """Return the cells of the first table after a mark, as text."""
    table = html[html.index(start) :]
    table = table[table.index("<table") : table.index("</table>")]
    return [
        [plain(cell) for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr>.*?</tr>", table, re.S)
    ]


def plain(html):
    """Return the text of a piece of a page; a tag ends no word before a full stop."""
    text = " ".join(re.sub(r"<[^>]*>", " ", html).split())
    return re.sub(r" (?=[.,:])", "", text)


@pytest.fixture
def small(project):
    label(project, SMALL)
    return project


def test_it_is_read_while_nobody_can_write(small, browser, monkeypatch):
    lea = browser("lea")

    def refuse(_wait=None):
        raise DatabaseBusyError("another write is still going on")

    monkeypatch.setattr("annotator.store.db.write", refuse)
    page = lea.get(PAGE, 200).text
    assert "all disputed sentences of the project" in page
    monkeypatch.undo()
    assert "all disputed sentences of the project" not in lea.get(PAGE, 200).text


@pytest.mark.parametrize(
    ("who", "page", "numbers"),
    [("lea", 200, 200), ("cleo", 200, 403), ("ann", 403, 403), ("dan", 404, 404)],
)
def test_leads_and_adjudicators_read_it(small, browser, who, page, numbers):
    browser(who).get(PAGE, page)
    browser(who).get(JSON, numbers)


@pytest.mark.parametrize("path", [PAGE, JSON])
def test_signed_out_goes_to_sign_in(small, browser, path):
    assert "/sign-in" in browser().get(path, 303).location


@pytest.mark.parametrize("path", [PAGE, JSON])
def test_it_is_only_read(small, browser, path):
    browser("lea").post(path, status=405)


def test_an_unknown_project_is_not_here(project, browser):
    browser("lea").get("/projects/other/agreement", 404)


def test_nothing_labelled_twice_is_said_in_words(project, browser):
    assert "no article has a second annotator." in browser("lea").get(PAGE).text
    with write():
        for _ in range(3):
            give(sentences(project, 1)[0].article_id, "ann", "ben")
    html = browser("lea").get(PAGE).text
    assert "No double-labelled sentence yet; 3 articles with two or more annotators." in html
    assert 'class="chart"' not in html


def test_the_scope_line_says_what_counts(small, browser):
    said = plain(browser("lea").get(PAGE).text)
    assert "1 article · 7 sentences · 2 annotators · 10 claims" in said
    assert "round 1, independent answers" in said
    assert "headlines, date lines and boilerplate excluded" in said


def test_the_paragraph_is_made_from_the_numbers(small, browser):
    said = plain(browser("lea").get(PAGE).text)
    assert "Agreement is tentative for speaker and certainty." in said
    assert "Agreement is too low for claim presence and stance." in said
    assert "Based on 1 article: too few for reliable figures." in said


def test_marks_stand_under_their_names_where_names_are_always_shown():
    rows = [Row("oppose", ".10", 0.1, None, None, "oppose .10")] * 2
    assert [dot.middle for dot in drawn("values", "By value", rows, 52).dots] == [
        "35.00%",
        "85.00%",
    ]
    level = drawn("steps", "By step", rows, 52, LEVEL).dots
    assert [dot.middle for dot in level] == ["25.00%", "75.00%"]


def test_the_chart_has_title_description_and_a_dot_per_figure(small, browser):
    svg = chart(browser("lea").get(PAGE).text)
    assert svg.get("role") == "img"
    title, desc = svg.find("title"), svg.find("desc")
    assert svg.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
    assert title.text == "Agreement by step"
    assert desc.text.startswith(
        "Krippendorff's alpha from 0 to 1: Claim presence .59, revise rules;"
    )
    for field in report_for(small).steps:
        place = f"{100 * field.alpha.value:.2f}%"
        assert [dot for dot in svg.iter("circle") if dot.get("cx") == place]


def test_picture_words_and_table_hold_the_same_numbers(small, browser):
    html = browser("lea").get(PAGE).text
    said = chart(html).find("desc").text
    table = rows(html, "<summary>As a table")[1:]
    report = report_for(small)
    assert len(table) == len(report.steps)
    for row, field in zip(table, report.steps, strict=True):
        shown = f"{field.alpha.value:.2f}".removeprefix("0")
        assert row[2] == shown
        assert f"{row[0].rstrip('?')} {shown}" in said
        counted = [field.units, field.answers, field.annotators, field.articles, field.single]
        assert [int(cell) for cell in row[7:]] == counted


def test_the_axis_reaches_below_zero_only_for_a_figure_there(project, browser):
    label(project, "a: P sc | b: P oc\na: P oc | b: P sc")
    svg = chart(browser("lea").get(PAGE).text)
    labels = [text.text for text in svg.iter("text") if text.get("text-anchor") == "middle"]
    assert labels[0] == "\u2212.60"
    assert labels[-1] == "1"
    assert "Stance \u2212.50, revise rules" in svg.find("desc").text


def test_what_is_not_defined_has_a_because_and_no_dot(project, browser):
    label(project, "a: P sc | b: P sc\na: P sc | b: P sc")
    html = browser("lea").get(PAGE).text
    assert not list(chart(html).iter("circle"))
    because = (
        "Not defined, because everyone gave the same value. Raw agreement is 100 % of 2 pairs."
    )
    assert plain(html).count(because) == 4
    assert "Alpha is not defined for" in plain(html)


def test_skew_is_named_and_not_called_poor_work(project, browser):
    label(project, SKEWED)
    said = plain(browser("lea").get(PAGE).text).replace("\u202f", " ")
    assert (
        "Alpha is far below the raw agreement (95 %) because almost every sentence has one value"
        in said
    )
    assert "This is skew, not low quality" in said


def test_confusion_shows_each_pair_in_both_cells(small, browser):
    table = rows(browser("lea").get(PAGE).text, 'id="confusion-stance"')
    assert table[0] == ["", "oppose", "neutral", "support", "unrelated"]
    assert table[1:] == [
        ["oppose", "1", "0", "0", "0"],
        ["neutral", "0", "1", "0", "1"],
        ["support", "0", "0", "1", "0"],
        ["unrelated", "0", "1", "0", "0"],
    ]


def test_values_are_drawn_with_their_numbers(small, browser):
    html = browser("lea").get(PAGE).text
    table = [[row[0], *row[2:]] for row in rows(html, 'id="values-speaker"')[1:]]
    percents = [[name, n, share.replace("\u202f", " ")] for name, n, share in table]
    assert percents == [["Mattis", "3", "38 %"], ["Trump", "3", "38 %"], ["NARRATOR", "2", "25 %"]]


def test_a_long_list_of_speakers_is_cut_and_says_so(project, browser):
    label(project, "\n".join(f"a: Speaker{i} nc | b: Speaker{i} nc" for i in range(11)))
    assert "And 3 more values." in browser("lea").get(PAGE).text


def test_a_name_of_a_speaker_is_text(project, browser):
    label(project, "a: <b>Bold</b> nc | b: <b>Bold</b> nc")
    assert "<b>Bold" not in browser("lea").get(PAGE).text


def test_nothing_is_styled_in_the_page(small, browser):
    assert not re.search(r"\sstyle\s*=|<style|<script(?![^>]*src=)", browser("lea").get(PAGE).text)


def test_only_a_lead_is_offered_the_download(small, browser):
    assert JSON in browser("lea").get(PAGE).text
    assert JSON not in browser("cleo").get(PAGE).text


def test_the_download_is_the_report(small, browser):
    response = browser("lea").get(JSON)
    assert response.mimetype == "application/json"
    assert "us-russia-agreement.json" in response.headers["Content-Disposition"]
    assert json.loads(response.text) == report_json(report_for(small))


SENTENCES = f"{PAGE}/sentences"


@pytest.mark.parametrize(
    ("who", "status"), [("lea", 200), ("cleo", 200), ("ann", 403), ("dan", 404)]
)
def test_leads_and_adjudicators_read_the_sentences(small, browser, who, status):
    browser(who).get(SENTENCES, status)


def test_a_cell_of_the_confusion_leads_to_its_sentences(small, browser):
    lea = browser("lea")
    html = lea.get(PAGE).text
    links = [unescape(link) for link in re.findall(r'href="([^"]*sentences[^"]*)"', html)]
    (cell,) = [link for link in links if "a=neutral" in link and "b=unrelated" in link]
    said = plain(lea.get(cell).text)
    assert "1 sentence" in said
    assert "NARRATOR" in said
    assert "unrelated" in said
    assert "Mattis" not in said


def test_every_link_of_the_page_leads_somewhere(small, browser):
    lea = browser("lea")
    links = {unescape(link) for link in re.findall(r'href="(/projects[^"#]*)', lea.get(PAGE).text)}
    assert len([link for link in links if "/agreement/sentences" in link]) > 6
    for link in sorted(links):
        if "/agreement" in link:
            lea.get(link)


@pytest.mark.parametrize(
    ("kind", "n"),
    [("all", 4), ("status", 1), ("number", 0), ("speaker", 1), ("stance", 1), ("certainty", 1)],
)
def test_disputed_sentences_are_listed_by_kind(small, browser, kind, n):
    html = browser("lea").get(f"{SENTENCES}?kind={kind}").text
    assert html.count("<article") == n
    assert f"{n} sentence" in plain(html)


@pytest.mark.parametrize("page", further([PAGE, f"{SENTENCES}?kind=all"]))
@pytest.mark.parametrize("who", ["lea", "cleo"])
def test_each_disputed_sentence_leads_to_its_adjudication(small, browser, who, page):
    html = browser(who).get(page).text
    links = re.findall(r'href="(/projects/us-russia/adjudicate/\d+/\d+)">Adjudicate', html)
    assert len(set(links)) == 4
    for link in links:
        shown = browser(who).get(link).text
        assert "2 answers, by speaker" in plain(shown)


def test_a_pair_of_annotators_is_for_leads(small, browser):
    report = report_for(small)
    a, b = (each.name for each in report.people[1].annotators)
    where = f"{SENTENCES}?field=stance&a={a}&b={b}"
    assert f"{a} and {b} differ on stance" in plain(browser("lea").get(where).text)
    browser("cleo").get(where, 403)
    browser("cleo").get(f"{PAGE}?annotator={a}", 403)
    html = browser("cleo").get(f"{SENTENCES}?kind=all").text
    assert a not in html
    assert "Annotator 1" in html


@pytest.mark.parametrize(
    "query",
    ["kind=none", "field=none&a=neutral&b=neutral", "field=stance&a=none&b=neutral", "page=0"],
)
def test_sentences_that_nobody_can_mean_are_not_found(small, browser, query):
    browser("lea").get(f"{SENTENCES}?{query}", 404)


@pytest.mark.parametrize(
    "query",
    [
        "round=x", "round=3", "since=yesterday", "version=9", "annotator=nobody",
        "article=none", "origin=other", "field=speaker",
    ],
)  # fmt: skip
def test_filters_that_mean_nothing_are_not_found(small, browser, query):
    browser("lea").get(f"{PAGE}?{query}", 404)


def test_filters_narrow_what_is_measured(small, browser):
    label(small, "a: Putin sc | b: Putin oc")
    lea = browser("lea")
    first, second = small_articles(small)
    whole = plain(lea.get(PAGE).text)
    assert "2 articles · 8 sentences" in whole
    one = plain(lea.get(f"{PAGE}?article={second}").text)
    assert "1 article · 1 sentence" in one
    assert "filtered" in one
    assert "1 article · 7 sentences" in plain(lea.get(f"{PAGE}?article={first}").text)
    for query in ("round=2", "origin=imported", "since=2999-01-01", "until=1999-01-01"):
        assert "with these filters" in plain(lea.get(f"{PAGE}?{query}").text)
    assert "8 sentences" in plain(lea.get(f"{PAGE}?version=1&since=2000-01-01").text)


def small_articles(project):
    return db.session.scalars(
        select(Article.key).where(Article.project_id == project.id).order_by(Article.id)
    ).all()


def test_another_field_can_be_looked_at(small, browser):
    html = browser("lea").get(f"{PAGE}?field=certainty").text
    assert 'id="confusion-certainty"' in html
    assert "linear weights" in html


def test_the_table_holds_the_numbers_of_the_json(small, browser):
    response = browser("lea").get(f"/projects/{small.slug}/agreement.csv")
    assert response.mimetype == "text/csv"
    rows_ = list(csv.DictReader(io.StringIO(response.text)))
    fields = report_json(report_for(small))["fields"]
    found = {(r["field"], r["name"]): r for r in rows_ if r["table"] == "measure"}
    assert len(found) == sum(len(field["measures"]) for field in fields.values())
    for name, field in fields.items():
        for measure, known in field["measures"].items():
            shown = found[name, measure]["value"]
            assert (float(shown) if shown else None) == known["value"]
    browser("cleo").get(f"/projects/{small.slug}/agreement.csv", 403)


def test_intervals_are_drawn_and_said(project, browser):
    random_project(project, 3)
    html = browser("lea").get(PAGE).text
    svg = chart(html)
    assert [line for line in svg.iter("line") if line.get("class") == "whisker"]
    status = report_for(project).field("status")
    low, high = (phrases.coefficient(x) for x in (status.interval.low, status.interval.high))
    assert f"{low} to {high}" in svg.find("desc").text
    assert f"{low} to {high}".replace(" .", ".") in rows(html, "<summary>As a table")[1][3]
    assert "95% interval from" in plain(html)


@pytest.mark.parametrize(
    ("kind", "names"), [("month", [f"{now():%Y-%m}"]), ("version", ["1.0"]), ("article", None)]
)
def test_parts_of_the_project_have_the_figures_of_their_own(small, browser, kind, names):
    table = rows(browser("lea").get(f"{PAGE}/by/{kind}").text, "<table")
    report = report_for(small)
    assert names is None or [row[0] for row in table[1:]] == names
    shown = [table[1][1], table[1][3], table[1][5]]
    assert shown == [
        wording.figure(report.field(n).alpha) for n in ("status", "stance", "certainty")
    ]
    assert (table[1][2], table[1][-1]) == ("6", "1")


def test_a_part_sees_only_itself(small, browser):
    label(small, "a: Putin sc | b: Putin oc\na: Putin sc | b: Putin sc")
    table = rows(browser("lea").get(f"{PAGE}/by/article").text, "<table")
    assert [row[2] for row in table[1:]] == ["2", "6"] or [row[2] for row in table[1:]] == [
        "6",
        "2",
    ]
    whole = rows(browser("lea").get(f"{PAGE}/by/month").text, "<table")
    assert [row[2] for row in whole[1:]] == ["8"]


def test_parts_of_another_kind_are_not_found(small, browser):
    browser("lea").get(f"{PAGE}/by/mood", 404)
    browser("ann").get(f"{PAGE}/by/month", 403)


def test_an_annotator_filtered_alone_is_told_that_agreement_needs_two(small, browser):
    who = next(m.pseudonym for m in memberships.members(small) if m.user.username == "ann")
    said = plain(browser("lea").get(f"{PAGE}?annotator={who}").text)
    assert "Agreement needs at least two annotators; the filter selects only one." in said
    assert "at work" not in said


def test_filters_that_leave_nothing_are_named_as_the_reason(small, browser):
    said = plain(browser("lea").get(f"{PAGE}?until=2001-01-01").text)
    assert "No sentence has two answers with these filters." in said


def test_the_filter_offers_those_who_label(small, browser):
    called = {m.user.username: m.pseudonym for m in memberships.members(small)}
    offered = re.findall(r'<option value="([AL]\d+)"', browser("lea").get(PAGE).text)
    assert called["ann"] in offered
    assert called["lea"] not in offered
    assert called["cleo"] not in offered


def test_answers_from_elsewhere_are_named_where_they_are_left_out(project, browser, command):
    label(project, "a: P sc | b: P sc\na: x | b: x")
    with write():
        for each in db.session.query(Answer):
            each.origin = "imported"
    not_counted = "4 answers brought in as context are not counted here. Say what they are"
    lea = browser("lea")
    for page in ("agreement", "adjudicate", "gold"):
        said = plain(lea.get(f"/projects/{project.slug}/{page}").text)
        assert not_counted in said, page
        assert "nobody has answered" not in said.lower()
    assert not_counted in command("agreement", "-p", project.slug).stdout
    assert not_counted in command("gold", "-p", project.slug).stderr
    said = plain(lea.get(f"{PAGE}?origin=imported").text)
    assert "not counted here" not in said


def test_the_bar_of_each_step_shows_the_units_it_names(project, browser):
    label(project, "\n".join(["a: P nc, Q sc | b: P nc, Q oc"] * 3 + ["a: x | b: P nc"]))
    page = browser("lea").get(PAGE).text
    steps = re.search(r'id="steps".*?</ol>', page, re.S)[0]
    bars = re.findall(r'<progress class="progress" max="(\d+)" value="(\d+)"', steps)
    named = [int(n.replace(",", "")) for n in re.findall(r"· n ([\d,]+)", steps)]
    assert [int(value) for _, value in bars] == named
    assert {int(most) for most, _ in bars} == {max(named)}


def test_of_many_annotators_the_page_has_those_who_agree_least_and_the_file_all(
    project, browser, monkeypatch
):
    random_project(project, 4)
    lea = browser("lea")
    whole = lea.get(f"{PAGE}?field=status").text
    with_kappa = rows(whole, 'id="annotators"')[1:]
    assert len(with_kappa) == 5
    for name, most in (
        ("view.MOST_IN_TABLE", 2), ("view.MOST_LISTED", 3), ("report.MOST_PAIRS", 1),
                       ("view.MOST_PAIRS", 1)):  # fmt: skip
        monkeypatch.setattr(f"annotator.web.agreement.{name}", most)
    with write():
        db.session.scalars(select(Answer).order_by(Answer.id)).first().unsure = True
        db.session.execute(delete(KeptReport))
    few = lea.get(f"{PAGE}?field=status&pairs=kappa").text
    # Two who are shown alike may differ in what is not shown.
    ranked = rows(few, 'id="annotators"')[1:]
    lowest = sorted(number_of(row[-4]) for row in with_kappa)
    assert [number_of(row[-4]) for row in ranked] == lowest[:3]
    matrix = rows(few, 'aria-label="Pairs, table"')
    assert matrix[0][1:] == [ranked[0][0]]
    assert matrix[1][0] == ranked[1][0]
    assert "The 2 annotators of 5 with the lowest kappa" in plain(few)
    pairs = [line for line in lea.get(f"{PAGE}.csv").text.splitlines() if line.startswith("pair,")]
    assert len([line for line in pairs if ",status," in line]) == 10
    lea.get(f"{PAGE}?pairs=nonsense", status=400)


def number_of(shown):
    return float(shown.replace("\u2212", "-").replace("*", "").split()[0])
