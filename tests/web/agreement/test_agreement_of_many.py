"""A crowd in small groups, each with articles of its own: pages stay small, and so does work."""

import numpy as np
from gold_examples import store_stances
from installation import staged
from slow_cases import slow

from annotator.work.agreement import annotators
from annotator.work.agreement.measuring import report_for

PROJECT = "/projects/us-russia"
TOGETHER, SENTENCES = 8, 20
PAIRS = TOGETHER * (TOGETHER - 1) // 2


@staged
def in_groups(project, groups):
    """Store the answers of so many groups, of whom nobody has a sentence of another group."""
    chance = np.random.default_rng(14)
    given = np.full((groups * SENTENCES, groups * TOGETHER), -1)
    for group in range(groups):
        rows = slice(group * SENTENCES, (group + 1) * SENTENCES)
        columns = slice(group * TOGETHER, (group + 1) * TOGETHER)
        given[rows, columns] = chance.integers(0, 3, (SENTENCES, TOGETHER))
    store_stances(project, given)


def test_two_who_share_no_sentence_are_listed_and_cost_no_kappa_of_their_own(project, monkeypatch):
    in_groups(project, 2)
    measured = []

    def cohen(table, weights):
        measured.append(int(table.sum()))
        return original(table, weights)

    original = annotators.cohen
    monkeypatch.setattr(annotators, "cohen", cohen)
    people = report_for(project).people
    everybody = 2 * TOGETHER
    for each in people:
        assert len(each.pairs) == everybody * (everybody - 1) // 2
        shared = [pair.kappa.n_units for pair in each.pairs]
        assert (shared.count(SENTENCES), shared.count(0)) == (2 * PAIRS, TOGETHER**2)
    assert sorted(measured) == [0] * len(people) + [SENTENCES] * 2 * PAIRS * len(people)


@slow
def test_the_pages_of_four_hundred_annotators_stay_small(project, browser):
    in_groups(project, 50)
    lea = browser("lea")
    assert len(lea.get(PROJECT + "/agreement").data) <= 1_000_000
    assert len(lea.get(PROJECT).data) <= 500_000
