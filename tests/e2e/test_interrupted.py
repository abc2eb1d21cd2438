"""Reloads, double clicks, Back and a killed server in the middle of a save: each answer, once."""

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
)
from typist import slow_down

HERE = "**/label/2/1"
WAITING = "Object.keys(localStorage).filter((name) => name.includes('-waiting-')).length"


@pytest.fixture
def page(visit, demo):
    page = visit("cal", routed=True)
    start(page, demo)
    return page


def hang(page, pattern=HERE):
    """Let POSTs never be answered, and never reach the server."""
    page.route(pattern, lambda route: None if route.request.method == "POST" else route.continue_())


def reload(page, pattern=HERE):
    """Reload as a person does who does not want to wait."""
    page.unroute(pattern)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()


def nothing_waits(page):
    until(page, "!Object.keys(localStorage).some(name => name.includes('-waiting-'))")


def claims(demo):
    (row,) = rows_of(demo)
    return [(claim["stance"], claim["certainty"]) for claim in row["claims"]]


def test_a_reload_while_a_save_hangs_shows_and_stores_what_was_chosen(page, demo):
    hang(page)
    for key in ("0", "n", "c"):
        page.keyboard.press(key)
    chip_says(page, "Saving…")
    reload(page)
    for name in ("stance-neutral", "certainty-certain"):
        until(page, f"document.querySelector('#sentence #claims-0-{name}')?.checked")
    nothing_waits(page)
    chip_says(page, "Saved")
    assert claims(demo) == [("neutral", "certain")]
    page.reload()
    assert page.is_checked("#claims-0-certainty-certain")


def test_a_reload_while_next_hangs_stays_and_saves(page, demo):
    hang(page)
    page.check("#status-no_claim")
    page.click("#next")
    page.wait_for_timeout(300)
    reload(page)
    nothing_waits(page)
    is_at(page, 1)
    assert page.is_checked("#status-no_claim")
    assert set(events_of(demo)) == {1}


def two_claims(page):
    for key in ("0", "n", "c", "."):
        page.keyboard.press(key)
    until(page, "document.querySelector('#claim-1')")
    for key in ("0", "s", "l"):
        page.keyboard.press(key)
    chip_says(page, "Saved")
    nothing_waits(page)


def test_a_reload_while_a_removal_hangs_removes_once(page, demo):
    two_claims(page)
    assert len(claims(demo)) == 2
    hang(page)
    page.click("[value='remove-1']")
    page.wait_for_timeout(300)
    reload(page)
    nothing_waits(page)
    assert claims(demo) == [("neutral", "certain")]
    until(page, "document.querySelectorAll('#sentence .claim').length === 1")


def test_a_reload_while_an_undo_hangs_undoes_once(page, demo):
    page.keyboard.press("x")
    chip_says(page, "Saved")
    page.keyboard.press("z")
    nothing_waits(page)
    until(page, "document.querySelector('#answer [value=undo]').innerText.includes('not article')")
    hang(page)
    page.keyboard.press("Backspace")
    page.wait_for_timeout(300)
    reload(page)
    nothing_waits(page)
    until(page, "document.querySelector('#status-no_claim').checked")
    assert events_of(demo) == [1, 1, 1]
    # What comes next is based on it.
    page.keyboard.press("f")
    chip_says(page, "Saved")


def test_keys_go_on_when_what_they_waited_for_was_put_away(page, demo):
    slow_down(page, latency=800)
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    until(page, f"{WAITING} === 2")
    page.evaluate("localStorage.clear()")
    until(page, "document.querySelector('#answer [name=revision]').value === '1'")
    page.keyboard.press("z")
    until(page, "document.querySelector('#status-not_article_text').checked")


def test_what_is_being_typed_survives_a_reload(page, demo):
    page.keyboard.press("0")
    chip_says(page, "Saved")
    page.keyboard.press("t")
    page.keyboard.type("as the speaker says later")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    nothing_waits(page)
    assert rows_of(demo)[0]["claims"][0]["note"] == "as the speaker says later"


