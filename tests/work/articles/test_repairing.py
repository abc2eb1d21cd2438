"""Repair: sentences change, the text does not, and no answer is ever lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from labelling_examples import claim, claims, nothing_claimed, save
from slow_cases import slow
from sqlalchemy import select

from annotator.errors import RefusedError
from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Assignment, Decision, Repair, Sentence
from annotator.text import sentences as spans
from annotator.work.accounts import accounts
from annotator.work.articles import repairing
from annotator.work.labelling import undoing
from annotator.work.labelling.annotation_rows import annotation_rows
from annotator.work.labelling.history import audit


def rows(article):
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(
        select(Sentence).where(Sentence.article_id == article.id).order_by(Sentence.position)
    ).all()


def repair(article, position, kind, value=""):
    with write():
        plan = repairing.plan(article, position, kind, str(value))
        return repairing.carry_out(plan, accounts.get_user("lea"))


def undo(article):
    with write():
        return repairing.carry_out(repairing.plan_undo(article), accounts.get_user("lea"))


def places(article):
    """Return where each answer is: (annotator, position or None)."""
    position = {row.id: row.position for row in rows(article)}
    found = db.session.scalars(select(Answer).order_by(Answer.id)).all()
    return [(answer.user.username, position.get(answer.sentence_id)) for answer in found]


def check(article):
    """Hold what every repair must leave: the text covered, positions in a row, counts right."""
    found = rows(article)
    text = db.session.scalar(select(Article.text).where(Article.id == article.id))
    spans.check(text, [(row.start, row.end) for row in found])
    assert [row.position for row in found] == list(range(len(found)))
    assert all(row.text == text[row.start : row.end] for row in found)
    count = db.session.scalar(select(Article.sentence_count).where(Article.id == article.id))
    assert count == len(found)
    assert audit().faults == ()


def middle(row):
    """Return where the second half of a sentence begins."""
    return row.start + row.text.index(" ", len(row.text) // 2) + 1


def test_a_sentence_is_split_at_a_word_and_the_rest_moves_on(article):
    before = rows(article)
    text, at = before[5].text, middle(before[5])
    repair(article, 5, "split", at)
    after = rows(article)
    assert len(after) == len(before) + 1
    assert (after[5].text + " " + after[6].text, after[6].start) == (text, at)
    assert [row.origin for row in after[4:8]] == ["splitter", "lead", "lead", "splitter"]
    assert [row.id for row in after[7:]] == [row.id for row in before[6:]]
    check(article)


def test_two_sentences_are_merged_and_a_boundary_is_moved(article):
    before = [(row.start, row.end) for row in rows(article)]
    at = middle(rows(article)[6])
    repair(article, 5, "move", at)
    assert rows(article)[6].start == at
    check(article)
    repair(article, 5, "merge")
    assert len(rows(article)) == len(before) - 1
    assert (rows(article)[5].start, rows(article)[5].end) == (before[5][0], before[6][1])
    check(article)


def test_a_segment_is_changed_without_touching_the_boundaries(article):
    repair(article, 3, "segment", "boilerplate")
    assert (rows(article)[3].segment, rows(article)[3].origin) == ("boilerplate", "splitter")
    check(article)


@pytest.mark.parametrize(
    ("position", "kind", "value", "cause"),
    [
        (99, "split", "5", "no such sentence"),
        (21, "merge", "", "no next sentence"),
        (3, "split", "0", "a word after the first word"),
        (3, "split", "x", "a word after the first word"),
        (3, "split", "9" * 12, "a word after the first word"),
        (3, "segment", "body", "Nothing to change"),
        (3, "segment", "title", "Choose a segment"),
        (3, "join", "", "Choose an action"),
    ],
)
def test_what_cannot_be_repaired_is_refused(article, position, kind, value, cause):
    with pytest.raises(RefusedError, match=cause):
        repair(article, position, kind, value)
    assert db.session.scalar(select(Repair.id)) is None


def test_a_decided_sentence_is_not_repaired(article, project):
    with write():
        decision = Decision(
            sentence_id=rows(article)[3].id,
            how="majority",
            status="no_claim",
            codebook_version_id=project.codebook_version.id,
        )
        db.session.add(decision)
    with pytest.raises(repairing.HasDecisionError, match=r"Sentence 4 \(3 in files\)") as refused:
        repair(article, 2, "merge")
    assert refused.value.position == 3


def test_answers_go_to_the_sentence_that_holds_their_words(article):
    row = rows(article)[5]
    at = middle(row)
    save(article, claims(claim(mention=(at, at + 4))), position=5)
    save(article, nothing_claimed(), name="ben", position=5)
    save(article, nothing_claimed(), position=6)
    made = repair(article, 5, "split", at)
    found = dict(zip(["ann", "ben", "later"], [each[1] for each in places(article)], strict=True))
    assert found["ann"] == 6
    assert found["ben"] in {5, 6}
    assert found["later"] == 7
    assert len(made.answers) == 2
    assert repairing.touched(article) == [made]
    check(article)


def test_of_two_answers_on_one_sentence_one_is_set_aside_and_comes_back(article, project):
    save(article, nothing_claimed(), position=5)
    save(article, claims(), position=6)
    save(article, nothing_claimed(), name="ben", position=6)
    before, exported = places(article), list(annotation_rows(project))
    repair(article, 5, "merge")
    assert places(article) == [("ann", None), ("ann", 5), ("ben", 5)]
    assert [row["status"] for row in annotation_rows(project)].count("claims") == 1
    check(article)
    assert audit().answers == 3
    counts = db.session.execute(select(Assignment.decided_count).order_by(Assignment.user_id))
    assert list(counts.scalars()) == [1, 1]
    undoing.steps(article, accounts.get_user("ann"))
    undo(article)
    assert places(article) == before
    assert list(annotation_rows(project)) == exported
    check(article)


def test_an_undo_restores_everything_and_can_be_repeated_to_the_first(article):
    was = [(row.start, row.end, row.segment, row.origin) for row in rows(article)]
    repair(article, 5, "split", middle(rows(article)[5]))
    repair(article, 2, "merge")
    repair(article, 4, "segment", "boilerplate")
    for _ in range(3):
        undo(article)
        check(article)
    assert [(row.start, row.end, row.segment, row.origin) for row in rows(article)] == was
    with pytest.raises(RefusedError, match="no repair to undo"):
        undo(article)


def test_an_undo_is_refused_when_somebody_answered_since(article):
    repair(article, 5, "merge")
    save(article, nothing_claimed(), position=5)
    with pytest.raises(RefusedError, match="1 answer changed after the repair"):
        undo(article)
    assert places(article) == [("ann", 5)]


def test_a_preview_that_is_out_of_date_is_known_by_its_proof(article):
    seen = repairing.plan(article, 5, "merge").proof
    save(article, nothing_claimed(), position=5)
    assert repairing.plan(article, 5, "merge").proof != seen


@slow
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_any_repairs_leave_every_character_and_every_answer(article, data):
    before = len(db.session.scalars(select(Answer.id)).all())
    kept = 0
    for _ in range(data.draw(st.integers(1, 4))):
        found = rows(article)
        position = data.draw(st.integers(0, len(found) - 2))
        row = found[position]
        kind = data.draw(st.sampled_from(["split", "merge", "move"]))
        end = found[position + 1].end if kind == "move" else row.end
        at = data.draw(st.integers(row.start, end))
        try:
            repair(article, position, kind, at)
            kept += 1
        except RefusedError as error:
            assert str(error)  # noqa: PT017
        check(article)
    for _ in range(kept):
        undo(article)
    check(article)
    assert len(db.session.scalars(select(Answer.id)).all()) == before
