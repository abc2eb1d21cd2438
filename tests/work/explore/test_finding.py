"""Searches find what a reading of everything finds, in order, page by page, on both databases."""

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

import pytest
from agreement_examples import CERTAINTIES, STANCES, random_project, refresh
from sqlalchemy import event, select
from sqlalchemy.orm import joinedload, selectinload

from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Decision, Project, Sentence, Speaker
from annotator.text.search import marked, parse, words_in
from annotator.work.accounts import accounts
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.consensus.content import DECIDED, REOPENED, Content, Taken
from annotator.work.consensus.decisions import Act, write_down
from annotator.work.explore import finding
from annotator.work.explore.filters import CLAIMS, DECISIONS, SENTENCES, Filters
from annotator.work.explore.finding import Search
from annotator.work.labelling.drafts import ClaimDraft

WORDS = [
    "Moscow", "moscow's", "talks", "U.S.", "well-known", "élan", "Élan", "treaty", "trea", "2018",
    "Владимир", "no", "NO_WAY",
]  # fmt: skip
QUERIES = (
    "moscow", '"u.s. talks"', "trea*", '"moscow tre*', "ÉLAN", "well-known", "владимир",
    "2018 talks", '"no way"', "OR", '"talks"* no',
)  # fmt: skip
SEED, SEARCHES = 20, 30


@pytest.fixture
def corpus(project):
    """Label six articles at random, with texts, dates, flags and decisions made by chance."""
    random_project(project, SEED)
    rng = random.Random(SEED)
    with write():
        here = db.session.get(Project, project.id)
        for n, article in enumerate(db.session.scalars(select(Article).order_by(Article.id))):
            article.title = rng.choice(["Änderung", "änderung zwei", "Other"])
            article.publisher = rng.choice(["", "The Wire", "Évening"])
            article.published_on = rng.choice([None, date(2018, 7, 1 + n), date(2019, 1, 1)])
        for answer in db.session.scalars(select(Answer).order_by(Answer.id)):
            answer.unsure = rng.random() < 0.1
        speakers = db.session.scalars(select(Speaker).order_by(Speaker.id)).all()
        speakers[1].merged_into_id = speakers[0].id
        lea = accounts.get_user("lea")
        for sentence in db.session.scalars(select(Sentence).order_by(Sentence.id)).all():
            sentence.text = " ".join(rng.choices(WORDS, k=6))
            sentence.segment = rng.choice(["body", "headline"])
            if rng.random() < 0.3:
                decide(sentence, rng, speakers, Act(lea, 0, f"key-{sentence.id}"))
    refresh(here)
    return db.session.get(Project, project.id)


def decide(sentence, rng, speakers, act):
    claims = tuple(
        Taken(ClaimDraft(rng.choice(speakers).id, rng.choice("sonu"), rng.choice("clpd")))
        for _ in range(rng.randrange(3))
    )
    claims = tuple(
        replace(
            each,
            claim=replace(
                each.claim,
                stance=STANCES[each.claim.stance],
                certainty=CERTAINTIES[each.claim.certainty],
            ),
        )
        for each in claims
    )
    state = rng.choice([DECIDED, DECIDED, REOPENED])
    status = "claims" if claims else "no_claim"
    write_down(sentence, None, Content(state, status=status, claims=claims), act, "decide")


def searches(project):
    """Make searches by chance, each with a few filters of all there are."""
    rng = random.Random(SEED)
    people = [*pseudonyms_of(project).values()]
    offered = {
        "text": QUERIES,
        "article": ["ÄNDER", "article-2"],
        "publisher": ["wire", "éven"],
        "since": [date(2018, 7, 3)],
        "until": [date(2018, 12, 31)],
        "segment": ["body", "headline"],
        "by": ["", DECISIONS, *people],
        "status": ["claims", "no_claim", "not_article_text"],
        "speaker": ["p", "Q", "nobody"],
        "stance": [*STANCES.values()],
        "certainty": [*CERTAINTIES.values()],
        "disputed": ["yes", "no"],
        "flagged": ["yes", "no"],
        "decided": ["yes", "no"],
        "version": [project.codebook_version.label],
    }
    for number in range(SEARCHES):
        names = rng.sample([*offered], k=number % 4)
        chosen = {name: rng.choice(offered[name]) for name in names}
        sort = rng.choice(["key", "newest", "oldest"])
        yield Filters(of=rng.choice([SENTENCES, CLAIMS]), sort=sort, **chosen)


# --- the same by reading everything


def has_words(text, query):
    """Look for each term at each word, without any of the program's own comparing."""
    words = " ".join(words_in(text)) + " "
    for term in parse(query):
        wanted = " ".join(term.words) + ("" if term.prefix else " ")
        if not f" {words}".count(f" {wanted}"):
            return False
    return True


