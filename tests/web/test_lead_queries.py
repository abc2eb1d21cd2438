"""The pages of a lead ask the database as often for many people, articles and speakers as few."""

import pytest
from agreement_examples import give, label, speaker
from slow_cases import further
from sqlalchemy import select
from statements import counted_queries

from annotator.store.db import db, write
from annotator.store.models import Article, Project
from annotator.work.accounts import accounts, memberships

PAGES = ("", "/articles", "/people", "/speakers", "/flags", "/releases", "/activity")


def grow(project, begin, end):
    """Add people, speakers and an article that all of them have."""
    with write():
        project = db.session.get(Project, project.id)
        names = [f"person{n}" for n in range(begin, end)]
        for name in names:
            memberships.join(project, accounts.add_user(name), {"annotator"})
            speaker(project, f"Speaker {name}")
    label(project, "a: Mattis oc | b: x")
    with write():
        article = db.session.scalars(select(Article).order_by(Article.id.desc())).first()
        give(article.id, *names)


@pytest.mark.parametrize("page", further(PAGES))
def test_it_costs_the_same_queries_for_few_and_for_many(browser, project, page):
    lea, counts = browser("lea"), []
    grow(project, 0, 2)
    for _ in range(2):
        path = f"/projects/us-russia{page}"
        lea.get(path)
        with counted_queries() as seen:
            lea.get(path)
        counts.append(len(seen))
        if len(counts) == 1:
            grow(project, 2, 22)
    assert counts[0] == counts[1]
