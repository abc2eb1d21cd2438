"""A lost connection and a killed server lose no answer, and send none twice."""

import pytest
from label_page import (
    chip_says,
    cut_line,
    events_of,
    is_at,
    port_of,
    rows_of,
    run,
    start,
    until,
    waiting,
)


@pytest.fixture
def page(visit, demo):
    page = visit("cal", routed=True)
    start(page, demo)
    return page


def label_five_offline(page):
    """Three changes in each of five sentences, by key, with nobody to send them to."""
    for position in range(1, 6):
        is_at(page, position)
        for number, key in enumerate(("0", "n", "c"), start=1):
            page.keyboard.press(key)
            count = (position - 1) * 3 + number
            until(page, f"Object.keys(localStorage).join().split('-waiting-').length > {count}")
        chip_says(page, f"Offline: {position} unsent")
        page.keyboard.press("Enter")
    is_at(page, 6)


def test_fifteen_edits_survive_a_cut_and_a_killed_server(page, demo):
    cut_line(page)
    label_five_offline(page)
    assert waiting(page) == 15
    notice = page.inner_text("#waiting")
    assert "No connection since" in notice
    assert "5 unsent answers in this browser" in notice
    assert "Do not close this window or sign out" in notice
    demo.kill()
    page.context.set_offline(False)
    page.wait_for_timeout(1500)
    assert waiting(page) == 15
    demo.start(port_of(demo))
    chip_says(page, "Saved")
    until(page, "!document.querySelector('#waiting')")
    assert waiting(page) == 0
    assert events_of(demo) == [position for position in range(1, 6) for _ in range(3)]
    rows = rows_of(demo)
    assert [row["sentence"] for row in rows] == [1, 2, 3, 4, 5]
    assert all(row["complete"] for row in rows)
    assert "All chains are intact." in run(demo, "audit")
    # What the browser drew is the server's again, and labelling goes on.
    is_at(page, 6)
    page.keyboard.press("x")
    until(page, "document.querySelector('.margin')?.innerText !== ''")
    chip_says(page, "Saved")


def test_the_same_speaker_as_before_is_one_key_offline_too(page, demo):
    cut_line(page)
    for key in "0nc":
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    is_at(page, 2)
    for key in "rsc.":
        page.keyboard.press(key)
    until(page, "document.querySelector('#claim-1') !== null")
    for key in "rol":
        page.keyboard.press(key)
    page.context.set_offline(False)
    chip_says(page, "Saved")
    two = next(row for row in rows_of(demo) if row["sentence"] == 2)
    said = [(claim["speaker"], claim["stance"]) for claim in two["claims"]]
    assert said == [("NARRATOR", "support"), ("NARRATOR", "oppose")]


def test_undo_takes_back_what_was_never_sent(page, demo):
    cut_line(page)
    for key in "0nc":
        page.keyboard.press(key)
    until(page, "Object.keys(localStorage).join().split('-waiting-').length === 4")
    page.keyboard.press("Backspace")
    until(page, "document.querySelector('[name$=-certainty]:checked') === null")
    page.keyboard.press("Backspace")
    until(page, "document.querySelector('[name$=-stance]:checked') === null")
    assert waiting(page) == 1
    # The first was on its way when the line was cut: only the server knows whether it came.
    page.keyboard.press("Backspace")
    until(page, "document.querySelector('#notice')?.innerText.includes('when the connection is')")
    for key in "sl":
        page.keyboard.press(key)
    page.context.set_offline(False)
    chip_says(page, "Saved")
    (row,) = [row for row in rows_of(demo) if row["sentence"] == 1]
    (said,) = row["claims"]
    assert (said["speaker"], said["stance"], said["certainty"]) == ("NARRATOR", "support", "likely")


def test_where_nobody_spoke_before_the_key_says_that_it_waits(page):
    cut_line(page)
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    is_at(page, 2)
    page.keyboard.press("r")
    until(page, "document.querySelector('#notice')?.innerText.includes('same speaker')")


def test_the_server_is_killed_while_somebody_labels(page, demo):
    page.keyboard.press("x")
    chip_says(page, "Saved")
    page.keyboard.press("Enter")
    is_at(page, 2)
    demo.kill()
    page.keyboard.press("x")
    chip_says(page, "Offline: 1 unsent")
    page.keyboard.press("Enter")
    is_at(page, 3)
    demo.start(port_of(demo))
    chip_says(page, "Saved")
    assert events_of(demo) == [1, 2]


