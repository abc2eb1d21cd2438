"""Deciding on the page: take, edit, soft label, reasons, conflicts; all without JavaScript."""

import re

import pytest
from agreement_examples import give, label, speaker
from decision_form import PATH, Form, act_of, press
from slow_cases import further, slow
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Assignment, Decision, Speaker

LINES = """
a: Mattis nc | b: Mattis sc
a: x | b: Trump oc
a: Mattis nc | b: Mattis nc
a: Mattis nc | b: Mattis nc | l: Mattis oc
"""


@pytest.fixture
def case(project):
    """Return the address of the first of four labelled sentences; all but the third disputed."""
    from agreement_examples import PEOPLE

    PEOPLE["l"] = "lea"
    label(project, LINES)
    return f"{PATH}/{db.session.scalars(select(Article.id)).one()}"


def decision():
    db.session.rollback()
    return db.session.scalars(select(Decision)).one_or_none()


def test_one_key_and_enter_decide_and_lead_to_the_next(browser, case):
    cleo = browser("cleo")
    page = cleo.get(f"{case}/0")
    page = press(cleo, page, act_of(page, "1"), 200)
    assert "from Annotator 1" in page.text
    assert decision() is None
    reply = press(cleo, page, act_of(page, "Enter"), 303)
    assert reply.location.startswith(f"{case}/")
    assert (decision().state, len(decision().claims)) == ("decided", 1)
    assert "Decided." in cleo.get(reply.location).text


@slow
def test_taken_again_it_is_given_up(browser, case):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/0"), "take-0-0", 200)
    page = press(cleo, page, "take-0-0", 200)
    assert "claims-0-stance" not in Form(page.text).fields
    assert "Select an answer, edit the decision, or keep" in press(cleo, page, "decide", 422).text


def test_a_sentence_without_claims_is_decided_by_its_status(browser, case):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/1"), "status-no_claim", 200)
    press(cleo, page, "decide", 303)
    assert (decision().status, decision().claims) == ("no_claim", [])


def test_a_reason_against_the_majority_is_asked_for_and_what_was_taken_is_kept(browser, case):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/3"), "take-2-0", 200)
    refused = press(cleo, page, "decide", 422)
    assert "Enter a reason: you decide against two of three." in refused.text
    assert Form(refused.text).fields["claims-0-stance"] == "oppose"
    assert decision() is None
    press(cleo, refused, "decide", 303, reason="ST-2: he rules it out")
    assert (decision().rule, decision().reason) == ("ST-2", "ST-2: he rules it out")


def test_a_soft_label_is_kept(browser, case):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/0"), "soft", 200)
    assert "Kept as a soft label: Mattis: neutral 1, support 1" in page.text
    press(cleo, page, "decide", 303)
    assert decision().soft["claims"][0]["stance"] == {"neutral": 1, "support": 1}


def test_an_edited_claim_is_decided_as_the_adjudicators_own(browser, case):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/0"), "edit-0", 200)
    assert act_of(page, "Enter") == "done"
    changes = {"claims-0-stance": "oppose", "claims-0-certainty": "likely"}
    page = press(cleo, page, "done", 200, **changes)
    assert "edited" in page.text
    press(cleo, page, "decide", 303, reason="both miss it")
    (claim,) = decision().claims
    assert (claim["stance"], claim["certainty"], claim["source"]) == ("oppose", "likely", None)


@slow
def test_while_a_claim_is_edited_only_its_keys_act(browser, case):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/0"), "edit-0", 200)
    acts = [act for act, key in Form(page.text).buttons if key]
    assert {act.partition("-")[0] for act in acts} == {"remove", "add", "done"}


