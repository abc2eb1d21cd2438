"""The pages of adjudication ask the database as often for many sentences as for few."""

import pytest
from agreement_examples import label, refresh
from slow_cases import slow
from statements import counted_queries

PATH = "/projects/us-russia/adjudicate"
PAGES = {
    "a disputed sentence": "/1/0",
    "in text order": "/1/0?sort=text",
    "one kind": "/1/0?kind=status",
    "unanimous": "/unanimous",
    "majority": "/majority",
}
# A disputed one, a unanimous one, one with a clear majority.
LINES = ["a: Mattis oc | b: z", "a: x | b: x", "a: Mattis oc | b: Mattis oc | c: Trump nc"]


def queries(browser, path):
    browser.get(path)
    with counted_queries() as seen:
        browser.get(path)
    return len(seen)


@slow
@pytest.mark.parametrize("page", PAGES)
def test_it_costs_the_same_queries_for_20_sentences_and_for_200(browser, project, page):
    cleo = browser("cleo")
    label(project, "\n".join(LINES * 7))
    refresh(project)
    few = queries(cleo, PATH + PAGES[page])
    label(project, *["\n".join(LINES * 7)] * 9)
    refresh(project)
    assert queries(cleo, PATH + PAGES[page]) == few
    assert few < 40


@slow
def test_what_has_become_stale_costs_no_query_per_sentence(browser, project):
    cleo = browser("cleo")
    counts = []
    for _ in range(2):
        label(project, "\n".join(LINES * (1 + 6 * len(counts))))
        with counted_queries() as seen:
            cleo.get(f"{PATH}/1/0")
        counts.append(len(seen))
    assert abs(counts[1] - counts[0]) <= 1
