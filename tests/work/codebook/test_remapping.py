"""Values of a version that is no longer: kept, or given to another one as one act with an undo."""

import json
import threading
from dataclasses import replace

import pytest
from labelling_examples import (
    assignment_of,
    claim,
    claims,
    nothing_claimed,
    save,
    sentence_of,
    stored,
)
from release_examples import decide, labelled
from serving_examples import until
from sqlalchemy import select, text

from annotator.errors import RefusedError
from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import (
    AnswerEvent,
    Article,
    Decision,
    Remapping,
    SentenceConsensus,
    Speaker,
    SpeakerChange,
)
from annotator.work.accounts import accounts, projects
from annotator.work.adjudication.undoing import last_act
from annotator.work.codebook import (
    drafts,
    publishing,
    remapped_decisions,
    remapped_types,
    remapping,
    versions,
    worklists,
)
from annotator.work.consensus.decisions import content_of
from annotator.work.corrections import withdrawing
from annotator.work.labelling import undoing
from annotator.work.labelling.annotation_rows import annotation_rows
from annotator.work.labelling.history import audit
from annotator.work.labelling.saving import StaleRevisionError
from annotator.work.speakers import changes


@pytest.fixture
def filled(project, article):
    labelled(project, article)
    save(article, claims(claim(stance="oppose")), position=9)
    save(article, claims(claim(stance="oppose")), position=9, name="ben")
    decide(article, 9)
    return article


def without_oppose():
    """Return the codebook in force with the stance oppose retired, under the next label."""
    found = projects.get("us-russia").codebook
    stances = tuple(replace(each, retired=each.value == "oppose") for each in found.stances)
    return replace(found, version="1.1", stances=stances)


def without_certainty():
    """Return the codebook in force with oppose and all degrees of certainty retired."""
    found = without_oppose()
    certainties = tuple(replace(each, retired=True) for each in found.certainties)
    return replace(found, certainties=certainties)


def published(chosen, codebook=None):
    """Publish a version without oppose; return the act on the answers, if there was one."""
    codebook = codebook or without_oppose()
    with write():
        project, lead = projects.get("us-russia"), accounts.get_user("lea")
        drafts.save(project, drafts.document_from(codebook), lead, None)
        _, act = publishing.publish(project, codebook, "why", lead, 1, chosen)
    return act and act.id


def rows(but=()):
    """Return the export, without the keys that cannot be as they were."""
    db.session.rollback()
    found = annotation_rows(projects.get("us-russia"))
    return [
        json.dumps({name: value for name, value in row.items() if name not in but}) for row in found
    ]


def decisions():
    db.session.rollback()
    return [
        (each.user_id, each.decided_at, each.claims, each.codebook_version_id)
        for each in db.session.scalars(select(Decision).order_by(Decision.id))
    ]


def test_a_kept_value_stays_readable_and_cannot_be_chosen(filled):
    before = rows()
    assert published({"stances.oppose": "keep"}) is None
    assert rows() == before
    with pytest.raises(RefusedError, match="is not offered"):
        save(filled, claims(claim(stance="oppose")), position=11)


def test_the_preview_counts_answers_by_annotator(filled):
    project = projects.get("us-russia")
    planned = versions.plan(project, without_oppose())
    [fate] = publishing.fates(project, planned.base.codebook, planned.codebook)
    assert (fate.where, fate.use.answers) == ("stances.oppose", 3)
    assert sorted(count for _, count in fate.use.by_annotator) == [1, 2]
    assert [each.value for each in fate.others] == ["neutral", "support", "unrelated"]


def test_a_mapping_gives_each_answer_a_revision_signed_by_the_lead(filled):
    published({"stances.oppose": "neutral"})
    assert '"oppose"' not in "".join(rows())
    answer = stored(filled, "ben", 9)
    last = db.session.scalars(
        select(AnswerEvent)
        .where(AnswerEvent.answer_id == answer.id)
        .order_by(AnswerEvent.revision.desc())
    ).first()
    assert (answer.revision, last.revision) == (2, 2)
    assert last.user_id == accounts.get_user("lea").id
    assert json.loads(last.content)["codebook_version_id"] == answer.codebook_version_id
    assert answer.codebook_version_id == projects.get("us-russia").codebook_version.id
    found = audit()
    assert found.faults == ()
    [act] = db.session.scalars(select(Remapping))
    assert (act.answers, act.decisions) == (3, 1)


def test_decisions_are_mapped_and_stay_those_of_their_adjudicator(filled):
    before = decisions()
    published({"stances.oppose": "neutral"})
    after = decisions()
    assert [each[:2] for each in after] == [each[:2] for each in before]
    assert "oppose" not in str(after)
    decision = db.session.scalars(
        select(Decision).where(Decision.sentence_id == sentence_of(filled, 9).id)
    ).one()
    assert {each.revision for each in decision.bases} == {2}
    # The lead's act is no step of an adjudicator.
    assert last_act(projects.get("us-russia"), accounts.get_user("lea")) is None