@slow
def test_the_mention_of_a_decision_is_copied_from_the_text(browser, case):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/0"), "edit-0", 200)
    refused = press(cleo, page, "done", 422, **{"claims-0-mention": "Moscow"})
    assert "“Moscow” was not found in this sentence or near it" in refused.text
    assert Form(refused.text).fields["claims-0-mention"] == "Moscow"
    assert 'data-focus="claims-0-mention"' in refused.text
    page = press(cleo, refused, "done", 200, **{"claims-0-mention": " A. "})
    assert "“A.”" in page.text
    assert "edited" in page.text
    press(cleo, page, "decide", 303)
    assert [(claim["mention"], claim["source"]) for claim in decision().claims] == [([0, 2], None)]
    page = press(cleo, cleo.get(f"{case}/0"), "edit-0", 200)
    assert Form(page.text).fields["claims-0-mention"] == "A."
    page = press(cleo, page, "done", 200, **{"claims-0-mention": ""})
    press(cleo, page, "decide", 303)
    assert decision().claims[0]["mention"] is None


@slow
def test_links_of_a_decision_are_added_and_removed(browser, case, project):
    label(project, "a: Mattis nc, Carter nc, Trump nc | b: Mattis sc, Carter nc, Trump nc")
    carter, trump = (speaker(project, name).id for name in ("Carter", "Trump"))
    there = f"{PATH}/{db.session.scalars(select(Article.id).order_by(Article.id)).all()[-1]}/0"
    cleo = browser("cleo")
    page = press(cleo, cleo.get(there), "all-0", 200)
    page = press(cleo, page, "edit-0", 200)
    page = press(cleo, page, "via-0", 200, **{"claims-0-via_add": str(trump)})
    page = press(cleo, page, "via-0", 200, **{"claims-0-via_add": str(carter)})
    assert Form(page.text).fields["claims-0-via"] == f"{trump},{carter}"
    page = press(cleo, page, "unvia-0", 200)
    assert Form(page.text).fields["claims-0-via"] == str(trump)
    page = press(cleo, page, "done", 200, **{"claims-0-via_add": str(trump)})
    assert page.text.count("via Trump") == 1
    press(cleo, page, "decide", 303)
    assert [(claim["via"], claim["source"] is None) for claim in decision().claims] == [
        ([trump], True), ([], False), ([], False)
    ]  # fmt: skip


def test_a_new_speaker_is_added_with_the_decision_and_not_before(browser, case):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/0"), "edit-0", 200)
    named = {"claims-0-speaker": "new", "claims-0-new_name": "Ash Carter"}
    page = press(cleo, page, "done", 200, **named)
    assert db.session.scalar(select(Speaker).where(Speaker.name == "Ash Carter")) is None
    refused = press(cleo, page, "decide", 422, reason="he speaks")
    assert "choose its type" in refused.text
    page = press(cleo, refused, "done", 200, **{"claims-0-new_type": "person"})
    press(cleo, page, "decide", 303, reason="he speaks")
    db.session.rollback()
    carter = db.session.scalar(select(Speaker).where(Speaker.name == "Ash Carter"))
    assert decision().claims[0]["speaker_id"] == carter.id


def test_what_somebody_else_decided_meanwhile_is_a_conflict(browser, case):
    cleo, lea = browser("cleo"), browser("lea")
    mine = press(cleo, cleo.get(f"{case}/0"), "take-0-0", 200)
    theirs = press(lea, lea.get(f"{case}/0"), "take-1-0", 200)
    press(lea, theirs, "decide", 303)
    page = press(cleo, mine, "decide", 409)
    assert "changed in the meantime by" in page.text
    assert "Nothing was overwritten" in page.text
    assert decision().claims[0]["stance"] == "support"
    assert Form(page.text).fields["claims-0-stance"] == "support"


@pytest.mark.parametrize("button", ["decide", "take-0-0"])
def test_an_answer_that_changed_meanwhile_is_shown_before_anything_is_decided(
    browser, case, button
):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/0"), "take-0-0", 200)
    with write():
        db.session.scalars(select(Answer).order_by(Answer.id)).first().revision += 1
    shown = press(cleo, page, button, 409)
    assert "An annotator changed an answer in the meantime" in shown.text
    assert decision() is None


def test_the_same_post_twice_is_one_decision(browser, case):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/0"), "take-0-0", 200)
    press(cleo, page, "decide", 303)
    press(cleo, page, "decide", 303)
    assert decision().revision == 1


