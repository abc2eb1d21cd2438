"""A long article in a real browser: next to do and "Go to sentence" reach what is far away."""

import sqlite3

import pytest
from label_page import run, until

LENGTH = 400
DECIDED = """
INSERT INTO answers (sentence_id, user_id, round, status, complete, unsure, note, revision,
    codebook_version_id, origin, active_seconds, created_at, updated_at)
SELECT sentences.id, users.id, 1, 'no_claim', 1, 0, '', 1, 1, 'human', 0,
    '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000'
FROM sentences, users
WHERE users.username = 'cal' AND sentences.article_id = 5 AND sentences.position BETWEEN 101 AND 300
"""


@pytest.fixture
def page(visit, demo, tmp_path):
    """Return Cal's browser at sentence 101 of 400; the 200 after it are decided."""
    path = tmp_path / "long.txt"
    path.write_text("\n\n".join(f"They met for the {n}. time." for n in range(LENGTH)), "utf-8")
    run(demo, "import", path, "-p", "us-russia-cooperation")
    run(demo, "assign", "-p", "us-russia-cooperation", "--overlap", "1", "--articles", "long")
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.execute(
            "UPDATE assignments SET user_id = 4, decided_count = 200 WHERE article_id = 5"
        )
        database.execute(DECIDED)
    database.close()
    page = visit("cal")
    page.goto(f"{demo.base}/label/5/100")
    return page


def at(page, position):
    number = "document.querySelector('#sentence a.number')"
    until(page, f"{number}.pathname.endsWith('/label/5/{position}')")
    assert page.url.split("#")[0].endswith(f"/label/5/{position}")


def test_next_to_do_leads_past_everything_decided(page):
    at(page, 100)
    page.keyboard.press("g")
    at(page, 301)
    page.go_back()
    at(page, 100)


def test_go_to_sentence(page):
    page.get_by_label("Go to sentence").fill("350")
    page.keyboard.press("Enter")
    page.wait_for_url("**/label/5/349*")
    at(page, 349)
