"""Rounds: what was given independently stays as it was, whatever its annotator says later."""

from hashlib import sha256

import pytest
from agreement_examples import give, person, sentences
from installation import look_away, staged
from labelling_examples import (
    assignment_of,
    claim,
    claims,
    nothing_claimed,
    save,
    sentence_of,
    speaker_called,
    stored,
)
from release_examples import release
from sqlalchemy import select, update
from verify_examples import found, mend, rows_of

from annotator import phrases
from annotator.formats.release import folder
from annotator.measure.rounds import NEWEST
from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Assignment, Claim, Exposure, Speaker
from annotator.work.accounts import accounts
from annotator.work.adjudication import asking, deciding
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.agreement.measuring import report_for
from annotator.work.agreement.report import Selection
from annotator.work.agreement.report_json import report_json
from annotator.work.articles import repairing
from annotator.work.assignment import assigning, flags, progress, reassigning, submitting
from annotator.work.consensus.decisions import Act
from annotator.work.gold.rows import gold_rows
from annotator.work.labelling import history, independence, undoing
from annotator.work.labelling.annotation_rows import annotation_rows
from annotator.work.labelling.drafts import AnswerDraft
from annotator.work.labelling.independence import GOLD
from annotator.work.operations import checkup
from annotator.work.speakers import moving

SUPPORT, OPPOSE = claims(claim(stance="support")), claims(claim(stance="oppose"))


@staged
def give_short_one(project):
    with write():
        rows = sentences(db.session.merge(project), 5)
        give(rows[0].article_id, "ann", "ben")
        rows[0].article.sha256 = sha256(b"A." * 5).hexdigest()


@pytest.fixture
def short(project):
    """Return a short article that Ann and Ben have."""
    give_short_one(project)
    given = db.session.scalars(select(Article)).one()
    look_away()
    return given


@staged
def hand_in(short):
    for name in ("ann", "ben"):
        for position in range(short.sentence_count):
            save(short, nothing_claimed(), name=name, position=position)
    save(short, SUPPORT, name="ann", revision=1)
    save(short, OPPOSE, name="ben", revision=1)
    with write():
        for name in ("ann", "ben"):
            submitting.submit(assignment_of(short, name))


@pytest.fixture
def handed_in(short):
    """Ann and Ben answer the whole article and hand it in; they differ on sentence 2."""
    hand_in(short)
    return short


def act(revision=0):
    return Act(accounts.get_user("cleo"), revision, f"act-{revision:05}")


def decide(short, position=2, revision=0):
    with write():
        sentence = sentence_of(short, position)
        return deciding.decide(
            sentence, DecisionDraft(status="no_claim", reason="so"), act(revision)
        )


def ask(short, position=2, revision=0):
    with write():
        asking.ask(sentence_of(short, position), "Is that so?", act(revision))


def give_back(short, name="ann"):
    with write():
        reassigning.return_to(assignment_of(short, name), "Look again.")


def rounds(short, position=2, name="ann"):
    """Return (round, current, revision, stances) of each row of one person's answer."""
    rows = db.session.scalars(
        select(Answer)
        .where(
            Answer.sentence_id == sentence_of(short, position).id,
            Answer.user_id == accounts.get_user(name).id,
        )
        .order_by(Answer.round)
        .execution_options(populate_existing=True)
    )
    return [
        (row.round, row.current, row.revision, [each.stance for each in row.claims]) for row in rows
    ]


def agreement(project, **selection):
    db.session.rollback()
    return report_for(project, Selection(**selection))


def test_an_answer_changed_after_a_question_stays_in_round_1_as_it_was(project, handed_in):
    before = report_json(agreement(project))
    ask(handed_in)
    save(handed_in, OPPOSE, revision=2)
    assert rounds(handed_in) == [(1, False, 2, ["support"]), (2, True, 3, ["oppose"])]
    assert report_json(agreement(project))["fields"] == before["fields"]


def test_what_both_said_after_a_question_is_compared_in_round_2(project, handed_in):
    ask(handed_in)
    assert agreement(project, round=2).scope.answers == 0
    save(handed_in, nothing_claimed(), name="ann", revision=2)
    save(handed_in, nothing_claimed(), name="ben", revision=2)
    later = agreement(project, round=2)
    assert (later.scope.answers, later.scope.double_labelled) == (2, 1)
    assert agreement(project, round=NEWEST).scope.answers == agreement(project).scope.answers


def test_a_second_change_in_round_2_keeps_round_1_once(handed_in):
    ask(handed_in)
    save(handed_in, OPPOSE, revision=2)
    save(handed_in, nothing_claimed(), revision=3)
    assert rounds(handed_in) == [(1, False, 2, ["support"]), (2, True, 4, [])]


def test_an_article_returned_after_a_decision_ends_independence_there_and_only_there(handed_in):
    decide(handed_in)
    give_back(handed_in)
    save(handed_in, OPPOSE, revision=2)
    save(handed_in, OPPOSE, position=3, revision=1)
    assert [row[0] for row in rounds(handed_in)] == [1, 2]
    assert rounds(handed_in, position=3) == [(1, True, 2, ["oppose"])]


