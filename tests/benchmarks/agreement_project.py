"""Makes a project of any size for the benchmarks of agreement, by plain inserts into SQLite.

Articles differ in how hard they are, an article has six speakers of the project's two thousand, a
tenth of the answers with a claim have a second one. The same seed makes the same project.
"""

import hashlib
import sqlite3
from itertools import accumulate
from pathlib import Path

import numpy as np

from annotator.codebook.load import load_default, to_json
from annotator.store import schema

SENTENCES = 25
PEOPLE = 5
SPEAKERS, IN_ARTICLE = 2000, 6
MOMENT = "2026-01-05 10:00:00.000000"
STATUSES = ["claims", "no_claim", "not_article_text"]
STANCES = ["oppose", "neutral", "support", "unrelated"]
CERTAINTIES = ["uncommitted", "possible", "likely", "certain"]


def make(path: Path, answers: int, seed: int = 1) -> None:
    """Write a database with one project, `big`, of about so many answers."""
    schema.bring_up_to_date(f"sqlite:///{path}")
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous=OFF")
    rng = np.random.default_rng(seed)
    articles = max(answers // (SENTENCES * PEOPLE), 1)
    people(db, articles)
    texts(db, articles)
    label(db, articles, rng)
    db.commit()
    db.execute("PRAGMA optimize")
    db.close()


def people(db: sqlite3.Connection, articles: int) -> None:
    """Store the project, its lead, its annotators and its speakers."""
    db.execute(
        "INSERT INTO projects (id, slug, name, target_question, overlap, blind,"
        " headlines_in_agreement, gates, authors, created_at) VALUES (1, 'big', 'Big',"
        " 'Which side?', 5, 'until_submitted', 0, '{}', '[]', ?)",
        (MOMENT,),
    )
    db.execute(
        "INSERT INTO codebook_versions (id, project_id, number, label, content, reason, created_at)"
        " VALUES (1, 1, 1, '1.0', ?, '', ?)",
        (to_json(load_default()), MOMENT),
    )
    for n in range(PEOPLE + 1):
        db.execute(
            "INSERT INTO users (id, username, theme, preferences, created_at)"
            " VALUES (?, ?, 'system', '{}', ?)",
            (n + 1, "lead" if n == PEOPLE else f"person{n + 1}", MOMENT),
        )
        lead = n == PEOPLE
        db.execute(
            "INSERT INTO memberships (user_id, project_id, pseudonym, annotator, adjudicator, lead)"
            " VALUES (?, 1, ?, ?, 0, ?)",
            (n + 1, "L01" if lead else f"A{n + 1:02}", not lead, lead),
        )
    db.executemany(
        "INSERT INTO speakers (id, project_id, name, type, created_at) VALUES (?, 1, ?, ?, ?)",
        [
            (n, f"Speaker {n}", "person" if n % 3 else "group", MOMENT)
            for n in range(1, SPEAKERS + 1)
        ],
    )


def texts(db: sqlite3.Connection, articles: int) -> None:
    """Store the articles and their sentences."""
    for n in range(articles):
        said = [f"In week {n} the ministry said it would see to {i}." for i in range(SENTENCES)]
        text = " ".join(said)
        db.execute(
            "INSERT INTO articles (id, project_id, key, title, publisher, author, url, language,"
            " licence, text, sha256, encoding, splitter, sentence_count, extra, imported_at)"
            " VALUES (?, 1, ?, ?, '', '', '', 'en', '', ?, ?, 'utf-8', 'made', ?, '{}', ?)",
            (
                n + 1,
                f"a{n + 1:06}",
                f"Article {n + 1}",
                text,
                hashlib.sha256(text.encode()).hexdigest(),
                SENTENCES,
                MOMENT,
            ),
        )
        starts = accumulate((len(each) + 1 for each in said[:-1]), initial=0)
        db.executemany(
            'INSERT INTO sentences (id, article_id, position, start, "end", segment, paragraph,'
            " text, origin) VALUES (?, ?, ?, ?, ?, 'body', 0, ?, 'splitter')",
            [
                (n * SENTENCES + i + 1, n + 1, i, start, start + len(each), each)
                for i, (start, each) in enumerate(zip(starts, said, strict=True))
            ],
        )


def label(db: sqlite3.Connection, articles: int, rng: np.random.Generator) -> None:
    """Store every annotator's answer to every sentence, article by article and person by person."""
    n = articles * SENTENCES
    hard = np.repeat(rng.beta(1.5, 5.0, articles), SENTENCES)
    truth = {
        "status": rng.choice(3, n, p=[0.72, 0.26, 0.02]),
        "stance": rng.choice(4, n, p=[0.12, 0.42, 0.25, 0.21]),
        "certainty": rng.choice(4, n, p=[0.05, 0.07, 0.13, 0.75]),
        "speaker": rng.integers(0, IN_ARTICLE, n),
    }
    said = {}
    for name, true in truth.items():
        slips = rng.random((n, PEOPLE)) < hard[:, None]
        other = rng.permuted(np.repeat(true[:, None], PEOPLE, axis=1), axis=0)
        said[name] = np.where(slips, other, true[:, None])  # a slip is anything, even the truth
    pool = np.repeat(rng.integers(1, SPEAKERS + 1, (articles, IN_ARTICLE)), SENTENCES, axis=0)
    said["speaker"] = np.take_along_axis(pool, said["speaker"], axis=1)
    second = rng.random((n, PEOPLE)) < 0.1
    # As people work: one article after another, each annotator for themselves.
    order = [
        (a * SENTENCES + i, who)
        for a in range(articles)
        for who in range(PEOPLE)
        for i in range(SENTENCES)
    ]

    def answers():
        for row, (unit, who) in enumerate(order, 1):
            status = STATUSES[said["status"][unit, who]]
            yield row, unit + 1, who + 1, status, MOMENT, MOMENT

    def claims():
        for row, (unit, who) in enumerate(order, 1):
            if said["status"][unit, who] == 0:
                yield (
                    row, 0, int(said["speaker"][unit, who]), STANCES[said["stance"][unit, who]],
                    CERTAINTIES[said["certainty"][unit, who]],
                )  # fmt: skip
                if second[unit, who]:
                    yield (
                        row,
                        1,
                        int(pool[unit, (unit + who // 3) % IN_ARTICLE]),
                        "neutral",
                        "certain",
                    )

    db.executemany(
        "INSERT INTO answers (id, sentence_id, user_id, round, status, complete, unsure, note,"
        " revision, codebook_version_id, origin, active_seconds, created_at, updated_at)"
        " VALUES (?, ?, ?, 1, ?, 1, 0, '', 1, 1, 'human', 4, ?, ?)",
        answers(),
    )
    db.executemany(
        "INSERT INTO claims (answer_id, position, speaker_id, stance, certainty, conditional,"
        " evidence, note) VALUES (?, ?, ?, ?, ?, 0, '[]', '')",
        claims(),
    )
