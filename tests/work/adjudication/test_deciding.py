"""Adjudicating: what can be decided, what is refused, and what happens to it later."""

from dataclasses import replace
from itertools import count

import pytest
from agreement_examples import (
    answer,
    give,
    in_list,
    label,
    person,
    refresh,
    sentences,
    speaker,
)
from sqlalchemy import select

from annotator.errors import NotFoundError, RefusedError
from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Assignment, Decision, DecisionEvent, Sentence
from annotator.work.accounts import accounts
from annotator.work.adjudication import asking, bulk, deciding, undoing
from annotator.work.adjudication import queue as queueing
from annotator.work.adjudication.deciding import (
    AnswersChangedError,
    DecisionDraft,
    ReasonMissingError,
    case_of,
)
from annotator.work.adjudication.queue import View
from annotator.work.adjudication.standing import is_unanimous
from annotator.work.consensus import decisions
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act, AlreadyDecidedError
from annotator.work.labelling.drafts import ClaimDraft, InvalidAnswerError
from annotator.work.labelling.undoing import MovedOnError

KEYS = count(1)
THREE = "a: Mattis nc | b: Mattis sc | c: Mattis nc, NARRATOR uc"


def labelled(project, *lines):
    """Label sentences, one a line; return them."""
    label(project, "\n".join(lines))
    return db.session.scalars(select(Sentence).order_by(Sentence.id)).all()


def act(name="cleo", revision=0):
    return Act(accounts.get_user(name), revision, f"key-{next(KEYS):06}")


def take(sentence, *places, **fields):
    """Return a draft that takes claims: (annotator's place, index) each."""
    readings = case_of(sentence).comparison.readings
    taken = tuple(Taken(readings[who].claims[i], readings[who].user_id) for who, i in places)
    return DecisionDraft(claims=taken, basis=case_of(sentence).comparison.basis, **fields)


def decide(sentence, draft, by=None):
    with write():
        return deciding.decide(db.session.get(Sentence, sentence.id), draft, by or act())


def said(decision):
    return [(claim["speaker_id"], claim["stance"], claim["certainty"]) for claim in decision.claims]


def queue(project, kind="all", sort="difference", place=None):
    refresh(project)
    return queueing.queue_of(project, View(kind, sort), place)


def change(sentence, who="a", **values):
    """Change an answer as a save would: another revision."""
    with write():
        user = accounts.get_user({"a": "ann", "b": "ben", "c": "cleo"}[who])
        row = db.session.scalars(
            select(Answer).where(Answer.sentence_id == sentence.id, Answer.user_id == user.id)
        ).one()
        row.revision += 1
        for name, value in values.items():
            setattr(row, name, value)


def test_a_taken_claim_becomes_the_decision(project):
    (sentence,) = labelled(project, THREE)
    decision = decide(sentence, take(sentence, (0, 0)))
    mattis = speaker(project, "Mattis").id
    assert (decision.state, decision.how, decision.status) == ("decided", "adjudicated", "claims")
    assert said(decision) == [(mattis, "neutral", "certain")]
    assert decision.fields == {
        "status": "unanimous",
        "claims": [{"speaker": "unanimous", "stance": "adjudicated", "certainty": "unanimous"}],
    }
    assert decision.claims[0]["source"] == accounts.get_user("ann").id
    assert sorted(decision.readers) == sorted(
        accounts.get_user(name).id for name in ("ann", "ben", "cleo")
    )


def test_nothing_chosen_is_refused(project):
    (sentence,) = labelled(project, THREE)
    with pytest.raises(RefusedError, match="Select an answer, edit the decision, or keep"):
        decide(sentence, DecisionDraft())
    assert db.session.scalars(select(Decision)).all() == []


def test_a_claim_that_is_not_complete_is_refused_with_its_field(project):
    (sentence,) = labelled(project, THREE)
    half = take(sentence, (0, 0))
    half = replace(half, claims=(Taken(replace(half.claims[0].claim, stance=None)),))
    with pytest.raises(InvalidAnswerError, match="Stance is still open") as refused:
        decide(sentence, half)
    assert refused.value.field == "claims-0-stance"