def test_reopen_and_undo(browser, case):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/0"), "take-0-0", 200)
    press(cleo, page, "decide", 303)
    page = cleo.get(f"{case}/0")
    assert "Decided by you" in page.text
    press(cleo, page, act_of(page, "O"), 303)
    assert decision().state == "reopened"
    page = cleo.get(f"{case}/1")
    reply = press(cleo, page, act_of(page, "Backspace"), 303)
    assert re.search(r"/0(\?|$)", reply.location)
    assert decision().state == "decided"
    history = cleo.get(f"{case}/0/history").text
    assert history.index("Undid step 2") < history.index("Reopened") < history.index("Decided</str")


@slow
def test_redo_leads_to_the_sentence_that_comes_back(browser, case):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/0"), "take-0-0", 200)
    press(cleo, page, "decide", 303)
    assert "Redo" not in cleo.get(f"{case}/0").text
    press(cleo, cleo.get(f"{case}/0"), "undo", 303)
    assert decision().state == "reopened"
    page = cleo.get(f"{case}/1")
    assert "Redo<span" in page.text
    assert ": decide sentence 1" in page.text
    reply = press(cleo, page, act_of(page, "Shift+Backspace"), 303)
    assert re.search(r"/0(\?|$)", reply.location)
    assert decision().state == "decided"
    assert "Redone" in cleo.get(f"{case}/0").text
    assert "Redid step 1" in cleo.get(f"{case}/0/history").text
    press(cleo, page, "redo", 422, redo="999", key="another-long-key")


@slow
def test_a_redo_that_nothing_waits_for_is_refused(browser, case):
    cleo = browser("cleo")
    reply = press(cleo, cleo.get(f"{case}/0"), "redo", 422, redo="1")
    assert "choose redo again" in reply.text


def test_asking_needs_words_and_gives_the_article_back(browser, case):
    cleo = browser("cleo")
    page = cleo.get(f"{case}/0")
    assert "Enter a question" in press(cleo, page, "ask", 422).text
    with write():
        give(db.session.scalars(select(Article.id)).one(), "ann", "ben")
        for assignment in db.session.scalars(select(Assignment)):
            assignment.state = "submitted"
    asked = press(cleo, page, "ask", 200, reason="Is it a plan?")
    assert decision() is None
    press(cleo, asked, "ask-sure", 303)
    assert (decision().state, decision().reason) == ("asked", "Is it a plan?")


def test_htmx_gets_the_table_alone_and_moves_only_the_sentence(browser, case):
    cleo = browser("cleo")
    page = cleo.get(f"{case}/0")
    path = page.request.full_path
    part = press(cleo, page, "take-0-0", 200, htmx=True)
    assert part.text.lstrip().startswith('<form id="work"')
    moved = press(cleo, part, "decide", 200, path, htmx=True)
    assert '"target": "#case"' in moved.headers["HX-Location"]


@pytest.mark.parametrize(
    ("field", "value"),
    further(
        [
            ("basis", "1:1,drop"),
            ("revision", "-1"),
            ("key", ""),
            ("status", "perhaps"),
            ("claims-0-stance", "mixed"),
            ("claims-0-speaker", "99999999999"),
            ("claims-0-span", "9"),
            ("claims-0-via", "me"),
            ("claims-0-row", "-4"),
            ("reason", "a\x00b"),
            ("rule", "NO-1"),
        ]
    ),
)
def test_a_wrong_field_is_refused_and_nothing_is_decided(browser, case, field, value):
    cleo = browser("cleo")
    page = press(cleo, cleo.get(f"{case}/0"), "take-0-0", 200)
    assert press(cleo, page, "decide", **{field: value}).status_code in (409, 422)
    assert decision() is None


@slow
def test_an_unknown_button_changes_nothing(browser, case):
    cleo = browser("cleo")
    for act in ("take-9-9", "take", "all-7", "edit-88", "remove-5", "nonsense"):
        press(cleo, cleo.get(f"{case}/0"), act, 200)
    assert decision() is None