@dataclass
class Everything:
    """All there is, read once: what a search does to the session does not touch it."""

    names: dict
    speakers: dict
    answers: dict
    decisions: dict
    sentences: list


def everything(project):
    """Read every sentence, with all that was said of it."""
    whole = Everything(
        {name: user for user, name in pseudonyms_of(project).items()},
        {each.id: each.today.name for each in db.session.scalars(select(Speaker))},
        defaultdict(list),
        {each.sentence_id: each for each in db.session.scalars(select(Decision))},
        db.session.scalars(select(Sentence).options(joinedload(Sentence.article))).all(),
    )
    current = select(Answer).where(Answer.current).options(selectinload(Answer.claims))
    for answer in db.session.scalars(current):
        if answer.status:
            whole.answers[answer.sentence_id].append(answer)
    articles = {each.article for each in whole.sentences}
    answers = chain.from_iterable(whole.answers.values())
    for each in (*whole.decisions.values(), *whole.sentences, *articles, *answers):
        db.session.expunge(each)
    return whole


def expected(whole, wanted):
    """Return the rows of a view as (article key, position, owner, claim), in order."""
    rows = []
    for sentence in whole.sentences:
        article, said = sentence.article, whole.answers[sentence.id]
        decision = whole.decisions.get(sentence.id)
        if not fits(whole, sentence, said, decision, wanted):
            continue
        owners = []  # (number, status, version, claims)
        if wanted.by == DECISIONS:
            if decision and decision.state == DECIDED:
                labels = [(c["speaker_id"], c["stance"], c["certainty"]) for c in decision.claims]
                owners = [(decision.id, decision.status, labels)]
        else:
            owners = [
                (a.id, a.status, [(c.speaker_id, c.stance, c.certainty) for c in a.claims])
                for a in said
                if not wanted.by or a.user_id == whole.names[wanted.by]
            ]
        owners = [each for each in owners if wanted.status in ("", each[1])]
        claims = [
            (number, place)
            for number, _, labels in owners
            for place, (speaker, stance, certainty) in enumerate(labels)
            if (not wanted.speaker or wanted.speaker.lower() in whole.speakers[speaker].lower())
            and wanted.stance in ("", stance)
            and wanted.certainty in ("", certainty)
        ]
        where = (article.key, sentence.position)
        if wanted.of == CLAIMS:
            rows += [(article, *where, *claim) for claim in claims]
        elif wanted.speaker or wanted.stance or wanted.certainty:
            rows += [(article, *where, 0, 0)] if claims else []
        elif owners or not (wanted.by or wanted.status or wanted.version):
            rows += [(article, *where, 0, 0)]
    day = {"newest": lambda d: -d.toordinal(), "oldest": lambda d: d.toordinal()}.get(wanted.sort)

    def order(row):
        when = row[0].published_on
        if day is None:
            return row[1:]
        return (when is None, day(when) if when else 0, *row[1:])

    return [row[1:] for row in sorted(rows, key=order)]


def fits(whole, sentence, said, decision, wanted):
    article = sentence.article
    differs = len({(a.status, labels_of(whole, a)) for a in said}) > 1
    checks = {
        "text": lambda v: has_words(sentence.text, v),
        "article": lambda v: (
            v.casefold() in article.key or v.casefold() in article.title.casefold()
        ),
        "publisher": lambda v: v.casefold() in article.publisher.casefold(),
        "since": lambda v: article.published_on is not None and article.published_on >= v,
        "until": lambda v: article.published_on is not None and article.published_on <= v,
        "segment": lambda v: sentence.segment == v,
        "disputed": lambda v: differs == (v == "yes"),
        "flagged": lambda v: any(a.unsure for a in said) == (v == "yes"),
        "decided": lambda v: bool(decision and decision.state == DECIDED) == (v == "yes"),
    }
    return all(
        check(getattr(wanted, name)) for name, check in checks.items() if getattr(wanted, name)
    )


def labels_of(whole, answer):
    claims = {(whole.speakers[c.speaker_id], c.stance, c.certainty) for c in answer.claims}
    return frozenset(claims)


def found(project, wanted):
    """Return what is found, page by page, as `expected` has it."""
    keys = dict(db.session.execute(select(Article.id, Article.key)).all())
    rows, after, total = [], "", None
    while True:
        page = Search(project, wanted).page(after)
        assert len(page.places) <= finding.PAGE
        rows += [(keys[p.article], p.position, p.owner, p.number) for p in page.places]
        after, total = page.after, page.total
        if not after:
            return rows, total


