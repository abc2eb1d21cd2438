"""The overview names the next step at every stage of a project."""

import re

from agreement_examples import give, label
from sqlalchemy import select, update

from annotator.codebook.load import load_default
from annotator.store.db import db, write
from annotator.store.models import Article, Assignment, CodebookDraft, Project
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.codebook import drafts

HERE = "/projects/us-russia"


def step_on(browser, path=HERE):
    html = browser("lea").get(path).text
    part = html[html.index("next-heading") :]
    part = part[: part.index("</section>")]
    return " ".join(re.sub(r"<[^>]*>", " ", part).split()), part


def test_from_nothing_imported_to_gold_ready(browser, project):
    words, html = step_on(browser)
    assert "No articles yet." in words
    assert f'href="{HERE}/import"' in html
    label(project, "a: Mattis oc | b: Mattis oc\na: Mattis nc | b: Trump nl")
    assert "1 article has fewer annotators than the overlap." in step_on(browser)[0]
    article = db.session.scalars(select(Article)).one()
    with write():
        give(article.id, "ann", "ben")
    words, html = step_on(browser)
    assert "0 of 4 answers are submitted; 1 sentence waits for a decision already." in words
    assert f'href="{HERE}/adjudicate"' in html
    with write():
        db.session.execute(update(Assignment).values(state="submitted"))
    words, html = step_on(browser)
    assert "All answers are submitted. 1 sentence waits for a decision." in words
    assert f'href="{HERE}/adjudicate"' in html


def test_where_all_agree_gold_is_ready(browser, project):
    label(project, "a: Mattis oc | b: Mattis oc")
    with write():
        give(db.session.scalars(select(Article.id)).one(), "ann", "ben")
        db.session.execute(update(Assignment).values(state="submitted"))
    words, html = step_on(browser)
    assert "gold is ready" in words
    assert f'href="{HERE}/releases"' in html


def test_without_annotators_the_step_is_to_invite_some(browser, project):
    with write():
        other = projects.create("other", "Other", load_default())
        memberships.join(other, accounts.get_user("lea"), {"lead"})
    label(db.session.get(Project, other.id), "a: x")
    with write():
        found = db.session.get(Project, other.id)
        ann = memberships.membership_of(accounts.get_user("ann"), found)
        memberships.set_roles(ann, set())
    words, html = step_on(browser, "/projects/other")
    assert "no member of the project is an annotator" in words
    assert 'href="/projects/other/people#invite-heading"' in html


def test_an_open_draft_of_the_codebook_is_named(browser, project):
    assert "draft" not in step_on(browser)[0]
    with write():
        here = db.session.get(Project, project.id)
        content = here.codebook_version.content
        db.session.add(CodebookDraft(project_id=here.id, base=1, content=content))
    assert drafts.draft_of(project) is not None
    assert "A draft of the next codebook version is open" in step_on(browser)[0]
