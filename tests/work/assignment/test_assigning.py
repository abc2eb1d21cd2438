"""Assigning: balanced, reproducible, and never the same article twice to one person."""

from collections import Counter

import pytest
from installation import staged
from sqlalchemy import func, select
from staging_examples import meanwhile

from annotator.errors import NotFoundError, RefusedError
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import Assignment
from annotator.work.accounts import accounts
from annotator.work.articles import storing
from annotator.work.assignment import assigning, leaving
from annotator.work.assignment.assigning import TooFewAnnotatorsError, Work, lacking, plan


def articles(*counts, holders=()):
    return [
        Work(number, f"{number:03}", count, frozenset(holders))
        for number, count in enumerate(counts, start=1)
    ]


def loads_after(works, pairs, loads=()):
    length = {work.article_id: work.sentences for work in works}
    total = Counter(dict(loads))
    for article_id, user_id in pairs:
        total[user_id] += length[article_id]
    return total


@pytest.fixture
def two_more(project, article):
    """Import two further articles that nobody has."""
    with write():
        return [
            storing.store_article(project, storing.read_file(name, text))
            for name, text in (("b.txt", b"One. Two. Three."), ("c.txt", b"Four. Five."))
        ]


def test_each_article_gets_the_overlap_and_nobody_twice():
    works = articles(*range(5, 45))
    pairs = plan(works, [1, 2, 3, 4, 5], 3)
    assert Counter(article_id for article_id, _ in pairs) == dict.fromkeys(range(1, 41), 3)
    assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize("seed", range(5))
def test_the_sentences_are_balanced(seed):
    works = articles(*range(5, 45))
    loads = loads_after(works, plan(works, [1, 2, 3, 4, 5], 2, seed))
    assert max(loads.values()) - min(loads.values()) <= 44


def test_the_same_input_gives_the_same_plan_and_another_seed_another():
    works = articles(*[20] * 30)
    assert plan(works, [3, 1, 2], 2, 5) == plan(works, [1, 2, 3], 2, 5)
    assert plan(works, [1, 2, 3], 2, 5) != plan(works, [1, 2, 3], 2, 6)


def test_every_pair_of_people_meets_in_some_article():
    pairs = plan(articles(*[20] * 60), [1, 2, 3, 4], 2)
    teams = {}
    for article_id, user_id in pairs:
        teams.setdefault(article_id, set()).add(user_id)
    assert len({frozenset(team) for team in teams.values()}) == 6


def test_who_has_little_gets_more():
    works = articles(*[10] * 10)
    loads = loads_after(works, plan(works, [1, 2], 1, loads={1: 100}), {1: 100})
    assert loads == {1: 100, 2: 100}


def test_those_who_have_it_already_count():
    works = [Work(1, "a", 10, frozenset({1})), Work(2, "b", 10, frozenset({8, 9}))]
    assert plan(works, [1, 2], 2) == [(1, 2)]


def test_the_plan_is_in_the_order_of_the_articles():
    assert [article for article, _ in plan(articles(3, 30, 9), [1], 1)] == [1, 2, 3]


def test_too_few_annotators_are_refused_with_both_numbers():
    with pytest.raises(TooFewAnnotatorsError, match="overlap is 3, but only 2 annotators are"):
        plan(articles(5), [1, 2], 3)
    with pytest.raises(TooFewAnnotatorsError, match="overlap is 1, but only 0 annotators are"):
        plan(articles(5), [], 1)


def test_too_few_of_those_who_do_not_have_it_are_refused():
    works = [Work(1, "a", 10, frozenset({1}))]
    said = "“a” needs 2 more annotators, but only 1 of those selected is available"
    with pytest.raises(TooFewAnnotatorsError, match=said):
        plan(works, [1, 2], 3)


def test_what_lacks_people_gets_nobody_and_the_rest_is_given():
    works = [Work(1, "a", 10, frozenset({1}), frozenset({2})), Work(2, "b", 5)]
    assert plan(works, [1, 2], 2) == [(2, 1), (2, 2)]
    (lack,) = lacking(works, [1, 2], 2)
    assert lack.says == "a needs 1 more annotator, 0 available"
    assert lacking(works, [1, 2], 2, everybody={1, 2}) == []


def test_nothing_to_give_is_no_fault():
    assert plan([], [], 2) == []
    assert assigning.assign([]) == 0


def test_assigning_twice_changes_nothing(project, article):
    people = assigning.annotators_of(project)
    with write():
        assert assigning.assign([(article.id, person.user_id) for person in people]) == 0
    assert len(db.session.scalars(select(Assignment)).all()) == 2


def test_the_order_goes_on_per_person(project, article, two_more):
    ann = accounts.get_user("ann")
    with write():
        assert assigning.assign([(each.id, ann.id) for each in two_more]) == 2
    rows = db.session.execute(
        select(Assignment.article_id, Assignment.order, Assignment.state)
        .where(Assignment.user_id == ann.id)
        .order_by(Assignment.order)
    ).all()
    assert rows == [
        (article.id, 0, "open"),
        (two_more[0].id, 1, "open"),
        (two_more[1].id, 2, "open"),
    ]


def test_a_pair_given_twice_is_one_assignment(project, two_more):
    ann = accounts.get_user("ann")
    with write():
        assert assigning.assign([(two_more[0].id, ann.id)] * 2) == 1


