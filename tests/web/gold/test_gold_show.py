"""The gold page: who may read it, that its numbers are those of gold, and how it is asked."""

import json
import re
from html import escape, unescape

import numpy as np
import pytest
from agreement_examples import label, random_project
from gold_examples import METHODS, crowded_project, sparse, store_stances, systematic
from slow_cases import further
from sqlalchemy import delete

from annotator.store.db import db, write
from annotator.store.models import KeptReport, Sentence
from annotator.work.accounts import accounts
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act
from annotator.work.consensus.voting import OPEN
from annotator.work.gold.methods import SENTENCE, methods_of
from annotator.work.gold.models import Aggregation
from annotator.work.gold.rows import gold_rows

PAGE = "/projects/us-russia/gold"
ROWS = PAGE + ".jsonl"
TABLE = PAGE + ".csv"


def plain(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def section(html, name):
    """Return one card of the page."""
    found = re.search(rf'<section class="card" id="{name}".*?</section>', html, re.S)
    return found[0]


def cells(html):
    """Return the rows of every table of a piece of a page, as text."""
    return [
        [plain(cell) for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr\b.*?</tr>", html, re.S)
    ]


@pytest.fixture
def confused(project):
    store_stances(project, systematic(1, 120)[1])
    return project


def test_only_a_lead_reads_it(confused, browser):
    for who, status in (("lea", 200), ("cleo", 403), ("ann", 403), ("dan", 404)):
        person = browser(who)
        for path in (PAGE, ROWS, TABLE):
            person.get(path, status)


@pytest.mark.parametrize("path", [PAGE, ROWS])
def test_signed_out_goes_to_sign_in(confused, browser, path):
    assert "/sign-in" in browser().get(path, 303).location


@pytest.mark.parametrize("path", [PAGE, ROWS])
def test_it_is_only_read(confused, browser, path):
    browser("lea").post(path, status=405)


def test_an_unknown_project_is_not_here(project, browser):
    browser("lea").get("/projects/other/gold", 404)


def test_it_stands_in_the_navigation_of_leads_alone(confused, browser):
    assert f'href="{PAGE}"' in browser("lea").get("/projects/us-russia/agreement").text
    assert f'href="{PAGE}"' not in browser("cleo").get("/projects/us-russia/agreement").text


def test_nothing_answered_and_nothing_shared_are_said_in_words(project, browser):
    assert "No gold yet" in browser("lea").get(PAGE).text
    label(project, "a: Mattis oc")
    html = browser("lea").get(PAGE).text
    assert "No sentence has two answers yet" in html
    assert "Confusion matrix per annotator" not in html


def test_it_begins_with_whose_the_gold_is_and_the_sentences_still_open(project, browser):
    agreed = "a: Mattis nc | b: Mattis nc\na: Mattis nc | b: Mattis oc\na: x | b: x\n"
    label(project, agreed + "a: x | b: z\n" * 11)
    html = browser("lea").get(PAGE).text
    now = section(html, "gold-now")
    assert html.index('id="gold-now"') < html.index('id="method"')
    assert "14 sentences, 2 with gold" in plain(now)
    assert "unanimous 2 " in plain(now)
    assert "Still open: 12 sentences" in plain(now)
    assert "-2 , adjudicate (1 in files)" in plain(now)
    assert now.count("tied, or below the minimum margin") == 10
    assert "Show all 12" in plain(now)
    whole = section(browser("lea").get(PAGE + "?open=all").text, "gold-now")
    assert whole.count("tied, or below") == 12
    browser("lea").get(PAGE + "?open=some", 400)


def test_a_decision_closes_an_open_sentence_and_reopening_opens_a_decided_one(project, browser):
    label(project, "a: x | b: z\na: x | b: x")
    torn, agreed = db.session.query(Sentence).order_by(Sentence.position)
    with write():
        cleo = accounts.get_user("cleo")
        deciding.decide(torn, DecisionDraft("no_claim", reason="So it is."), Act(cleo, 0, "one"))
        deciding.decide(agreed, DecisionDraft("no_claim"), Act(cleo, 0, "two"))
        deciding.reopen(agreed, Act(cleo, 1, "three"))
    now = plain(section(browser("lea").get(PAGE).text, "gold-now"))
    assert "adjudicated 1 " in now
    assert "Still open: 1 sentence " in now
    assert "not decided: reopened" in now


@pytest.mark.parametrize("dialect", ["", "?for=excel", "?for=excel-semicolon"])
def test_gold_opens_in_excel_and_in_programs_for_statistics(project, browser, dialect):
    label(project, "a: Mattis nc | b: Mattis nc\na: x | b: x")
    for path, rows in ((TABLE, 3), (PAGE + "-claims.csv", 2)):
        reply = browser("lea").get(path + dialect)
        assert reply.data.startswith(b"\xef\xbb\xbfproject" if dialect else b"project")
        assert reply.text.count("\n") == rows
        assert ("project;article" in reply.text) == dialect.endswith("semicolon")
    browser("lea").get(TABLE + "?for=word", 400)


@pytest.mark.parametrize("method", further(METHODS))
def test_it_counts_what_the_download_decides(project, browser, method):
    """Table and rows come by different ways, and say the same of every sentence."""
    crowded_project(project, 6, units=50)
    page = browser("lea").get(f"{PAGE}?method={method}").text
    rows = [
        json.loads(line) for line in browser("lea").get(f"{ROWS}?method={method}").text.splitlines()
    ]
    hows = [row["how"] for row in rows]
    plainly = {"unanimous", "single", OPEN}
    wanted = [hows.count("unanimous"), hows.count("single")]
    wanted += [sum(how not in plainly for how in hows), hows.count(OPEN)]
    (row,) = [row for row in cells(section(page, "decided"))[:7] if row[0].endswith("(shown)")]
    assert [int(cell.replace(",", "")) for cell in row[2:6]] == wanted


@pytest.mark.parametrize("seed", further([1, 2, 3]))
@pytest.mark.parametrize("make", further([random_project, crowded_project]))
@pytest.mark.parametrize("least", further([0.3, 0.1, 1.0]))
def test_whole_sentences_are_counted_as_gold_decides_them(project, make, seed, least):
    make(project, seed)
    methods = methods_of(project, Aggregation("dawid-skene", least_margin=least))
    for method in ("majority", "dawid-skene"):
        way = Aggregation(method, least_margin=least)
        hows = [row["how"] for row in gold_rows(project, way)]
        counts = dict(methods.counts(SENTENCE, method))
        assert counts[OPEN] == hows.count(OPEN)
        assert counts["unanimous"] == hows.count("unanimous")
        assert counts["single"] == hows.count("single")
        assert sum(counts.values()) == len(hows)


def test_bars_say_the_same_as_the_numbers_beside_them(confused, browser):
    part = section(browser("lea").get(PAGE).text, "decided")
    for row in re.findall(r"<tr\b.*?</tr>", part, re.S):
        said = re.search(r'aria-label="([^"]*)"', row)
        if said:
            numbers = re.findall(r'<td class="num">([\d,]+)</td>', row)
            assert re.findall(r"([\d,]+) (?:unanimous|single|by|open)", said[1]) == numbers
            drawn = sum(float(each) for each in re.findall(r'width="([\d.]+)%" height="12"', row))
            assert drawn == pytest.approx(100, abs=0.01)


def test_pairs_of_methods_are_compared_where_both_decide(confused, browser):
    methods = methods_of(confused, Aggregation())
    rows = {m: list(gold_rows(confused, Aggregation(m))) for m in METHODS}
    for pair in methods.equal("stance"):
        said = [
            (one["claims"][0]["stance"], other["claims"][0]["stance"])
            for one, other in zip(rows[pair.a], rows[pair.b], strict=True)
            if one["claims"] and other["claims"]
            and len(one["claims"][0]["votes"]["stance"]) > 1
        ]  # fmt: skip
        assert (pair.n, pair.same) == (len(said), sum(a == b for a, b in said))


def test_error_matrices_show_who_takes_what_for_what(confused, browser):
    html = section(browser("lea").get(f"{PAGE}?method=dawid-skene").text, "people")
    assert len(re.findall(r"neutral for support: [5-9]\d", html)) == 3
    assert len(re.findall(r'id="matrix-', html)) == 5
    name = re.search(r'id="matrix-(\w+)"', html)[1]
    one = section(browser("lea").get(f"{PAGE}?annotator={name}").text, "people")
    assert re.findall(r'id="matrix-(\w+)"', one) == [name]
    browser("lea").get(f"{PAGE}?annotator=nobody", 404)


def test_few_answers_are_advised_against_a_matrix_of_ones_own(project, browser):
    store_stances(project, sparse(1, units=40, annotators=15)[1])
    html = browser("lea").get(f"{PAGE}?method=dawid-skene").text
    assert "Prefer one-coin to Dawid–Skene here." in plain(html)
    assert len(re.findall(r'id="matrix-', html)) == 12
    assert "The 12 with the lowest accuracy" in html


def test_each_sentence_on_which_methods_differ_leads_to_its_adjudication(confused, browser):
    methods = methods_of(confused, Aggregation("dawid-skene"))
    rows = {m: list(gold_rows(confused, Aggregation(m))) for m in METHODS}

    def values(position):
        found = [rows[m][position]["claims"] for m in METHODS]
        return {claims[0]["stance"] for claims in found if claims}

    differing = [p for p in range(120) if len(values(p)) > 1]
    assert differing
    assert methods.sentences("values").tolist() == differing
    html = section(browser("lea").get(f"{PAGE}?method=dawid-skene").text, "different")
    links = re.findall(r'href="(/projects/us-russia/adjudicate/\d+/(\d+))"', html)
    assert [int(position) for _, position in links] == differing[:20]
    browser("lea").get(links[0][0])


def test_lists_are_paged_and_keep_what_was_asked(confused, browser):
    path = f"{PAGE}?method=dawid-skene&show=open&margin=0.5"
    html = browser("lea").get(path).text
    onward = unescape(re.search(r'<a class="button" href="([^"]*page=2[^"]*)"', html)[1])
    assert {"method=dawid-skene", "show=open", "margin=0.5"} <= set(re.split("[?&#]", onward))
    second = browser("lea").get(onward).text
    one, two = (re.findall(r"adjudicate/\d+/(\d+)", page) for page in (html, second))
    assert not set(one) & set(two)
    browser("lea").get(f"{path}&page=99", 404)


def test_what_the_model_doubts_although_all_agree_is_listed(project, browser):
    """Two pairs that never meet: nothing tells whose word means what, and the page says so."""
    lines = ["a: Mattis oc | b: Mattis oc"] * 30
    lines += [f"c: Mattis o{x} | d: Mattis o{y}" for x, y in ("dp", "pd", "dl", "ll", "dd")] * 6
    label(project, "\n".join(lines))
    html = browser("lea").get(f"{PAGE}?method=dawid-skene&field=certainty&show=doubted").text
    methods = methods_of(project, Aggregation("dawid-skene"))
    found = methods.found["certainty"]["dawid-skene"]
    assert found.doubted.any()
    assert "Unreliable method" in html
    assert "Certainty: Dawid–Skene doubts" in plain(html)
    listed = re.findall(r"adjudicate/\d+/(\d+)", section(html, "different"))
    assert [int(each) for each in listed] == methods.sentences("doubted").tolist()[:20]
    rows = list(gold_rows(project, Aggregation("dawid-skene")))
    assert all(row["claims"][0]["certainty"] == "certain" for row in rows[:30])


def test_methods_are_held_to_what_people_have_decided(confused, browser):
    rows = list(gold_rows(confused, Aggregation("dawid-skene")))
    number = next(
        i for i, row in enumerate(rows) if row["claims"]
        and row["claims"][0]["fields"]["stance"] == "dawid-skene"
    )  # fmt: skip
    sentence = db.session.query(Sentence).filter_by(position=number).one()
    claim = case_of(sentence).comparison.readings[0].claims[0]
    decided = type(claim)(
        speaker=claim.speaker, stance=rows[number]["claims"][0]["stance"], certainty="certain"
    )
    with write():
        deciding.decide(
            db.session.get(Sentence, sentence.id),
            DecisionDraft("claims", (Taken(decided),), reason="ST-3: so it is"),
            Act(accounts.get_user("cleo"), 0, "some-key"),
        )
    methods = methods_of(confused, Aggregation())
    held = methods.held("stance", "dawid-skene")
    assert (held.n, held.decided, held.same) == (1, 1, 1)
    assert "As adjudicated" in browser("lea").get(PAGE).text


def test_what_cannot_be_meant_is_refused(confused, browser):
    lea = browser("lea")
    for asked, said in (
        ("method=best", "There is no method"),
        ("margin=2", "The margin must be a number from 0 to 1"),
        ("margin=nan", "The margin must be a number from 0 to 1"),
        ("smoothing=-1", "The smoothing must be a number"),
        ("seed=x", "The seed must be a whole number"),
        ("sort=x", "Valid parameters"),
    ):
        for path in (PAGE, ROWS):
            assert said in plain(lea.get(f"{path}?{asked}", 400).text), (path, asked)
    lea.get(f"{PAGE}?field=speaker", 400)
    lea.get(f"{PAGE}?show=all", 400)


@pytest.mark.parametrize("method", further(METHODS))
def test_the_download_is_what_the_named_command_writes(confused, browser, command, method):
    asked = f"method={method}&margin=0.4&seed=3"
    page = plain(browser("lea").get(f"{PAGE}?{asked}").text)
    words = re.search(r"annotator (gold -p .*?) -o gold\.jsonl", page)[1].split()
    reply = browser("lea").get(f"{ROWS}?{asked}")
    assert reply.headers["Content-Disposition"].endswith(f'us-russia-gold-{method}.jsonl"')
    assert command(*words).stdout == reply.text


def test_fields_fit_a_project_of_sentences_without_claims(project, browser):
    label(project, "a: x | b: x\na: x | b: z\na: z | b: x | c: x")
    for method in METHODS:
        html = browser("lea").get(f"{PAGE}?method={method}").text
        assert "0, majority claims" in html


def test_what_speaks_against_the_method_is_said_in_whichever_field(project, browser):
    """The page opens with the stance; the warning is about another field, too."""
    store_stances(project, np.array([[0, 0, 2], [2, 2, 0]] * 8))
    for field in ("status", "stance", "certainty"):
        html = plain(browser("lea").get(f"{PAGE}?method=one-coin&field={field}").text)
        assert "Unreliable method" in html
        assert "Stance: One-coin takes A" in html
    assert "Unreliable method" not in browser("lea").get(f"{PAGE}?method=majority").text


def test_an_accuracy_that_cannot_be_told_is_not_shown(project, browser):
    rows = [[0, 0]] * 20 + [[2, 2]] * 10 + [[0, 2]] * 5 + [[2, 0]] * 3
    store_stances(project, np.array(rows))
    html = section(browser("lea").get(f"{PAGE}?method=dawid-skene").text, "people")
    assert html.count("not identifiable") == 3
    assert "fit the answers equally well" in html
    assert 'id="matrix-' not in html
    found = methods_of(project, Aggregation("dawid-skene")).counts("stance", "dawid-skene")
    assert (found["dawid-skene"], found["open"]) == (0, 8)


@pytest.mark.parametrize("method", METHODS)
def test_a_large_project_shows_the_chosen_method_at_once_and_the_others_when_asked(
    confused, browser, monkeypatch, method
):
    lea, address = browser("lea"), f"{PAGE}?method={method}&annotator="
    whole = lea.get(address).text
    monkeypatch.setattr("annotator.work.gold.compared.MANY", 0)
    with write():
        db.session.execute(delete(KeptReport))
    first = lea.get(address).text
    for name in ("gold-now", "method", "people"):
        assert section(first, name) == section(whole, name)
    assert not re.search(r'id="(decided|alike|different)-heading"', first)
    [asked] = {unescape(each) for each in re.findall(r'hx-get="([^"]*)"', first)}
    assert f'href="{escape(asked)}#compared"' in first
    assert "compare=all" in asked
    for page in (lea.get(asked).text, lea.get(address).text):
        # Once it is there it stays, until something changes.
        assert "hx-get" not in page
        for name in ("gold-now", "decided", "alike", "people", "different"):
            assert section(page, name) == section(whole, name)


@pytest.mark.parametrize("asked", ["show=open", "show=values", "page=1"])
def test_whoever_asks_for_the_sentences_of_a_large_project_gets_them(
    confused, browser, monkeypatch, asked
):
    monkeypatch.setattr("annotator.work.gold.compared.MANY", 0)
    page = browser("lea").get(f"{PAGE}?{asked}").text
    assert "Sentences to check" in plain(section(page, "different"))
    browser("lea").get(f"{PAGE}?compare=some", 400)
