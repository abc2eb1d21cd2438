"""Proposed speakers in a real browser: one key takes them with their words."""

import pytest
from label_page import as_drawn_whole, cut_line, is_at, rows_of, saved, start, until
from typist import slow_down, strike

# Sentences of the demo's article 003, of which the demo's register knows nobody by these names.
NAMES = {2: "multiple officials", 5: "Democrats and some Republicans"}
CHOSEN = "document.querySelector('.found [aria-selected=true]')?.textContent.trim()"
CHIPS = "[...document.querySelectorAll('#answer .chips button[data-span]')]"


@pytest.fixture
def page(visit, demo):
    page = visit("cal", routed=True)
    start(page, demo, 2)
    return page


def key_of(page, name):
    """Return the key on the chip of somebody, proposed or known."""
    script = f"""name => ({CHIPS}.find(({{ dataset: own }}) => (own.name ?? own.wording) === name)
      ?? [...document.querySelectorAll('#answer .chips label')]
        .find((label) => label.querySelector('.word').dataset.word === name)?.firstChild)
      .dataset.key"""
    return page.evaluate(script, name)


def row_of(demo, position):
    return next(row for row in rows_of(demo) if row["sentence"] == position)


def said(row):
    """Return a row's claims as speaker, words of the mention, stance and certainty."""
    short = f" ({row['article']})"
    return [
        (
            claim["speaker"] and claim["speaker"].removesuffix(short),
            claim["mention"] and claim["mention"]["text"],
            claim["stance"],
            claim["certainty"],
        )
        for claim in row["claims"]
    ]


def test_one_key_takes_a_new_speaker_with_the_words(page, demo):
    page.keyboard.press(key_of(page, NAMES[2]))
    until(page, "document.activeElement.matches('h3')")
    for key in "nc":
        page.keyboard.press(key)
    saved(page)
    row = row_of(demo, 2)
    assert said(row) == [(NAMES[2], NAMES[2], "neutral", "certain")]
    assert row["claims"][0]["speaker_type"] == "unnamed"


def test_proposals_are_offered_and_never_filled_in(page, demo):
    assert page.evaluate(f"{CHIPS}.length") >= 2
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#notice')?.innerText.includes('No answer yet')")
    assert [row for row in rows_of(demo) if row["sentence"] == 2] == []


def test_a_known_speaker_brings_the_words_along_and_another_takes_them_away(page, demo):
    page.keyboard.press(key_of(page, NAMES[2]))
    until(page, "document.activeElement.matches('h3')")
    page.keyboard.press("0")
    saved(page)
    assert said(row_of(demo, 2)) == [("NARRATOR", None, None, None)]
    page.keyboard.press("1")
    saved(page)
    assert said(row_of(demo, 2)) == [(NAMES[2], NAMES[2], None, None)]
    as_drawn_whole(page)


def test_words_picked_by_hand_stay_when_the_speaker_changes(page, demo):
    page.keyboard.press(key_of(page, NAMES[2]))
    until(page, "document.activeElement.matches('h3')")
    saved(page)
    page.keyboard.press("m")
    until(page, "document.documentElement.dataset.picks === 'mention'")
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    saved(page)
    ((_, words, _, _),) = said(row_of(demo, 2))
    page.keyboard.press("0")
    saved(page)
    assert words not in (None, NAMES[2])
    assert said(row_of(demo, 2)) == [("NARRATOR", words, None, None)]


@pytest.mark.parametrize(("gap", "latency"), [(40, 0), (70, 100), (120, 250)])
def test_typed_ahead_each_sentence_gets_its_own_speaker_and_words(page, demo, gap, latency):
    new = key_of(page, NAMES[2])
    slow_down(page, latency=latency)
    # The second one is proposed as 2: its words are those of its own sentence.
    strike(page, [new, *"nc", "Enter", *"0oc", "Enter", *"0ul", "Enter"], gap)
    is_at(page, 5)
    saved(page)
    second = key_of(page, NAMES[5])
    strike(page, [second, *"oc", ".", *"1sp", "Enter", *"0nd", "Enter"], gap)
    is_at(page, 7)
    saved(page)
    assert said(row_of(demo, 2)) == [(NAMES[2], NAMES[2], "neutral", "certain")]
    assert said(row_of(demo, 3)) == [("NARRATOR", None, "oppose", "certain")]
    assert said(row_of(demo, 4)) == [("NARRATOR", None, "unrelated", "likely")]
    assert said(row_of(demo, 5)) == [
        (NAMES[5], NAMES[5], "oppose", "certain"),
        (NAMES[2], None, "support", "possible"),
    ]
    assert said(row_of(demo, 6)) == [("NARRATOR", None, "neutral", "uncommitted")]


def test_without_a_connection_a_proposal_waits_with_its_words(page, demo):
    cut_line(page)
    for key in [key_of(page, NAMES[2]), *"nc", "Enter"]:
        page.keyboard.press(key)
    is_at(page, 3)
    # Another sentence is drawn here, and what is proposed in it only the server knows.
    assert page.evaluate(f"{CHIPS}.length") == 0
    page.context.set_offline(False)
    saved(page)
    assert said(row_of(demo, 2)) == [(NAMES[2], NAMES[2], "neutral", "certain")]


