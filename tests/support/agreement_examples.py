"""Small labelled projects for the tests of the agreement report, stored as plain rows."""

import random
from dataclasses import replace

from installation import staged
from sqlalchemy import func, select

from annotator.codebook.load import build_from
from annotator.store.db import db, write, write_in_steps
from annotator.store.marking import mark
from annotator.store.models import (
    Answer,
    Article,
    Assignment,
    Claim,
    Project,
    Sentence,
    Speaker,
    User,
)
from annotator.work.accounts import accounts, memberships
from annotator.work.adjudication import refreshing
from annotator.work.adjudication.standing import standings_of
from annotator.work.codebook import versions
from annotator.work.labelling import saving

PEOPLE = {"a": "ann", "b": "ben", "c": "cleo", "d": "dot", "e": "eve"}
EMPTY = {"x": "no_claim", "z": "not_article_text"}
STANCES = {"s": "support", "o": "oppose", "n": "neutral", "u": "unrelated"}
CERTAINTIES = {"c": "certain", "l": "likely", "p": "possible", "d": "uncommitted"}
ASPECTS = {"m": "military", "i": "deconfliction", "r": "relations"}


def sentences(project, number, key=None, segments="body"):
    """Store an article of so many sentences, given to nobody; return the sentences."""
    # Counted in the project, not in the process: what is drawn from keys is the same every run.
    n = 1 + db.session.scalar(select(func.count(Article.id)).filter_by(project_id=project.id))
    article = Article(
        project_id=project.id, key=key or f"article-{n}", title="An article", text="A." * number,
        sha256=f"{n:064}", encoding="utf-8", splitter="test", sentence_count=number,
    )  # fmt: skip
    db.session.add(article)
    db.session.flush()
    rows = [
        Sentence(
            article_id=article.id, position=i, start=2 * i, end=2 * i + 2, segment=segments,
            paragraph=0, text="A.",
        )
        for i in range(number)
    ]  # fmt: skip
    db.session.add_all(rows)
    db.session.flush()
    return rows


def give(article_id, *names):
    """Assign an article to these people, with what they have answered in it."""
    rows = [Assignment(article_id=article_id, user_id=accounts.get_user(name).id) for name in names]
    db.session.add_all(rows)
    db.session.flush()
    saving.count_all([row.id for row in rows])


def ask_aspects(project):
    """Publish a version of the codebook that asks for the aspect of each claim."""
    book = project.codebook
    asking = replace(book, version="2.0", fields=("aspect", *book.fields))
    with write():
        here = db.session.get(Project, project.id)
        versions.publish(here, build_from(asking), "Aspects are asked for.", None)


def answer(sentence, who, said, **changes):
    """Store one answer: "x", "z", or claims such as "Mattis oc, NARRATOR nl"."""
    row = answered(sentence, who, said, {}, **changes)
    db.session.flush()
    return row


def answered(sentence, who, said, known, **changes):
    """Add one answer, to be stored with others; `known` remembers who was looked up before."""
    project = sentence.article.project
    claims = [] if said in EMPTY else [claim_of(project, one, known) for one in said.split(", ")]
    row = Answer(
        sentence_id=sentence.id, user_id=once(known, person, project, who),
        codebook_version_id=project.codebook_version.id,
        claims=[Claim(position=position, **claim) for position, claim in enumerate(claims)],
        **({"status": EMPTY.get(said, "claims"), "complete": True} | changes),
    )  # fmt: skip
    db.session.add(row)
    mark(sentence)
    return row


def once(known, find, project, name):
    """Return the id of a person or speaker, looked up at the first time."""
    if (find, name) not in known:
        known[find, name] = find(project, name).id
    return known[find, name]


def refresh(project):
    """Bring what is kept of the sentences up to date, as every page does that reads it.

    What a test has changed by hand has marked nothing, so everything is found out anew.
    """
    db.session.rollback()
    write_in_steps(refreshing.rebuild(project))


def in_list(project, wanted):
    """Return the sentences that can be accepted together: `is_unanimous` or `is_clear`."""
    refresh(project)
    return standings_of(project).page(wanted, 0, 100)


def claim_of(project, said, known):
    name, letters = said.rsplit(" ", 1)
    stance, certainty, *aspect = letters
    return {
        "aspect": ASPECTS[aspect[0]] if aspect else None,
        "speaker_id": once(known, speaker, project, name),
        "stance": STANCES.get(stance),
        "certainty": CERTAINTIES.get(certainty),
    }


def speaker(project, name):
    """Return the speaker of that name, added where there is none."""
    found = db.session.scalar(
        select(Speaker).where(Speaker.project_id == project.id, Speaker.name == name)
    )
    if found is None:
        found = Speaker(project_id=project.id, name=name, type="person")
        db.session.add(found)
        db.session.flush()
    return found


def person(project, letter):
    """Return one of the cast, added to the project where that one is new."""
    name = PEOPLE[letter]
    user = db.session.scalar(select(User).where(User.username == name)) or accounts.add_user(name)
    if memberships.membership_of(user, project) is None:
        memberships.join(project, user, {"annotator"})
    return user


@staged
def label(project, *tables, segments="body"):
    """Store one article per table: a line per sentence, "a: Mattis oc | b: x"."""
    with write():
        project, known = db.session.get(Project, project.id), {}
        for table in tables:
            lines = [line.strip() for line in table.strip().splitlines()]
            rows = sentences(project, len(lines), segments=segments)
            for sentence, line in zip(rows, lines, strict=True):
                for one in filter(None, line.split(" | ")):
                    answered(sentence, *one.split(": "), known)


SMALL = """
a: Mattis oc | b: Mattis oc
a: Mattis nc | b: Trump nl
a: Trump sl | b: Trump sp
a: NARRATOR uc | b: NARRATOR nc
a: x | b: x
a: x | b: NARRATOR uc
a: NARRATOR nc
"""


def random_project(project, seed, annotators="abcde", aspects=""):
    """Label six articles of eight sentences at random, most annotators agreeing with chance."""
    rng = random.Random(seed)
    said = ["x", "z", "x", *(f"{who} {s}{c}" for who in "PQR" for s in "sonu" for c in "cclpd")]

    def one(words):
        """Return an answer, with an aspect or none where it has a claim."""
        return words + rng.choice(aspects).strip() if aspects and " " in words else words

    tables = []
    for _ in range(6):
        lines = []
        for _ in range(8):
            likely, who = rng.choice(said), [a for a in annotators if rng.random() < 0.6]
            lines.append(
                " | ".join(
                    f"{a}: {one(likely if rng.random() < 0.6 else rng.choice(said))}" for a in who
                )
            )
        tables.append("\n".join(lines))
    label(project, *("\n".join(t.splitlines() or [""]) for t in tables if t.strip()))
