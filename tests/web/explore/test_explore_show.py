"""Explore: what a view shows, what is refused, and what becomes of a selection."""

import csv
import io
import json
import re
import threading

import pytest
from agreement_examples import give, label
from release_examples import decide
from sqlalchemy import func, select
from statements import counted_queries

from annotator.store.db import db, write
from annotator.store.models import (
    Article,
    Decision,
    DecisionEvent,
    Exposure,
    NotedSentence,
    Project,
    ReviewNote,
    SavedView,
    Sentence,
)
from annotator.web.explore import queueing
from annotator.work import jobs
from annotator.work.accounts import accounts, memberships
from annotator.work.adjudication import requesting
from annotator.work.consensus.content import content_from
from annotator.work.explore import notes
from annotator.work.jobs import CancelledError

HERE = "/projects/us-russia/explore"
TABLE = """
a: Mattis oc | b: Mattis oc
a: Mattis nc | b: Trump nl
a: x | b: x
a: Trump sl
"""
TEXTS = ("Joint operations are no plan.", "No joint plan of operations.", "<b>Weather</b>", "A.")


def text_of(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.fixture
def labelled(project):
    """Label four sentences, of which the second is disputed; return the article."""
    label(project, TABLE)
    with write():
        rows = db.session.scalars(select(Sentence).order_by(Sentence.position)).all()
        for row, text in zip(rows, TEXTS, strict=True):
            row.text = text
    return db.session.scalars(select(Article)).one()


def rows_in(html):
    return re.findall(r'name="row" value="([\d.]+)"', html)


def test_words_are_marked_and_link_to_their_place(browser, labelled):
    page = browser("lea").get(f'{HERE}?text="joint+operations"').text
    assert "<mark>Joint operations</mark> are no plan." in page
    assert "1 sentence" in text_of(page)
    assert f'href="/projects/us-russia/articles/{labelled.id}/read/0"' in page


def test_claims_and_states_are_filtered_together(browser, labelled):
    lea = browser("lea")
    claims = text_of(lea.get(f"{HERE}?of=claims&speaker=matt&stance=oppose").text)
    assert "2 claims" in claims
    assert "Mattis, oppose, certain" in claims
    assert "Trump" not in claims
    assert len(rows_in(lea.get(f"{HERE}?disputed=yes").text)) == 1
    assert len(rows_in(lea.get(f"{HERE}?disputed=yes&stance=oppose").text)) == 0
    assert "&lt;b&gt;" in lea.get(f"{HERE}?text=weather").text


def test_decisions_are_looked_for_and_gold_by_votes_is_said_to_be_elsewhere(browser, labelled):
    lea, view = browser("lea"), f"{HERE}?by=decisions"
    # The first sentence is gold by all votes, and nobody has decided it.
    assert rows_in(lea.get(view).text) == []
    decide(labelled, 1, who=1)
    page = text_of(lea.get(view).text)
    assert "Decision claim 1: Trump, neutral, likely" in page
    assert "Gold by votes or a model is on the page Gold." in page
    (line,) = lea.get(f"{HERE}.jsonl?by=decisions").text.splitlines()
    assert [each["annotator"] for each in json.loads(line)["labels"]] == ["decisions"]
    # Addresses and saved views from before say “gold”.
    lea.post(f"{HERE}/views?by=gold", {"name": "Old"}, status=303)
    assert "explore?by=decisions" in lea.get(HERE).text
    assert rows_in(lea.get(f"{HERE}?by=gold").text) == rows_in(lea.get(view).text)


def test_the_address_is_the_view_without_what_was_left_empty(browser, labelled):
    sent = f"{HERE}?of=claims&text=&by=&stance=oppose&since=&sort=key"
    assert browser("lea").get(sent, status=302).location == f"{HERE}?of=claims&stance=oppose"


def test_a_next_page_begins_where_the_last_one_ended(browser, labelled, monkeypatch):
    monkeypatch.setattr("annotator.work.explore.finding.PAGE", 3)
    lea = browser("lea")
    first = lea.get(f"{HERE}?segment=body").text
    (after,) = re.findall(r"segment=body&amp;after=([\d.]+)", first)
    second = lea.get(f"{HERE}?segment=body&after={after}").text
    assert [len(rows_in(first)), len(rows_in(second))] == [3, 1]
    assert not set(rows_in(first)) & set(rows_in(second))


HOSTILE = [
    "%22", "*", "%00", "%22%22*%22", "NEAR(a+b)", "a+AND+NOT+b*+OR", "sentence_words:a", "'--",
    "^a", "-a", "%27%3A*", "%F0%9F%98%80", "a%00b", "\\", "(", "%ED%A0%80", "x" * 10_000,
    "a+" * 40, "%E2%80%9Cjoint+operations%E2%80%9D*", "%26|!:*<->", "%C2%BD",
]  # fmt: skip


def test_hostile_searches_are_answered_or_refused_in_words(browser, labelled):
    lea = browser("lea")
    for typed in HOSTILE:
        reply = lea.get(f"{HERE}?text={typed}", status=None)
        assert reply.status_code in (200, 400), typed
        if reply.status_code == 400:
            assert "Search for" in reply.text, typed
    assert len(rows_in(lea.get(f"{HERE}?text=%E2%80%9Cjoint+oper%E2%80%9D*").text)) == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("stance=nonsense", 400),
        ("by=A99", 400),
        ("since=3.5.2019", 400),
        ("user_id=1", 400),
        ("after=1", 400),
        ("after=999999.0.0.0", 404),
    ],
)
def test_an_address_that_means_nothing_is_refused(browser, labelled, query, status):
    browser("lea").get(f"{HERE}?{query}", status=status)


