"""The annotation rows: exact, in order, of one moment, flat in memory."""

import json
import tracemalloc
from collections import deque

import pytest
from installation import staged
from labelling_examples import (
    MATTIS,
    claim,
    claims,
    nothing_claimed,
    save,
    sentence_of,
    speaker_called,
    stored,
)
from slow_cases import slow
from sqlalchemy import insert, select, text

from annotator.formats.articles import jsonl
from annotator.formats.articles.article import make_draft
from annotator.phrases import moment
from annotator.store import batches
from annotator.store.db import db, write
from annotator.store.models import Answer, Sentence
from annotator.work.accounts import accounts, memberships
from annotator.work.articles import storing
from annotator.work.assignment import assigning
from annotator.work.labelling import annotation_rows
from annotator.work.labelling.drafts import AnswerDraft, NewSpeaker, UnnamedSource

KEYS = [
    "project",
    "article",
    "sentence",
    "start",
    "end",
    "text",
    "segment",
    "annotator",
    "status",
    "complete",
    "unsure",
    "note",
    "claims",
    "codebook_version",
    "origin",
    "purpose",
    "round",
    "revision",
    "active_seconds",
    "created_at",
    "updated_at",
]
CLAIM_KEYS = [
    "speaker",
    "speaker_type",
    "mention",
    "via",
    "stance",
    "certainty",
    "conditional",
    "aspect",
    "evidence",
    "note",
]


def rows_of(project, **options):
    db.session.rollback()
    return list(annotation_rows.annotation_rows(project, **options))


def pseudonym(project, name):
    return memberships.membership_of(accounts.get_user(name), project).pseudonym


def test_a_project_without_answers_has_no_rows(article, project):
    assert rows_of(project) == []


def test_a_row_has_the_agreed_keys_in_the_agreed_order(article, project):
    save(article, claims(claim(mention=(276, 309), evidence=((87, 90),), note="c"), note="n"))
    (row,) = rows_of(project)
    assert list(row) == KEYS
    assert list(row["claims"][0]) == CLAIM_KEYS


def test_a_row_holds_what_was_said(article, project):
    save(article, claims(), position=3)
    mattis = speaker_called("James Mattis").id
    commanders = NewSpeaker("Commanders", "group")
    said = claim(
        commanders, "support", "likely", mention=(276, 309), via=(mattis,), conditional=True
    )
    save(article, claims(said, claim(None, None, None, note="open"), unsure=True), seconds=9)
    row = rows_of(project)[0]
    sentence = sentence_of(article, 2)
    assert row["text"] == sentence.text
    assert (row["start"], row["end"], row["segment"]) == (87, 323, "body")
    assert (row["complete"], row["unsure"], row["active_seconds"]) == (False, True, 9)
    assert (row["project"], row["article"], row["sentence"]) == ("us-russia", article.key, 2)
    assert (row["codebook_version"], row["origin"], row["round"], row["revision"]) == (
        1,
        "human",
        1,
        1,
    )
    first, second = row["claims"]
    words = "Defense Secretary James N. Mattis"
    assert first["mention"] == {"start": 276, "end": 309, "text": words}
    assert (first["speaker"], first["speaker_type"]) == ("Commanders", "group")
    assert (first["via"], first["conditional"]) == (["James Mattis"], True)
    assert (first["stance"], first["certainty"], first["aspect"]) == ("support", "likely", None)
    assert (second["speaker"], second["speaker_type"], second["mention"]) == (None, None, None)
    assert (second["stance"], second["via"], second["evidence"]) == (None, [], [])


def test_words_outside_the_sentence_come_from_the_article(article, project):
    save(article, claims(claim(mention=(0, 12), evidence=((60, 100),))), position=3)
    (row,) = rows_of(project)
    assert row["claims"][0]["mention"]["text"] == "James Mattis"
    assert row["claims"][0]["evidence"][0]["text"] == article.text[60:100]


def test_times_are_utc_in_iso_8601(article, project):
    save(article, claims())
    (row,) = rows_of(project)
    assert row["created_at"] == stored(article).created_at.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-01 09:30:00.000000", "2026-03-01T09:30:00Z"),
        ("2026-03-01 09:30:59.999999", "2026-03-01T09:30:59Z"),
        ("2026-03-01 09:30:00", "2026-03-01T09:30:00Z"),
        ("2026-03-01 09:30:00+02:00", "2026-03-01T07:30:00Z"),
    ],
)
def test_a_moment_reads_the_same_however_it_is_stored(article, project, at, expected):
    save(article, claims())
    with write() as session:
        session.execute(text("UPDATE answers SET created_at = :at"), {"at": at})
    (row,) = rows_of(project)
    assert row["created_at"] == moment(stored(article).created_at)
    # A server puts a moment without a zone into its own.
    if db.engine.dialect.name == "sqlite":
        assert row["created_at"] == expected


def test_rows_come_by_sentence_and_pseudonym(article, project):
    for name, position in (("ben", 7), ("ann", 7), ("ben", 0), ("ann", 2)):
        save(article, claims(), name=name, position=position)
    both = sorted([pseudonym(project, "ann"), pseudonym(project, "ben")])
    found = [(row["sentence"], row["annotator"]) for row in rows_of(project)]
    ann, ben = pseudonym(project, "ann"), pseudonym(project, "ben")
    assert found == [(0, ben), (2, ann), (7, both[0]), (7, both[1])]


