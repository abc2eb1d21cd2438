"""Copies of articles: what is given in them is blank, and behind the address of the article."""

import pytest
from copy_examples import answered, given, submitted
from labelling_examples import assignment_of, claims, nothing_claimed, save, stored
from slow_cases import server
from sqlalchemy import func, select

from annotator.errors import NotFoundError, RefusedError
from annotator.formats.labels import csv_rows
from annotator.formats.labels.rows import answer_row
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import Answer, AnswerEvent, Article, Assignment, Project, Sentence
from annotator.store.rows.places import read_place
from annotator.work import copies, shelving
from annotator.work.accounts import accounts, memberships, model_members, projects
from annotator.work.assignment import assigning, progress, self_assignment
from annotator.work.corrections import projects as ends
from annotator.work.corrections import withdrawing
from annotator.work.label_import.rows import Importer
from annotator.work.labelling import history
from annotator.work.labelling.annotation_rows import annotation_rows

pytestmark = server


def there(article, name="ann", position=2):
    return read_place(article.id, position, accounts.get_user(name).id, addressed=True)


def test_a_copy_has_every_sentence_and_nobodys_answers(article):
    save(article, claims())
    copy = given(article).article
    columns = (Sentence.position, Sentence.start, Sentence.end, Sentence.segment, Sentence.text)
    found = [
        db.session.execute(
            select(*columns).where(Sentence.article_id == number).order_by(Sentence.position)
        ).all()
        for number in (article.id, copy.id)
    ]
    assert found[0] == found[1] != []
    assert (copy.key, copy.sha256, copy.number) == (article.key, article.sha256, article.id)
    assert copy.project_id != article.project_id
    assert stored(copy) is None


def test_the_address_leads_to_the_copy_and_shows_its_article(article):
    work = there(article)
    submitted(assignment_of(article))
    copy = given(article).article
    place = there(article)
    assert (work.article.id, place.article.id) == (article.id, copy.id)
    assert place.article.number == article.id
    assert (place.project.slug, place.article.key) == ("us-russia", article.key)
    assert place.sentence.text == work.sentence.text
    assert there(article, "ben").article.id == article.id
    assert there(copy) is None


@pytest.mark.parametrize(
    ("work", "copies_", "first"),
    [
        ("open", ["open"], "work"),
        ("returned", ["open"], "work"),  # as when a lead returns it meanwhile
        ("submitted", ["open"], "copy 1"),
        ("submitted", ["submitted"], "work"),
        ("closed", ["open", "submitted"], "copy 1"),
        ("closed", ["submitted", "submitted"], "work"),
        (None, ["submitted"], "copy 1"),
        (None, ["open", "submitted"], "copy 1"),
        (None, ["submitted", "submitted"], "copy 2"),
    ],
)
def test_what_is_open_goes_first_then_work_then_the_newest_copy(
    project, article, work, copies_, first
):
    places = {article.id: "work"}
    for number, _ in enumerate(copies_, start=1):
        places[given(article, purpose="repeat").article_id] = f"copy {number}"
    with write():
        held = assignment_of(article)
        if work is None:
            db.session.delete(held)
        else:
            held.state = work
        for each, state in zip(
            db.session.scalars(copies.attempts(project.id)).all(), copies_, strict=True
        ):
            each.state = state
    [listed] = progress.own_assignments(accounts.get_user("ann"), project)
    assert places[there(article).article.id] == first
    assert places[listed.article_id] == first


def test_answers_in_a_copy_leave_the_article_as_it_was(article):
    save(article, nothing_claimed())
    submitted(assignment_of(article))
    repeat = given(article, purpose="repeat")
    answered(repeat, claims())
    assert stored(article).status == "no_claim"
    assert stored(repeat.article).status == "claims"
    assert stored(repeat.article).round == 1
    assert repeat.decided_count == 1
    assert assignment_of(article).decided_count == 1
    assert history.audit().faults == ()
    assert history.audit().answers == 2


def test_a_speaker_whom_only_a_copy_names_does_not_count(article):
    submitted(assignment_of(article))
    copy = given(article)
    project = db.session.get(Project, article.project_id)
    answered(copy, claims())
    [out] = shelving.speakers_uncounted(db.session.connection(), project.id)
    save(article, claims(), name="ben")
    assert out
    assert shelving.speakers_uncounted(db.session.connection(), project.id) == frozenset()


def test_tries_count_by_purpose_and_each_is_blank(article):
    submitted(assignment_of(article))
    first = given(article, purpose="training")
    answered(first, claims())
    submitted(first)
    second, other = given(article, purpose="training"), given(article, purpose="repeat")
    assert [each.attempt for each in (first, second, other)] == [1, 2, 1]
    assert len({each.article_id for each in (first, second, other)}) == 3
    assert stored(second.article) is None
    # Everybody else begins with the first of these copies.
    assert given(article, "ben").article_id == first.article_id


def test_a_copy_is_made_anew_where_the_sentences_were_repaired_since(article):
    old = given(article)
    with write():
        sentence = db.session.scalars(
            select(Sentence).where(Sentence.article_id == article.id, Sentence.position == 0)
        ).one()
        sentence.segment = "dateline"
    new = given(article, "ben")
    assert new.article_id != old.article_id
    assert copies.spans_of(new.article) == copies.spans_of(article)