@pytest.mark.parametrize(
    ("line", "wanted", "words"),
    [
        ("a: Mattis nc | b: Mattis nc | c: Mattis sc", (2, 0), "against two of three"),
        ("a: Mattis nc | b: Mattis nc | c: Mattis nl", (2, 0), "against two of three"),
        ("a: Mattis nc | b: Mattis nc | c: Trump nc", (2, 0), "against two of three"),
        ("a: Mattis nc | b: Trump nc", None, None),
        ("a: Mattis nc | b: Mattis sc", (1, 0), None),
    ],
)
def test_a_reason_is_needed_against_a_majority_and_only_then(project, line, wanted, words):
    (sentence,) = labelled(project, line)
    draft = take(sentence, wanted or (1, 0))
    if words is None:
        assert decide(sentence, draft).state == "decided"
        return
    with pytest.raises(ReasonMissingError, match=words):
        decide(sentence, draft)
    decision = decide(sentence, replace(draft, reason=" ST-4: it is a condition "))
    assert (decision.reason, decision.rule) == ("ST-4: it is a condition", "ST-4")


def test_leaving_out_what_most_claim_and_a_status_against_most_need_a_reason(project):
    first, second = labelled(
        project, "a: Mattis nc, Trump sc | b: Mattis nc, Trump sc", "a: x | b: x | c: Mattis nc"
    )
    with pytest.raises(ReasonMissingError, match="two of two"):
        decide(first, take(first, (0, 0)))
    with pytest.raises(ReasonMissingError, match="two of three"):
        decide(second, take(second, (2, 0)))


def test_between_two_who_differ_in_status_no_reason_is_needed(project):
    (sentence,) = labelled(project, "a: x | b: Mattis nc")
    assert decide(sentence, DecisionDraft("no_claim")).status == "no_claim"


def test_a_claim_that_nobody_has_needs_a_reason(project):
    (sentence,) = labelled(project, "a: Mattis nc | b: Mattis sc")
    with write():
        trump = speaker(project, "Trump").id
    own = Taken(ClaimDraft(trump, "oppose", "likely"))
    draft = take(sentence, (0, 0))
    with pytest.raises(ReasonMissingError):
        decide(sentence, replace(draft, claims=(*draft.claims, own)))


def test_a_rule_that_the_codebook_does_not_have_is_refused(project):
    (sentence,) = labelled(project, THREE)
    with pytest.raises(RefusedError, match="“XX-9” is not a rule"):
        decide(sentence, take(sentence, (0, 0), rule="XX-9"))
    assert decide(sentence, take(sentence, (0, 0), rule="st-3")).rule == "ST-3"


def test_a_value_that_the_codebook_does_not_have_is_refused(project):
    (sentence,) = labelled(project, THREE)
    draft = take(sentence, (0, 0))
    odd = Taken(replace(draft.claims[0].claim, stance="mixed"))
    with pytest.raises(InvalidAnswerError, match="mixed"):
        decide(sentence, replace(draft, claims=(odd,), reason="why"))


def test_a_soft_label_keeps_all_readings_side_by_side(project):
    (sentence,) = labelled(project, THREE)
    decision = decide(sentence, DecisionDraft(soft=True))
    assert (decision.status, decision.claims) == (None, [])
    assert decision.soft["n"] == 3
    assert decision.soft["status"] == {"claims": 3}
    assert decision.soft["claims"][0]["stance"] == {"neutral": 2, "support": 1}
    assert decision.soft["claims"][1]["present"] == {"no": 2, "yes": 1}
    assert queue(project).left == 0


def test_the_same_key_twice_is_one_decision(project):
    (sentence,) = labelled(project, THREE)
    by = act()
    first = decide(sentence, take(sentence, (0, 0)), by).revision
    assert decide(sentence, take(sentence, (0, 0)), by).revision == first == 1
    assert len(db.session.scalars(select(DecisionEvent)).all()) == 1


def test_whoever_comes_second_is_refused_with_the_first_decision(project):
    (sentence,) = labelled(project, THREE)
    decide(sentence, take(sentence, (0, 0)))
    with pytest.raises(AlreadyDecidedError) as refused:
        decide(sentence, take(sentence, (1, 0), reason="no"), act("lea"))
    assert refused.value.decision.user.username == "cleo"
    assert db.session.scalars(select(Decision)).one().claims[0]["stance"] == "neutral"


def test_an_answer_that_changed_under_the_adjudicators_eyes_is_shown_first(project):
    (sentence,) = labelled(project, THREE)
    seen = take(sentence, (0, 0))
    change(sentence, note="on second thoughts")
    with pytest.raises(AnswersChangedError):
        decide(sentence, seen)
    assert db.session.scalars(select(Decision)).all() == []


def test_a_later_change_of_an_answer_makes_the_decision_stale(project):
    (sentence,) = labelled(project, THREE)
    decide(sentence, take(sentence, (0, 0)))
    assert (queue(project).left, queue(project).counts["stale"]) == (0, 0)
    change(sentence)
    found = queue(project, "stale")
    assert (found.left, found.counts["stale"], len(found.entries)) == (1, 1, 1)
    assert case_of(sentence).stale
    decide(sentence, take(sentence, (0, 0)), act(revision=1))
    assert queue(project).left == 0
    assert not case_of(sentence).stale


