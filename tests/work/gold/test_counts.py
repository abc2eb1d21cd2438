"""One word, one number: a count is the same on every page, in every command and in every file."""

import json
import re
from html import unescape

import pytest
from agreement_examples import answer, random_project, refresh, sentences
from gold_examples import METHODS
from labelling_examples import claim, claims, save, sentence_of, speaker_called
from release_examples import TRUMP, decide, labelled, merge, release
from slow_cases import further, slow
from sqlalchemy import text

from annotator.formats.release import folder
from annotator.formats.release.card.card import facts_of
from annotator.measure.rounds import NEWEST
from annotator.store.db import db, write
from annotator.store.models import Article, Assignment, Sentence
from annotator.work.accounts import accounts
from annotator.work.adjudication import deciding, refreshing
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.agreement.measuring import spread_for
from annotator.work.agreement.report import Selection
from annotator.work.assignment import submitting
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act
from annotator.work.gold import counts, methods
from annotator.work.gold.models import Aggregation
from annotator.work.gold.rows import gold_rows
from annotator.work.releases.facts import Counted
from annotator.work.speakers import changes

HEADLINE = 0


def decided(project, n, soft=False, reason=""):
    """Decide one of the sentences of a project that have answers, as its first annotator has it."""
    sentence = db.session.query(Sentence).order_by(Sentence.id).offset(n).first()
    reading = case_of(sentence).comparison.readings[0]
    taken = tuple(Taken(each, reading.user_id) for each in reading.claims)
    draft = (
        DecisionDraft(soft=True) if soft else DecisionDraft(reading.status, taken, reason=reason)
    )
    with write():
        deciding.decide(
            db.session.get(Sentence, sentence.id), draft, Act(accounts.get_user("cleo"), 0, f"k{n}")
        )


@pytest.mark.parametrize("method", further(METHODS))
def test_gold_is_counted_as_its_rows_say(project, method):
    random_project(project, 4)
    sentences(project, 2)
    answered = [
        n
        for n, each in enumerate(db.session.query(Sentence).order_by(Sentence.id))
        if each.article_id and len(case_of(each).comparison.readings) > 1
    ]
    decided(project, answered[0], reason="ST-3")
    decided(project, answered[1])
    decided(project, answered[2], soft=True)
    way = Aggregation(method=method)
    counted = Counted()
    for row in gold_rows(project, way, every=True):
        counted.gold(row)
    found = methods.gold_of(project, way)
    assert {how: n for how, n in found.by_how.items() if n} == dict(counted.how)
    assert found.with_gold == counted.gold_sentences
    assert found.sentences == db.session.query(Sentence).count()
    assert methods.methods_of(project, way).gold == found


@pytest.fixture
def everything(project, article):
    """Make a project with every kind of case that a count may forget or count twice."""
    labelled(project, article)
    save(article, claims(claim(TRUMP, "support")), position=HEADLINE)
    save(article, claims(claim(TRUMP, "oppose")), position=HEADLINE, name="ben")
    save(article, claims(claim(TRUMP, "oppose")), position=8)
    save(article, claims(claim(TRUMP, "support")), position=8, name="ben")
    decide(article, 8)  # without a reason
    save(article, claims(claim(stance="support")), position=2, revision=1)  # its decision is stale
    lead = accounts.get_user("lea")
    other = db.session.query(Article).filter_by(key="more-0").one()
    with write():
        db.session.add(Assignment(article_id=other.id, user_id=accounts.get_user("ann").id))
    save(other, claims(claim(TRUMP, "support")), position=0)
    with write():
        answer(sentence_of(other, 1), "c", "Donald Trump sc", origin="imported")
        given = Assignment(article_id=other.id, user_id=accounts.get_user("cleo").id, imported=True)
        db.session.add(given)
        db.session.flush()
        submitting.count(given)
        closed = db.session.query(Assignment).filter_by(
            article_id=other.id, user_id=accounts.get_user("ann").id
        )
        closed.one().state = "closed"
    with write():
        made = changes.split(project, speaker_called(TRUMP.name), [other.id], "DJT", lead)
    with write():
        changes.undo(project, made, lead)
    with write():
        answer(sentence_of(other, 0), "b", "Jim Mattis sc", complete=False)
    merge(project, "Jim Mattis", "James Mattis")
    db.session.rollback()
    return project


def words_of(page):
    """Return what a page says, without its tags."""
    said = unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u202f", " ")
    return re.sub(r"\s+", " ", said)


def number(pattern, text):
    """Return the one number that a pattern finds in a text."""
    (found,) = {each.replace(",", "") for each in re.findall(pattern, text)}
    return int(found)


