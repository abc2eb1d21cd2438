"""Undo and redo: two stacks that are read from the events, whoever asks and whenever."""

import json
from dataclasses import replace

import pytest
from labelling_examples import (
    NUMBERS,
    assignment_of,
    claim,
    claims,
    everything,
    nothing_claimed,
    save,
    speaker_called,
    stored,
)
from sqlalchemy import select, update

from annotator.codebook.load import to_json
from annotator.store.db import db, write
from annotator.store.models import AnswerEvent, CodebookVersion, Speaker
from annotator.work.accounts import accounts
from annotator.work.labelling import undoing
from annotator.work.labelling.drafts import AnswerDraft, InvalidAnswerError, draft_of
from annotator.work.labelling.history import audit
from annotator.work.labelling.saving import AlreadySubmittedError, NotAssignedError
from annotator.work.labelling.undoing import Mark, MovedOnError, tops
from annotator.work.operations import checkup

# --- the rule, without a database


def marks(*said):
    """Return the marks, newest first, of acts in order: "a" saves answer a, "-a2" undoes its
    revision 2, "+a3" takes back the undo that was its revision 3."""
    revisions, made = {}, []
    for number, word in enumerate(said, start=1):
        kind = {"-": "undo", "+": "redo"}.get(word[0], "save")
        name = word.lstrip("+-")[0]
        undoes = None if kind == "save" else int(word[2:])
        revisions[name] = revisions.get(name, 0) + 1
        made.append(Mark(number, ord(name), revisions[name], kind, undoes))
    return made[::-1]


@pytest.mark.parametrize(
    ("acts", "undo", "redo"),
    [
        ("", None, None),
        ("a", 1, None),
        ("a b a", 3, None),
        ("a -a1", None, 2),
        ("a b -b1", 1, 3),
        ("a b -b1 -a1", None, 4),
        ("a b -b1 -a1 +a2", 1, 3),
        ("a b -b1 -a1 +a2 +b2", 2, None),
        ("a -a1 a", 3, None),
        ("a -a1 a -a3", None, 4),
        ("a b -b1 b", 4, None),
        ("a b -b1 b -b3", 1, 5),
        ("a b -b1 b -b3 +b4", 4, None),
        ("a -a1 +a2 -a1", None, 4),
        ("a -a1 +a2 -a1 +a4", 1, None),
        ("a a a -a3 -a2 a", 6, None),
        ("a a a -a3 -a2 a -a6", 1, 7),
    ],
)
def test_the_stacks_follow_from_the_events(acts, undo, redo):
    found = tops(marks(*acts.split()))
    assert [mark and mark.id for mark in found] == [undo, redo]


def test_reading_stops_at_the_newest_save_that_counts():
    events = iter(marks("a", "b", "c", "-c1", "+c2"))
    tops(events)
    assert [mark.id for mark in events] == [2, 1]


# --- with a database


def steps(article, name="ann"):
    db.session.rollback()
    return undoing.steps(article, accounts.get_user(name))


def act(article, kind, name="ann", key=None, event_id=None):
    """Do what the button that is shown now would do."""
    step = getattr(steps(article, name), kind)
    with write():
        return getattr(undoing, kind)(
            article,
            accounts.get_user(name),
            event_id or step.event_id,
            key or f"act-{next(NUMBERS):06}",
        )


def said(article, position=2, name="ann"):
    db.session.rollback()
    return draft_of(stored(article, name, position))


def test_an_undo_restores_the_answer_as_it_was_before(article):
    save(article, claims(claim(mention=(276, 309)), note="first"))
    before = said(article)
    save(article, nothing_claimed(unsure=True), revision=1)
    done = act(article, "undo")
    assert said(article) == before
    assert (done.position, done.answer.revision, done.answer.complete) == (2, 3, True)


def test_before_the_first_save_nothing_was_decided(article):
    save(article, claims())
    act(article, "undo")
    assert said(article) == AnswerDraft()
    assert assignment_of(article).decided_count == 0
    assert list(checkup.faults()) == []