def test_an_article_returned_before_adjudication_is_still_independent(handed_in):
    give_back(handed_in)
    decide(handed_in)
    save(handed_in, OPPOSE, revision=2)
    assert rounds(handed_in) == [(1, True, 3, ["oppose"])]


def test_work_that_goes_on_beside_adjudication_is_independent(project, short):
    save(short, SUPPORT, name="ann")
    save(short, OPPOSE, name="ben")
    decide(short)
    save(short, OPPOSE, name="ann", revision=1)
    assert rounds(short) == [(1, True, 2, ["oppose"])]


def test_who_is_asked_while_still_at_work_is_not_independent_there(short):
    save(short, SUPPORT, name="ann")
    save(short, OPPOSE, name="ben")
    ask(short)
    save(short, OPPOSE, name="ann", revision=1)
    assert rounds(short) == [(1, False, 1, ["support"]), (2, True, 2, ["oppose"])]


def test_a_first_answer_after_others_were_seen_is_round_2_alone(short):
    sentence, ann = sentence_of(short, 2), accounts.get_user("ann")
    with write():
        independence.expose(ann.id, [sentence.id], GOLD)
    save(short, SUPPORT)
    assert rounds(short) == [(2, True, 1, ["support"])]


def test_what_was_learned_before_the_article_was_given_counts_too(project, handed_in):
    with write():
        dot, sentence = person(db.session.merge(project), "d"), sentence_of(handed_in, 2)
        independence.expose(dot.id, [sentence.id], independence.ANSWERS)
        assigning.assign([(handed_in.id, dot.id)])
    save(handed_in, SUPPORT, name="dot")
    save(handed_in, SUPPORT, name="dot", position=3)
    assert rounds(handed_in, name="dot")[0][0] == 2
    assert rounds(handed_in, name="dot", position=3)[0][0] == 1


def test_an_ordinary_save_asks_nothing_about_rounds(handed_in, listen):
    give_back(handed_in)
    seen = []
    listen("before_cursor_execute", lambda *args: seen.append(args[2]))
    save(handed_in, OPPOSE, revision=2)
    assert seen
    assert not [each for each in seen if "exposures" in each]


def test_pages_lists_and_counts_see_the_newest_answer_alone(project, handed_in):
    ask(handed_in)
    save(handed_in, OPPOSE, revision=2)
    given, every = assignment_of(handed_in), handed_in.sentence_count
    assert (given.decided_count, given.incomplete_count, given.unsure_count) == (every, 0, 0)
    submitting.count(given)
    assert given.decided_count == every
    assert stored(handed_in).round == 2
    assert not list(checkup.faults())
    assert progress.decided_since(accounts.get_user("ann"), given.assigned_at) == every


def test_a_flag_that_was_taken_back_in_round_2_waits_no_more(project, handed_in):
    give_back(handed_in)
    save(handed_in, claims(claim(stance="support"), unsure=True), revision=2)
    assert flags.count_waiting(project) == 1
    ask(handed_in)
    save(handed_in, SUPPORT, revision=3)
    assert flags.count_waiting(project) == 0


def test_undo_and_redo_go_on_in_round_2_and_leave_round_1_alone(handed_in):
    ask(handed_in)
    save(handed_in, OPPOSE, revision=2)
    ann = accounts.get_user("ann")
    with write():
        step = undoing.steps(handed_in, ann).undo
        undoing.undo(handed_in, ann, step.event_id, "undo-00001")
    assert rounds(handed_in) == [(1, False, 2, ["support"]), (2, True, 4, ["support"])]
    with write():
        step = undoing.steps(handed_in, ann).redo
        undoing.redo(handed_in, ann, step.event_id, "redo-00001")
    assert rounds(handed_in)[1] == (2, True, 5, ["oppose"])
    assert not history.audit().faults


def test_gold_and_adjudication_rest_on_the_newest_answers(project, handed_in):
    decide(handed_in)
    give_back(handed_in)
    save(handed_in, OPPOSE, revision=2)
    case = case_of(sentence_of(handed_in, 2))
    assert case.stale
    assert [reading.claims[0].stance for reading in case.comparison.readings] == ["oppose"] * 2
    (row,) = [row for row in gold_rows(project) if row["sentence"] == 2]
    assert (row["n"], row["stale"], row["votes"]["status"]) == (2, True, {"claims": 2})


def test_the_audit_holds_what_was_kept_to_the_history(handed_in):
    ask(handed_in)
    save(handed_in, OPPOSE, revision=2)
    assert not history.audit().faults
    with write():
        kept = db.session.scalars(select(Answer).where(~Answer.current)).one()
        kept.claims[0].stance = "neutral"
    (fault,) = history.audit().faults
    assert "differs from its event of revision 2" in fault