def test_a_reload_in_the_middle_of_a_save_shows_and_sends_it(page, demo):
    # The server gets the save, the page never hears of it.
    page.route(
        "**/label/2/1",
        lambda route: (
            (route.fetch(), route.abort())[1]
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    page.keyboard.press("0")
    chip_says(page, "Offline: 1 unsent")
    page.unroute("**/label/2/1")
    page.reload()
    assert page.is_checked("#sentence [name='claims-0-speaker'] >> nth=0")
    until(page, "Object.keys(localStorage).join().indexOf('-waiting-') < 0")
    assert events_of(demo) == [1]
    assert page.is_checked("#sentence [name='claims-0-speaker'] >> nth=0")


def test_an_answer_that_only_the_server_has_is_not_written_over(page, demo):
    page.keyboard.press("x")
    chip_says(page, "Saved")
    page.keyboard.press("Enter")
    is_at(page, 2)
    cut_line(page)
    page.keyboard.press("Shift+Enter")
    is_at(page, 1)
    assert "shown when the connection is back" in page.inner_text("#answer")
    page.keyboard.press("j")
    is_at(page, 2)
    page.context.set_offline(False)
    until(page, "!document.querySelector('#waiting')")
    assert events_of(demo) == [1]


def test_a_second_claim_can_be_added_without_a_connection(page, demo):
    cut_line(page)
    for key in ("0", "n", "c"):
        page.keyboard.press(key)
    chip_says(page, "Offline: 1 unsent")
    page.keyboard.press(".")
    until(page, "document.querySelector('#claim-1')")
    for key in ("0", "s", "l"):
        page.keyboard.press(key)
    page.context.set_offline(False)
    chip_says(page, "Saved")
    claims = rows_of(demo)[0]["claims"]
    assert [(claim["stance"], claim["certainty"]) for claim in claims] == [
        ("neutral", "certain"),
        ("support", "likely"),
    ]


FILLED = """async () => {
    const loaded = performance.getEntriesByType("resource").map((one) => one.name);
    const { draw } = await import(loaded.find((name) => name.includes("/labelling/offline.js")));
    draw({ answer: { claims: [{ speaker: "987654" }], whole: {} } });
    const said = () => new FormData(document.querySelector("#answer")).getAll("claims-0-speaker");
    const before = said();
    const others = [...document.querySelectorAll("#answer .chips [name='claims-0-speaker']")];
    others.find((radio) => /^[0-9]+$/.test(radio.value)).checked = true;
    return [before, said().map((value) => value === "987654")];
}"""


def test_a_speaker_without_a_button_stays_until_another_one_is_chosen(page):
    cut_line(page)
    before, after = page.evaluate(FILLED)
    assert before == ["987654"]
    assert after == [False]


def test_a_double_click_saves_once(page, demo):
    page.keyboard.press("x")
    chip_says(page, "Saved")
    page.dblclick("#next")
    page.wait_for_timeout(1000)
    assert events_of(demo) == [1]
    until(page, "/^(Saved|All saved)/.test(document.querySelector('#saved').innerText.trim())")


def test_back_and_forward_of_the_browser_are_moves(page):
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    is_at(page, 2)
    page.keyboard.press("j")
    is_at(page, 3)
    page.go_back()
    is_at(page, 2)
    page.go_back()
    is_at(page, 1)
    assert page.is_checked("#status-no_claim")
    page.go_forward()
    is_at(page, 2)


def test_a_sentence_asked_for_by_a_key_typed_ahead_is_one_step_of_the_history(page):
    page.keyboard.press("x")
    chip_says(page, "Saved")
    held, asked = [], []

    def hold(route):
        held.append(route)

    page.route("**/label/2/1", hold)
    page.on("request", lambda request: asked.append(request.url.partition("/label/2/")[2]))
    page.keyboard.press("Enter")
    while not held:
        page.wait_for_timeout(20)
    page.keyboard.press("j")
    held[0].continue_()
    is_at(page, 3)
    page.wait_for_timeout(300)
    # The second sentence came with the reply to Next.
    assert [place for place in asked if place] == ["1", "3"]
    page.unroute("**/label/2/1")
    page.go_back()
    is_at(page, 2)


def test_a_fault_of_the_server_is_said_and_tried_again(page, demo):
    page.route(
        "**/label/2/1",
        lambda route: (
            route.fulfill(status=500, body="")
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    page.keyboard.press("x")
    chip_says(page, "Not saved: server error, retrying in")
    page.unroute("**/label/2/1")
    chip_says(page, "Saved")
    assert events_of(demo) == [1]


def test_signing_out_asks_when_something_waits(page, demo):
    cut_line(page)
    page.keyboard.press("x")
    chip_says(page, "Offline: 1 unsent")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.context.route("**/label/**", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto(demo.base + "/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert any("Signing out deletes unsent answers" in words for words in asked)
    assert waiting(page) == 0
    assert events_of(demo) == []


def test_a_click_on_another_sentence_is_followed_while_the_shown_one_is_fetched_anew(page, demo):
    cut_line(page)
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    is_at(page, 2)
    held = []

    def hold(route):
        held.append(route)

    page.route("**/label/2/2", hold)
    page.context.set_offline(False)
    for _ in range(200):
        if held:
            break
        page.wait_for_timeout(50)
    assert [route.request.method for route in held] == ["GET"]
    page.locator('#label a.number[href*="/label/2/4"]').click()
    is_at(page, 4)
    held[0].continue_()
    page.wait_for_timeout(300)
    is_at(page, 4)
    chip_says(page, "All saved")
    assert events_of(demo) == [1]