def test_an_answer_taken_back_is_a_change_and_a_new_one_an_addition(project):
    first, second = labelled(
        project, "a: Mattis nc | b: Mattis sc", "a: Mattis nc | b: Mattis sc | c: Mattis oc"
    )
    decide(first, take(first, (0, 0)))
    decide(second, take(second, (0, 0)))
    with write():
        answer(db.session.get(Sentence, first.id), "c", "Mattis oc")
    change(second, "c", complete=False)
    found = queue(project)
    assert (found.left, found.counts["stale"], found.counts["added"]) == (2, 1, 1)
    assert [entry.kind_in({}) for entry in found.entries] == ["answer added", "answers changed"]


def test_a_reopened_sentence_is_in_the_queue_again_and_its_history_stays(project):
    (sentence,) = labelled(project, THREE)
    decide(sentence, take(sentence, (0, 0)))
    with write():
        deciding.reopen(db.session.get(Sentence, sentence.id), act(revision=1))
    assert queue(project).left == 1
    decision = case_of(sentence).decision
    assert (decision.state, said(decision)[0][1]) == ("reopened", "neutral")
    assert [event.kind for event in decisions.events_of(decision)] == ["decide", "reopen"]


def test_undo_takes_back_ones_own_acts_one_after_the_other(project):
    first, second = labelled(project, THREE, "a: Mattis nc | b: Mattis sc")
    decide(first, take(first, (0, 0)))
    decide(second, take(second, (0, 0)))
    cleo = accounts.get_user("cleo")
    for sentence in (second, first):
        event = undoing.last_act(project, cleo)
        with write():
            undone = undoing.undo(project, cleo, event.id, f"undo-{event.id}")
        assert undone.id == sentence.id
        decision = case_of(sentence).decision
        assert (decision.state, decision.claims) == ("reopened", [])
    assert undoing.last_act(project, cleo) is None
    assert queue(project).left == 2


def test_undo_brings_back_what_was_decided_before(project):
    (sentence,) = labelled(project, "a: Mattis nc | b: Mattis sc")
    decide(sentence, take(sentence, (0, 0), reason="first"))
    decide(sentence, take(sentence, (1, 0), reason="second"), act(revision=1))
    cleo = accounts.get_user("cleo")
    with write():
        undoing.undo(project, cleo, undoing.last_act(project, cleo).id, "undo-key")
    decision = case_of(sentence).decision
    assert (decision.reason, said(decision)[0][1], decision.state) == (
        "first",
        "neutral",
        "decided",
    )
    assert not case_of(sentence).stale


def test_undo_never_takes_what_somebody_else_did_since(project):
    (sentence,) = labelled(project, "a: Mattis nc | b: Mattis sc")
    decide(sentence, take(sentence, (0, 0)))
    decide(sentence, take(sentence, (1, 0)), act("lea", revision=1))
    cleo = accounts.get_user("cleo")
    with pytest.raises(MovedOnError, match="another adjudicator"), write():
        undoing.undo(project, cleo, undoing.last_act(project, cleo).id, "undo-key")


def redo(project, name="cleo"):
    """Redo, and return the state and stance of the decision that came back."""
    user = accounts.get_user(name)
    back = undoing.back_of(project, user)
    with write():
        sentence = undoing.redo(project, user, back.redo.id, f"redo-{next(KEYS)}")
    decision = case_of(db.session.get(Sentence, sentence.id)).decision
    return decision.state, [claim[1] for claim in said(decision)]


def undo(project, name="cleo"):
    user = accounts.get_user(name)
    with write():
        undoing.undo(project, user, undoing.last_act(project, user).id, f"undo-{next(KEYS)}")


def test_redo_brings_back_what_was_undone_the_last_undo_first(project):
    first, second = labelled(project, THREE, "a: Mattis nc | b: Mattis sc")
    decide(first, take(first, (0, 0)))
    decide(second, take(second, (1, 0)))
    undo(project)
    undo(project)
    cleo = accounts.get_user("cleo")
    assert undoing.last_act(project, cleo) is None
    assert redo(project) == ("decided", ["neutral"])
    assert redo(project) == ("decided", ["support"])
    assert undoing.back_of(project, cleo).redo is None
    assert queue(project).left == 0
    assert [each.kind for each in decisions.events_of(case_of(first).decision)] == [
        "decide", "undo", "undo",
    ]  # fmt: skip


