"""Labelling: what a save promises, one promise a test."""

from dataclasses import replace

import pytest
from labelling_examples import (
    assignment_of,
    claim,
    claims,
    everything,
    nothing_claimed,
    save,
    speaker_called,
    stored,
)
from sqlalchemy import select

from annotator.codebook.load import load_default, to_json
from annotator.errors import RefusedError
from annotator.store.db import db, write
from annotator.store.models import Alias, AnswerEvent, Claim, CodebookVersion, Speaker
from annotator.work.accounts import accounts, projects
from annotator.work.assignment import submitting
from annotator.work.labelling import window
from annotator.work.labelling.drafts import AnswerDraft, ClaimDraft, InvalidAnswerError
from annotator.work.labelling.saving import (
    AlreadySubmittedError,
    NotAssignedError,
    StaleRevisionError,
)
from annotator.work.labelling.speakers import UnknownSpeakerError
from annotator.work.operations import checkup


def events(answer):
    return db.session.scalars(
        select(AnswerEvent).where(AnswerEvent.answer_id == answer.id).order_by(AnswerEvent.revision)
    ).all()


def test_a_save_stores_the_answer_its_claims_and_one_event(article):
    said = claims(
        claim(mention=(276, 309)), claim(certainty="possible", conditional=True), note="two"
    )
    answer = save(article, said, seconds=12).answer
    assert (answer.revision, answer.complete, answer.active_seconds) == (1, True, 12)
    assert answer.status == "claims"
    assert [each.certainty for each in answer.claims] == ["certain", "possible"]
    assert [event.revision for event in events(answer)] == [1]


def test_a_save_replaces_the_whole_answer(article):
    save(article, claims(claim(), claim(stance="oppose"), note="gone later"))
    answer = save(article, nothing_claimed(), revision=1, seconds=3).answer
    assert (answer.status, answer.note, answer.claims) == ("no_claim", "", [])
    assert db.session.scalars(select(Claim)).all() == []
    assert [event.revision for event in events(answer)] == [1, 2]


def test_a_claim_that_stays_keeps_its_row_and_those_beyond_come_and_go(article):
    narrator, mattis = speaker_called("NARRATOR").id, save(article, claims()).answer.claims[0]
    first, mattis = mattis.id, mattis.speaker_id
    second = claim(narrator, via=(mattis, narrator))
    answer = save(article, claims(claim(narrator), second), revision=1).answer
    assert [each.id for each in answer.claims] == [first, first + 1]
    save(article, claims(second, claim(mattis, via=(narrator,))), revision=2)
    answer = stored(article)
    assert [each.id for each in answer.claims] == [first, first + 1]
    assert [each.speaker.name for each in answer.claims] == ["NARRATOR", "James Mattis"]
    assert [[link.speaker_id for link in each.via] for each in answer.claims] == [
        [mattis, narrator],
        [narrator],
    ]
    assert list(checkup.faults()) == []
    save(article, claims(claim(mattis)), revision=3)
    assert [(each.id, each.speaker_id, each.via) for each in stored(article).claims] == [
        (first, mattis, [])
    ]
    assert list(checkup.faults()) == []


def test_what_is_next_to_do_is_the_same_from_afar(article):
    user, count = accounts.get_user("ann"), article.sentence_count
    for position in (*range(1, count), 0):
        save(article, nothing_claimed(), position=position)
        assignment = assignment_of(article)
        glances = window.glances_around(article, user, position).sentences
        assert len(glances) == count
        for after in range(count):
            assert window.next_among(glances, after) == window.next_to_do(assignment, after)


def test_the_same_key_twice_is_one_save(article):
    first = save(article, claims(), key="only-once")
    again = save(article, claims(), key="only-once")
    assert (first.written, again.written) == (True, False)
    assert again.answer.revision == 1


def test_an_old_key_does_not_undo_what_came_after(article):
    save(article, claims(note="first"), key="only-once")
    save(article, claims(note="second"), revision=1)
    again = save(article, claims(note="first"), key="only-once")
    assert not again.written
    assert (again.answer.revision, again.answer.note) == (2, "second")