def test_a_double_click_on_a_value_saves_once(page, demo):
    page.dblclick("label:has(#claims-0-stance-oppose)")
    chip_says(page, "Saved")
    nothing_waits(page)
    assert events_of(demo) == [1]


def test_a_double_click_on_next_with_a_slow_server_moves_once(page, demo):
    page.keyboard.press("x")
    chip_says(page, "Saved")

    def later(route):
        page.wait_for_timeout(600)
        route.continue_()

    page.route("**/label/2/*", later)
    page.dblclick("#next")
    is_at(page, 2)
    page.wait_for_timeout(1500)
    is_at(page, 2)
    assert events_of(demo) == [1]


def test_what_is_refused_again_with_a_new_form_token_is_not_sent_for_ever(page, demo):
    """A filter on the way answers 400 whatever is sent."""
    sent = []

    def refuse(route):
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.url)
        return route.fulfill(status=400, body="<p>Blocked.</p>", content_type="text/html")

    page.route(HERE, refuse)
    # A token holds the second in which it was made: from now on the session gives another one.
    page.wait_for_timeout(1100)
    page.keyboard.press("x")
    chip_says(page, "Not saved")
    page.wait_for_timeout(1500)
    assert len(sent) == 2
    # The page of whoever refused is not put in the place of the sentence.
    is_at(page, 1)
    assert "Blocked" not in page.inner_text("body")
    assert "refused this answer" in page.inner_text("#notice")
    page.unroute(HERE)
    page.reload()
    nothing_waits(page)
    assert events_of(demo) == [1]


def test_back_during_a_save_leads_back_and_the_address_says_so(page, demo):
    page.keyboard.press("j")
    is_at(page, 2)

    def later(route):
        if route.request.method == "POST":
            page.wait_for_timeout(800)
        route.continue_()

    page.route("**/label/2/2", later)
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    page.evaluate("history.back()")
    is_at(page, 1)
    nothing_waits(page)
    page.wait_for_timeout(1000)
    is_at(page, 1)
    assert page.url.endswith("/label/2/1")
    assert events_of(demo) == [2]


def test_back_shows_the_answer_as_it_is_now(page, demo):
    page.keyboard.press("x")
    chip_says(page, "Saved")
    page.keyboard.press("Enter")
    is_at(page, 2)
    page.goto(demo.base + "/")
    other = page.context.new_page()
    start(other, demo)
    other.keyboard.press("z")
    chip_says(other, "Saved")
    page.go_back()
    is_at(page, 2)
    page.go_back()
    is_at(page, 1)
    assert page.is_checked("#status-not_article_text")
    assert not page.is_checked("#status-no_claim")


def test_a_server_killed_between_storing_and_saying_so_stores_nothing_twice(page, demo):
    cut_line(page)
    for position in range(1, 5):
        is_at(page, position)
        page.keyboard.press("0")
        # Before the loss is known, what was not sent yet is sent as it is now.
        chip_says(page, f"Offline: {position} unsent")
        page.keyboard.press("n")
        page.keyboard.press("c")
        until(page, f"{WAITING} === {3 * position}")
        page.keyboard.press("Enter")
    sent = []

    def kill_at_the_fifth(route):
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.url)
        if len(sent) != 5:
            return route.continue_()
        route.fetch()
        demo.kill()
        return route.abort()

    page.route("**/label/2/*", kill_at_the_fifth)
    page.context.set_offline(False)
    until(page, "document.querySelector('#waiting')?.innerText.includes('3 unsent answers')", 30)
    assert events_of(demo) == [1, 1, 1, 2, 2]
    demo.start(port_of(demo))
    nothing_waits(page)
    chip_says(page, "Saved")
    assert events_of(demo) == [position for position in range(1, 5) for _ in range(3)]
    assert all(row["complete"] for row in rows_of(demo))
    assert "All chains are intact." in run(demo, "audit")
