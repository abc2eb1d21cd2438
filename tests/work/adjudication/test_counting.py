"""What the overview counts is what the queue holds."""

import random

import pytest
from agreement_examples import give, random_project, refresh
from sqlalchemy import select, update

from annotator.store.batches import Batch
from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Assignment, Project, Sentence
from annotator.work.accounts import accounts
from annotator.work.adjudication import queue
from annotator.work.adjudication.queue import ALL, View, queue_of
from annotator.work.consensus.answers import comparisons
from annotator.work.consensus.content import ASKED, DECIDED, REOPENED, Content
from annotator.work.consensus.decisions import Act, write_down
from annotator.work.labelling.speakers import speakers_today


@pytest.fixture
def mixed(project):
    """Label at random, decide, ask and reopen by chance, and let some still have to answer."""
    random_project(project, 3)
    rng = random.Random(3)
    with write():
        here = db.session.get(Project, project.id)
        cleo = accounts.get_user("cleo")
        articles = dict(db.session.execute(select(Article.id, Article.key)).all())
        found = comparisons(
            db.session.connection(),
            Batch(articles),
            speakers_today(db.session.connection(), here),
            here.codebook.labels,
        )
        for sentence in db.session.scalars(select(Sentence).order_by(Sentence.id)).all():
            if rng.random() < 0.6:
                said = found.get((sentence.article_id, sentence.position))
                basis = dict(list(said.basis.items())[: rng.randint(1, 5)]) if said else {}
                state = rng.choice([DECIDED, DECIDED, DECIDED, ASKED, REOPENED])
                content = Content(state, status="no_claim", basis=basis)
                write_down(sentence, None, content, Act(cleo, 0, f"k{sentence.id}"), "decide")
        for number in list(articles)[:4]:
            give(number, "ann", "ben")
        db.session.execute(
            update(Assignment)
            .where(Assignment.article_id == min(articles))
            .values(state="returned")
        )
        for answer in db.session.scalars(select(Answer)).all():
            answer.revision += rng.random() < 0.1
    refresh(here)
    return db.session.get(Project, project.id)


def test_what_waits_for_a_decision_is_counted_as_the_queue_counts_it(mixed):
    whole = queue_of(mixed, View())
    assert 3 < whole.counts[ALL] < 48
    assert queue.count_left(mixed, 1000) == whole.left
    assert queue.count_left(mixed, 3) == 3
    assert queue.count_decided(mixed, 1000) > 0


def test_the_whole_queue_is_reached_stretch_by_stretch_and_article_by_article(mixed, monkeypatch):
    monkeypatch.setattr(queue, "SHOWN", 4)
    monkeypatch.setattr(queue, "BEFORE", 1)
    view = View(sort="text")
    found, seen = queue_of(mixed, view), []
    assert found.length > 12
    while True:
        seen += [each.place for each in found.entries if each.place not in seen]
        last = found
        if found.later is None:
            break
        found = queue_of(mixed, view, found.later.place)
    assert len(seen) == last.length
    back = last
    while back.earlier is not None:
        back = queue_of(mixed, view, back.earlier.place)
    assert back.entries[0].place == seen[0]
    articles = {place[0] for place in seen}
    counts = {each: queue_of(mixed, View(article_id=each)).left for each in articles}
    assert sum(counts.values()) == last.left
    assert all(count == sum(place[0] == each for place in seen) for each, count in counts.items())