def test_a_stale_revision_is_refused_with_both_versions(article):
    save(article, claims(note="theirs"))
    before = everything()
    with pytest.raises(StaleRevisionError) as refused:
        save(article, claims(note="mine"), revision=0)
    assert (refused.value.saved.note, refused.value.yours.note) == ("theirs", "mine")
    assert everything() == before


def test_a_revision_of_the_future_is_refused(article):
    with pytest.raises(StaleRevisionError) as refused:
        save(article, claims(), revision=7)
    assert refused.value.saved is None
    assert stored(article) is None


def test_saying_the_same_again_writes_nothing(article):
    save(article, claims(claim(mention=(276, 309)), note="x"), seconds=5)
    before = everything()
    again = save(article, claims(claim(mention=(276, 309)), note="x"), revision=1, seconds=9)
    assert not again.written
    assert everything() == before


def test_saying_nothing_of_an_untouched_sentence_stores_nothing(article):
    saved = save(article, AnswerDraft(claims=(ClaimDraft(),)))
    assert (saved.answer, saved.written) == (None, False)
    assert stored(article) is None


def test_a_flag_alone_is_kept_and_decides_nothing(article):
    answer = save(article, AnswerDraft(unsure=True)).answer
    assert (answer.status, answer.complete, answer.unsure) == (None, False, True)


def test_claims_make_the_status_and_no_claims_take_it_back(article):
    assert save(article, claims()).answer.status == "claims"
    taken_back = save(article, AnswerDraft(status="claims", note="?"), revision=1).answer
    assert (taken_back.status, taken_back.complete) == (None, False)


