"""Decisions at the same time: one sentence is decided once, whoever presses Enter together."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier

from agreement_examples import label
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Decision, DecisionEvent, Sentence
from annotator.work.accounts import accounts
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act, AlreadyDecidedError

THREADS = 6


def test_of_adjudicators_who_decide_at_once_exactly_one_wins(app, project):
    label(project, "a: Mattis nc | b: Mattis sc")
    barrier = Barrier(THREADS)

    def decide(number):
        with app.app_context():
            barrier.wait(timeout=30)
            try:
                with write():
                    sentence = db.session.scalars(select(Sentence)).one()
                    reading = case_of(sentence).comparison.readings[number % 2]
                    draft = DecisionDraft(claims=(Taken(reading.claims[0]),))
                    user = accounts.get_user(("cleo", "lea")[number % 2])
                    deciding.decide(sentence, draft, Act(user, 0, f"thread-{number}"))
                return True
            except AlreadyDecidedError:
                return False
            finally:
                db.session.remove()

    with ThreadPoolExecutor(THREADS) as pool:
        tasks = [pool.submit(Context().run, decide, number) for number in range(THREADS)]
        won = [task.result(timeout=60) for task in tasks]
    db.session.rollback()
    assert won.count(True) == 1
    assert len(db.session.scalars(select(Decision)).all()) == 1
    assert len(db.session.scalars(select(DecisionEvent)).all()) == 1