def test_my_work_has_one_row_of_each_article(article):
    project, ann = db.session.get(Project, article.project_id), accounts.get_user("ann")
    work = assignment_of(article)
    assert progress.own_assignments(ann, project) == [work]
    submitted(work)
    repeat = given(article, purpose="repeat")
    assert progress.own_assignments(ann, project) == [repeat]
    assert self_assignment.has_work(project, ann)
    submitted(repeat)
    assert not self_assignment.has_work(project, ann)


def test_who_has_a_copy_does_not_get_the_article_as_work(project, article):
    with write():
        db.session.delete(assignment_of(article))
    given(article)
    [work] = assigning.works(project, [article.key])
    assert not work.is_free_for(accounts.get_user("ann").id)


def test_copies_are_given_back_with_their_lease_as_work_is(project, article):
    long_ago = article.imported_at.replace(year=2001)
    given(article, "ben", lease_until=long_ago)
    with write():
        assert assigning.release_expired(project) == 1


def test_copies_of_articles_that_go_can_lie_in_one_place(article):
    for _ in range(2):
        submitted(given(article))
    with write():
        gone = copies.take_along([article.id])
        shelving.move([article.id, *gone], db.session.get(Article, gone[0]).project_id)
    assert len(gone) == 2


def test_the_audit_of_a_project_follows_its_copies_and_keeps_the_root_of_work(project, article):
    save(article, claims())
    submitted(assignment_of(article))
    before = history.audit(project)
    answered(given(article), nothing_claimed())
    found = history.audit(db.session.get(Project, project.id))
    assert (found.root, found.answers, found.faults) == (before.root, before.answers + 1, ())
    with write():
        copy = db.session.scalars(select(Answer).order_by(Answer.id.desc())).first()
        copy.status = "unclear"
    [fault] = history.audit(db.session.get(Project, project.id)).faults
    assert fault.startswith(f"~copies-{project.id}-1/{article.key}#2 ")


def test_an_article_whose_copies_were_answered_is_not_removed(project, article):
    with write():
        db.session.delete(assignment_of(article))
        db.session.delete(assignment_of(article, "ben"))
    answered(given(article, purpose="training"), claims())
    with pytest.raises(RefusedError, match="has 1 answer, so it cannot be removed"):
        write_in_steps(withdrawing.remove(project, [article.id], None))


def test_an_article_deleted_for_good_takes_its_copies_along(project, article):
    submitted(assignment_of(article))
    for purpose in ("repeat", "training"):
        answered(given(article, purpose=purpose), claims())
    with write():
        withdrawing.withdraw(project, [article.id], None)
    write_in_steps(withdrawing.erase(project, article.id, article.key, None))
    assert left_of(Article, Sentence, Answer, AnswerEvent, Assignment) == [0] * 5


def test_a_deleted_project_takes_its_copies_along(project, article, tmp_path):
    submitted(assignment_of(article))
    answered(given(article), claims())
    write_in_steps(ends.remove(projects.get("us-russia"), "us-russia", tmp_path))
    assert left_of(Project, Article, Sentence, Answer, AnswerEvent, Assignment) == [0] * 6


def left_of(*tables):
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(each)) for each in tables]


def test_a_model_is_a_member_that_nothing_lets_in(project):
    with write():
        made = model_members.add(project, " Llama  3 ", "70B", "temperature 0")
        second = model_members.add(project, "Qwen")
    member = made.membership
    assert [made.name, member.pseudonym, second.membership.pseudonym] == ["Llama 3", "M01", "M02"]
    assert (member.user.password_hash, member.roles) == (None, frozenset())
    assert member.user.disabled_at is not None
    assert memberships.role_names(member) == "model"
    assert member not in memberships.members(project)
    assert model_members.get(project, "M02") == second
    with pytest.raises(RefusedError, match="has a model “Qwen” already"):
        model_members.add(project, "Qwen")
    with pytest.raises(RefusedError, match="M01 is a model"):
        memberships.set_roles(member, {"lead"})
    with pytest.raises(NotFoundError, match="Its models: “Llama 3”, “Qwen”"):
        model_members.get(project, "GPT")
    assert db.session.scalars(select(Answer)).all() == []


def test_rows_of_other_purposes_are_exported_where_they_are_asked_for(project, article):
    save(article, claims())
    submitted(assignment_of(article))
    for purpose in ("training", "training", "repeat"):
        answered(made := given(article, purpose=purpose), nothing_claimed())
        submitted(made)
    work = list(annotation_rows(project))
    assert [(row["purpose"], row.get("attempt")) for row in work] == [("work", None)]
    rows = list(annotation_rows(project, purposes=copies.chosen("all")))
    assert rows[:1] == work
    assert [(row["article"], row["purpose"], row["attempt"], row["round"]) for row in rows[1:]] == [
        (article.key, "training", 1, 1),
        (article.key, "training", 2, 1),
        (article.key, "repeat", 1, 2),
    ]
    table = [line for text in csv_rows.write(rows) for line in text.splitlines()]
    assert table[0].split(",").count("attempt") == 1
    assert len(table) == 1 + len(rows)


@pytest.mark.parametrize("purpose", ["training", "control", "repeat"])
def test_only_work_is_imported(project, article, purpose):
    save(article, nothing_claimed())
    [row] = annotation_rows(project)
    with Importer(project) as importer:
        read = answer_row(row | {"purpose": purpose, "sentence": 3}, "line 1")
        [problem] = importer.plan([read]).problems
    assert f"its purpose is “{purpose}”; only “work” can be imported" in problem
