"""Text of a right-to-left article is told so, with its language, wherever a page shows it."""

import re

import pytest
from labelling_examples import claim, claims, nothing_claimed, save
from lead_form import carried, preview, send
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Article
from annotator.work.accounts import projects
from annotator.work.assignment import assigning

PROJECT = "/projects/us-russia"
TEXT = (
    "موسكو ترفض اتهامات واشنطن\n\nرفضت روسيا يوم الاثنين الاتهامات الأمريكية في 12 يونيو.\n"
    "«نحن مستعدون»، قال لافروف لصحيفة NYT. قال د. سعيد: لا.\n"
)
WORDS = "رفضت روسيا"
WRITTEN = ' lang="ar" dir="rtl"'


@pytest.fixture
def arabic(project, browser):
    """Import an Arabic article, whose language nobody says, and let two people differ on it."""
    page = preview(browser("lea"), "us-russia", ("ar.txt", TEXT.encode()))
    assert "Arabic (detected)" in page.text
    assert "split by rules-1-ar" in page.text
    assert f'class="title"{WRITTEN}' in page.text
    people = [each.pseudonym for each in assigning.annotators_of(projects.get("us-russia"))]
    fields = {"carried": carried(page), "give": "everybody", "annotators": people}
    send(browser("lea"), f"{PROJECT}/import/add", fields, 303)
    db.session.rollback()
    article = db.session.scalars(select(Article).where(Article.key == "ar")).one()
    assert (article.language, article.splitter, article.sentence_count) == ("ar", "rules-1-ar", 4)
    save(article, claims(claim(stance="support")), position=1)
    save(article, nothing_claimed(unsure=True), position=1, name="ben")
    return article


def test_every_page_that_shows_its_text_says_language_and_direction(arabic, browser):
    number = arabic.id
    pages = {
        "ann": [f"/label/{number}/1", f"/label/{number}/2", f"/label/{number}/1/history"],
        "ben": [f"/label/{number}/submit"],
        "cleo": [
            f"{PROJECT}/adjudicate/{number}/1", f"{PROJECT}/adjudicate/{number}/1/history",
        ],
        "lea": [
            f"{PROJECT}/articles/{number}", f"{PROJECT}/articles/{number}/read",
            f"{PROJECT}/explore?article=ar", f"{PROJECT}/flags", f"{PROJECT}/agreement",
            f"{PROJECT}/agreement/sentences?kind=all",
            f"{PROJECT}/gold", f"{PROJECT}/articles/{number}/repair/1",
        ],
    }  # fmt: skip
    shown = {}
    for name, paths in pages.items():
        for path in paths:
            text = browser(name).get(path, 200).text
            before = [text[: each.start()] for each in re.finditer(WORDS, text)]
            elements = [each[each.rindex("<") :] for each in before if is_shown(each)]
            # A part within it, such as a marked word, needs no attributes of its own.
            shown[path] = [each for each in elements if WRITTEN not in each]
            assert elements, path
    assert {path: tags for path, tags in shown.items() if tags} == {}


def is_shown(before):
    """Say whether what follows is text of an element, not of an attribute or a hidden one."""
    last = before[before.rindex("<") :]
    return ">" in last and 'class="hidden"' not in last


def test_the_direction_of_old_english_and_unknown_articles_is_that_of_their_letters(
    arabic, browser
):
    for language, written in (("en", ' dir="auto"'), ("und", ' dir="auto"'), ("de", ' lang="de"')):
        with write():
            db.session.get_one(Article, arabic.id).language = language
        assert f"<p{written}" in browser("ann").get(f"/label/{arabic.id}/2").text