def test_each_word_has_one_number_everywhere(everything, browser, command, tmp_path):
    lea = browser("lea")
    page = {
        name: words_of(lea.get(f"/projects/us-russia{path}").text)
        for name, path in {
            "overview": "", "agreement": "/agreement", "gold": "/gold", "speakers": "/speakers",
        }.items()
    }  # fmt: skip
    first = browser("cleo").get("/projects/us-russia/adjudicate", 302).location
    page["adjudication"] = words_of(browser("cleo").get(first).text)
    shown = command("project", "show", "us-russia").stdout
    people = command("gold", "-p", "us-russia", "--people").stdout.splitlines()[0]
    data = json.loads(command("gold", "-p", "us-russia", "--people", "--json").stdout)
    scope = command("agreement", "-p", "us-russia").stdout.splitlines()[0]
    made = command(
        "release", "--without-text", "-p", "us-russia", "--name", "v1", "-o", tmp_path / "v1"
    )
    assert made.exit_code == 0, made.output
    text = (tmp_path / "v1" / "README.md").read_text(encoding="utf-8")
    facts, card = facts_of(text), text.split("\n---\n")[1]
    page["releases"] = words_of(lea.get("/projects/us-russia/releases").text)
    counts, how = facts["counts"], facts["how"]

    assert {
        number(r"complete answers ([\d,]+)", page["overview"]),
        number(r"complete answers: ([\d,]+)", shown),
        number(r"complete answers \| ([\d,]+)", card),
    } == {counts["complete_answers"]}
    assert {
        number(r"All speakers ([\d,]+)", page["speakers"]),
        number(r"speakers: ([\d,]+)", shown),
        number(r"([\d,]+) speakers as named", card),
    } == {counts["speakers"]}
    assert {
        number(r"articles, ([\d,]+) sentences", page["overview"]),
        number(r"sentences: ([\d,]+)", shown),
        number(r"([\d,]+) sentences, [\d,]+ with gold", page["gold"]),
        number(r"^([\d,]+) sentences:", people),
        sum(how.values()),
    } == {counts["sentences"]}
    assert {
        number(r"sentences, ([\d,]+) with gold", page["gold"]),
        number(r"([\d,]+) with gold, [\d,]+ open", page["releases"]),
        number(r"([\d,]+) with gold; ", made.output),
        number(r"gold sentences \| ([\d,]+)", card),
    } == {counts["gold_sentences"]}
    assert {
        number(r"([\d,]+) without an eligible answer", page["releases"]),
        how["none"],
    } == {counts["unanswered_sentences"]}
    assert scope in page["agreement"]
    assert {name: n for name, n in data["sentences"].items() if n} == how
    in_words = {"none": "without an eligible answer", "single": "single answer"}
    for name, n in how.items():
        words = in_words.get(name, name)
        assert number(rf"{re.escape(words)} ([\d,]+)", page["gold"].split("Method")[0]) == n, name
        assert f"{n:,} {words}" in people
        assert re.search(rf"\| {name} \|[^|]+\| {n:,} \|", card), name
    assert number(r"Decided by an adjudicator\. ([\d,]+) with a reason", card) == 1
    assert counts["adjudicated_with_reason"] == 1

    refresh(everything)
    disputed = refreshing.disputed(everything)
    assert number(r"([\d,]+) disputed in total", page["adjudication"]) == disputed
    assert number(r"Adjudication has ([\d,]+) disputed sentences", page["agreement"]) == disputed
    assert number(r" All ([\d,]+) Status", page["agreement"]) == disputed - 1  # a headline
    assert (
        spread_for(everything, Selection(whole_articles=True, round=NEWEST)).count("all")
        == disputed
    )


def test_a_split_taken_back_is_nobody_in_the_register(everything, browser, tmp_path):
    page = words_of(browser("lea").get("/projects/us-russia/speakers").text)
    assert "with DJT" not in page
    release(everything, tmp_path / "v1")
    rows = folder.document(tmp_path / "v1", "speakers")
    assert "DJT" not in {row["name"] for row in rows}
    (merged,) = (row for row in rows if row["merged_into"])
    assert merged["name"] == "Jim Mattis"


@slow
def test_a_listed_sentence_of_gold_says_whether_it_is_decided(project, browser):
    random_project(project, 4)
    lea = browser("lea")
    page = words_of(lea.get("/projects/us-russia/gold").text)
    assert "not decided" in page
    assert "decided: adjudicated" not in page
    for n in range(db.session.query(Sentence).count()):
        sentence = db.session.query(Sentence).order_by(Sentence.id).offset(n).first()
        if len(case_of(sentence).comparison.readings) > 1:
            decided(project, n, reason="ST-3")
    page = words_of(lea.get("/projects/us-russia/gold").text)
    assert "decided: adjudicated" in page
    assert "not decided" not in page


def test_answers_of_people_here_are_not_read_to_count_the_others(project):
    query = counts.by_origin(project, "human")
    if db.engine.dialect.name == "sqlite":
        compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all()
        assert plan[0][3] == "SCAN answers USING INDEX ix_answers_of_others"
    random_project(project, 2)
    rows = db.session.execute(counts.by_origin(project, None)).all()
    assert [row for row in rows if row[0] != "human"] == db.session.execute(query).all()
