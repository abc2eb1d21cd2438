"""Sentences are counted from 1 by people and from 0 by files; where both meet, both are said."""

import re

import pytest
from agreement_examples import random_project
from installation import staged
from labelling_examples import claim, claims, save
from release_examples import TRUMP, decide

from annotator import paths
from annotator.phrases import both_numbers, sentence_number
from annotator.store.db import db, write
from annotator.store.models import Answer, Assignment, Speaker

WHERE = 10  # in files; 11 on screen
COUNTED_ON_THE_SPOT = re.compile(r"\{\{?[^{}]*\b(position|first|before|after)\b\)? \+ 1\b[^{}]*\}")


@pytest.fixture
@staged
def disputed(article):
    """Let Ann and Ben differ on one sentence, and let Ben be unsure."""
    save(article, claims(claim(TRUMP, "support")), position=WHERE)
    save(article, claims(claim(TRUMP, "oppose"), unsure=True), position=WHERE, name="ben")
    return article


def test_a_sentence_has_its_number_on_screen_and_the_one_in_files():
    assert sentence_number(999) == "1,000"
    assert both_numbers(1000) == "1,001 (1000 in files)"


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("lea", "{slug}/agreement"),
        ("lea", "{slug}/agreement/sentences"),
        ("lea", "{slug}/flags"),
        ("lea", "{slug}/articles/{article}/repair/{where}"),
        ("cleo", "{slug}/adjudicate/{article}/{where}"),
        ("cleo", "{slug}/adjudicate/{article}/{where}/history"),
    ],
)
def test_pages_that_lead_to_files_say_both_numbers(disputed, browser, project, name, page):
    address = page.format(slug=project.slug, article=disputed.id, where=WHERE)
    shown = words_of(browser(name).get(f"/projects/{address}").text)
    assert "(10 in files)" in shown, page


def test_the_sentences_of_the_gold_page_have_both_numbers(browser, project):
    random_project(project, 5)
    shown = words_of(browser("lea").get(f"/projects/{project.slug}/gold").text)
    found = re.findall(r"article-\d+-(\d+), adjudicate \((\d+) in files\)", shown)
    assert found
    assert {int(screen) - int(file) for screen, file in found} == {1}


def test_the_label_page_says_which_number_its_address_has(disputed, browser):
    ann = browser("ann")
    shown = words_of(ann.get(f"/label/{disputed.id}/{WHERE}").text)
    assert re.search(r"Sentence 11 of [\d,]+ \(10 in files\)", shown)
    shown = words_of(ann.get(f"/label/{disputed.id}/{WHERE}/history").text)
    assert "History of sentence 11 (10 in files)" in shown


def test_my_differences_say_both_numbers(disputed, browser, project):
    decide(disputed, WHERE)
    with write():
        for each in db.session.query(Assignment):
            each.state = "submitted"
    shown = words_of(browser("ben").get(f"/projects/{project.slug}/differences").text)
    assert re.search(r"-11 \(10 in files\)", shown)


def test_the_preview_of_a_speaker_says_both_numbers(disputed, browser, project):
    speaker = db.session.query(Speaker).filter_by(name=TRUMP.name).one()
    lea = browser("lea")
    address = f"/projects/{project.slug}/speakers/{speaker.id}"
    shown = words_of(lea.post(address, {"kind": "rename", "name": "D. Trump"}, 200).text)
    assert "sentence 11 (10 in files)" in shown


def test_an_import_of_labels_names_a_sentence_as_screens_and_files_count_it(
    disputed, project, command, tmp_path
):
    path = tmp_path / "labels.jsonl"
    assert command("labels", "export", "-p", project.slug, "-o", path).exit_code == 0
    said = command("labels", "import", path, "-p", project.slug).stdout
    assert "has an answer on sentence 11 (10 in files) of" in said
    assert db.session.query(Answer).count() == 2


def test_nothing_else_counts_sentences_from_one():
    package = paths.PACKAGE
    files = [*package.rglob("*.py"), *paths.TEMPLATES.rglob("*.html")]
    found = [
        f"{path.name}: {each.group()}"
        for path in files
        if path.name != "phrases.py"
        for each in COUNTED_ON_THE_SPOT.finditer(path.read_text(encoding="utf-8"))
        if "url_for" not in each.group()
    ]
    assert found == []


def words_of(page):
    """Return what a page says, without its tags, with single blanks."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())
