"""Saving an answer from the label page, with and without JavaScript."""

import json
import re

import pytest
from label_form import (
    answer_of,
    claim,
    fields,
    narrator,
    new_key,
    nothing_stored,
    sentence_at,
    speaker_named,
    stored,
)
from slow_cases import further
from sqlalchemy import event

from annotator.codebook.load import load_default
from annotator.store import db as storage
from annotator.store.db import db, write
from annotator.store.engine import BUSY_SECONDS
from annotator.store.models import AnswerEvent, Assignment, Speaker
from annotator.work.accounts import accounts, projects


@pytest.fixture
def ann(browser, article):
    return browser("ann")


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2"


def test_a_plain_browser_is_led_back_to_the_sentence(ann, url, article):
    reply = ann.post(url, fields(claim(), act="stay"), 303)
    assert reply.location == url + "#sentence"
    answer = answer_of(article)
    assert (answer.status, answer.complete, answer.revision) == ("claims", True, 1)


def test_htmx_gets_the_sentence_alone_with_the_time_of_saving(ann, url):
    reply = ann.post(url, fields(claim()), 200, htmx=True)
    assert "<html" not in reply.text
    assert '<li id="sentence"' in reply.text
    assert re.search(r'id="saved"[^>]*hx-swap-oob="true"', reply.text)
    assert re.search(r"Saved <time data-local", reply.text)
    assert re.search(r'name="revision"[^>]*value="1"', reply.text)