def test_a_save_knows_what_undo_and_redo_would_do_after_it(article):
    save(article, claims(), position=5)
    act(article, "undo")
    drafts = (claims(note="one"), claims(claim(stance="oppose")), nothing_claimed(unsure=True))
    for revision, draft in enumerate(drafts):
        known = undoing.steps_after(save(article, draft, revision=revision), article, 2)
        assert known == steps(article)
    assert undoing.steps_after(save(article, draft, revision=3), article, 2) is None


def test_undo_and_redo_go_across_sentences_in_order(article):
    save(article, claims(note="one"), position=2)
    save(article, nothing_claimed(), position=5)
    save(article, claims(note="two"), position=2, revision=1)
    states = [(said(article, 2), said(article, 5))]
    places = []
    for _ in range(3):
        places.append(act(article, "undo").position)
        states.append((said(article, 2), said(article, 5)))
    assert places == [2, 5, 2]
    assert steps(article).undo is None
    for _ in range(3):
        states.pop()
        act(article, "redo")
        assert (said(article, 2), said(article, 5)) == states[-1]
    assert steps(article).redo is None


def test_a_new_save_ends_what_could_be_redone(article):
    save(article, claims())
    act(article, "undo")
    assert steps(article).redo is not None
    save(article, nothing_claimed(), position=3)
    assert steps(article).redo is None


def test_every_act_is_an_event_of_a_chain_that_verifies(article):
    save(article, claims())
    act(article, "undo")
    act(article, "redo")
    events = db.session.scalars(select(AnswerEvent).order_by(AnswerEvent.revision)).all()
    assert [(each.kind, each.undoes) for each in events] == [
        ("save", None),
        ("undo", 1),
        ("redo", 2),
    ]
    assert audit().faults == ()


@pytest.mark.parametrize("change", [{"kind": "redo"}, {"undoes": 2}])
def test_what_an_event_takes_back_is_part_of_its_hash(article, change):
    save(article, claims())
    act(article, "undo")
    with write() as session:
        session.execute(update(AnswerEvent).where(AnswerEvent.revision == 2).values(change))
    (fault,) = audit().faults
    assert "revision 2 does not match its hash" in fault


def test_the_same_key_twice_is_one_undo(article):
    save(article, claims(), position=2)
    save(article, claims(), position=3)
    seen = steps(article).undo.event_id
    first = act(article, "undo", key="only-once")
    again = act(article, "undo", key="only-once", event_id=seen)
    assert (again.position, again.answer.revision) == (first.position, first.answer.revision)
    assert said(article, 2).claims


def test_what_was_not_seen_is_not_taken_back(article):
    save(article, claims(), position=2)
    seen = steps(article).undo.event_id
    save(article, claims(), position=3)
    before = everything()
    for kind in ("undo", "redo"):
        with pytest.raises(MovedOnError):
            act(article, "undo", event_id=seen)
        with pytest.raises(MovedOnError), write():
            getattr(undoing, kind)(article, accounts.get_user("ann"), 999_999, "key-of-nothing")
    assert everything() == before


def test_each_person_takes_back_their_own(article):
    save(article, claims())
    save(article, nothing_claimed(), name="ben")
    act(article, "undo")
    assert said(article, name="ben").status == "no_claim"
    with pytest.raises(MovedOnError):
        act(article, "undo", event_id=steps(article, "ben").undo.event_id)
    with pytest.raises(NotAssignedError):
        act(article, "undo", name="cleo", event_id=1)


def test_a_submitted_article_stays_as_it_is(article):
    save(article, claims())
    seen = steps(article).undo.event_id
    with write():
        assignment_of(article).state = "submitted"
    with pytest.raises(AlreadySubmittedError):
        act(article, "undo", event_id=seen)
    with write():
        assignment_of(article).state = "returned"
    assert act(article, "undo").answer.status is None