def test_annotators_have_no_such_page_and_adjudicators_read_pseudonyms(browser, labelled):
    for path in (HERE, f"{HERE}.csv"):
        browser("ann").get(path, status=403)
        browser("dan").get(path, status=404)
    page = browser("cleo").get(HERE).text
    assert "A0" in page or "A1" in page or re.search(r"A\d\d", page)
    assert ">ann<" not in page


def test_who_labels_here_too_is_remembered_to_have_seen_them(browser, project, labelled):
    with write():
        here = db.session.get(Project, project.id)
        lead = memberships.membership_of(accounts.get_user("lea"), here)
        memberships.set_roles(lead, {"lead", "annotator"})
    page = browser("lea").get(f"{HERE}?stance=oppose").text
    assert "belongs to round 2" in page
    assert len(db.session.scalars(select(Exposure.id)).all()) == 1


def test_a_page_costs_the_same_statements_for_few_rows_and_for_many(browser, project, labelled):
    lea, counts = browser("lea"), []
    for _ in range(2):
        lea.get(HERE)
        with counted_queries() as seen:
            lea.get(f"{HERE}?status=claims")
        counts.append(len(seen))
        label(project, *["a: Mattis oc | b: Trump nc\n" * 10] * 2)
    assert counts[0] == counts[1] <= 30


def test_files_hold_exactly_the_rows_of_the_view_or_the_ticked_ones(browser, labelled):
    lea = browser("lea")
    view = f"{HERE}?of=claims&stance=oppose"
    lines = lea.get(f"{HERE}.jsonl?of=claims&stance=oppose").text.splitlines()
    rows = [json.loads(line) for line in lines]
    assert [(row["sentence"], row["number"]) for row in rows] == [(0, 1), (0, 1)]
    assert {row["labels"][0]["claims"][0]["speaker"] for row in rows} == {"Mattis"}
    one = rows_in(lea.get(view).text)[1]
    picked = lea.post(view, {"row": one, "act": "csv"}, status=200)
    assert picked.headers["Content-Disposition"].endswith('"us-russia-claims.csv"')
    (line,) = csv.DictReader(io.StringIO(picked.text))
    assert line["annotator"] == rows[1]["labels"][0]["annotator"]
    assert (line["speaker"], line["stance"]) == ("Mattis", "oppose")


def test_a_selection_goes_to_the_queue_once_and_its_articles_to_assign(browser, labelled):
    lea = browser("lea")
    rows = rows_in(lea.get(f"{HERE}?status=no_claim").text)
    before = lea.get("/projects/us-russia/adjudicate", status=None)
    place = f"/projects/us-russia/adjudicate/{labelled.id}/2"
    assert place not in browser("cleo").get(before.location or "/").text
    lea.post(HERE, {"row": rows[0], "act": "queue"}, status=303)
    assert "1 sentence added to the adjudication queue." in lea.get(HERE).text
    queue = browser("cleo").get(f"/projects/us-russia/adjudicate/{labelled.id}/2").text
    assert "All kinds 2" in text_of(queue)
    lea.post(HERE, {"row": rows[0], "act": "queue"}, status=303)
    assert "0 sentences added" in lea.get(HERE).text
    assigned = lea.post(HERE, {"row": rows[0], "act": "assign"}, status=303)
    assert labelled.key in lea.get(assigned.location).text
    browser("cleo").post(HERE, {"row": rows[0], "act": "assign"}, status=400)
    lea.post(HERE, {"row": "1.2", "act": "queue"}, status=400)
    lea.post(HERE, {"act": "queue"}, status=303)
    assert "No rows selected" in lea.get(HERE).text