def test_works_know_their_length_and_who_has_them(project, article, two_more):
    ids = {accounts.get_user(name).id for name in ("ann", "ben")}
    assert assigning.works(project) == [
        Work(article.id, article.key, 22, frozenset(ids)),
        Work(two_more[0].id, "b", 3),
        Work(two_more[1].id, "c", 2),
    ]
    assert [work.key for work in assigning.works(project, keys=["c"])] == ["c"]
    assert [work.key for work in assigning.works(project, ids=[article.id])] == [article.key]


def test_an_unknown_article_is_refused(project, article):
    with pytest.raises(NotFoundError, match="has no article “x”"):
        assigning.works(project, keys=["x", article.key])


def test_people_are_named_by_user_name_or_pseudonym(project):
    everybody = assigning.annotators_of(project)
    assert {person.user.username for person in everybody} == {"ann", "ben"}
    first = everybody[0]
    assert assigning.annotators_of(project, [first.pseudonym]) == [first]
    assert assigning.annotators_of(project, [first.user.username]) == [first]


@pytest.mark.parametrize("name", ["cleo", "dan", "nobody"])
def test_only_annotators_of_the_project_get_work(project, name):
    with pytest.raises(NotFoundError, match=f"Not an annotator of .*: {name}"):
        assigning.annotators_of(project, [name])


def test_a_disabled_annotator_gets_no_work(project):
    with write():
        accounts.disable(accounts.get_user("ann"))
    assert [person.user.username for person in assigning.annotators_of(project)] == ["ben"]


def test_the_matrix_tells_new_from_old(project, article, two_more):
    people = assigning.annotators_of(project)
    matrix = assigning.make_matrix(project, assigning.works(project), people, 2)
    states = [[matrix.state(row, person) for person in people] for row in matrix.rows]
    assert states == [["has", "has"], ["new", "new"], ["new", "new"]]
    assert [matrix.added(person) for person in people] == [5, 5]
    assert [matrix.total(person) for person in people] == [27, 27]


def test_an_overlap_below_one_is_refused(project):
    with pytest.raises(RefusedError, match="at least 1"):
        assigning.make_matrix(project, [], [], 0)


# --- in short steps


@pytest.fixture
@staged
def thirty(project):
    """Return thirty articles that nobody has."""
    texts = [" ".join(f"Text {n} says {k}." for k in range(n % 7 + 1)) for n in range(30)]
    with write():
        return [
            storing.store_article(project, storing.read_file(f"{n:02}.txt", text.encode()))
            for n, text in enumerate(texts)
        ]


def planned(project, overlap=1):
    works = assigning.works(project)
    return assigning.make_matrix(project, works, assigning.annotators_of(project), overlap)


def holders():
    """Return how many people have each article that somebody has."""
    db.session.rollback()
    query = select(Assignment.article_id, func.count(Assignment.id))
    return dict(db.session.execute(query.group_by(Assignment.article_id)).all())


def test_a_plan_in_steps_stores_the_pairs_it_says_in_their_order(project, thirty, monkeypatch):
    monkeypatch.setattr(leaving, "AT_ONCE", 4)
    matrix = planned(project)
    assert len(list(matrix.pieces(4))) == 8
    assert write_in_steps(leaving.carry_out(project, matrix)) == (30, 0)
    stored = select(Assignment.article_id, Assignment.user_id).order_by(Assignment.id)
    assert [tuple(row) for row in db.session.execute(stored)] == list(matrix.pairs)
    for person in matrix.people:
        query = select(Assignment.order).where(Assignment.user_id == person.user_id)
        orders = db.session.scalars(query.order_by(Assignment.id)).all()
        assert orders == list(range(len(orders)))


def test_what_somebody_else_gives_meanwhile_fills_no_place_twice(project, thirty, monkeypatch):
    monkeypatch.setattr(leaving, "AT_ONCE", 4)
    ann = accounts.get_user("ann")
    matrix = planned(project)

    def ask():
        with write():
            assigning.lock(project)
            assigning.assign([(thirty[20].id, ann.id)])

    with pytest.raises(leaving.PlanChangedError) as changed:
        write_in_steps(meanwhile(leaving.carry_out(project, matrix), 3, ask))
    assert changed.value.given == 20
    assert set(holders().values()) == {1}
    plans = []

    def plan():
        plans.append(planned(project))
        return plans[-1]

    _, given = write_in_steps(leaving.give(project, plan))
    assert (given, len(plans)) == (9, 1)
    assert holders() == {each.id: 1 for each in thirty}


def test_a_plan_that_others_disturb_is_made_anew_until_all_is_given(project, thirty, monkeypatch):
    monkeypatch.setattr(leaving, "AT_ONCE", 4)
    ann, plans = accounts.get_user("ann"), []

    def plan():
        plans.append(planned(project))
        if len(plans) < 3:  # somebody takes an article as soon as it is planned
            with write():
                assigning.assign([(thirty[10 * len(plans)].id, ann.id)])
        return plans[-1]

    _, given = write_in_steps(leaving.give(project, plan))
    assert (given, len(plans)) == (28, 3)
    assert holders() == {each.id: 1 for each in thirty}


def test_who_is_no_annotator_any_more_is_given_nothing_by_an_old_plan(project, thirty):
    matrix = planned(project, overlap=2)
    with write():
        accounts.disable(accounts.get_user("ben"))
    with pytest.raises(leaving.PlanChangedError):
        write_in_steps(leaving.carry_out(project, matrix))
    assert holders() == {}
