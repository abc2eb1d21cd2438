"""Picking words of the article in a real browser, with the keyboard and with the mouse."""

import json
from functools import partial

import pytest
from label_page import run

from annotator.codebook.load import default_text

TEXT = (
    "Ships and words\n\n"
    "“We \N{SHIP} sail,” said Rene\u0301 O’Neill’s aide in the U.S."
    " Then דוד לוי spoke of peace.\n\n"
    "שלום אמר דוד לוי היום.\n\n"
    "The old captain agreed,\r\nor so he said.\n"
)


@pytest.fixture
def odd(demo, tmp_path):
    """Add a project that asks for evidence, with one article of unusual characters for Cal."""
    asks = tmp_path / "asks.toml"
    asks.write_text(default_text().replace("evidence = false", "evidence = true"), "utf-8")
    article = tmp_path / "odd.txt"
    article.write_bytes(TEXT.encode())

    command = partial(run, demo)
    command("project", "add", "odd", "--codebook", asks)
    command("user", "add", "cal", "--role", "annotator", "-p", "odd")
    command("import", article, "-p", "odd")
    command("assign", "-p", "odd", "--overlap", "1")
    return command


@pytest.fixture
def page(visit, odd):
    page = visit("cal")
    page.goto(page.url.rstrip("/") + "/label/5/1")
    until(page, "document.querySelector('button[data-pick]')")
    return page


def until(page, expression):
    for _ in range(100):
        if page.evaluate(f"Boolean({expression})"):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"not true within 5 s: {expression}")


def saved(page):
    until(page, "/^Saved/.test(document.querySelector('#saved').innerText.trim())")
    page.wait_for_timeout(200)
    until(page, "/^Saved/.test(document.querySelector('#saved').innerText.trim())")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def status(page):
    return page.text_content("#status")


def focused(page):
    return page.evaluate("document.activeElement.id")


def claim_in(odd):
    """Return the first claim as exported, after comparing all its words with Python's slices."""
    rows = [json.loads(line) for line in odd("labels", "export", "-p", "odd").splitlines()]
    claim = rows[0]["claims"][0]
    for span in filter(None, [claim["mention"], *claim["evidence"]]):
        assert span["text"] == TEXT[span["start"] : span["end"]]
    return claim


def select(page, words, first=0):
    """Drag the mouse over words of the article, from the first place they stand at."""
    box = page.evaluate(
        """([words, skip]) => {
          for (const p of document.querySelectorAll('#label .words')) {
            const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
              const node = walker.currentNode, at = node.data.indexOf(words);
              if (at < 0 || node.parentElement.closest('.hidden') || skip-- > 0) continue;
              const range = document.createRange();
              range.setStart(node, at); range.setEnd(node, at + words.length);
              const box = range.getBoundingClientRect();
              return [box.left, box.right, box.top + box.height / 2];
            }
          }
        }""",
        [words, first],
    )
    left, right, middle = box
    page.mouse.move(left + 1, middle)
    page.mouse.down()
    page.mouse.move((left + right) / 2, middle)
    page.mouse.move(right - 1, middle)
    page.mouse.up()


def test_the_text_of_each_sentence_is_the_text_of_the_article(page):
    shown = page.evaluate(
        """[...document.querySelectorAll('#label .words')].map((words) => {
          const copy = words.cloneNode(true);
          for (const other of copy.querySelectorAll('.hidden, .hang')) other.remove();
          return [Number(words.dataset.start), copy.textContent];
        })"""
    )
    assert len(shown) >= 5
    assert [text for _, text in shown] == [TEXT[at : at + len(text)] for at, text in shown]


