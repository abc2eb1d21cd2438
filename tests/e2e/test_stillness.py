"""Nothing on the label page moves: each control stands where it stood, whatever is chosen."""

import sqlite3

import pytest
from label_page import is_at, run, saved, start, until
from stillness import MOST, PLACES, WATCH


@pytest.fixture
def page(visit, demo):
    page = visit("cal")
    start(page, demo)
    return page


def strike(page, keys):
    for key in keys:
        page.keyboard.press(key)


def moved(before, after):
    """Return what stands elsewhere than before, of what is there both times."""
    both = before.keys() & after.keys()
    assert len(both) > 25
    return {name: (before[name], after[name]) for name in both if before[name] != after[name]}


def add(page, name):
    page.keyboard.press("+")
    page.keyboard.type(name)
    until(page, "document.querySelector('.found [aria-selected=true]') !== null")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.matches('h3')")


# One sentence after the other: keys, or the name of a new speaker.
SENTENCES = [
    "0sc", "x", "0nl.0ud", ["Zoran Quill", *"oc"], "f1np", "rsl", ["0", "n", "Backspace", *"sc"],
    ["0", "o", "Shift+C", *"1ul"], "0ncw", ["Ministry of Fisheries", *"nc"], "z", "0sc.0oc.1nl",
    ["0", "v", "Escape", *"sc"], ["0", "t", "Escape", *"nd"], "2up",
]  # fmt: skip


LENGTH = 1_040
WHO = ("They", "The ministry", "Anna Quill", "Defense officials in Moscow", "The president")


@pytest.fixture
def long(visit, demo, tmp_path):
    """Return Cal's browser at sentence 986 of 1,040."""
    path = tmp_path / "long.txt"
    text = "\n\n".join(f"{WHO[n % 5]} said they met for the {n}. time." for n in range(LENGTH))
    path.write_text(text, "utf-8")
    run(demo, "import", path, "-p", "us-russia-cooperation")
    run(demo, "assign", "-p", "us-russia-cooperation", "--overlap", "1", "--articles", "long")
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        database.execute("UPDATE assignments SET user_id = 4 WHERE article_id = 5")
    database.close()
    page = visit("cal")
    page.goto(f"{demo.base}/label/5/985")
    return page


def test_thirty_sentences_shift_nothing_not_even_the_thousandth(long):
    page, shifts = long, []
    page.evaluate(WATCH)
    for number in range(30):
        page.evaluate("shifts.length = 0")
        for step in SENTENCES[number % 15]:
            add(page, step) if " " in step else page.keyboard.press(step)
        page.keyboard.press("Enter")
        until(page, f"location.pathname === '/label/5/{986 + number}'")
        saved(page)
        entries = page.evaluate("shifts")
        shifts.append((round(sum(value for value, _ in entries), 4), number, entries))
    worst = max(shifts)
    print(f"largest layout shift of 30 sentences: {worst[0]}, keys {SENTENCES[worst[1] % 15]}")
    assert worst[0] <= MOST, worst


@pytest.mark.parametrize("keys", ["0", "0s", "0sc", "f", "x", "z", "0w", ["0", "s", "Backspace"]])
def test_a_choice_leaves_every_control_in_its_place(page, keys):
    before = page.evaluate(PLACES)
    for key in keys:
        strike(page, [key])
        saved(page)
        assert moved(before, page.evaluate(PLACES)) == {}


def test_a_new_speaker_and_the_repeated_one_leave_every_control_in_its_place(page):
    before = page.evaluate(PLACES)
    add(page, "Zoran Quill")
    saved(page)
    now = page.evaluate(PLACES)
    # A chip more in the row: those behind it give way, the rows do not.
    chips = ("claims-0-speaker", "pNEW", "propose")
    still = {name: place for name, place in before.items() if "speaker" not in name}
    still = {name: place for name, place in still.items() if not name.startswith(chips)}
    gone = moved(still, now)
    assert {name for name in gone if "go" not in name and "propose" not in name} == set()
    strike(page, ["s", "c", "Enter"])
    is_at(page, 2)
    before = page.evaluate(PLACES)
    strike(page, ["r"])
    saved(page)
    assert moved(before, page.evaluate(PLACES)) == {}