def test_all_rows_of_a_view_are_selected_up_to_a_bound(browser, labelled, monkeypatch):
    monkeypatch.setattr("annotator.work.explore.finding.PAGE", 1)
    lea, view = browser("lea"), f"{HERE}?of=claims&stance=oppose"
    assert "All 2 claims found, on every page" in text_of(lea.get(view).text)
    lines = lea.post(view, {"which": "all", "act": "jsonl"}).text.splitlines()
    assert len(lines) == 2
    asked = lea.post(f"{HERE}?status=no_claim", {"which": "all", "act": "queue"}, status=200)
    assert "1 sentence of the view" in text_of(asked.text)
    sure = {"which": "all", "act": "queue", "sure": "y"}
    lea.post(f"{HERE}?status=no_claim", sure, status=303)
    assert "1 sentence added to the adjudication queue." in lea.get(HERE).text
    monkeypatch.setattr("annotator.work.explore.finding.MOST", 1)
    monkeypatch.setattr("annotator.work.explore.selecting.MOST", 1)
    assert "at most" in text_of(lea.get(view).text)
    lea.post(view, {"which": "all", "act": "jsonl"}, status=303)
    assert "There are over 1 claims" in lea.get(HERE).text


def test_many_sentences_go_to_the_queue_as_a_job(browser, labelled, monkeypatch):
    monkeypatch.setattr(queueing, "MUCH", 2)
    monkeypatch.setattr(requesting, "AT_ONCE", 2)
    decide(labelled, 1, who=1)
    lea, sent = browser("lea"), {"which": "all", "act": "queue", "sure": "y"}
    begun = lea.post(HERE, sent, status=303).location
    for thread in threading.enumerate():
        if thread.name.startswith("queue-"):
            thread.join(60)
    page = lea.get(begun).text
    assert "4 sentences added to the adjudication queue." in page
    assert f'href="{HERE}"' in page
    events = db.session.scalars(select(DecisionEvent).order_by(DecisionEvent.id)).all()
    # What was decided stays in view.
    assert [(each.kind, each.revision) for each in events].count(("reopen", 1)) == 3
    decided = [each for each in events if each.revision == 2]
    assert [each.kind for each in decided] == ["reopen"]
    assert content_from(decided[0].content).claims
    assert "All kinds 4" in text_of(lea.get(f"/projects/us-russia/adjudicate/{labelled.id}/2").text)
    browser("ann").get(begun, status=403)


def test_a_job_for_the_queue_that_is_cancelled_keeps_what_it_has_done(
    browser, project, labelled, monkeypatch
):
    monkeypatch.setattr(requesting, "AT_ONCE", 2)
    numbers, who = db.session.scalars(select(Sentence.id)).all(), accounts.get_user("lea")
    with write():
        job = jobs.begin(jobs.QUEUE, project, who, len(numbers), back=HERE)

    def beat(done):
        if done:
            with write():
                jobs.cancel(jobs.any_of(project, job.id))
            raise CancelledError

    with pytest.raises(CancelledError):
        queueing.carry_out(job.id, project.id, who.id, numbers, beat)
    page = browser("lea").get(f"{HERE}/queue/{job.id}").text
    assert "Cancelled; what was added before stays in the queue." in page
    assert db.session.scalar(select(func.count(Decision.id))) == 2


def test_a_row_with_a_number_that_no_row_has_is_refused(browser, labelled):
    lea = browser("lea")
    [first, *_] = rows_in(lea.get(f"{HERE}?of=claims").text)
    for place in range(4):
        parts = first.split(".")
        parts[place] = "2147483648"
        for act in ("worklist", "csv"):
            lea.post(f"{HERE}?of=claims", {"row": ".".join(parts), "act": act}, status=400)


