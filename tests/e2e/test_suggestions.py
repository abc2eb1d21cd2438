"""What a model suggests, in a real browser: one key takes it, one hides it, nobody has to."""

import json
import sqlite3
from contextlib import closing

import pytest
from axe import faults
from label_page import chip_says, cut_line, is_at, rows_of, run, saved, start, until, waiting

from annotator.formats.models.tasks import article_mark
from annotator.work.models.suggestions import is_drawn

GHOST = "document.querySelector('#suggestion')"
SLUG = "us-russia-cooperation"
AT, PROJECT = 2, 1


@pytest.fixture
def suggested(demo, tmp_path, visit):
    """Return a function that lets cal label while a model suggests that sentences claim nothing.

    A model says so of three sentences; cal has a pseudonym that is drawn, so that `half` shows it.
    """
    tasks, results = tmp_path / "tasks.jsonl", tmp_path / "results.jsonl"
    run(demo, "model-tasks", "-p", SLUG, "-o", tasks)
    asked = [json.loads(line)["custom_id"] for line in tasks.read_text("utf-8").splitlines()]
    key = rows_of(demo, "A01")[0]["article"]
    wanted = tuple(f"{article_mark(key)}-{place}-" for place in (AT, AT + 1, AT + 2))
    lines = [
        {"custom_id": each, "answer": {"status": "no_claim", "claims": []}}
        for each in asked
        if each.startswith(wanted)
    ]
    assert len(lines) == len(wanted)
    results.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    run(demo, "labels", "import", results, "-p", SLUG, "--model", "small")
    drawn = next(each for n in range(50, 99) if is_drawn(PROJECT, key, each := f"A{n}"))

    def choose(mode, **options):
        with closing(sqlite3.connect(demo.folder / "annotator.sqlite3")) as database, database:
            [(quality,)] = database.execute("SELECT quality FROM projects WHERE id = ?", [PROJECT])
            [(model,)] = database.execute("SELECT user_id FROM memberships WHERE model")
            chosen = {**json.loads(quality), "suggestions": f"{mode} {model}", "suggested": True}
            database.execute(
                "UPDATE projects SET quality = ? WHERE id = ?", [json.dumps(chosen), PROJECT]
            )
            database.execute(
                "UPDATE memberships SET pseudonym = ? WHERE pseudonym = 'A03'", [drawn]
            )
        page = visit("cal", routed=True, **options)
        start(page, demo, AT)
        return page

    choose.who = drawn
    return choose


def said(demo, who, position=AT):
    return [row["status"] for row in rows_of(demo, who) if row["sentence"] == position]


def kept(demo):
    """Return what the newest save keeps of the suggestion: whether it was shown, and taken."""
    with closing(sqlite3.connect(demo.folder / "annotator.sqlite3")) as database:
        query = "SELECT proposed FROM answer_events ORDER BY id DESC LIMIT 1"
        found = json.loads(database.execute(query).fetchone()[0])["suggested"]
    return found["shown"], found["taken"]


def test_one_key_takes_it_and_saves(suggested, demo):
    page = suggested("half")
    until(page, GHOST)
    assert said(demo, suggested.who) == []
    page.keyboard.press("=")
    until(page, f"!{GHOST} || new URL(location).pathname !== '/label/2/{AT}'")
    saved(page)
    assert said(demo, suggested.who) == ["no_claim"]
    assert kept(demo) == (True, True)


def test_one_key_hides_it_and_nothing_is_saved(suggested, demo):
    page = suggested("half")
    until(page, GHOST)
    page.keyboard.press("-")
    until(page, f"!{GHOST}")
    is_at(page, AT)
    assert said(demo, suggested.who) == []


def test_it_is_shown_for_comparison_once_the_answer_is_given(suggested, demo):
    page = suggested("after")
    assert not page.evaluate(f"Boolean({GHOST})")
    for key in "0nc":
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    until(page, GHOST)
    is_at(page, AT)  # where it can be compared
    assert said(demo, suggested.who) == ["claims"]
    page.keyboard.press("Enter")
    is_at(page, AT + 1)


def test_taken_without_a_connection_it_waits_as_any_answer(suggested, demo):
    page = suggested("half")
    until(page, GHOST)
    cut_line(page)
    page.keyboard.press("=")
    until(page, "Object.keys(localStorage).join().includes('-waiting-')")
    chip_says(page, "Offline: 1 unsent")
    page.context.set_offline(False)
    saved(page)
    assert waiting(page) == 0
    assert said(demo, suggested.who) == ["no_claim"]
    assert kept(demo) == (True, True)


@pytest.mark.parametrize("size", [(390, 844), (360, 740), (320, 800), (1366, 768)])
def test_it_is_seen_without_scrolling_and_covers_no_button(suggested, size):
    page = suggested("half", width=size[0], height=size[1])
    until(page, GHOST)
    for button in page.locator(".moves button:visible").all():
        button.click(trial=True)  # refused where something else lies over it
    top, bottom, covered = page.evaluate(
        f"""(() => {{
            const place = {GHOST}.querySelector('h3').getBoundingClientRect();
            const act = {GHOST}.querySelector('button').getBoundingClientRect();
            const over = document.elementFromPoint(act.left + 5, act.top + act.height / 2);
            return [place.top, act.bottom, !over?.closest('#suggestion')];
        }})()"""
    )
    assert 0 <= top < bottom <= size[1]
    assert not covered
    assert faults(page) == []
