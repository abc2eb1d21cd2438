"""What a refused save says, where it says it, and that nothing typed is lost."""

import re

import pytest
from label_form import answer_of, claim, fields, narrator, new_key, nothing_stored, stored
from slow_cases import further
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import AnswerEvent, Claim, Membership, User
from annotator.web.labelling.form import MOST_READ
from annotator.work.accounts import memberships
from annotator.work.labelling.drafts import MOST_CLAIMS


@pytest.fixture
def ann(browser, article):
    return browser("ann")


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2"


def chip(reply):
    """Return the words of the state chip."""
    inside = re.search(r'<p id="saved".*?</p>', reply.text, re.S)[0]
    return " ".join(re.sub(r"<[^>]+>", "", inside).split())


def notice(reply):
    return " ".join(re.search(r'id="notice"[^>]*>(.*?)</p>', reply.text, re.S)[1].split())


@pytest.mark.parametrize(
    ("change", "word", "said"),
    further(
        [
            ({"claims-0-mention": "Elvis Presley"}, "mention", "was not found in this sentence"),
            ({"claims-0-span": "3"}, "mention", "one span"),
            ({"claims-0-evidence": "0-99999999"}, "evidence", "lies outside the article"),
            ({"claims-0-stance": "warm"}, "stance", "is not a stance"),
            ({"claims-0-certainty": "100%"}, "certainty", "is not a certainty"),
            ({"claims-0-aspect": "colour"}, "aspect", "is not an aspect"),
            ({"claims-0-via": "x"}, "via", "is not a speaker"),
            ({"claims-0-note": "x" * 5000}, "note", "4000"),
            ({"claims-0-speaker": "999999"}, "speaker", "is not a speaker of this project"),
            ({"note": "bell\x07"}, "note", "control character"),
            ({"status": "maybe"}, "status", "is not a status"),
            (
                {"claims-0-speaker": "new", "claims-0-new_name": "Ada", "act": "stay"},
                "speaker",
                "choose its type",
            ),
        ]
    ),
)
def test_the_chip_names_the_field_and_the_notice_says_why(ann, url, change, word, said):
    reply = ann.post(url, fields(claim()) | change, 422, htmx=True)
    assert chip(reply) == f"Not saved: check {word}"
    assert notice(reply).startswith("Nothing was saved.")
    assert said in notice(reply)
    assert nothing_stored()


def test_who_has_no_role_any_more_neither_reads_nor_saves_in_what_was_assigned(ann, url):
    with write():
        user = db.session.scalars(select(User).where(User.username == "ann")).one()
        membership = db.session.scalars(
            select(Membership).where(Membership.user_id == user.id)
        ).one()
        memberships.set_roles(membership, set())
    ann.get(url, 404)
    ann.post(url, fields(claim()), 404, htmx=True)
    assert nothing_stored()


def test_the_message_stands_at_the_field_too_and_what_was_typed_stays(ann, url):
    posted = fields(claim(mention="Elvis Presley", note="why not"), note="of the sentence")
    reply = ann.post(url, posted, 422, htmx=True)
    assert re.search(r'class="error" id="claims-0-mention-error".*?was not found', reply.text, re.S)
    assert 'value="Elvis Presley"' in reply.text
    assert ">why not</textarea>" in reply.text
    assert ">of the sentence</textarea>" in reply.text


def test_a_question_is_no_field_to_check(ann, url):
    ann.post(url, fields(claim()), 200, htmx=True)
    reply = ann.post(url, fields(claim(), status="no_claim", revision=1), 422, htmx=True)
    assert chip(reply) == "Not saved: confirm first"
    assert '<p id="saved" class="chip warn"' in reply.text


# --- more claims than an answer holds


def many(count, **others):
    return fields(*(claim(note=f"claim {number}") for number in range(count)), **others)


def test_as_many_claims_as_an_answer_holds_are_kept(ann, url, article):
    reply = ann.post(url, many(MOST_CLAIMS, act="add"), 200, htmx=True)
    assert len(answer_of(article).claims) == MOST_CLAIMS
    page = ann.get(url).text.partition('<template id="blank"')[0]
    assert "20 claims (maximum)" in page
    assert 'value="add"' not in page
    assert "Saved" in chip(reply)


@pytest.mark.parametrize("count", further([MOST_CLAIMS + 1, MOST_READ, MOST_READ + 1, 500]))
def test_a_claim_beyond_the_last_is_refused_and_never_dropped(ann, url, count):
    reply = ann.post(url, many(count), 422, htmx=True)
    assert f"An answer holds at most {MOST_CLAIMS} claims; this one has {count}." in notice(reply)
    assert chip(reply) == "Not saved: check claims"
    assert f"claim {MOST_CLAIMS}" in reply.text
    assert nothing_stored()


def test_the_last_claim_cannot_be_copied(ann, url, article):
    ann.post(url, many(MOST_CLAIMS), 200, htmx=True)
    ann.post(url, many(MOST_CLAIMS, revision=1, act="copy-0"), 422, htmx=True)
    assert stored(Claim) == MOST_CLAIMS


def test_empty_claims_do_not_count(ann, url, article):
    posted = many(MOST_CLAIMS) | {f"claims-{MOST_CLAIMS}-note": ""}
    ann.post(url, posted, 200, htmx=True)
    assert len(answer_of(article).claims) == MOST_CLAIMS


@pytest.mark.parametrize("number", ["²", "x", "9" * 5000, "-1", ""])
def test_a_claim_without_a_number_is_no_claim(ann, url, article, number):
    ann.post(url, fields(claim()) | {f"claims-{number}-note": "odd"}, 200, htmx=True)
    assert len(answer_of(article).claims) == 1


# --- a page that is ahead of the server, as after a restored backup


@pytest.fixture
def ahead(ann, url):
    return fields({"speaker": narrator().id, "stance": "oppose", "note": "mine"}, revision=7)


def test_a_revision_that_the_server_never_had_is_a_conflict(ann, url, ahead):
    reply = ann.post(url, ahead, 409, htmx=True)
    assert "the server has no answer for this sentence" in reply.text
    assert chip(reply) == "Conflict: 1 sentence"
    assert re.search(r'name="revision"[^>]*value="0"', reply.text)
    assert re.search(r'name="claims-0-note" value="mine"', reply.text)
    assert "/history" not in reply.text
    assert nothing_stored()


def test_then_ones_own_words_can_be_saved(ann, url, article, ahead):
    ann.post(url, ahead, 409)
    ann.post(url, ahead | {"revision": 0, "key": new_key(), "act": "stay"}, 303)
    assert answer_of(article).claims[0].note == "mine"


def test_a_revision_ahead_of_the_stored_one_shows_both(ann, url, article, ahead):
    ann.post(url, fields(claim(stance="support")), 200, htmx=True)
    reply = ann.post(url, ahead, 409, htmx=True)
    assert "changed elsewhere" in reply.text
    assert stored(AnswerEvent) == 1


def test_starting_from_ones_own_version_is_not_called_saved(ann, url):
    ann.post(url, fields(claim(stance="support")), 200, htmx=True)
    posted = fields(claim(stance="oppose"), revision=1, act="draft")
    assert chip(ann.post(url, posted, 200, htmx=True)) == "Not saved yet"


def test_without_javascript_a_refusal_is_shown_at_its_sentence(ann, url):
    shown = ann.post(url, fields(claim(stance="nonsense"), act="next"), 422).text
    # The browser goes to the fragment of what the form was posted to, whatever the status.
    assert f'<form id="answer" class="answer" method="post" action="{url}#sentence"' in shown