def test_a_selection_goes_to_a_worklist_of_those_who_answered(browser, project, labelled):
    with write():
        give(labelled.id, "ann", "ben")
    lea, names = browser("lea"), pseudonyms(project)
    row = rows_in(lea.get(f"{HERE}?of=claims&by={names['ann']}&stance=oppose").text)[0]
    view = f"{HERE}?of=claims&by={names['ann']}&stance=oppose"
    asked = lea.post(view, {"row": row, "act": "worklist"}, status=200).text
    assert f"1 answer: {names['ann']} 1." in text_of(asked)
    sent = {"row": row, "act": "worklist", "sure": "y", "written": " "}
    assert "Say what to look at" in lea.post(view, sent, status=422).text
    made = lea.post(view, {**sent, "written": "Is it a plan?"}, status=303)
    assert "Is it a plan?" in lea.get(made.location).text
    whole = f"{HERE}?disputed=yes"
    asked = lea.post(whole, {"which": "all", "act": "worklist"}, status=200).text
    each = ", ".join(sorted(f"{names[who]} 1" for who in ("ann", "ben")))
    assert f"2 answers: {each}." in text_of(asked)
    browser("cleo").post(view, {"row": row, "act": "worklist"}, status=400)


def pseudonyms(project):
    members = memberships.members(project)
    return {each.user.username: each.pseudonym for each in members}


def test_a_note_stands_wherever_its_sentences_are_read_until_it_is_deleted(browser, labelled):
    lea, cleo, note = browser("lea"), browser("cleo"), "Compare <these>."
    rows = rows_in(lea.get(HERE).text)
    sent = {"row": rows[:2], "act": "note", "sure": "y", "written": f" {note} "}
    assert "Write a note." in cleo.post(HERE, {**sent, "written": ""}, status=422).text
    cleo.post(HERE, sent, status=303)
    assert len(rows_in(lea.get(f"{HERE}?note=yes").text)) == 2
    assert len(rows_in(lea.get(f"{HERE}?note=no").text)) == 2
    number = db.session.scalars(select(ReviewNote.id)).one()
    shown = "Compare &lt;these&gt;."
    flags = lea.get("/projects/us-russia/flags").text
    assert shown in flags
    assert f"explore?note={number}" in flags
    read = f"/projects/us-russia/articles/{labelled.id}/read"
    for path in (f"{HERE}?note={number}", read, f"/projects/us-russia/adjudicate/{labelled.id}/1"):
        assert shown in cleo.get(path).text, path
    assert [json.loads(line)["notes"] for line in lea.get(f"{HERE}.jsonl").text.splitlines()] == [
        [note], [note], [], [],
    ]  # fmt: skip
    # After a repair it is where its words are.
    with write():
        first, second = db.session.scalars(select(Sentence).order_by(Sentence.position)).all()[:2]
        first.end = second.start = second.start + 1
    assert lea.get(read).text.count(shown) == 1
    browser("ann").post(f"{HERE}/notes/{number}/delete", {}, status=403)
    lea.post(f"{HERE}/notes/{number}/delete", {}, status=303)
    assert "Note deleted." in lea.get("/projects/us-russia/flags").text
    assert db.session.scalars(select(NotedSentence.start)).all() == []
    lea.get(f"{HERE}?note={number}", status=400)


def test_a_note_that_is_not_offered_any_more_is_listed_and_filtered_by(
    browser, labelled, monkeypatch
):
    monkeypatch.setattr(notes, "OFFERED", 1)
    lea = browser("lea")
    for said, row in zip(("first", "second"), rows_in(lea.get(HERE).text), strict=False):
        lea.post(HERE, {"row": row, "act": "note", "sure": "y", "written": said}, status=303)
    older, newer = db.session.scalars(select(ReviewNote.id).order_by(ReviewNote.id))
    flags = lea.get("/projects/us-russia/flags").text
    assert f"explore?note={older}" in flags
    assert f'value="{older}"' not in lea.get(HERE).text
    page = lea.get(f"{HERE}?note={older}").text
    assert f'value="{older}" selected' in page
    assert f'value="{newer}"' in page
    assert len(rows_in(page)) == 1


def test_a_view_is_saved_for_the_project_opened_and_deleted(browser, labelled):
    lea, cleo = browser("lea"), browser("cleo")
    lea.post(f"{HERE}/views?stance=oppose&of=claims", {"name": " Oppose "}, status=303)
    assert 'href="/projects/us-russia/explore?of=claims&amp;stance=oppose"' in cleo.get(HERE).text
    lea.post(f"{HERE}/views?stance=oppose", {"name": "oppose"}, status=422)
    lea.post(f"{HERE}/views", {"name": ""}, status=422)
    view = db.session.scalars(select(SavedView)).one()
    assert (view.name, view.query) == ("Oppose", "of=claims&stance=oppose")
    cleo.post(f"{HERE}/views/{view.id}/delete", status=303)
    assert db.session.scalars(select(SavedView)).all() == []
