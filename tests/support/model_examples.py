"""Projects in which a model answers beside people."""

import numpy as np
from agreement_examples import speaker
from gold_examples import store_stances
from sqlalchemy import select, update

from annotator.store.db import db, write
from annotator.store.models import Answer, Claim, Project, Sentence, User
from annotator.work.accounts import model_members


def known_errors(seed, units=120, people=4, noise=0.2, noise_of_model=0.1, values=4):
    """Return given (U, A): everybody replaces the truth by any value so often; the model is last.

    The simulation of Calderon, Reichart and Dror 2025, appendix C: categories and noise.
    """
    chance = np.random.default_rng(seed)
    truth = chance.integers(0, values, (units, 1))
    shares = [*[noise] * people, noise_of_model]
    noisy = chance.random((units, people + 1)) < shares
    return np.where(noisy, chance.integers(0, values, (units, people + 1)), truth)


def store_beside_a_model(project, given, names="person"):
    """Store stances of people, the last column as those of a model; return its pseudonym."""
    store_stances(project, given, names)
    with write():
        user = db.session.scalars(
            select(User.id).where(User.username == f"{names}{given.shape[1] - 1:02}")
        ).one()
        db.session.execute(update(Answer).where(Answer.user_id == user).values(origin="model"))
    return user


def model_says(article, position, status="claims", name="small", **fields):
    """Store the answer of a model of this name to a sentence; return the account of the model."""
    with write():
        project = db.session.get(Project, article.project_id)
        model = model_members.find(project, name) or model_members.add(project, name)
        claims = []
        if status == "claims":
            said = {"stance": "oppose", "certainty": "certain", **fields}
            claims = [Claim(position=0, speaker_id=speaker(project, "Mattis").id, **said)]
        db.session.add(
            Answer(
                sentence_id=sentence_of(article, position).id,
                user_id=model.membership.user_id,
                status=status,
                complete=True,
                origin="model",
                codebook_version_id=project.codebook_version.id,
                claims=claims,
            )
        )
        return model.membership.user_id


def sentence_of(article, position):
    return db.session.scalars(
        select(Sentence).where(Sentence.article_id == article.id, Sentence.position == position)
    ).one()