def test_a_mention_by_keyboard_and_the_focus_comes_back(page, odd):
    press(page, "m")
    assert status(page) == "We"
    press(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight")
    assert status(page) == "Rene\u0301"
    press(page, "Shift+ArrowRight")
    assert status(page) == "Rene\u0301 O’Neill"
    press(page, "Enter")
    assert focused(page) == "claims-0-pick-mention"
    saved(page)
    assert claim_in(odd)["mention"]["text"] == "Rene\u0301 O’Neill"
    assert page.locator("#sentence-words .mention").inner_text() == "Rene\u0301 O’Neill"
    page.reload()
    assert page.input_value("#claims-0-mention") == "Rene\u0301 O’Neill"
    until(page, "document.querySelector('#word-cursor')")
    page.wait_for_timeout(200)
    press(page, "m")
    assert status(page) == "Rene\u0301 O’Neill"
    press(page, "Delete")
    saved(page)
    assert claim_in_or_none(odd) is None


def claim_in_or_none(odd):
    rows = [json.loads(line) for line in odd("labels", "export", "-p", "odd").splitlines()]
    claims = [claim for row in rows for claim in row["claims"]]
    return claims[0] if claims else None


def test_a_mention_in_a_neighbouring_sentence_written_from_right_to_left(page, odd):
    press(page, "m", "ArrowDown", "ArrowDown")
    assert status(page) == "שלום"
    press(page, "ArrowLeft", "ArrowLeft", "Shift+ArrowLeft")
    assert status(page) == "דוד לוי"
    press(page, "Enter")
    saved(page)
    mention = claim_in(odd)["mention"]
    assert mention["text"] == "דוד לוי"
    assert mention["start"] == TEXT.rindex("דוד")
    until(page, "document.querySelector('.line:not(.current) .mention')?.textContent === 'דוד לוי'")


def test_single_keys_are_dead_while_the_cursor_is_there(page):
    before = page.url
    press(page, "m")
    press(page, *"osnucdplxzfjkbeqtvg0.,+", "Backspace", " ")
    assert page.locator(":checked:not(option)").count() == 0
    assert page.url == before
    assert focused(page) == "word-cursor"
    press(page, "Escape")
    assert focused(page) == "claims-0-pick-mention"
    press(page, "0")
    assert page.locator("#sentence :checked:not(option)").count() == 1


def test_evidence_in_several_stretches_each_can_be_removed(page, odd):
    press(page, "e", "Shift+ArrowRight", "Enter")  # “We 🚢
    saved(page)
    press(page, "e", *["ArrowDown"] * 3, "Shift+ArrowDown", "Shift+End", "Enter")
    saved(page)
    words = [span["text"] for span in claim_in(odd)["evidence"]]
    assert words == ["We \N{SHIP}", "The old captain agreed,\r\nor so he said"]
    page.locator("[data-unpick]").first.click()
    assert focused(page) == "claims-0-pick-evidence"
    saved(page)
    assert [span["text"][:7] for span in claim_in(odd)["evidence"]] == ["The old"]


def test_words_dragged_over_are_taken_and_nothing_moves(page, odd):
    press(page, "m")
    select(page, "\N{SHIP} sail,” said")
    saved(page)
    assert claim_in(odd)["mention"]["text"] == "\N{SHIP} sail,” said"
    assert focused(page) == "claims-0-pick-mention"
    page.locator("#claims-0-pick-evidence").click()
    select(page, "old captain")
    saved(page)
    assert claim_in(odd)["evidence"][0]["text"] == "old captain"
    assert page.url.endswith("/1")


def test_words_selected_before_are_taken_at_once(page, odd):
    select(page, "O’Neill")
    press(page, "m")
    saved(page)
    assert claim_in(odd)["mention"]["text"] == "O’Neill"
    select(page, "old captain")
    page.locator("#claims-0-pick-mention").click()
    saved(page)
    assert claim_in(odd)["mention"]["text"] == "old captain"


def test_words_typed_by_hand_replace_what_was_picked(page, odd):
    press(page, "m", "Enter")
    saved(page)
    press(page, "m", "Tab")
    assert focused(page) == "claims-0-mention"
    press(page, "Control+a")
    page.keyboard.type("the U.S.")
    assert page.input_value("#claims-0-span") == ""
    press(page, "Escape")
    assert focused(page) == "claims-0-pick-mention"
    saved(page)
    assert claim_in(odd)["mention"]["text"] == "the U.S."


def test_without_javascript_the_words_are_copied(visit, odd):
    page = visit("cal", java_script_enabled=False)
    page.goto(page.url.rstrip("/") + "/label/5/1")
    assert page.locator("button[data-pick]").first.is_hidden()
    page.locator("#claims-0-fill-mention").check()
    page.fill("#claims-0-mention", "דוד לוי")
    page.locator("#claims-0-fill-evidence").check()
    page.fill("#claims-0-evidence_words", "spoke of peace\nso he said")
    page.locator(".moves").get_by_role("button", name="Save and stay").click()
    claim = claim_in(odd)
    assert claim["mention"]["text"] == "דוד לוי"
    assert [span["text"] for span in claim["evidence"]] == ["spoke of peace", "so he said"]