def test_a_merged_speaker_comes_back_as_the_one_that_counts(article):
    save(article, claims())
    save(article, nothing_claimed(), revision=1)
    with write():
        other = Speaker(project_id=article.project_id, name="Jim Mattis", type="person")
        db.session.add(other)
        db.session.flush()
        speaker_called("James Mattis").merged_into_id = other.id
    act(article, "undo")
    assert stored(article).claims[0].speaker.name == "Jim Mattis"


def test_an_undo_that_changes_nothing_by_now_still_counts(article):
    save(article, claims(note="once"))
    mattis = speaker_called("James Mattis")
    save(article, claims(claim(speaker_called("NARRATOR").id), note="once"), revision=1)
    with write():
        speaker_called("James Mattis").merged_into_id = speaker_called("NARRATOR").id
    assert mattis.merged_into_id is not None
    act(article, "undo")
    assert steps(article).undo.words.startswith("speaker James Mattis")


def test_a_value_that_was_retired_since_is_refused_as_in_a_save(article, project):
    save(article, claims(claim(stance="oppose")))
    save(article, claims(claim(stance="support")), revision=1)
    book = project.codebook
    stances = tuple(replace(each, retired=each.value == "oppose") for each in book.stances)
    with write() as session:
        content = to_json(replace(book, version="1.1", stances=stances))
        session.add(CodebookVersion(project_id=project.id, number=2, label="1.1", content=content))
    db.session.expire_all()
    before = everything()
    with pytest.raises(InvalidAnswerError, match="not offered"):
        act(article, "undo")
    assert everything() == before


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (AnswerDraft(), nothing_claimed(), "no claim"),
        (AnswerDraft(), claims(claim(certainty=None)), "speaker James Mattis, stance neutral"),
        (nothing_claimed(), AnswerDraft(), "no claim removed"),
        (nothing_claimed(), nothing_claimed(unsure=True), "unsure"),
        (nothing_claimed(unsure=True), nothing_claimed(), "no longer unsure"),
        (nothing_claimed(), nothing_claimed(note="x"), "note on the sentence"),
        (claims(), claims(claim(stance="oppose")), "stance oppose"),
        (claims(), claims(claim(certainty=None)), "certainty open"),
        (claims(), claims(claim(conditional=True)), "conditional"),
        (claims(), claims(claim(mention=(276, 309))), "mention"),
        (claims(claim(note="x")), claims(), "note removed"),
        (
            claims(),
            claims(claim(), claim(stance="oppose")),
            "claim 2: James Mattis, oppose, certain",
        ),
        (
            claims(claim(), claim(stance="oppose")),
            claims(claim(stance="oppose")),
            "claim 1 removed",
        ),
        (
            claims(claim(), claim(stance="oppose")),
            claims(claim(stance="oppose"), claim()),
            "order of the claims",
        ),
        (
            claims(claim(), claim()),
            claims(claim(), claim(stance="oppose")),
            "claim 2: stance oppose",
        ),
        (claims(claim(), claim()), nothing_claimed(), "no claim, 2 claims removed"),
    ],
)
def test_a_step_says_what_it_was(article, first, second, words):
    revision = 0
    if first != AnswerDraft():
        revision = save(article, first).answer.revision
    save(article, second, revision=revision)
    assert steps(article).undo.words == words


def test_old_events_can_be_taken_back(article):
    """What was stored before there was an undo is an ordinary save by default."""
    save(article, claims())
    content = json.loads(db.session.scalars(select(AnswerEvent.content)).one())
    assert "kind" not in content
    assert AnswerEvent.__table__.c.kind.server_default.arg == "save"


def test_a_long_way_back_is_read_in_stretches(article):
    for revision in range(30):
        save(article, claims(note=f"note {revision}"), revision=revision)
    for _ in range(29):
        act(article, "undo")
    assert said(article).note == "note 0"
    assert steps(article).redo.words == "note on the sentence"
