"""The eleventh migration: what is stored is sorted into rounds by what can be known of it."""

import pytest
from agreement_examples import give, sentences
from labelling_examples import assignment_of, claim, claims, save, sentence_of
from slow_cases import server, slow
from sqlalchemy import select, text

from annotator.store import schema, upgrading
from annotator.store.db import db, write
from annotator.store.models import Answer, Appeal, Article, Exposure, Sentence
from annotator.work.accounts import accounts
from annotator.work.adjudication import asking, deciding
from annotator.work.adjudication.deciding import DecisionDraft
from annotator.work.assignment import submitting
from annotator.work.consensus.decisions import Act
from annotator.work.labelling import history
from annotator.work.operations import checkup

pytestmark = [server, slow]

SUPPORT, OPPOSE = claims(claim(stance="support")), claims(claim(stance="oppose"))
ASKED, DECIDED, CHANGED, UNTOUCHED, APPEALED = range(5)


@pytest.fixture
def before(project, settings):
    """Label and adjudicate as before there were rounds, in a database of that time.

    Ann hands in and changes three decided sentences afterwards; Ben never hands in.
    """
    with write():
        article = sentences(db.session.merge(project), 5)[0].article
        give(article.id, "ann", "ben")
    for name in ("ann", "ben"):
        for position in range(5):
            save(article, SUPPORT, name=name, position=position)
    with write():
        submitting.submit(assignment_of(article))
    for position in (DECIDED, CHANGED, APPEALED):
        decide(article, position)
    save(article, OPPOSE, name="ben", position=CHANGED, revision=1)
    with write():
        act = Act(accounts.get_user("cleo"), 0, "ask-00001")
        asking.ask(sentence_of(article, ASKED), "Is that so?", act)
        ann = accounts.get_user("ann")
        decision = decide_of(article, APPEALED)
        db.session.add(Appeal(decision_id=decision.id, user_id=ann.id, revision=1, state="seen"))
    forget(article)
    for position in (ASKED, CHANGED, UNTOUCHED):
        save(article, OPPOSE, position=position, revision=1)
    number = article.id
    assert len(there_and_back(settings)) == 10
    return number


def forget(article):
    """Let nothing be remembered of who learned what, as it was then."""
    with write():
        db.session.query(Exposure).delete()
        for name in ("ann", "ben"):
            assignment_of(article, name).informed = False


def there_and_back(settings):
    """Take the database back to that time and migrate it; return its answers in between."""
    db.session.remove()
    engine = schema.migration_engine(settings.database_url)
    with schema.migrating(engine) as connection:
        upgrading.command.downgrade(upgrading.config(connection), "0010")
        rows = connection.execute(text("SELECT round, revision FROM answers")).all()
    engine.dispose()
    schema.bring_up_to_date(settings.database_url)
    return sorted(tuple(row) for row in rows)


def decide(article, position):
    with write():
        draft = DecisionDraft(status="no_claim", reason="so")
        act = Act(accounts.get_user("cleo"), 0, f"act-{position:05}")
        deciding.decide(sentence_of(article, position), draft, act)


def decide_of(article, position):
    return deciding.case_of(sentence_of(article, position)).decision


def rounds(article_id, name):
    """Return (position, round, current, revision, stances) of one person's rows."""
    rows = db.session.scalars(
        select(Answer)
        .join(Answer.sentence)
        .where(Answer.user_id == accounts.get_user(name).id)
        .order_by(Answer.sentence_id, Answer.round)
    )
    return [
        (row.sentence.position, row.round, row.current, row.revision,
         [each.stance for each in row.claims])
        for row in rows
    ]  # fmt: skip


def test_what_changed_after_adjudication_began_is_kept_as_it_was_before(before):
    assert rounds(before, "ann") == [
        (ASKED, 1, False, 1, ["support"]),
        (ASKED, 2, True, 2, ["oppose"]),
        (DECIDED, 1, True, 1, ["support"]),
        (CHANGED, 1, False, 1, ["support"]),
        (CHANGED, 2, True, 2, ["oppose"]),
        (UNTOUCHED, 1, True, 2, ["oppose"]),
        (APPEALED, 1, True, 1, ["support"]),
    ]
    assert not history.audit().faults
    assert not list(checkup.faults())


def test_who_never_handed_in_was_never_given_anything_back(before):
    assert (CHANGED, 1, True, 2, ["oppose"]) in rounds(before, "ben")
    assert all(row[1:3] == (1, True) for row in rounds(before, "ben"))


def test_questions_returns_and_appeals_are_remembered(before):
    ann = accounts.get_user("ann")
    known = {
        row.position: row.how
        for row in db.session.execute(
            select(Exposure.how, Sentence.position)
            .join(Sentence, Sentence.id == Exposure.sentence_id)
            .where(Exposure.user_id == ann.id)
        )
    }
    assert known == {ASKED: "asked", DECIDED: "returned", CHANGED: "returned", APPEALED: "returned"}
    article = db.session.get(Article, before)
    assert assignment_of(article).informed
    save(article, OPPOSE, position=DECIDED, revision=1)
    assert (DECIDED, 2, True, 2, ["oppose"]) in rounds(before, "ann")


def test_the_way_back_leaves_one_answer_each(before, settings):
    assert there_and_back(settings) == [(1, 1)] * 6 + [(1, 2)] * 4


def test_what_was_begun_or_given_only_after_a_question_is_not_independent(project, settings):
    with write():
        article = sentences(db.session.merge(project), 3)[0].article
        give(article.id, "ann", "ben")
    for position in range(3):
        save(article, SUPPORT, position=position)
    save(article, SUPPORT, name="ben", position=0)
    save(article, claims(claim(stance=None)), name="ben", position=1)
    decide(article, 1)
    decide(article, 2)
    with write():
        act = Act(accounts.get_user("cleo"), 0, "ask-00001")
        asking.ask(sentence_of(article, 0), "Is that so?", act)
    forget(article)
    save(article, OPPOSE, name="ben", position=1, revision=1)
    save(article, OPPOSE, name="ben", position=2)
    there_and_back(settings)
    assert rounds(article.id, "ben") == [
        (0, 1, True, 1, ["support"]),
        (1, 1, False, 1, [None]),
        (1, 2, True, 2, ["oppose"]),
        (2, 2, True, 1, ["oppose"]),
    ]
    assert not history.audit().faults
    assert not list(checkup.faults())