@pytest.mark.parametrize("missing", ["speaker", "stance", "certainty"])
def test_an_answer_with_an_open_field_is_kept_as_incomplete(article, missing):
    answer = save(article, claims(claim(), replace(claim(), **{missing: None}))).answer
    assert (answer.status, answer.complete) == ("claims", False)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (AnswerDraft(status="perhaps"), "status"),
        (claims(claim(stance="mixed")), "claims-0-stance"),
        (claims(claim(), claim(certainty="very")), "claims-1-certainty"),
        (claims(claim(aspect="weather")), "claims-0-aspect"),
        (claims(claim(mention=(4500, 4517))), "claims-0-mention"),
        (claims(claim(mention=(-1, 5))), "claims-0-mention"),
        (claims(claim(mention=(9, 9))), "claims-0-mention"),
        (claims(claim(evidence=((0, 10**30),))), "claims-0-evidence"),
        (claims(status="no_claim"), "status"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_by_field(article, draft, field):
    before = everything()
    with pytest.raises(InvalidAnswerError) as refused:
        save(article, draft)
    assert refused.value.field == field
    assert everything() == before


def test_a_refusal_after_new_speakers_were_found_stores_none_of_them(article):
    before = everything()
    with pytest.raises(UnknownSpeakerError):
        save(article, claims(claim(), claim(via=(999_999,))))
    assert everything() == before


def test_a_speaker_of_another_project_is_refused(article):
    with write():
        other = projects.create("other", "Other", load_default())
        foreign = db.session.scalars(select(Speaker.id).where(Speaker.project_id == other.id)).one()
    for draft in (claims(claim(foreign)), claims(claim(via=(foreign,)))):
        with pytest.raises(UnknownSpeakerError, match="not a speaker of this project"):
            save(article, draft)
    assert stored(article) is None


def retire(project, stance):
    """Put a codebook in force in which this stance is retired."""
    book = project.codebook
    stances = tuple(
        replace(each, retired=True, key="") if each.value == stance else each
        for each in book.stances
    )
    with write() as session:
        session.add(
            CodebookVersion(
                project_id=project.id,
                number=2,
                label="1.1",
                content=to_json(replace(book, version="1.1", stances=stances)),
            )
        )
    db.session.expire_all()


def test_a_retired_value_stays_where_it_was_and_is_refused_anew(article, project):
    save(article, claims(claim(stance="oppose")))
    retire(project, "oppose")
    kept = save(article, claims(claim(stance="oppose"), note="still so"), revision=1)
    version = db.session.get(CodebookVersion, kept.answer.codebook_version_id)
    assert version.number == 2
    with pytest.raises(InvalidAnswerError, match="oppose"):
        save(article, claims(claim(stance="oppose")), position=3)
    assert stored(article, position=3) is None


def test_an_article_of_others_is_refused(article):
    for name in ("cleo", "dan", "lea"):
        with pytest.raises(NotAssignedError):
            save(article, claims(), name=name)


def counts(article, name="ann"):
    row = assignment_of(article, name)
    return row.decided_count, row.incomplete_count, row.unsure_count


def test_the_assignment_counts_with_every_save(article):
    save(article, claims(unsure=True), position=2)
    assert counts(article) == (1, 0, 1)
    save(article, claims(claim(stance=None)), position=3)
    assert counts(article) == (1, 1, 1)
    save(article, nothing_claimed(), position=3, revision=1)
    assert counts(article) == (2, 0, 1)
    save(article, AnswerDraft(), position=2, revision=1)
    assert counts(article) == (1, 0, 0)
    assert counts(article, "ben") == (0, 0, 0)
    assert list(checkup.faults()) == []


def label_all(article, name="ann"):
    for position in range(article.sentence_count):
        save(article, nothing_claimed(), name=name, position=position)


def test_submitting_is_refused_while_a_sentence_is_open(article):
    save(article, nothing_claimed(), position=0)
    save(article, claims(claim(stance=None)), position=1)
    with pytest.raises(RefusedError, match="21 sentences without a complete answer"), write():
        submitting.submit(assignment_of(article))
    assert assignment_of(article).state == "open"


def test_a_submitted_article_is_read_only_until_it_is_returned(article):
    label_all(article)
    with write():
        submitting.submit(assignment_of(article))
    assert assignment_of(article).submitted_at is not None
    with pytest.raises(AlreadySubmittedError):
        save(article, claims(), revision=1)
    with pytest.raises(AlreadySubmittedError), write():
        submitting.submit(assignment_of(article))
    with write():
        assignment_of(article).state = "returned"
    assert save(article, claims(), revision=1).written


def test_submitting_counts_afresh(article):
    label_all(article)
    with write():
        assignment_of(article).decided_count = 3
    assert len(list(checkup.faults())) == 1
    with write():
        submitting.submit(assignment_of(article))
    assert counts(article) == (article.sentence_count, 0, 0)


def test_a_mention_is_kept_as_a_surface_form_of_its_speaker(article):
    save(article, claims(claim(mention=(363, 381))), position=3)
    kept = db.session.scalars(select(Alias).where(Alias.article_id == article.id)).all()
    assert [(alias.text, alias.speaker.name) for alias in kept] == [
        ("the Pentagon chief", "James Mattis")
    ]


def test_a_mention_as_long_as_a_passage_is_stored_and_is_no_name(article):
    answer = save(article, claims(claim(mention=(87, 4400)))).answer
    assert answer.claims[0].mention_end == 4400
    assert save(article, claims(), position=3).written


def test_the_chain_keeps_its_order(article):
    save(article, claims())
    mattis = speaker_called("James Mattis").id
    narrator = speaker_called("NARRATOR").id
    answer = save(article, claims(claim(via=(narrator, mattis))), position=3).answer
    assert [link.speaker_id for link in answer.claims[0].via] == [narrator, mattis]


def test_answers_of_two_people_do_not_meet(article):
    save(article, claims(note="mine"))
    save(article, nothing_claimed(), name="ben")
    assert stored(article).note == "mine"
    assert stored(article, "ben").status == "no_claim"
    assert stored(article).user_id == accounts.get_user("ann").id