def test_shift_and_a_certainty_add_the_next_claim_in_one_save(page, demo):
    for key in ("0", "n", "Shift+c"):
        page.keyboard.press(key)
    until(page, "document.activeElement.id === 'claim-1'")
    for key in "0sl":
        page.keyboard.press(key)
    saved(page)
    narrator = ("NARRATOR", None)
    assert said(row_of(demo, 2)) == [
        (*narrator, "neutral", "certain"),
        (*narrator, "support", "likely"),
    ]


def test_find_or_add_begins_with_the_sentence_and_ends_with_its_words(page):
    page.keyboard.press("+")
    until(page, "document.activeElement.getAttribute('aria-expanded') === 'true'")
    options = page.locator(".found:not([hidden]) [role=option]").all_inner_texts()
    assert options[0] == "Donald Trump"  # whom the demo knows
    assert options[1].startswith("new: ")
    assert options[-1] == "Select words in the text"
    page.keyboard.press("Escape")
    until(page, "!document.activeElement.matches('input:not([type])')")


def test_an_option_of_the_list_takes_what_its_chip_takes(page, demo):
    page.keyboard.press("+")
    until(page, "document.activeElement.getAttribute('aria-expanded') === 'true'")
    until(page, "document.querySelector('.found [role=option]') !== null")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
        if NAMES[2] in page.inner_text(".found [aria-selected=true]"):
            break
    page.keyboard.press("Enter")
    until(page, "document.activeElement.matches('h3')")
    saved(page)
    assert said(row_of(demo, 2)) == [(NAMES[2], NAMES[2], None, None)]


def test_words_selected_for_an_unnamed_source_are_its_mention(page, demo):
    page.keyboard.press("a")
    until(page, "document.activeElement.name?.endsWith('wording')")
    page.keyboard.press("ArrowUp")  # the last of the list
    page.keyboard.press("Enter")
    until(page, "document.documentElement.dataset.picks === 'speaker'")
    for key in ("ArrowRight", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    until(page, "document.activeElement.name?.endsWith('wording')")
    words = page.input_value("#claims-0-wording")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.matches('h3')")
    saved(page)
    assert words == "expressed interest"
    assert said(row_of(demo, 2)) == [(words, words, None, None)]


def test_unnamed_begins_with_the_sources_of_the_sentence(page, demo):
    page.keyboard.press("a")
    until(page, "document.activeElement.getAttribute('aria-expanded') === 'true'")
    options = page.locator(".found:not([hidden]) [role=option]").all_inner_texts()
    assert options == ["“reportedly”", f"“{NAMES[2]}”", "Select words in the text"]
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    until(page, "document.activeElement.matches('h3')")
    saved(page)
    assert said(row_of(demo, 2)) == [(NAMES[2], NAMES[2], None, None)]


def test_what_is_chosen_in_the_list_stays_chosen_when_more_are_met(page):
    page.evaluate("document.querySelector('#answer .chips').dataset.more = ''")
    held = []
    page.context.route("**/speakers?met", lambda route: held.append(route))  # noqa: PLW0108
    option = '<li role="option" id="found-9" data-speaker="987654">Zoran Quill</li>'
    page.keyboard.press("+")
    until(page, "document.activeElement.getAttribute('aria-expanded') === 'true'")
    page.keyboard.press("ArrowUp")  # the last of the list
    until(page, f"{CHOSEN} === 'Select words in the text'")
    while not held:
        page.wait_for_timeout(20)
    held[0].fulfill(body=f"<ul>{option}</ul>", content_type="text/html")
    until(page, "document.querySelector('#found-9') !== null")
    assert page.evaluate(CHOSEN) == "Select words in the text"


def test_the_list_of_unnamed_sources_goes_once_something_is_typed(page):
    page.keyboard.press("a")
    until(page, "document.activeElement.getAttribute('aria-expanded') === 'true'")
    page.keyboard.press("x")
    until(page, "document.activeElement.getAttribute('aria-expanded') === 'false'")
    page.keyboard.press("Backspace")
    until(page, "document.activeElement.getAttribute('aria-expanded') === 'true'")


@pytest.mark.parametrize(("door", "field"), [("a", "wording"), ("+", "new_name")])
def test_words_selected_in_the_text_come_through_either_door(page, demo, door, field):
    page.evaluate(
        "() => { const node = document.querySelector('#sentence-words').firstChild;"
        " getSelection().setBaseAndExtent(node, 0, node, 5); }"
    )
    page.keyboard.press(door)
    until(page, f"document.activeElement.name?.endsWith('{field}')")
    assert page.input_value(f"#claims-0-{field}") == "Trump"
    assert page.evaluate("document.querySelector('#claims-0-span').value") == "218-223"


def test_picking_a_mention_begins_at_the_words_of_a_role(page, demo):
    page.goto(f"{demo.base}/label/2/1")
    is_at(page, 1)
    for key in "0m":
        page.keyboard.press(key)
    until(page, "document.documentElement.dataset.picks === 'mention'")
    assert page.evaluate("String(getSelection())") == "the president"