def test_undo_and_redo_go_back_and_forth_without_end(project):
    (sentence,) = labelled(project, "a: Mattis nc | b: Mattis sc")
    decide(sentence, take(sentence, (0, 0)))
    decide(sentence, take(sentence, (1, 0)), act(revision=1))
    for _ in range(3):
        undo(project)
        assert said(case_of(sentence).decision)[0][1] == "neutral"
        assert redo(project) == ("decided", ["support"])
    undo(project)
    undo(project)
    assert case_of(sentence).decision.state == "reopened"
    assert redo(project) == ("decided", ["neutral"])


def test_a_new_act_ends_what_could_be_redone(project):
    first, second = labelled(project, THREE, "a: Mattis nc | b: Mattis sc")
    decide(first, take(first, (0, 0)))
    undo(project)
    decide(second, take(second, (0, 0)))
    assert undoing.back_of(project, accounts.get_user("cleo")).redo is None


def test_redo_never_takes_what_somebody_else_did_since(project):
    (sentence,) = labelled(project, "a: Mattis nc | b: Mattis sc")
    decide(sentence, take(sentence, (0, 0)))
    undo(project)
    decide(sentence, take(sentence, (1, 0)), act("lea", revision=2))
    with pytest.raises(MovedOnError, match="another adjudicator"):
        redo(project)
    db.session.rollback()
    undo(project, "lea")
    assert redo(project) == ("decided", ["neutral"])
    # What Lea brings back counts again: nobody else's undo goes below it.
    db.session.rollback()
    with pytest.raises(MovedOnError, match="another adjudicator"):
        redo(project, "lea")


def test_an_undone_act_that_came_back_stands_in_the_way_of_others(project):
    (sentence,) = labelled(project, "a: Mattis nc | b: Mattis sc")
    decide(sentence, take(sentence, (0, 0)))
    decide(sentence, take(sentence, (1, 0)), act("lea", revision=1))
    undo(project, "lea")
    redo(project, "lea")
    with pytest.raises(MovedOnError, match="another adjudicator"):
        undo(project)


def test_redo_names_what_was_seen_and_the_same_key_does_it_once(project):
    (sentence,) = labelled(project, "a: Mattis nc | b: Mattis sc")
    decide(sentence, take(sentence, (0, 0)))
    undo(project)
    cleo = accounts.get_user("cleo")
    event = undoing.back_of(project, cleo).redo.id
    with pytest.raises(MovedOnError, match="choose redo again"), write():
        undoing.redo(project, cleo, event + 1, "another-key")
    for _ in range(2):
        with write():
            undoing.redo(project, cleo, event, "redo-key-1")
    assert case_of(sentence).decision.revision == 3


def test_asking_gives_the_article_back_with_the_question(project):
    (sentence,) = labelled(project, THREE)
    with write():
        give(sentence.article_id, "ann", "ben")
        for assignment in db.session.scalars(select(Assignment)):
            assignment.state = "submitted"
        asking.ask(db.session.get(Sentence, sentence.id), "Is it a refusal?", act())
    given = db.session.scalars(select(Assignment)).all()
    assert {(each.state, each.note) for each in given} == {
        ("returned", "The adjudicator asks about sentence 1: Is it a refusal?")
    }
    assert (queue(project).left, queue(project).counts["waiting"]) == (0, 1)
    with write():
        for assignment in db.session.scalars(select(Assignment)):
            assignment.state = "submitted"
    assert (queue(project).left, queue(project).counts["waiting"]) == (1, 0)


def test_asking_nothing_is_refused(project):
    (sentence,) = labelled(project, THREE)
    with pytest.raises(RefusedError, match="Enter a question"), write():
        asking.ask(db.session.get(Sentence, sentence.id), "  ", act())


def test_the_order_of_annotators_is_the_same_each_time_and_another_per_sentence(project):
    found = labelled(project, *[THREE] * 12)
    orders = [case_of(sentence).order for sentence in found]
    assert orders == [case_of(sentence).order for sentence in found]
    assert len(set(orders)) > 1
    assert all(sorted(order) == [0, 1, 2] for order in orders)


