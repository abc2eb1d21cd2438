"""The history of answers: chained, verified, and the same wherever it is stored."""

import json
from datetime import UTC, datetime

import pytest
from installation import staged
from labelling_examples import (
    claim,
    claims,
    nothing_claimed,
    save,
    sentence_of,
    speaker_called,
    stored,
)
from sqlalchemy import delete, select, update

from annotator.store import histories
from annotator.store.db import db, write
from annotator.store.models import Answer, AnswerEvent, Claim
from annotator.work.accounts import accounts
from annotator.work.labelling import history, independence, saving
from annotator.work.labelling.history import FIRST, audit, chain_hash

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
@staged
def three_saves(article):
    for revision in range(3):
        save(article, claims(note=f"note {revision}"), revision=revision)
    return stored(article)


def saved_event(answer, revision):
    return db.session.scalars(
        select(AnswerEvent).where(AnswerEvent.answer_id == answer.id, event_of(revision))
    ).one()


def event_of(revision):
    return AnswerEvent.revision == revision


def alter(statement):
    with write() as session:
        session.execute(statement)


def test_an_empty_database_has_an_audit_too(app):
    assert (audit().answers, audit().events, audit().faults) == (0, 0, ())


def test_every_save_is_one_link_of_a_whole_chain(three_saves):
    found = audit()
    assert (found.answers, found.events, found.faults) == (1, 3, ())
    assert len(found.root) == 64


def test_each_hash_covers_the_one_before(three_saves):
    before = FIRST
    for revision in (1, 2, 3):
        event = saved_event(three_saves, revision)
        before = chain_hash(before, revision, event.at, event.user_id, event.key, event.content)
        assert event.hash == before


def test_an_event_holds_the_whole_answer_in_words(article):
    save(article, claims(claim(mention=(276, 309)), note="“so”"))
    event = saved_event(stored(article), 1)
    content = json.loads(event.content)
    assert content["where"] == f"{article.key}#2"
    assert (content["claims"][0]["speaker"], content["note"]) == ("James Mattis", "“so”")
    assert "“so”" in event.content


@pytest.mark.parametrize(
    "change",
    [
        {"content": AnswerEvent.content + " "},
        {"at": NOON},
        {"key": "another-key"},
        {"hash": "f" * 64},
    ],
)
@pytest.mark.parametrize("revision", [1, 2, 3])
def test_a_changed_event_is_named(three_saves, change, revision):
    alter(update(AnswerEvent).where(event_of(revision)).values(change))
    (fault,) = audit().faults
    assert f"revision {revision} does not match its hash" in fault
    assert "us-russia/000_96e20d9a8f8d9c95#2 A" in fault


@pytest.mark.parametrize("revision", [1, 2])
def test_a_missing_event_is_named(three_saves, revision):
    alter(delete(AnswerEvent).where(event_of(revision)))
    assert f"revision {revision} is missing" in audit().faults[0]


def test_a_missing_last_event_is_named(three_saves):
    alter(delete(AnswerEvent).where(event_of(3)))
    assert "has revision 3, its last event 2" in audit().faults[0]


def test_an_answer_without_events_is_named(three_saves):
    alter(delete(AnswerEvent))
    assert "has no event" in audit().faults[0]


@pytest.mark.parametrize(
    "statement",
    [
        update(Answer).values(note="slipped in"),
        update(Answer).values(status="no_claim"),
        update(Claim).values(stance="support"),
        update(Claim).values(mention_start=1, mention_end=2),
        delete(Claim),
    ],
    ids=["note", "status", "stance", "mention", "claims"],
)
def test_an_answer_changed_by_hand_is_named(three_saves, statement):
    alter(statement)
    (fault,) = audit().faults
    assert "differs from its event of revision 3" in fault


def test_audit_asks_the_database_the_same_number_of_times_however_many_answers_there_are(
    article, listen
):
    ann, asked, numbers = accounts.get_user("ann"), [], []
    listen("before_cursor_execute", lambda *args: asked.append(args[2]))
    for position in (2, 3, 4):
        via = () if position == 2 else (speaker_called("James Mattis").id,)
        save(article, claims(claim(via=via), claim(stance="support")), position=position)
        save(article, claims(claim()), name="ben", position=position)
        with write():
            independence.expose(ann.id, [sentence_of(article, position).id], independence.ANSWERS)
        save(article, claims(), position=position, revision=1)
        asked.clear()
        found = audit()
        numbers.append(len(asked))
        assert found.faults == ()
    assert (found.answers, found.events) == (9, 12)
    assert numbers == [numbers[0]] * 3


def test_the_size_of_a_batch_changes_nothing(article, monkeypatch):
    for position in (2, 3, 4):
        save(article, claims(), position=position)
        via = (speaker_called("James Mattis").id,)
        said = claims(claim(via=via * 2), claim(stance="support"), note="more")
        save(article, said, position=position, revision=1)
    second = AnswerEvent.answer_id == stored(article, position=3).id
    alter(update(AnswerEvent).where(event_of(2), second).values(key="another-key"))
    whole = audit()
    assert len(whole.faults) == 1
    monkeypatch.setattr(histories, "BATCH", 1)
    assert audit() == whole


def test_a_kept_answer_whose_key_is_no_number_is_named_and_not_looked_for(article):
    save(article, claims())
    with write():
        ann = accounts.get_user("ann")
        independence.expose(ann.id, [sentence_of(article, 2).id], independence.ANSWERS)
    save(article, claims(note="more"), revision=1)
    alter(update(AnswerEvent).where(AnswerEvent.kind == history.KEEP).values(key="keep-x"))
    (fault,) = audit().faults
    assert fault.endswith("round 1: revision 1 does not match its hash")


def test_one_fault_hides_no_other(article):
    for position in (2, 3, 4):
        save(article, claims(), position=position)
    alter(update(Answer).values(note="slipped in"))
    assert len(audit().faults) == 3


def test_a_renamed_speaker_is_no_fault(three_saves):
    with write():
        speaker_called("James Mattis").name = "Jim Mattis"
    assert audit().faults == ()


def test_every_save_and_every_forgery_moves_the_root(article):
    roots = [audit().root]
    save(article, claims())
    roots.append(audit().root)
    save(article, claims(note="more"), revision=1)
    roots.append(audit().root)
    alter(update(AnswerEvent).where(event_of(1)).values(content="{}"))
    roots.append(audit().root)
    assert len(set(roots)) == 4


@pytest.fixture
def stopped_clock(monkeypatch):
    monkeypatch.setattr(saving, "now", lambda: NOON)


def test_the_root_does_not_depend_on_the_order_of_rows(article, stopped_clock):
    acts = [("ann", 2), ("ben", 2), ("ann", 0), ("ben", 5)]

    def label(order):
        for name, position in order:
            key = f"same-{name}-{position}"
            save(article, nothing_claimed(), name=name, position=position, key=key)
        return audit().root

    first = label(acts)
    alter(delete(AnswerEvent))
    alter(delete(Answer))
    assert label(reversed(acts)) == first
    assert history.audit().faults == ()