def test_an_undo_restores_every_answer_and_decision(filled):
    # Two acts are two revisions, without which a page from before could overwrite either.
    before, decided = rows(but={"revision"}), decisions()
    act = published({"stances.oppose": "neutral"})
    assert rows(but={"revision"}) != before
    with write():
        done = remapping.undo(projects.get("us-russia"), act, accounts.get_user("lea"))
    assert (done.answers, done.answers_left, done.decisions, done.decisions_left) == (3, 0, 1, 0)
    assert rows(but={"revision"}) == before
    assert decisions() == decided
    assert audit().faults == ()
    with write(), pytest.raises(RefusedError, match="already undone"):
        remapping.undo(projects.get("us-russia"), act, accounts.get_user("lea"))


def test_a_mapping_and_its_undo_say_anew_what_is_complete(filled):
    save(filled, claims(claim(stance="oppose", certainty=None)), position=12)
    had = assignment_of(filled).decided_count
    act = published({"stances.oppose": "neutral"}, without_certainty())
    assert stored(filled, "ann", 12).complete
    assert assignment_of(filled).decided_count == had + 1
    assert audit().faults == ()
    with write():
        remapping.undo(projects.get("us-russia"), act, accounts.get_user("lea"))
    assert not stored(filled, "ann", 12).complete
    assert assignment_of(filled).decided_count == had


def test_an_answer_is_complete_once_nothing_more_is_asked(filled):
    said = claims(claim(stance="neutral", certainty=None))
    save(filled, said, position=12)
    published({"stances.oppose": "keep"}, without_certainty())
    assert not stored(filled, "ann", 12).complete
    save(filled, said, position=12, revision=1)
    assert stored(filled, "ann", 12).complete


def test_what_an_older_page_asked_for_is_dropped_and_what_is_stored_stays(filled):
    save(filled, claims(claim(stance="neutral", certainty="likely")), position=12)
    published({"stances.oppose": "keep"}, without_certainty())
    save(filled, claims(claim(stance="neutral", certainty="certain")), position=13)
    assert stored(filled, "ann", 13).claims[0].certainty is None
    save(filled, claims(claim(stance="support", certainty="likely")), position=12, revision=1)
    assert stored(filled, "ann", 12).claims[0].certainty == "likely"


def test_a_mapping_is_no_step_of_a_lead_who_annotates(filled):
    lead = accounts.get_user("lea")
    act = published({"stances.oppose": "neutral"})
    for _ in range(2):
        found = undoing.steps(filled, lead)
        assert (found.undo, found.redo) == (None, None)
        with write():
            if db.session.get(Remapping, act).undone_at is None:
                remapping.undo(projects.get("us-russia"), act, lead)


def test_a_mapped_decision_marks_its_sentence_by_itself(filled):
    sentence = sentence_of(filled, 9)
    marks = select(SentenceConsensus.marks).where(SentenceConsensus.sentence_id == sentence.id)
    before = db.session.scalar(marks)
    with write():
        decision = db.session.scalars(
            select(Decision).where(Decision.sentence_id == sentence.id)
        ).one()
        said, lead = content_of(decision), accounts.get_user("lea")
        remapped_decisions.store(decision, said, filled.project_id, lead.id, "key-of-one", now())
    assert db.session.scalar(marks) == before + 1


def test_decisions_of_a_withdrawn_article_are_mapped_with_its_answers_and_come_back(filled):
    with write():
        here, lea = projects.get("us-russia"), accounts.get_user("lea")
        withdrawing.withdraw(here, [filled.id], lea)
    before = decisions()
    act = published({"stances.oppose": "neutral"})
    assert "oppose" in str(before)
    assert "oppose" not in str(decisions())
    with write():
        remapping.undo(projects.get("us-russia"), act, accounts.get_user("lea"))
    assert decisions() == before
    assert audit().faults == ()