@pytest.mark.parametrize("most", [10_000, 3], ids=["gathered", "walked"])
def test_generated_searches_find_what_reading_everything_finds(corpus, monkeypatch, most):
    monkeypatch.setattr(finding, "PAGE", 7)
    monkeypatch.setattr(finding, "MOST", most)
    monkeypatch.setattr(finding, "FIRST_WALK", 8)
    monkeypatch.setattr(finding, "BATCH", 5 if most == 3 else 1000)
    sizes, whole = [], everything(corpus)
    for wanted in searches(corpus):
        right = expected(whole, wanted)
        rows, total = found(corpus, wanted)
        assert rows == right, wanted
        assert total == (len(right) if len(right) <= most else None), wanted
        sizes.append(len(right))
    assert len(sizes) == SEARCHES
    assert sum(size > 0 for size in sizes) > SEARCHES / 2


def test_words_phrases_and_prefixes_find_what_they_mean_also_when_a_text_changes(corpus):
    whole = everything(corpus)
    for query in QUERIES:
        wanted = Filters(text=query)
        assert found(corpus, wanted)[0] == expected(whole, wanted), query
        search = Search(corpus, wanted)
        assert [*search.walk()] == [*search.rows()], query
    with write():
        first = db.session.scalars(select(Sentence).order_by(Sentence.id)).first()
        first.text = "Only zebras"
    assert len(found(corpus, Filters(text="zebras"))[0]) == 1
    with write():
        db.session.get(Sentence, first.id).text = "None of them"
    assert found(corpus, Filters(text="zebras"))[0] == []


def test_accents_in_or_behind_their_letters_and_turkish_capitals_are_found(corpus):
    behind, within, turkish = "cafe\u0301s queue", "caf\u00e9s queue", "in İstanbul"
    with write():
        rows = db.session.scalars(select(Sentence).order_by(Sentence.id)).all()[:2]
        for row, words in zip(rows, (behind, within), strict=True):
            row.text = f"A {words} {turkish}"
        texts = [row.text for row in rows]
    stars = ("cafe\u0301*", "caf\u00e9*", '"caf\u00e9s que"*')
    for query in (behind, within, turkish, f'"{behind}"', f'"{within}"', f'"{turkish}"', *stars):
        assert found(corpus, Filters(text=query))[1] == 2, query
        for text in texts:
            assert any(hit for _, hit in marked(text, parse(query))), query


def test_behind_a_page_of_many_rows_nothing_is_counted_again(corpus, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 10)
    monkeypatch.setattr(finding, "PAGE", 7)
    search = Search(corpus, Filters())
    first = search.page()
    assert first.total is None
    assert first.after.endswith(finding.WALKED)
    monkeypatch.setattr(Search, "gather", lambda _self: pytest.fail("counted again"))
    second = search.page(first.after)
    assert (second.total, len(second.places)) == (None, 7)
    assert not set(second.places) & set(first.places)


def last_statement_of(search):
    """Return the last statement of gathering, as the database is asked, with its values."""
    seen = []

    def note(_connection, _cursor, statement, given, *_rest):
        seen.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        search.gather()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return seen[-1]


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        # Few sentences are disputed: what is kept of them is looked at before their answers.
        ({"text": "moscow", "stance": "oppose", "disputed": "yes"}, "consensus answers"),
        ({"stance": "oppose", "certainty": "certain"}, "claims answers sentences"),
        ({"text": "moscow"}, "sentences"),
        ({"segment": "headline"}, "sentences"),
        # Most sentences have such an answer: it is enough to see one.
        ({"status": "claims"}, "sentences answers"),
        ({"flagged": "yes", "stance": "oppose"}, "sentences"),
        ({"of": CLAIMS, "flagged": "yes", "stance": "oppose"}, "claims answers sentences"),
    ],
)
def test_sqlite_looks_at_the_few_first_and_scans_no_table(corpus, settings, asked, order):
    if not settings.is_sqlite:
        pytest.skip("PostgreSQL plans by how many rows there are")
    statement, given = last_statement_of(Search(corpus, Filters(**asked)))
    with db.engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given)
        plan = [str(row[-1]) for row in cursor.fetchall()]
    loops = [line.split()[1] for line in plan if line.startswith("SEARCH")]
    assert " ".join(loops).startswith(order), plan
    if loops[0] in ("sentences", "consensus") and "answers" in loops:
        assert any("ix_answers_said" in line for line in plan)
    few = ("sentence_words", "ix_answers_to_answer")
    scanned = [line for line in plan if line.startswith("SCAN")]
    assert not [line for line in scanned if not any(each in line for each in few)]