def test_the_queue_counts_filters_and_orders(project):
    labelled(
        project,
        "a: Mattis nc | b: Mattis sc",
        "a: x | b: Mattis sc",
        "a: Mattis nc | b: Mattis nl",
        "a: Mattis nc | b: Mattis nc",
    )
    found = queue(project)
    assert [entry.position for entry in found.entries] == [1, 0, 2]
    assert [entry.kind_in({}) for entry in found.entries] == ["status", "stance", "certainty"]
    assert {name: found.counts[name] for name in ("all", "status", "stance", "certainty")} == {
        "all": 3, "status": 1, "stance": 1, "certainty": 1,
    }  # fmt: skip
    assert (found.left, found.total) == (3, 3)
    assert [entry.position for entry in queue(project, sort="text").entries] == [0, 1, 2]
    assert [entry.position for entry in queue(project, "stance").entries] == [0]
    article_id = found.entries[0].article_id
    assert queue(project, place=(article_id, 2)).next.position == 1
    assert queue(project, place=(article_id, 1)).previous.position == 2


def test_a_flagged_sentence_is_in_the_queue_although_all_agree(project):
    (sentence,) = labelled(project, "a: Mattis nc | b: Mattis nc")
    change(sentence, unsure=True)
    found = queue(project, "unsure")
    assert [entry.kinds for entry in found.entries] == [("unsure",)]
    assert in_list(project, is_unanimous) == []


@pytest.mark.parametrize("view", [{"kind": "nonsense"}, {"sort": "colour"}])
def test_an_unknown_filter_or_order_is_refused(view):
    with pytest.raises(NotFoundError, match="There is no"):
        View(**view)


def wanted(project):
    for each in bulk.cases_of(project, in_list(project, is_unanimous)):
        yield each.sentence.article_id, each.sentence.position, each.comparison.basis


def test_unanimous_sentences_are_accepted_together(project):
    labelled(
        project,
        "a: Mattis nc, Trump sc | b: Trump sc, Mattis nc",
        "a: x | b: x",
        "a: Mattis nc | b: Mattis sc",
        "a: Mattis nc",
    )
    cleo, seen = accounts.get_user("cleo"), list(wanted(project))
    with write():
        assert bulk.accept_unanimous(project, cleo, seen, "k") == (2, 0)
    found = db.session.scalars(select(Decision).order_by(Decision.sentence_id)).all()
    assert [(each.how, each.status, len(each.claims)) for each in found] == [
        ("unanimous", "claims", 2),
        ("unanimous", "no_claim", 0),
    ]
    assert in_list(project, is_unanimous) == []
    assert queue(project).left == 1


def test_what_is_unanimous_waits_in_an_article_that_was_given_back(project):
    (sentence,) = labelled(project, "a: x | b: x")
    with write():
        give(sentence.article_id, "ann")
        (assignment,) = db.session.scalars(select(Assignment))
        assignment.state = "submitted"
    assert in_list(project, is_unanimous) == [sentence.id]
    with write():
        assignment.state = "returned"
        number = db.session.scalars(select(Assignment.id)).one()
    assert in_list(project, is_unanimous) == []
    assert queue(project).unanimous == 0
    with write():
        db.session.get_one(Assignment, number).state = "submitted"
    assert queue(project).unanimous == 1


def test_what_changed_since_the_preview_is_left_out_and_counted(project):
    first, _ = labelled(project, "a: x | b: x", "a: z | b: z")
    seen = list(wanted(project))
    change(first, note="hm")
    with write():
        assert bulk.accept_unanimous(project, accounts.get_user("cleo"), seen, "k") == (
            1,
            1,
        )


def test_a_sentence_that_was_merged_away_since_the_preview_keeps_no_other_out(project):
    labelled(project, "a: x | b: x")
    ((article, position, basis),) = wanted(project)
    seen = [(article, 99, basis), (article, position, basis)]
    with write():
        assert bulk.accept_unanimous(project, accounts.get_user("cleo"), seen, "k") == (1, 1)


def test_a_sentence_of_another_project_is_not_found(project):
    from annotator.codebook.load import load_default
    from annotator.work.accounts import projects

    (sentence,) = labelled(project, THREE)
    with write():
        other = projects.create("other", "Other", load_default())
    with pytest.raises(NotFoundError):
        deciding.sentence_in(other, sentence.article_id, 0)


def test_nobody_decides_what_nobody_has_answered(project):
    with write():
        sentence = sentences(project, 1)[0]
        person(project, "a")
    with pytest.raises(RefusedError, match="Nobody has answered"):
        decide(sentence, DecisionDraft(status="no_claim"))
    assert db.session.scalars(select(Article)).one().sentence_count == 1


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("ST-3: he refuses", "ST-3"),
        ("By ST-3: he refuses", "ST-3"),
        ("He refuses (see st-3), and SP-2 too", "ST-3"),
        ("ST-33 or XST-3 or ST-3a", None),
        ("no rule", None),
    ],
)
def test_a_rule_is_found_wherever_the_reason_names_it(project, words, rule):
    assert deciding.rule_in(words, project.codebook) == rule