def test_a_save_takes_at_most_11_statements(ann, url, article):
    ann.post(url, fields(claim()), 200, htmx=True)
    ann.token = ann.fetch_token()
    speaker, statements = narrator().id, []

    def listen(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    ann.post(url, fields(claim(speaker, "oppose"), revision=1), 200, htmx=True)
    event.remove(db.engine, "before_cursor_execute", listen)
    assert answer_of(article).claims[0].stance == "oppose"
    # On PostgreSQL one more, whether the codebook is another one since the wait for the lock.
    assert len(statements) <= 11 + (db.engine.dialect.name != "sqlite")


def test_an_open_claim_is_kept_as_incomplete(ann, url, article):
    ann.post(url, fields({"speaker": narrator().id}), 200, htmx=True)
    answer = answer_of(article)
    assert (answer.status, answer.complete) == ("claims", False)
    assert "stance and certainty still open" in ann.get(url).text


@pytest.mark.parametrize("status", ["no_claim", "not_article_text"])
def test_a_sentence_without_a_claim_takes_one_field(ann, url, article, status):
    ann.post(url, fields(status=status), 200, htmx=True)
    answer = answer_of(article)
    assert (answer.status, answer.complete, answer.claims) == (status, True, [])


def test_a_flag_alone_decides_nothing(ann, url, article):
    ann.post(url, fields(unsure="y"), 200, htmx=True)
    answer = answer_of(article)
    assert (answer.status, answer.unsure, answer.complete) == (None, True, False)


def test_next_without_an_answer_stays_and_says_so(ann, url):
    reply = ann.post(url, fields(act="next"), 200)
    assert "No answer yet" in reply.text
    assert nothing_stored()


def test_next_with_an_open_field_asks_once_then_goes_on(ann, url, article):
    half = {"speaker": narrator().id, "stance": "neutral"}
    reply = ann.post(url, fields(half, act="next"), 200)
    assert "Certainty is still open" in reply.text
    assert re.search(r'name="leave" value="y"', reply.text)
    again = fields(half, act="next", revision=1, leave="y")
    assert ann.post(url, again, 303).location == f"/label/{article.id}/3#sentence"


def test_htmx_is_led_on_by_the_server(ann, url, article):
    reply = ann.post(url, fields(claim(), act="next"), 200, htmx=True)
    there = json.loads(reply.headers["HX-Location"])
    assert (there["path"], there["select"]) == (f"/label/{article.id}/3", "#label")


def test_the_last_sentence_leads_to_what_is_still_to_do(ann, article):
    last = f"/label/{article.id}/21"
    reply = ann.post(last, fields(status="not_article_text", act="next"), 303)
    assert reply.location == f"/label/{article.id}/1#sentence"


def test_a_new_speaker_is_added_with_its_type_when_a_button_takes_it(ann, url, article):
    posted = claim("new", new_name="James Mattis", new_type="person")
    ann.post(url, fields(posted), 200, htmx=True)
    assert answer_of(article).claims[0].speaker is None
    ann.post(url, fields(posted, revision=1, act="speaker-0"), 200, htmx=True)
    assert answer_of(article).claims[0].speaker.name == "James Mattis"
    assert speaker_named("James Mattis").type == "person"


def test_a_new_speaker_without_a_type_is_refused_and_what_was_typed_is_kept(ann, url):
    posted = claim("new", new_name="James Mattis", new_type="")
    reply = ann.post(url, fields(posted, act="stay"), 422)
    assert "choose its type" in reply.text
    assert 'value="James Mattis"' in reply.text
    assert nothing_stored()


def test_a_known_name_is_the_known_speaker_whatever_its_case(ann, url, article):
    posted = claim("new", new_name="James Mattis", new_type="person")
    ann.post(url, fields(posted, act="stay"), 303)
    again = claim("new", new_name="james  mattis", new_type="")
    ann.post(f"/label/{article.id}/3", fields(again, act="stay"), 303)
    assert answer_of(article, 3).claims[0].speaker.name == "James Mattis"


def test_the_wording_of_an_unnamed_source_is_its_mention_where_the_sentence_has_it(
    ann, url, article
):
    ann.post(url, fields(claim("unnamed", wording="the defense department"), act="speaker-0"), 303)
    (stored,) = answer_of(article).claims
    assert (stored.mention_start, stored.mention_end) == (87, 109)
    ann.post(url, fields(claim("unnamed", wording="partment"), act="speaker-0", revision=1), 303)
    assert answer_of(article).claims[0].mention_start is None


def test_an_unnamed_source_keeps_its_wording_and_belongs_to_its_article(ann, url, article):
    posted = claim("unnamed", wording="multiple officials")
    ann.post(url, fields(posted, act="stay"), 303)
    speaker = answer_of(article).claims[0].speaker
    assert speaker.wording == "multiple officials"
    assert speaker.name == f"multiple officials ({article.key})"
    assert "“multiple officials”" in ann.get(url).text


def test_a_speaker_used_once_has_the_next_number(ann, url, article):
    for position, name in ((2, "Ada"), (3, "Bob")):
        posted = claim("new", new_name=name, new_type="person")
        ann.post(f"/label/{article.id}/{position}", fields(posted, act="stay"), 303)
    page = ann.get(f"/label/{article.id}/4").text
    for name, key in (("Ada", "1"), ("Bob", "2")):
        number = speaker_named(name).id
        assert re.search(rf'id="claims-0-speaker-{number}"[^>]*data-key="{key}"', page)


def test_the_words_of_a_mention_become_code_points_of_the_article(ann, url, article):
    words = "Defense Secretary James N. Mattis"
    ann.post(url, fields(claim(mention=words)), 200, htmx=True)
    stored_claim = answer_of(article).claims[0]
    span = slice(stored_claim.mention_start, stored_claim.mention_end)
    assert article.text[span] == words
    assert stored_claim.mention_start == 276


def test_a_mention_may_stand_in_a_neighbouring_sentence(ann, url, article):
    ann.post(url, fields(claim(mention="the Pentagon chief")), 200, htmx=True)
    stored_claim = answer_of(article).claims[0]
    assert (stored_claim.mention_start, stored_claim.mention_end) == (363, 381)
    assert 'value="the Pentagon chief"' in ann.get(url).text


def test_words_that_are_not_there_are_refused_and_kept(ann, url):
    reply = ann.post(url, fields(claim(mention="Elvis Presley")), 422, htmx=True)
    assert "was not found in this sentence" in reply.text
    assert 'value="Elvis Presley"' in reply.text
    assert nothing_stored()


def test_add_copy_and_remove_work_without_javascript(ann, url, article):
    there = ann.post(url, fields(claim(), act="add"), 303).location
    assert 'name="claims-1-stance"' in ann.get(there).text
    ann.post(url, fields(claim(), claim(stance="support"), revision=1, act="stay"), 303)
    ann.post(url, fields(claim(), claim(stance="support"), revision=2, act="copy-1"), 303)
    assert [each.stance for each in answer_of(article).claims] == ["neutral", "support", "support"]
    three = [claim(), claim(stance="support"), claim(stance="support")]
    ann.post(url, fields(*three, revision=3, act="remove-0"), 303)
    assert [each.stance for each in answer_of(article).claims] == ["support", "support"]


def test_a_chain_of_sources_is_kept_in_order(ann, url, article):
    for position, name in ((3, "Ada"), (4, "Bob")):
        posted = claim("new", new_name=name, new_type="person")
        ann.post(f"/label/{article.id}/{position}", fields(posted, act="stay"), 303)
    ada, bob = speaker_named("Ada").id, speaker_named("Bob").id
    ann.post(url, fields(claim(via=str(ada), via_add=str(bob))), 200, htmx=True)
    assert [link.speaker.name for link in answer_of(article).claims[0].via] == ["Ada", "Bob"]
    ann.post(url, fields(claim(via=f"{ada},{bob}"), revision=1, act="unvia-0"), 303)
    assert [link.speaker.name for link in answer_of(article).claims[0].via] == ["Ada"]


def test_no_claim_over_claims_asks_before_it_removes_them(ann, url, article):
    ann.post(url, fields(claim()), 200, htmx=True)
    both = fields(claim(), status="no_claim", revision=1)
    reply = ann.post(url, both, 422, htmx=True)
    assert "removes 1 claim" in reply.text
    assert len(answer_of(article).claims) == 1
    ann.post(url, {**both, "key": new_key(), "drop": "y"}, 200, htmx=True)
    assert (answer_of(article).status, answer_of(article).claims) == ("no_claim", [])


def asked(ann, url):
    """Save two claims, then say "no claim"; return the page that asks."""
    ann.post(url, fields(claim(), claim(stance="support")), 200, htmx=True)
    both = fields(claim(), claim(stance="support"), status="no_claim", revision=1)
    return ann.post(url, both, 422).text


def test_the_question_names_the_keys_or_the_words_on_the_buttons(ann, url):
    notice = asked(ann, url).partition('id="notice"')[2].partition("</div>")[0]
    by_key, by_hand = (notice.partition(f'class="{name}">')[2] for name in ("by-key", "by-hand"))
    assert "This removes 2 claims." in notice
    assert re.sub(r"<[^>]+>", "", by_key.partition("</span>")[0]) == "Press X again to confirm."
    assert by_hand.startswith("Choose “No claim” again to confirm.</span>")


@pytest.mark.parametrize("status", [{}, {"status": "no_claim"}])
def test_the_claims_can_be_kept_instead(ann, url, article, status):
    page = asked(ann, url)
    assert 'name="drop" value="y"' in page
    assert not re.search(r'id="status-no_claim"[^>]* checked', page)
    act = re.search(r'value="(keep-[^"]*)" data-key="Escape"', page)[1]
    kept = fields(claim(), claim(stance="support"), revision=1, drop="y", act=act, **status)
    reply = ann.post(url, kept, 200, htmx=True).text
    assert 'data-focus="status-no_claim"' in reply
    assert 'name="drop"' not in reply
    assert 'id="notice"' not in reply
    answer = answer_of(article)
    assert (answer.status, answer.revision, len(answer.claims)) == ("claims", 1, 2)
    there = ann.post(url, {**kept, "key": new_key()}, 303).location
    assert 'name="drop"' not in ann.get(there).text


def test_a_status_that_is_none_asks_nothing(ann, url):
    assert 'name="drop"' not in ann.post(url, fields(claim(), status="maybe"), 422).text


def test_a_claim_after_no_claim_is_the_newer_word(ann, url, article):
    ann.post(url, fields(status="no_claim"), 200, htmx=True)
    ann.post(url, fields(claim(), status="no_claim", revision=1), 200, htmx=True)
    assert answer_of(article).status == "claims"


# --- what must be refused, with nothing stored


@pytest.mark.parametrize(
    ("change", "said"),
    further(
        [
            ({"claims-0-stance": "enthusiastic"}, "is not a stance of this codebook"),
            ({"claims-0-certainty": "100%"}, "is not a certainty of this codebook"),
            ({"status": "maybe"}, "is not a status of this codebook"),
            ({"claims-0-speaker": "999999"}, "is not a speaker of this project"),
            ({"claims-0-speaker": "1; DROP TABLE"}, "is not a speaker of this project"),
            ({"claims-0-speaker": str(10**30)}, "is not a speaker of this project"),
            ({"claims-0-via": "1,999999"}, "is not a speaker of this project"),
            ({"claims-0-evidence": "9-3"}, "lies outside the article"),
            ({"claims-0-evidence": "0-99999999"}, "lies outside the article"),
            ({"note": "nul\x00"}, "control character"),
            ({"note": "x" * 5000}, "cannot be longer than 4000"),
            ({"claims-0-note": "bell\x07"}, "control character"),
            ({"revision": "many"}, "Not a valid integer"),
            ({"key": "short"}, "between 8 and 64"),
        ]
    ),
)
def test_bad_input_is_refused_by_name_and_nothing_is_stored(ann, url, change, said):
    reply = ann.post(url, fields(claim()) | change, 422)
    assert said in reply.text
    assert nothing_stored()


def test_a_speaker_of_another_project_is_refused(ann, url):
    with write():
        other = projects.create("other", "Other", load_default())
        db.session.flush()
    foreign = db.session.query(Speaker).filter_by(project_id=other.id).one()
    reply = ann.post(url, fields(claim(foreign.id)), 422)
    assert "is not a speaker of this project" in reply.text
    assert nothing_stored()


def test_a_stale_save_is_refused_with_both_versions(ann, url, article):
    ann.post(url, fields(claim(stance="support")), 200, htmx=True)
    reply = ann.post(url, fields(claim(stance="oppose"), revision=0), 409, htmx=True)
    assert "changed elsewhere" in reply.text
    assert "support" in reply.text
    assert "oppose" in reply.text
    answer = answer_of(article)
    assert (answer.claims[0].stance, answer.revision) == ("support", 1)


@pytest.mark.parametrize("act", ["remove-0", "copy-0", "unvia-0", "keep-0-no_claim", "add"])
def test_a_button_pressed_in_a_stale_window_shows_both_versions(ann, url, article, act):
    ann.post(url, fields(claim()), 200, htmx=True)
    reply = ann.post(url, fields(claim(stance="oppose"), act=act), 409, htmx=True)
    assert "Your version, this window" in reply.text
    assert answer_of(article).claims[0].stance == "neutral"


def test_claims_dropped_in_a_stale_window_are_shown_as_dropped(ann, url, article):
    ann.post(url, fields(claim()), 200, htmx=True)
    posted = fields(claim(), status="no_claim", drop="y")
    reply = ann.post(url, posted, 409, htmx=True)
    yours = reply.text.split("Your version, this window")[1].split("Saved version, other")[0]
    assert "No claim" in yours
    assert len(answer_of(article).claims) == 1


def test_a_conflict_marks_what_differs_in_each_claim(ann, url):
    ann.post(url, fields(claim(), claim(stance="support")), 200, htmx=True)
    mine = fields(claim(), claim(stance="oppose"), claim(certainty="likely"), revision=0)
    page = ann.post(url, mine, 409, htmx=True).text
    yours, saved = page.partition('class="versions"')[2].split('aria-labelledby="side-2"')
    first, second, third = re.search(r"<dd><p>.*?</dd>", yours, re.S)[0].split("</p>")[:3]
    different = "different: "
    assert different not in first
    assert second.count(different) == 1
    assert second.index(different) < second.index("oppose") < second.index("certain")
    assert third.count(different) == 3
    assert re.search(r"<dd><p>.*?</dd>", saved, re.S)[0].count(different) == 1


def test_after_a_conflict_ones_own_version_can_be_kept(ann, url, article):
    ann.post(url, fields(claim(stance="support")), 200, htmx=True)
    page = ann.post(url, fields(claim(stance="oppose"), revision=0), 409).text
    assert re.search(r'name="revision"[^>]*value="1"', page)
    assert re.search(r'name="claims-0-stance" value="oppose"', page)
    ann.post(url, fields(claim(stance="oppose"), revision=1, act="stay"), 303)
    assert answer_of(article).claims[0].stance == "oppose"


def test_after_a_conflict_ones_own_version_can_be_edited_first(ann, url, article):
    ann.post(url, fields(claim(stance="support")), 200, htmx=True)
    page = ann.post(url, fields(claim(stance="oppose"), revision=1, act="draft"), 200).text
    assert re.search(r'value="oppose"[^>]* checked', page)
    assert answer_of(article).claims[0].stance == "support"


def test_the_same_key_twice_is_one_save(ann, url, article):
    posted = fields(claim())
    ann.post(url, posted, 200, htmx=True)
    ann.post(url, posted, 200, htmx=True)
    assert stored(AnswerEvent) == 1


def test_a_replayed_key_does_not_undo_a_newer_save(ann, url, article):
    old = fields(claim(stance="oppose"))
    ann.post(url, old, 200, htmx=True)
    ann.post(url, fields(claim(stance="support"), revision=1), 200, htmx=True)
    ann.post(url, old, 200, htmx=True)
    assert answer_of(article).claims[0].stance == "support"


def test_nobody_writes_into_anothers_article(browser, url, article):
    ben = accounts.get_user("ben").id
    with write():
        db.session.query(Assignment).filter_by(user_id=ben).delete()
    for name, status in (("ben", 404), ("dan", 404), ("lea", 403)):
        browser(name).post(url, fields(claim()), status)
    assert nothing_stored()


def test_a_field_that_names_another_owner_is_ignored(ann, url, article, browser):
    posted = fields(claim()) | {"user_id": "2", "annotator": "ben", "origin": "model"}
    ann.post(url, posted, 200, htmx=True)
    assert answer_of(article, name="ben") is None
    assert answer_of(article).origin == "human"


def test_signed_out_nothing_is_saved_and_htmx_hears_401(browser, url, article):
    reply = browser().post(url, fields(claim()), 401, htmx=True)
    assert "Not saved" in reply.text
    assert reply.headers["HX-Retarget"] == "#alert"
    assert nothing_stored()


def test_without_a_token_it_is_400(ann, url):
    ann.post(url, fields(claim()), 400, csrf=False)
    assert nothing_stored()


def test_a_locked_database_says_not_saved_and_try_again(ann, url, app):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the write lock is SQLite's")
    patience = db.engine.get_execution_options()[BUSY_SECONDS]
    assert storage._writer.acquire(timeout=1)
    try:
        db.engine.update_execution_options(**{BUSY_SECONDS: 0.1})
        reply = ann.post(url, fields(claim()), 503, htmx=True)
    finally:
        db.engine.update_execution_options(**{BUSY_SECONDS: patience})
        storage._writer.release()
    assert "not saved" in reply.text.lower()
    assert nothing_stored()


def test_the_length_of_the_article_is_its_limit(ann, url, article):
    last = sentence_at(article, 21).end
    ann.post(url, fields(claim(evidence=f"0-{last}")), 200, htmx=True)
    assert answer_of(article).claims[0].evidence == [[0, last]]
