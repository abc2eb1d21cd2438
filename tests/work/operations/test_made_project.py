"""A made project: the same for the same seed, in order like real work, and plausible to look at."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from operator import itemgetter

import pytest
from browser import Browser
from installation import staged
from slow_cases import further, slow
from sqlalchemy import func, select

from annotator.errors import RefusedError
from annotator.paths import SAMPLES
from annotator.store.db import Base, db, write
from annotator.store.models import (
    Alias,
    Answer,
    AnswerEvent,
    Article,
    Assignment,
    Claim,
    Project,
    Roster,
    Sentence,
    Speaker,
    User,
    Via,
)
from annotator.text.outline import outline
from annotator.work.accounts import projects
from annotator.work.agreement.measuring import report_for
from annotator.work.articles import storing
from annotator.work.assignment import pace
from annotator.work.gold.models import Aggregation
from annotator.work.gold.rows import gold_rows
from annotator.work.labelling import history
from annotator.work.labelling.annotation_rows import annotation_rows
from annotator.work.operations import checkup, demo, made_project
from annotator.work.operations.made_project import Size, make, working_day

# A Monday at noon; whatever is made lies before it.
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
SIZE = Size(articles=40, annotators=6, overlap=3)
SMALL = Size(articles=4, annotators=4, overlap=2)
STRANGE = {"sign_ins", "sign_in_links", "alembic_version"}


@staged
def seed():
    with write():
        demo.seed(SAMPLES)


@staged
def make_one():
    seed()
    with write():
        make(SIZE, AT)


@pytest.fixture
def demo_project(app):
    seed()
    return projects.get(demo.SLUG)


@pytest.fixture
def made(app):
    make_one()
    return projects.get(SIZE.slug)


def rows(*columns, of=None):
    query = select(*columns)
    return db.session.execute(query if of is None else of(query)).all()


# The same seed


class UndoneError(Exception):
    """Takes back what was made."""


def everything():
    """Return all rows of all tables."""
    return {
        table.name: sorted(map(repr, db.session.execute(select(table))))
        for table in Base.metadata.sorted_tables
    }


def in_words():
    """Return what people read of a project, in the order in which it came, without its numbers."""
    return [
        in_order(Article.key, Article.title, Article.text, Article.sha256, Article.published_on),
        in_order(Answer.status, Answer.complete, Answer.unsure, Answer.note, Answer.updated_at),
        in_order(Claim.position, Claim.stance, Claim.certainty, Claim.mention_start),
        in_order(Assignment.state, Assignment.decided_count, Assignment.submitted_at),
        in_order(Speaker.name, Speaker.type, Speaker.wording),
        in_order(AnswerEvent.revision, AnswerEvent.at),
    ]


def in_order(*columns):
    return rows(*columns, of=lambda query: query.order_by(columns[0].class_.id))


def taken_down(size, look, at=AT):
    """Return what is there after a project was made, and take it back."""
    seen = []
    with suppress(UndoneError), write():
        make(size, at)
        db.session.flush()
        seen.append(look())
        raise UndoneError
    return seen[0]


def test_the_same_seed_and_moment_make_the_same_rows(demo_project, settings):
    # PostgreSQL gives no number twice, whatever is taken back.
    look = everything if settings.is_sqlite else in_words
    before = everything()
    assert taken_down(SMALL, look) == taken_down(SMALL, look)
    assert everything() == before


def test_another_seed_makes_another_project(demo_project):
    other = Size(SMALL.articles, SMALL.annotators, SMALL.overlap, seed=2)
    one, two = taken_down(SMALL, in_words), taken_down(other, in_words)
    assert one[0] != two[0]
    assert one[2] != two[2]


def test_a_later_moment_moves_the_times_and_nothing_else(demo_project):
    later = AT + timedelta(days=70)
    one, two = taken_down(SMALL, in_words), taken_down(SMALL, in_words, later)
    assert [each[:4] for each in one[1]] == [each[:4] for each in two[1]]
    moved = [b.updated_at - a.updated_at for a, b in zip(one[1], two[1], strict=True)]
    # But for seconds: another date is longer or shorter to read.
    assert {round(each / timedelta(days=1), 2) for each in moved} == {0, 70}


# In order like real work


def test_every_chain_is_whole_and_every_count_is_right(made):
    found = history.audit(made)
    assert found.faults == ()
    assert found.answers > 3 * 40 * 12
    assert found.events > found.answers
    assert list(checkup.faults()) == []


def test_doctor_and_audit_find_nothing(made, command, settings):
    for path in settings.data.glob("annotator.sqlite3*"):
        path.chmod(0o600)  # as the program makes them; the copies of tests are not
    result = command("doctor")
    assert result.exit_code == 0, result.output
    result = command("audit")
    assert result.exit_code == 0, result.output


def test_articles_are_as_an_import_would_read_them(made):
    for article, text in rows(
        Article, Article.text, of=lambda q: q.where(Article.project_id == made.id)
    ):
        found = outline(text)
        assert (found.title, found.published_on) == (article.title, article.published_on)
        stored = rows(
            Sentence.position, Sentence.start, Sentence.end, Sentence.segment,
            Sentence.paragraph, Sentence.text,
            of=lambda q, a=article: q.where(Sentence.article_id == a.id).order_by(
                Sentence.position
            ),
        )  # fmt: skip
        assert [tuple(each) for each in stored] == [
            (each.position, each.start, each.end, each.segment, each.paragraph, each.text)
            for each in found.sentences
        ]
        draft = storing.read_file(f"{article.key}.txt", text.encode())
        prepared = storing.prepare(draft).columns
        for name in ("sha256", "sentence_count", "splitter", "sketch", "encoding", "extra"):
            assert getattr(article, name) == prepared[name]


def test_each_article_has_as_many_annotators_as_asked_for_and_each_annotator_the_same_work(made):
    pairs = rows(
        Assignment.article_id, Assignment.user_id,
        of=lambda q: q.join(Assignment.article).where(Article.project_id == made.id),
    )  # fmt: skip
    assert set(Counter(article for article, _ in pairs).values()) == {3}
    assert list(Counter(user for _, user in pairs).values()) == [20] * 6


def of_project(made):
    return list(
        db.session.scalars(
            select(Assignment).join(Assignment.article).where(Article.project_id == made.id)
        )
    )


def test_work_is_submitted_or_open_and_submitted_where_nothing_is_left(made):
    found = of_project(made)
    assert {each.state for each in found} == {"open", "submitted"}
    for each in found:
        is_done = each.decided_count == each.article.sentence_count
        assert (each.state == "submitted") == is_done == (each.submitted_at is not None)
    begun = [each for each in found if each.state == "open" and each.decided_count]
    assert 3 <= len(begun) <= 6
    assert any(each.incomplete_count for each in found)
    assert any(each.unsure_count for each in found)


@slow
def test_moments_follow_one_another_on_working_days_before_now(made):
    for each in of_project(made):
        assert made.created_at < each.assigned_at < AT
        if each.saved_at:
            assert each.assigned_at < each.saved_at < AT
            assert each.saved_at.weekday() < 5
        if each.submitted_at:
            assert each.saved_at < each.submitted_at < AT
    for created, updated in rows(Answer.created_at, Answer.updated_at):
        assert created <= updated
    for revision, at, created, updated, last in rows(
        AnswerEvent.revision, AnswerEvent.at, Answer.created_at, Answer.updated_at,
        Answer.revision,
        of=lambda q: q.join(AnswerEvent.answer).where(Answer.round == 1, Answer.current),
    ):  # fmt: skip
        assert revision > 1 or at == created
        assert revision < last or at == updated


@pytest.mark.parametrize(("back", "day"), [(0, 6), (1, 5), (4, 2), (5, -1), (9, -5), (10, -8)])
def test_days_of_work_leave_weekends_out(back, day):
    friday = datetime(2026, 3, 6, tzinfo=UTC).date()
    expected = friday + timedelta(days=day - 6)
    for last in (friday, friday + timedelta(days=1), friday + timedelta(days=2)):
        assert working_day(last, back) == expected


def test_speakers_have_numbers_and_forms_as_if_somebody_had_labelled(made):
    first = of_project(made)[0]
    mine = Roster.article_id == first.article_id, Roster.user_id == first.user_id
    entries = rows(
        Roster.number, Roster.speaker_id, of=lambda q: q.where(*mine).order_by(Roster.number)
    )
    assert [each.number for each in entries] == list(range(1, len(entries) + 1))
    met = []
    for answer in db.session.scalars(
        select(Answer)
        .join(Answer.sentence)
        .where(Sentence.article_id == first.article_id, Answer.user_id == first.user_id)
        .order_by(Sentence.position)
    ):
        for claim in answer.claims:
            met += [link.speaker_id for link in claim.via] + [claim.speaker_id]
    assert [each.speaker_id for each in entries] == list(dict.fromkeys(met))
    forms = set(
        rows(
            Alias.speaker_id, Alias.text, of=lambda q: q.where(Alias.article_id == first.article_id)
        )
    )
    words = rows(
        Claim.speaker_id, Claim.mention_start, Claim.mention_end, Article.text,
        of=lambda q: q.join(Claim.answer).join(Answer.sentence).join(Sentence.article)
        .where(Sentence.article_id == first.article_id, Claim.mention_start.is_not(None)),
    )  # fmt: skip
    assert {(speaker, text[start:end]) for speaker, start, end, text in words} == forms


def test_a_mention_lies_in_its_sentence_and_names_the_speaker(made):
    mentions = 0
    for row in annotation_rows(made):
        for claim in row["claims"]:
            if claim["mention"]:
                mentions += 1
                said = claim["mention"]["text"].casefold().removeprefix("the ")
                wording = claim["speaker"].casefold()
                assert said in wording or wording in said
                assert row["start"] <= claim["mention"]["start"] < row["end"]
    assert mentions > 1000


def test_there_is_something_of_everything(made):
    found = list(annotation_rows(made))
    claims = [claim for row in found for claim in row["claims"]]
    assert {row["status"] for row in found} == {"claims", "no_claim", "not_article_text"}
    assert {row["segment"] for row in found} == {"headline", "dateline", "body", "boilerplate"}
    assert {claim["speaker_type"] for claim in claims} == {
        "person", "organisation", "group", "unnamed", "narrator",
    }  # fmt: skip
    assert any(len(row["claims"]) == 2 for row in found)
    assert any(claim["via"] for claim in claims)
    assert any(claim["conditional"] for claim in claims)
    assert any(row["note"] for row in found)
    assert any(row["unsure"] for row in found)
    assert not all(row["complete"] for row in found)
    assert {row["revision"] for row in found} >= {1, 2}


def test_some_answers_were_changed_after_a_look_at_others_and_round_1_stays(made):
    found = list(annotation_rows(made))
    second = [row for row in found if row["round"] == 2]
    assert 3 <= len(second) <= 30
    place = itemgetter("article", "sentence", "annotator")
    first = {place(row): row for row in found if row["round"] == 1}
    for row in second:
        before = first[place(row)]
        assert row["claims"] != before["claims"]
        assert row["revision"] == before["revision"] + 1
        assert row["created_at"] > before["updated_at"]
    of_body = [row for row in second if row["segment"] != "headline"]
    assert report_for(made).scope.changed == len(of_body)


def test_it_stands_beside_the_demo_and_its_people_have_their_pseudonyms(made):
    assert [each.slug for each in projects.all_projects()] == [SIZE.slug, demo.SLUG]
    found = {row["annotator"] for row in annotation_rows(made, names=True)}
    assert found == {"ann", "ben", "cal", "annotator04", "annotator05", "annotator06"}
    assert {row["annotator"] for row in annotation_rows(made)} == {f"A0{n}" for n in range(1, 7)}
    with write():
        assert list(demo.make_links()) == ["lead", "ann", "ben", "cal"]


def test_a_second_project_takes_the_same_people_and_puts_its_work_behind(made):
    with write():
        make(SMALL, AT)
    names = db.session.scalars(select(User.username)).all()
    assert len(names) == len(set(names)) == 7
    for user in db.session.scalars(select(User)):
        orders = db.session.scalars(
            select(Assignment.order).where(Assignment.user_id == user.id)
        ).all()
        assert len(orders) == len(set(orders))
    assert list(checkup.faults()) == []


def test_what_is_saved_afterwards_gets_a_number_of_its_own(made):
    """On PostgreSQL the numbers of rows come from a sequence, which a bulk insert must move."""
    from annotator.work.labelling import saving
    from annotator.work.labelling.drafts import AnswerDraft
    from annotator.work.labelling.saving import Save

    left = next(
        each for each in of_project(made) if each.state == "open" and not each.decided_count
    )
    sentence = db.session.scalars(
        select(Sentence).where(Sentence.article_id == left.article_id, Sentence.position == 3)
    ).one()
    with write():
        draft = AnswerDraft(status="no_claim")
        saved = saving.save_answer(sentence, left.user, draft, Save(revision=0, key="by-hand"))
    assert saved.written
    assert history.audit(made).faults == ()


# Plausible to look at


def test_annotators_agree_as_people_do(made):
    report = report_for(made)
    alphas = {
        name: report.field(name).alpha.value
        for name in ("status", "speaker", "stance", "stance_related", "certainty")
    }
    assert 0.5 < alphas["stance"] < 0.85, alphas
    assert 0.65 < alphas["speaker"] < 0.97, alphas
    assert 0.4 < alphas["certainty"] < 0.85, alphas
    assert alphas["stance_related"] > alphas["stance"] - 0.05, alphas


def test_one_annotator_is_careless_and_fast_and_one_lags(made, monkeypatch):
    monkeypatch.setattr(pace, "now", lambda: AT)
    said = {each.membership.pseudonym: " ".join(each.words) for each in pace.pace_of(made).people}
    fast = [name for name, words in said.items() if "fast" in words]
    assert len(fast) == 1
    assert sum("inactive" in words for words in said.values()) == 1
    [stance] = [each for each in report_for(made).people if each.field == "stance"]
    worst = min(stance.annotators, key=lambda each: each.kappa.value)
    assert [worst.name] == fast


@slow
@pytest.mark.parametrize("method", ["majority", "weighted", "dawid-skene", "mace"])
def test_gold_decides_most_sentences_by_every_method(made, method):
    found = Counter(row["open"] is None for row in gold_rows(made, Aggregation(method)))
    assert found[True] > 0.6 * found.total() > 0


@pytest.mark.parametrize(
    "page",
    further(
        ["/agreement", "", "/adjudicate", "/gold", "/pace", "/flags", "/speakers", "/people",
         "/articles"]
    ),
)  # fmt: skip
def test_a_lead_can_look_at_every_page(app, made, page):
    Browser(app, "lead").get(f"/projects/{made.slug}{page}", follow_redirects=True)


def test_an_annotator_goes_on_where_the_work_stopped(app, made):
    ann = Browser(app, "ann")
    ann.get("/")
    user = db.session.scalars(select(User).where(User.username == "ann")).one()
    left = next(each for each in of_project(made) if each.user_id == user.id and
                each.state == "open")  # fmt: skip
    ann.get(f"/label/{left.article_id}/{left.decided_count}")


@slow
def test_a_release_of_it_verifies(made, command, tmp_path):
    folder = tmp_path / "v1"
    result = command("release", "-p", made.slug, "--name", "v1", "--with-text", "-o", folder)
    assert result.exit_code == 0, result.output
    result = command("verify", folder)
    assert result.exit_code == 0, result.output


# What cannot be made, and what is broken off


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (Size(0, 3, 3), "1 to 50,000 articles"),
        (Size(50_001, 3, 3), "1 to 50,000 articles"),
        (Size(3, 0, 0), "1 to 100 annotators"),
        (Size(3, 101, 3), "1 to 100 annotators"),
        (Size(3, 2, 3), "3 answers per sentence need 3 annotators or more; there are 2"),
        (Size(3, 2, 0), "0 answers per sentence"),
        (Size(50_000, 10, 10), "about 13,000,000 answers, at most 5,000,000"),
    ],
)
def test_what_cannot_be_made_is_refused(app, size, said):
    with pytest.raises(RefusedError, match=said):
        size.check()


@pytest.mark.parametrize("size", [Size(1, 1, 1), Size(1, 3, 3), Size(3, 12, 12)])
def test_the_smallest_and_the_widest_can_be_made(demo_project, size):
    with write():
        project = make(size, AT)
    assert history.audit(project).faults == ()
    assert list(checkup.faults()) == []


def counts():
    return {
        model.__tablename__: db.session.scalar(select(func.count()).select_from(model))
        for model in (Project, User, Article, Sentence, Answer, AnswerEvent, Claim, Via, Speaker)
    }


def test_what_is_interrupted_leaves_nothing(demo_project, monkeypatch):
    monkeypatch.setattr(made_project, "ANSWERS_AT_ONCE", 10)
    before = counts()

    def interrupt(_many):
        if counts()["answers"] > before["answers"] + 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), write():
        make(SIZE, AT, interrupt)
    assert counts() == before
    assert [each.slug for each in projects.all_projects()] == [demo.SLUG]