@pytest.fixture
@staged
def many_articles(project, article):
    """Import articles under keys that sort in another way on some servers."""
    ann = accounts.get_user("ann")
    with write():
        for key in ("b-1", "B-2", "a_3", "ab", "a-c", "é", "z", "10", "9"):
            draft = make_draft(key, f"One {key} sentence. Another one.", "utf-8")
            made = storing.store_article(project, draft)
            assigning.assign([(made.id, ann.id)])
            for position in range(made.sentence_count):
                label(made, position, ann)
    return project


def label(article, position, user):
    db.session.execute(
        insert(Answer).values(
            sentence_id=sentence_of(article, position).id,
            user_id=user.id,
            status="no_claim",
            codebook_version_id=article.project.codebook_version.id,
        )
    )


def test_articles_come_in_the_same_order_everywhere(many_articles):
    keys = list(dict.fromkeys(row["article"] for row in rows_of(many_articles)))
    assert keys == sorted(keys)
    assert len(keys) == 9


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_the_size_of_a_batch_changes_nothing(many_articles, monkeypatch, size):
    whole = rows_of(many_articles)
    monkeypatch.setattr(batches, "BATCH", size)
    assert rows_of(many_articles) == whole


def test_an_answer_that_says_nothing_is_left_out(article, project):
    save(article, nothing_claimed(), position=2)
    save(article, AnswerDraft(), position=2, revision=1)
    save(article, AnswerDraft(unsure=True), position=3)
    save(article, AnswerDraft(note="look"), position=4)
    found = [(row["sentence"], row["status"], row["complete"]) for row in rows_of(project)]
    assert found == [(3, None, False), (4, None, False)]


def test_names_replace_pseudonyms_only_when_asked_for(article, project):
    save(article, claims())
    (hidden,), (named,) = rows_of(project), rows_of(project, names=True)
    assert (hidden["annotator"], named["annotator"]) == (pseudonym(project, "ann"), "ann")
    assert hidden | {"annotator": ""} == named | {"annotator": ""}


def test_a_merged_speaker_stands_under_the_name_that_counts(article, project):
    link = NewSpeaker("Mattis, James", "person")
    save(article, claims(claim(link), claim(MATTIS), claim(UnnamedSource("sources"))))
    numbers = {name: speaker_called(name).id for name in ("James Mattis", "Mattis, James")}
    source = f"sources ({article.key})"
    with write():
        speaker_called("Mattis, James").merged_into_id = numbers["James Mattis"]
        speaker_called(source).merged_into_id = numbers["Mattis, James"]
    (row,) = rows_of(project)
    assert [each["speaker"] for each in row["claims"]] == ["James Mattis"] * 3
    assert {each["speaker_type"] for each in row["claims"]} == {"person"}


def test_other_projects_stay_out(article, project):
    with write() as session:
        other = type(project)(slug="other", name="Other", target_question="?")
        session.add(other)
    save(article, claims())
    assert rows_of(other) == []
    assert len(rows_of(project)) == 1


def test_the_same_labels_give_the_same_bytes(many_articles):
    first = "".join(jsonl.write(rows_of(many_articles)))
    assert first == "".join(jsonl.write(rows_of(many_articles)))
    assert all(json.loads(line) for line in first.splitlines())


def test_all_rows_are_of_one_moment(article, project, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 1)
    for position in (0, 2, 21):
        save(article, claims(note="before"), position=position)
    stream = annotation_rows.annotation_rows(project)
    found = [next(stream)]
    save(article, claims(note="after"), position=21, revision=1)
    save(article, claims(note="after"), position=20)
    with write():
        speaker_called("James Mattis").name = "Jim"
    found += stream
    assert [(row["sentence"], row["note"]) for row in found] == [
        (0, "before"),
        (2, "before"),
        (21, "before"),
    ]
    assert {row["claims"][0]["speaker"] for row in found} == {"James Mattis"}
    assert [row["note"] for row in rows_of(project)] == ["before", "before", "after", "after"]


def test_a_stream_that_is_left_early_lets_go_of_the_database(article, project):
    save(article, claims())
    save(article, claims(), position=3)
    stream = annotation_rows.annotation_rows(project)
    next(stream)
    before = db.engine.pool.checkedout()
    stream.close()
    assert db.engine.pool.checkedout() == before - 1


@pytest.fixture
def long_article(project):
    """Import an article of 3,000 sentences that Ann has labelled."""
    text = " ".join(f"Sentence number {number} is here." for number in range(3000))
    with write() as session:
        made = storing.store_article(project, make_draft("long", text, "utf-8"))
        ids = session.scalars(select(Sentence.id).where(Sentence.article_id == made.id))
        shared = {
            "user_id": accounts.get_user("ann").id,
            "status": "no_claim",
            "codebook_version_id": project.codebook_version.id,
        }
        session.execute(insert(Answer), [shared | {"sentence_id": each} for each in ids])
    return made


@slow
def test_memory_does_not_grow_with_the_project(project, long_article, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 100)
    assert len(rows_of(project)) == long_article.sentence_count
    streamed = peak(lambda: deque(annotation_rows.annotation_rows(project), maxlen=0))
    assert streamed * 4 < peak(lambda: rows_of(project))


def peak(work):
    """Return the most memory that a piece of work takes at once."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most