def test_the_audit_names_a_round_that_no_save_has_begun(handed_in):
    with write():
        db.session.get(Answer, stored(handed_in).id).round = 2
    (fault,) = history.audit().faults
    assert "differs from its event" in fault


def test_both_rounds_leave_as_rows_of_their_own(project, handed_in):
    ask(handed_in)
    save(handed_in, AnswerDraft(), revision=2)
    rows = [row for row in annotation_rows(project) if row["sentence"] == 2]
    said = sorted((row["round"], row["status"] or "") for row in rows)
    assert said == [(1, "claims"), (1, "claims"), (2, "")]


def test_a_repair_keeps_the_rounds_of_one_answer_together(project, short):
    save(short, SUPPORT)
    with write():
        ann = accounts.get_user("ann")
        independence.expose(ann.id, [sentence_of(short, 2).id], GOLD)
    save(short, OPPOSE, revision=1)
    save(short, claims(claim(stance="neutral"), claim(stance="support")), position=3)
    with write():
        repairing.carry_out(repairing.plan(short, 2, repairing.MERGE), accounts.get_user("lea"))
    here = rounds(short)
    assert here == [(1, True, 1, ["neutral", "support"])]
    aside = db.session.scalars(select(Answer).where(Answer.sentence_id.is_(None))).all()
    assert sorted((each.round, each.current) for each in aside) == [(1, False), (2, True)]
    known = db.session.scalars(select(Exposure.sentence_id)).all()
    assert known == [sentence_of(short, 2).id]
    assert not list(checkup.faults())
    with write():
        repairing.carry_out(repairing.plan_undo(short), accounts.get_user("lea"))
    assert [row[:2] for row in rounds(short)] == [(1, False), (2, True)]
    assert rounds(short, position=3) == [(1, True, 1, ["neutral", "support"])]
    assert not history.audit().faults


def test_how_many_answers_were_changed_later_is_counted_and_said(project, handed_in):
    assert agreement(project).scope.changed == 0
    ask(handed_in)
    save(handed_in, OPPOSE, revision=2)
    assert agreement(project).scope.changed == 1
    assert agreement(project, round=2).scope.changed == 0
    assert phrases.changed_later(0) == ""
    assert phrases.changed_later(1).startswith("1 answer changed after adjudication began")
    assert phrases.changed_later(12).endswith("round 1 uses the earlier versions.")


def test_a_release_holds_both_rounds_and_is_made_again_from_them(project, handed_in, tmp_path):
    before = report_json(agreement(project))["fields"]
    ask(handed_in)
    save(handed_in, OPPOSE, name="ann", revision=2)
    save(handed_in, AnswerDraft(), name="ben", revision=2)
    facts = release(project, tmp_path / "v1").facts
    assert found(tmp_path / "v1") == []
    assert (facts["counts"]["answers"], facts["counts"]["changed_answers"]) == (10, 2)
    assert facts["counts"]["complete_answers"] == 9
    rows = [row for row in rows_of(tmp_path / "v1", "annotations") if row["sentence"] == 2]
    assert [(row["round"], row["revision"]) for row in rows] == [(1, 2), (2, 3)] * 2
    assert folder.document(tmp_path / "v1", "agreement")["fields"] == before
    card = (tmp_path / "v1" / "README.md").read_text(encoding="utf-8")
    assert "2 answers changed after adjudication began" in card


def test_a_release_that_says_too_few_were_changed_is_found_out(project, handed_in, tmp_path):
    ask(handed_in)
    save(handed_in, OPPOSE, revision=2)
    release(project, tmp_path / "v1")
    path = tmp_path / "v1" / "agreement.json"
    path.write_text(path.read_text().replace('"changed_answers": 1', '"changed_answers": 0'))
    mend(tmp_path / "v1")
    assert any("changed_answers" in said for said in found(tmp_path / "v1"))


def test_the_assignments_of_more_articles_than_a_statement_has_variables_are_marked(project, short):
    ann = accounts.get_user("ann")
    with write():
        independence.expose(ann.id, [sentence_of(short, 3).id], independence.ANSWERS)
        db.session.execute(update(Assignment).values(informed=False))
        independence.mark_informed([short.id, *range(10**6, 10**6 + 66_000)])
    marked = db.session.scalars(select(Assignment.user_id).where(Assignment.informed)).all()
    assert marked == [ann.id]


def test_a_split_of_a_speaker_takes_the_labels_of_every_round_along(project, handed_in):
    ask(handed_in)
    save(handed_in, OPPOSE, revision=2)
    lea = accounts.get_user("lea")
    with write():
        mattis = speaker_called("James Mattis")
        other = Speaker(project_id=project.id, name="Another Mattis", type="person")
        db.session.add(other)
        db.session.flush()
        moving.end_articles([mattis.id], other, [handed_in.id], lea, "split-001")
    named = db.session.scalars(select(Claim.speaker_id).distinct()).all()
    assert named == [other.id]
    assert not history.audit().faults