def test_a_save_that_waits_for_a_mapping_is_held_to_the_codebook_it_brings(filled, app):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("on SQLite a save waits before it reads anything")
    number, said = filled.id, []

    def save_late():
        with app.app_context():
            try:
                save(db.session.get(Article, number), claims(claim(stance="oppose")), position=14)
            except RefusedError as error:
                said.append(str(error))
            finally:
                db.session.remove()

    late = threading.Thread(target=save_late)
    with write():
        project, lead = projects.get("us-russia"), accounts.get_user("lea")
        drafts.save(project, drafts.document_from(without_oppose()), lead, None)
        chosen = {"stances.oppose": "neutral"}
        publishing.publish(project, without_oppose(), "why", lead, 1, chosen)
        late.start()
        until(lambda: db.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
    late.join()
    assert "is not offered" in said[0]
    assert stored(filled, "ann", 14) is None


def test_an_undo_leaves_what_somebody_has_saved_since(filled):
    act = published({"stances.oppose": "neutral"})
    save(filled, nothing_claimed(), position=9, revision=2)
    with write():
        done = remapping.undo(projects.get("us-russia"), act, accounts.get_user("lea"))
    assert (done.answers, done.answers_left) == (2, 1)
    assert stored(filled, "ann", 9).status == "no_claim"
    assert stored(filled, "ben", 9).claims[0].stance == "oppose"


def test_a_save_from_a_page_from_before_is_refused_as_stale(filled):
    published({"stances.oppose": "neutral"})
    with pytest.raises(StaleRevisionError):
        save(filled, claims(claim(stance="support")), position=9, revision=1)


def test_only_values_of_the_new_version_take_the_place_of_another(filled):
    with pytest.raises(RefusedError, match="is not a value of the new version"):
        published({"stances.oppose": "nonsense"})
    assert projects.get("us-russia").codebook_version.number == 1


def test_the_labels_can_go_on_a_worklist_instead(filled):
    before = rows()
    assert published({"stances.oppose": publishing.LOOK}) is None
    assert rows() == before
    found = worklists.items_of(projects.get("us-russia"), accounts.get_user("ben"))
    assert sorted(item.answer.sentence.position for item in found) == [2, 9]
    assert "is retired in v1.1" in found[0].worklist.reason


def test_a_status_can_be_mapped_too(filled):
    found = projects.get("us-russia").codebook
    statuses = tuple(
        replace(each, retired=each.value == "no_claim", proposed_for=()) for each in found.statuses
    )
    with write():
        project, lead = projects.get("us-russia"), accounts.get_user("lea")
        new = replace(found, version="1.1", statuses=statuses)
        drafts.save(project, drafts.document_from(new), lead, None)
        chosen = {"statuses.no_claim": "not_article_text"}
        publishing.publish(project, new, "why", lead, 1, chosen)
    assert '"status": "no_claim"' not in "".join(rows())
    assert audit().faults == ()


def without_groups(label="1.1"):
    """Return the codebook in force without groups, and with organisations under another name."""
    found = projects.get("us-russia").codebook
    named = {"group": None, "organisation": "body"}
    types = [
        replace(each, value=named.get(each.value, each.value))
        for each in found.speaker_types
        if named.get(each.value, "kept")
    ]
    return replace(found, version=label, speaker_types=tuple(types))


def types_of():
    db.session.rollback()
    return {each.name: each.type for each in db.session.scalars(select(Speaker))}


@pytest.fixture
def typed(filled):
    """Add an organisation and a group that both speak; the group is merged into it."""
    with write():
        project = projects.get("us-russia")
        for name, kind in (("Pentagon", "organisation"), ("The generals", "group")):
            db.session.add(Speaker(project_id=project.id, name=name, type=kind))
        db.session.flush()
    for position, name in ((11, "Pentagon"), (12, "The generals")):
        save(filled, claims(claim(speaker=number_of(name))), position=position)
    with write():
        project, lead = projects.get("us-russia"), accounts.get_user("lea")
        one, other = (
            changes.speaker_for(project, number_of(each)) for each in ("The generals", "Pentagon")
        )
        changes.merge(project, one, other, lead)
    return filled


def number_of(name):
    return db.session.scalars(select(Speaker.id).where(Speaker.name == name)).one()


def test_speaker_types_that_a_version_renames_or_merges_are_mapped_as_one_act(typed):
    project = projects.get("us-russia")
    planned = versions.plan(project, without_groups())
    found = publishing.fates(project, planned.base.codebook, planned.codebook)
    counts = {each.where: (each.use.speakers, each.use.answers) for each in found}
    before, known, decided = rows(), types_of(), decisions()
    here = sum(kind == "organisation" for kind in known.values())
    assert counts["speaker_types.organisation"][0] == here
    assert counts["speaker_types.group"] == (1, 1)
    assert [each.value for each in found[0].others] == ["person", "body"]
    with pytest.raises(RefusedError, match="is not a value"):
        published({"speaker_types.group": publishing.LOOK}, without_groups())
    act = published(
        {"speaker_types.group": "body", "speaker_types.organisation": "body"}, without_groups()
    )
    now_known = types_of()
    assert (now_known["Pentagon"], now_known["The generals"]) == ("body", "body")
    assert decisions() == decided
    assert '"speaker_type": "body"' in "".join(rows())
    made = db.session.get(Remapping, act)
    assert remapped_types.speakers_of(project, [made]) == {act: here + 1}
    said = [changes.in_words(each) for each in db.session.scalars(select(SpeakerChange))]
    assert "“The generals”: body instead of group" in said
    with write():
        done = remapping.undo(projects.get("us-russia"), act, accounts.get_user("lea"))
    assert (done.speakers, done.speakers_left) == (here + 1, 0)
    assert types_of() == known
    assert rows() == before
    assert audit().faults == ()


def test_a_speaker_that_got_another_type_since_keeps_it_at_the_undo(typed):
    act = published({"speaker_types.organisation": "body"}, without_groups())
    with write():
        project, lead = projects.get("us-russia"), accounts.get_user("lea")
        changes.change_type(
            project, changes.speaker_for(project, number_of("Pentagon")), "person", lead
        )
        done = remapping.undo(project, act, lead)
    assert done.speakers_left == 1
    assert types_of()["Pentagon"] == "person"
