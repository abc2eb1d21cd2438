"""Active seconds: the time between two acts counts, a pause of more than a minute does not."""

from label_page import chip_says, is_at, rows_of, start, until, waiting


def test_pauses_of_more_than_a_minute_are_not_counted(visit, demo):
    page = visit("cal")
    page.clock.install()
    start(page, demo)
    page.clock.pause_at("2099-01-01")
    strike(page, "0")
    page.clock.run_for(20_000)
    strike(page, "n")  # 20 s after the act before: counted
    page.clock.run_for(61_000)
    strike(page, "c")  # 61 s after it: a pause
    page.clock.run_for(30_000)
    page.keyboard.press("Shift")  # any key is an act: 30 s more
    page.clock.run_for(1_000)
    page.keyboard.press("Enter")
    page.clock.run_for(1_000)
    is_at(page, 2)
    assert stored(demo) == 20
    # The time since the last change of an answer goes with the next change.
    page.keyboard.press("x")
    page.clock.run_for(1_000)
    chip_says(page, "Saved")
    assert (stored(demo), stored(demo, 1)) == (20, 32)


def strike(page, key):
    """Press a key and wait for the server's word: the network does not go by the page's clock."""
    page.keyboard.press(key)
    for _ in range(100):
        page.clock.run_for(1)
        if not waiting(page):
            break
        page.wait_for_timeout(50)
    until(page, "document.querySelector('#saved').innerText.startsWith('Saved')")


def stored(demo, index=0):
    """Return the active seconds of one of Cal's answers."""
    return rows_of(demo)[index]["active_seconds"]
