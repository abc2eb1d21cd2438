"""Whoever types ahead of the network gets what was typed, at every pace and latency.

The suite types a few sentences in the cells of the grid that were worst. The whole grid is
typed by
    ANNOTATOR_TYPING_SENTENCES=2000 .venv/bin/pytest -q -n 2 tests/e2e/test_typing.py -k grid
which spreads so many sentences over all 40 cells; ANNOTATOR_TYPING_SEED=7 types other labels.
"""

import itertools
import json
import os
import shutil

import pytest
from label_page import chip_says, is_at, rows_of, run, until
from served_demo import Demo
from typist import RECORDER, Look, Typist, meaning, slow_down, strike, wait_while_it_moves

GAPS, LATENCIES = (40, 70, 120, 180, 300), (0, 100, 250, 400)
WORST = [  # (gap, latency, moves on by itself)
    (180, 250, True),
    (120, 100, True),
    (70, 0, True),
    (40, 400, True),
    (180, 100, True),
    (40, 0, False),
    (70, 100, False),
    (120, 400, False),
]
WANTED = int(os.environ.get("ANNOTATOR_TYPING_SENTENCES", "0"))
SEED = int(os.environ.get("ANNOTATOR_TYPING_SEED", "1"))
CELLS = list(itertools.product(GAPS, LATENCIES, (True, False))) if WANTED else WORST
EACH = -(-WANTED // len(CELLS)) if WANTED else 7
PROJECT = "typing"
NOTHING_WAITS = "!Object.keys(localStorage).some((name) => name.includes('-waiting-'))"
SLOW = 6  # times slower than this machine
ON_SLOW = [(*cell, SLOW) for cell in WORST[:2]]


@pytest.fixture(scope="module")
def desk(made, tmp_path_factory):
    """Serve a project with one article per cell, its sentences as short as sentences can be."""
    folder = tmp_path_factory.mktemp("typing") / "demo"
    shutil.copytree(made, folder)
    with Demo(folder) as demo:
        texts = folder / "texts.jsonl"
        keys = [key_of(*cell) for cell in [*CELLS, *ON_SLOW]]
        texts.write_text("".join(article(key) + "\n" for key in keys))
        run(demo, "project", "add", PROJECT)
        run(demo, "user", "add", "cal", "--role", "annotator", "-p", PROJECT)
        run(demo, "import", texts, "-p", PROJECT)
        run(demo, "assign", "-p", PROJECT, "--overlap", "1")
        demo.articles = {key: number for number, key in enumerate(keys, start=5)}
        yield demo


@pytest.fixture
def demo(desk):
    """Let `visit` open the pages of this server."""
    return desk


def article(key):
    """Return a line to import: short sentences, one more than is typed."""
    text = " ".join(f"The talks on {key} went on for day {day}." for day in range(EACH + 1))
    return json.dumps({"key": key, "text": text})


def key_of(gap, latency, auto, processor=1):
    return f"{gap}-{latency}-{'auto' if auto else 'enter'}-{processor}"


def sign_in(visit, demo, *, auto=False):
    """Open a page by a new link: each one opens once, and the cells share a server and a person."""
    page = visit("cal", routed=True)
    page.goto(f"{demo.base}/account")
    page.set_checked("#auto_advance", auto)
    page.get_by_role("button", name="Save the labelling settings").click()
    return page


def type_article(visit, demo, cell, count):
    """Type into the cell's article; return what was typed and what was stored, by sentence."""
    gap, latency, auto, *more = cell
    page = sign_in(visit, demo, auto=auto)
    page.add_init_script(RECORDER)
    article = demo.articles[key_of(*cell)]
    page.goto(f"{demo.base}/label/{article}/0")
    until(page, "document.querySelector('#sentence-heading') !== null")
    slow_down(page, latency=latency, processor=more[0] if more else 1)
    number = [*CELLS, *ON_SLOW].index(cell)
    ending = chr(ord("b") + number // 20) + chr(ord("b") + number % 20)
    typed = Typist(f"{SEED} {cell}", auto, ending).sentences(count)
    for strokes, _row in typed:
        strike(page, strokes, gap)
    there = f"document.querySelector('#sentence a.number')?.pathname === '/label/{article}/{count}'"
    wait_while_it_moves(page, lambda: page.evaluate(there), "the sentence behind the last one")
    until(page, NOTHING_WAITS, 60)
    rows = [json.loads(line) for line in run(demo, "labels", "export", "-p", PROJECT).splitlines()]
    stored = {row["sentence"]: meaning(row) for row in rows if row["article"] == key_of(*cell)}
    return [row for _strokes, row in typed], [stored.get(place) for place in range(count)]


def differences(typed, stored):
    return [
        f"sentence {place}: typed {meant}, stored {kept}"
        for place, (meant, kept) in enumerate(zip(typed, stored, strict=True))
        if meant != kept
    ]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: key_of(*cell))
def test_what_is_typed_ahead_is_what_is_stored_over_the_grid(visit, demo, cell):
    assert differences(*type_article(visit, demo, cell, EACH)) == []


@pytest.mark.parametrize("cell", ON_SLOW, ids=lambda cell: key_of(*cell))
def test_on_a_slow_machine_too(visit, demo, cell):
    assert differences(*type_article(visit, demo, cell, 5)) == []


# --- the moments that a pace meets only by luck


@pytest.fixture
def page(visit, demo):
    page = sign_in(visit, demo)
    page.goto(f"{demo.base}/label/2/1")
    is_at(page, 1)
    return page


def strike_inside_the_swap(page, *keys):
    """Strike keys while the reply of a save is being put into its place.

    A claim after "no claim" is a save that brings the form anew.
    """
    page.keyboard.press("x")
    chip_says(page, "Saved")
    page.evaluate(
        "() => { const swap = htmx.swap.bind(htmx); htmx.swap = async (...given) => {"
        " await swap(...given); window.inside = true;"
        " await new Promise((go) => setTimeout(go, 600)); htmx.swap = swap; } }"
    )
    page.keyboard.press("0")
    until(page, "window.inside === true")
    for key in keys:
        page.keyboard.press(key)


def test_an_added_claim_struck_inside_a_swap_gets_what_is_typed_behind_it(page, demo):
    strike_inside_the_swap(page, "n", "c", ".", "a", *"an aide", "Enter", "s", "l")
    until(page, "document.querySelector('[name=\"claims-1-certainty\"]:checked') !== null")
    until(page, NOTHING_WAITS)
    (row,) = (row for row in rows_of(demo) if row["sentence"] == 1)
    assert meaning(row) == [("NARRATOR", "neutral", "certain"), ("an aide", "support", "likely")]


def test_next_struck_inside_a_swap_leaves_the_keys_behind_it_to_the_next_sentence(page, demo):
    page.goto(f"{demo.base}/label/2/3")
    is_at(page, 3)
    strike_inside_the_swap(page, "n", "c", "Enter", "0", "o", "d", "Enter")
    is_at(page, 5)
    until(page, NOTHING_WAITS)
    rows = {row["sentence"]: meaning(row) for row in rows_of(demo)}
    assert rows[3] == [("NARRATOR", "neutral", "certain")]
    assert rows[4] == [("NARRATOR", "oppose", "uncommitted")]


def test_keys_behind_a_next_that_becomes_a_question_are_left_out_with_a_word(page, demo):
    page.goto(f"{demo.base}/label/2/6")
    is_at(page, 6)
    slow_down(page, latency=400)
    for key in ["0", "n", "Enter", "0", "s", "c", "Enter"]:
        page.keyboard.press(key)
    until(page, "document.querySelector('#notice')?.innerText.includes('still open')")
    until(page, NOTHING_WAITS)
    assert "Ignored 4 keys typed ahead" in page.inner_text("#alert")
    is_at(page, 6)
    rows = {row["sentence"]: meaning(row) for row in rows_of(demo)}
    assert rows[6] == [("NARRATOR", "neutral", None)]


def test_until_they_pause_what_people_type_on_behind_keys_left_out_is_left_out_too(page, demo):
    page.goto(f"{demo.base}/label/2/11")
    is_at(page, 11)
    slow_down(page, latency=400)
    strike(page, ["0", "n", "Enter", *"0sc", "Enter", *"0ol", "Enter", *"0up", "Enter"], 120)
    assert "typed ahead" in page.inner_text("#alert")
    is_at(page, 11)
    page.wait_for_timeout(1000)
    page.keyboard.press("p")
    until(page, "document.querySelector('[name=\"claims-0-certainty\"]:checked') !== null")
    until(page, NOTHING_WAITS)
    rows = {row["sentence"]: meaning(row) for row in rows_of(demo)}
    assert rows[11] == [("NARRATOR", "neutral", "possible")]
    assert 12 not in rows


def test_enter_behind_a_speaker_that_is_being_saved_is_meant_for_the_sentence(page, demo):
    page.goto(f"{demo.base}/label/2/8")
    is_at(page, 8)
    strike(page, ["+", *"Zebulon", Look("Add “Zebulon” as "), "Enter", "s", "c", "Enter"], 40)
    is_at(page, 9)
    until(page, NOTHING_WAITS)
    slow_down(page, latency=400)
    strike(page, ["+", *"zebu", Look("Zebulon")], 10)
    # All within one frame, as after a moment in which the machine had no time for the page.
    page.evaluate(
        "() => { for (const key of ['Enter', 'o', 'd', 'Enter', '0', 'n'])"
        " document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })); }"
    )
    is_at(page, 10)
    until(page, "document.querySelector('[name=\"claims-0-stance\"]:checked') !== null")
    until(page, NOTHING_WAITS)
    assert page.inner_text("#alert") == ""
    rows = {row["sentence"]: meaning(row) for row in rows_of(demo)}
    assert rows[9] == [("Zebulon", "oppose", "uncommitted")]
    assert rows[10] == [("NARRATOR", "neutral", None)]


def test_leaving_with_keys_typed_ahead_is_asked_about(page, demo):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    slow_down(page, latency=3000)
    page.keyboard.press("j")
    page.keyboard.press("0")
    page.goto(f"{demo.base}/account")
    assert asked == ["beforeunload"]
