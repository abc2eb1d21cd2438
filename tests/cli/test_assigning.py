"""`annotator assign`: prints who gets what, and gives it."""

import pytest
from installation import staged
from labelling_examples import assignment_of, nothing_claimed, save
from sqlalchemy import func, select

from annotator.store.db import db, write
from annotator.store.models import Assignment
from annotator.work.accounts import accounts, memberships
from annotator.work.articles import storing
from annotator.work.assignment import assigning


@pytest.fixture
@staged
def three(project):
    """Import three articles that nobody has."""
    texts = {"a.txt": b"One. Two. Three.", "b.txt": b"Four. Five.", "c.txt": b"Six."}
    with write():
        return [
            storing.store_article(project, storing.read_file(name, text))
            for name, text in texts.items()
        ]


def count():
    return db.session.scalar(select(func.count(Assignment.id)))


def test_it_gives_each_article_the_overlap_of_the_project(project, three, command):
    result = command("assign", "-p", project.slug)
    assert result.exit_code == 0, result.stderr
    first, second = assigning.annotators_of(project)
    assert result.stdout.splitlines() == [
        f"article              sent.  {first.pseudonym}  {second.pseudonym}",
        "a                        3    +    +",
        "b                        2    +    +",
        "c                        1    +    +",
        "new / all sentences         6/6  6/6",
        "+ new, = already assigned, . not assigned. 6 assignments made.",
    ]
    assert count() == 6


def test_again_it_finds_nothing_to_do(project, three, command):
    command("assign", "-p", project.slug)
    result = command("assign", "-p", project.slug)
    assert "0 assignments made." in result.stdout
    assert "=" in result.stdout.splitlines()[1]
    assert count() == 6


def test_people_articles_overlap_and_seed_can_be_chosen(project, three, command):
    words = ("--annotators", "ann, ben", "--articles", "a,c", "--overlap", "1", "--seed", "4")
    result = command("assign", "-p", project.slug, *words)
    assert result.exit_code == 0, result.stderr
    assert count() == 2
    keys = db.session.scalars(select(Assignment.article_id)).all()
    assert sorted(keys) == [three[0].id, three[2].id]


def test_an_article_whose_key_has_a_comma_is_named_in_quotation_marks(project, three, command):
    with write():
        draft = storing.read_file("Talks, resumed.txt", b"They spoke.")
        made = storing.store_article(project, draft)
    words = ("--articles", 'a, "Talks, resumed"', "--overlap", "1")
    result = command("assign", "-p", project.slug, *words)
    assert result.exit_code == 0, result.stderr
    given = db.session.scalars(select(Assignment.article_id)).all()
    assert sorted(given) == [three[0].id, made.id]


def test_a_list_that_cannot_be_read_says_how_it_is_written(project, three, command):
    result = command("assign", "-p", project.slug, "--articles", '"a, b')
    assert result.exit_code == 2
    assert "--articles: quote a part that contains a comma" in result.stderr
    assert count() == 0


def test_a_dry_run_prints_the_same_plan_and_stores_nothing(project, three, command):
    words = ("assign", "-p", project.slug, "--overlap", "1")
    dry = command(*words, "--dry-run")
    assert "Nothing was stored." in dry.stdout
    assert count() == 0
    assert command(*words).stdout.splitlines()[:-1] == dry.stdout.splitlines()[:-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-p", "none"], 'There is no project "none".'),
        (["-p", "us-russia", "--overlap", "3"], "overlap is 3, but only 2 annotators are selected"),
        (["-p", "us-russia", "--annotators", "cleo"], "Not an annotator"),
        (["-p", "us-russia", "--articles", "z"], "has no article “z”"),
        (["-p", "us-russia", "--overlap", "0"], "0 is not in the range"),
        ([], "Missing option '-p'"),
    ],
)
def test_what_cannot_be_done_is_said_and_exits_2(project, three, command, words, said):
    result = command("assign", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert count() == 0


def test_articles_that_lack_people_are_named_and_the_rest_is_given(project, three, command):
    key, ann = three[0].key, accounts.get_user("ann").id
    with write():
        db.session.add(Assignment(article_id=three[0].id, user_id=ann, state="closed", order=0))
    result = command("assign", "-p", "us-russia")
    assert result.exit_code == 1
    assert "4 assignments made." in result.stdout
    assert f"{key} needs 2 more annotators, 1 available" in result.stdout
    assert "Error: 1 article with too few annotators not assigned." in result.stderr
    again = command("assign", "-p", "us-russia")
    assert again.exit_code == 2
    assert "overlap is 2" in again.stderr
    assert count() == 5


def test_a_share_goes_to_everybody(command, project):
    with write():
        for number in range(4):
            draft = storing.read_file(f"{number}.txt", f"Number {number}.".encode())
            storing.store_article(project, draft)
    done = command("assign", "-p", "us-russia", "--overlap", 1, "--calibration", 25)
    assert done.exit_code == 0
    assert "5 assignments made." in done.output
    assert command("assign", "-p", "us-russia", "--calibration", 101).exit_code == 2


def test_places_of_who_has_left_are_filled_only_by_their_option(project, article, command):
    save(article, nothing_claimed(), name="ben")
    with write():
        accounts.disable(accounts.get_user("ben"))
        memberships.join(project, accounts.add_user("eve"), {"annotator"})
    pseudonym = memberships.membership_of(accounts.get_user("ben"), project).pseudonym
    result = command("assign", "-p", project.slug)
    assert "0 assignments made." in result.stdout
    assert f"{pseudonym} (disabled) still has 1 open article" in result.stderr
    assert "--replace-left" in result.stderr
    line = f"closes: {pseudonym} (disabled), {article.key}: 1 of 22 answered"
    dry = command("assign", "-p", project.slug, "--replace-left", "--dry-run")
    assert line in dry.stdout
    assert assignment_of(article, "ben").state == "open"
    result = command("assign", "-p", project.slug, "--replace-left")
    assert line in result.stdout
    assert "1 assignment made." in result.stdout
    db.session.rollback()
    assert assignment_of(article, "ben").state == "closed"
    assert assignment_of(article, "eve").state == "open"
