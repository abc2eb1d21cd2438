"""The list of articles and the review of one: read only, for the lead."""

import pytest

from annotator.codebook.load import load_default
from annotator.store.db import write
from annotator.work.accounts import projects
from annotator.work.articles import listing, storing

PATH = "/projects/us-russia/articles"


@pytest.fixture
def lea(browser):
    return browser("lea")


def test_the_list_has_key_title_length_and_date(lea, article):
    page = lea.get(PATH).text
    for words in (
        article.key,
        "James Mattis: No plans for U.S., Russian military cooperation in Syria",
        ">22</td>",
        "24 Jul 2018",
    ):
        assert words in page
    assert f'href="{PATH}/{article.id}"' in page


def test_an_empty_list_says_what_to_do(lea):
    assert "No articles yet." in lea.get(PATH).text


def test_what_the_importer_doubted_is_marked(lea, project):
    with write():
        storing.store_article(project, storing.read_file("a.txt", b"One block of text only."))
    assert "2 warnings" in lea.get(PATH).text


def test_the_review_shows_every_sentence_with_segment_and_offsets(lea, article):
    page = lea.get(f"{PATH}/{article.id}").text
    assert "22 sentences: 1 headline, 1 date line, 19 body, 1 boilerplate" in page
    assert "0–70" in page
    assert "4,503–4,516" in page
    assert '<span class="tag">Date line</span>' in page
    assert article.sha256 in page


def test_the_review_tells_what_to_look_at(lea, project):
    with write():
        stored = storing.store_article(
            project, storing.read_file("a.txt", b"One block of text only.")
        )
    assert "No paragraph breaks found" in lea.get(f"{PATH}/{stored.id}").text


def test_a_long_article_is_read_in_windows(lea, article, monkeypatch):
    monkeypatch.setattr(listing, "SENTENCES", 10)
    page = lea.get(f"{PATH}/{article.id}?page=3").text
    assert "21 to 22 of 22 sentences" in page
    assert "Update hourly" in page
    assert "The Defense Department has no plans" not in page
    lea.get(f"{PATH}/{article.id}?page=4", 404)


def test_an_endless_sentence_is_cut_on_screen(lea, project):
    with write():
        stored = storing.store_article(
            project, storing.read_file("a.txt", b"word " * 2000 + b"end.")
        )
    page = lea.get(f"{PATH}/{stored.id}").text
    assert "(10,004 characters)" in page
    assert len(page) < 20_000


def test_markup_in_an_article_is_shown_as_text(lea, project):
    raw = b"<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> He left.\n"
    with write():
        stored = storing.store_article(project, storing.read_file("a.txt", raw))
    for path in (PATH, f"{PATH}/{stored.id}", "/projects/us-russia"):
        page = lea.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page


def test_an_article_of_another_project_is_404(lea, project):
    with write():
        other = projects.create("other", "Other", load_default())
        stored = storing.store_article(other, storing.read_file("a.txt", b"One."))
    lea.get(f"{PATH}/{stored.id}", 404)


@pytest.mark.parametrize("number", ["0", "999", "9" * 30, "x"])
def test_an_article_that_does_not_exist_is_404(lea, number):
    lea.get(f"{PATH}/{number}", 404)


def test_annotators_and_adjudicators_are_403_and_strangers_404(browser, article):
    for path in (PATH, f"{PATH}/{article.id}"):
        for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
            browser(name).get(path, status)
        assert browser().get(path, 303).location.startswith("/sign-in?next=")
