"""Labels with a known truth and known errors, as tables and as labelled projects."""

import numpy as np
from agreement_examples import STANCES, answered, sentences, speaker
from installation import staged
from sqlalchemy import insert

from annotator.store.db import db, write
from annotator.store.models import Answer, Claim, Project, User
from annotator.work.accounts import accounts, memberships

VALUES = ("oppose", "neutral", "support", "unrelated")
METHODS = ("majority", "weighted", "dawid-skene", "one-coin", "mace")


def systematic(seed, units=600):
    """Five annotators; three of them often call support neutral. Returns truth, given (U, A)."""
    rng = np.random.default_rng(seed)
    true = rng.choice(4, units, p=[0.3, 0.25, 0.3, 0.15])
    slips = rng.random((units, 5)) < 0.15
    given = np.where(slips, rng.integers(0, 4, (units, 5)), true[:, None])
    for who in (0, 1, 2):
        given[(true == 2) & (rng.random(units) < 0.7), who] = 1
    return true, given


def sparse(seed, units=80, annotators=30, each=3):
    """Many annotators with a handful of labels, good and bad ones; errors fall evenly."""
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 4, units)
    right = np.clip(rng.beta(4, 2, annotators), 0.25, 0.97)
    given = np.full((units, annotators), -1)
    for unit in range(units):
        for who in rng.choice(annotators, each, replace=False):
            wrong = (true[unit] + rng.integers(1, 4)) % 4
            given[unit, who] = true[unit] if rng.random() < right[who] else wrong
    return true, given


@staged
def store_stances(project, given, names="person"):
    """Store one article whose sentences have one claim each, of one speaker, with these stances.

    In bulk: thousands of answers one by one would take a test longer than it is worth.
    """
    with write():
        project = db.session.get(Project, project.id)
        users = [member(project, f"{names}{n:02}").id for n in range(given.shape[1])]
        rows = sentences(project, len(given))
        who, version = speaker(project, "Mattis").id, project.codebook_version.id
        cells = list(zip(*np.nonzero(given >= 0), strict=True))
        ids = db.session.scalars(
            insert(Answer).returning(Answer.id, sort_by_parameter_order=True),
            [
                {
                    "sentence_id": rows[unit].id, "user_id": users[column], "status": "claims",
                    "complete": True, "codebook_version_id": version,
                }
                for unit, column in cells
            ],
        ).all()  # fmt: skip
        db.session.execute(
            insert(Claim),
            [
                {
                    "answer_id": number, "position": 0, "speaker_id": who, "certainty": "certain",
                    "stance": VALUES[given[unit, column]],
                }
                for number, (unit, column) in zip(ids, cells, strict=True)
            ],
        )  # fmt: skip


def member(project, name):
    """Return an annotator of the project of this name, added where there is none."""
    user = db.session.query(User).filter_by(username=name).one_or_none()
    if user is None:
        user = accounts.add_user(name)
        memberships.join(project, user, {"annotator"})
    return user


@staged
def crowded_project(project, seed, units=40):
    """Store sentences in which annotators have several claims of one speaker, and repeat some."""
    rng = np.random.default_rng(seed)
    letters, certain = list(STANCES), list("clpd")
    with write():
        project, known = db.session.get(Project, project.id), {}
        for sentence in sentences(project, units):
            likely = [said(rng, letters, certain) for _ in range(rng.integers(1, 4))]
            for who in "abcde":
                if rng.random() < 0.2:
                    continue
                own = [each for each in likely if rng.random() < 0.8]
                own += [said(rng, letters, certain) for _ in range(rng.integers(0, 2))]
                own += own[:1] if rng.random() < 0.2 else []
                answered(sentence, who, ", ".join(own) if own else "x", known)


def said(rng, letters, certain):
    """Return one claim as `agreement_examples.answered` reads it."""
    return f"{rng.choice(list('PQ'))} {rng.choice(letters)}{rng.choice(certain)}"
