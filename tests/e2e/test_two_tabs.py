"""One sentence in two tabs: the first save stays, the second is kept and asked about."""

from label_page import chip_says, cut_line, events_of, is_at, rows_of, start, until, waiting


def tabs(visit, demo, **options):
    """Return two tabs of one browser on the same sentence."""
    one = visit("cal", routed=True, **options)
    two = one.context.new_page()
    start(one, demo)
    start(two, demo)
    return one, two


def test_two_tabs_on_one_sentence(visit, demo):
    one, two = tabs(visit, demo)
    one.keyboard.press("x")
    chip_says(one, "Saved")
    two.keyboard.press("z")
    chip_says(two, "Conflict: 1 sentence")
    assert "changed elsewhere" in two.inner_text("#conflict")
    assert waiting(two) == 1
    assert rows_of(demo)[0]["status"] == "no_claim"
    # A reload does not lose the choice.
    two.reload()
    until(two, "document.querySelector('#conflict')")
    two.keyboard.press("1")
    chip_says(two, "Saved")
    assert waiting(two) == 0
    assert rows_of(demo)[0]["status"] == "not_article_text"


def test_coming_back_to_a_tab_shows_what_the_other_has_saved(visit, demo):
    one, two = tabs(visit, demo)
    one.keyboard.press("x")
    chip_says(one, "Saved")
    two.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(two, "document.querySelector('#status-no_claim').checked")
    two.keyboard.press("z")
    chip_says(two, "Saved")
    assert rows_of(demo)[0]["status"] == "not_article_text"


def test_a_name_that_is_being_typed_is_not_taken_away_by_that(visit, demo):
    one, two = tabs(visit, demo)
    two.keyboard.press("+")
    two.keyboard.type("Ivan")
    one.keyboard.press("x")
    chip_says(one, "Saved")
    two.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    two.wait_for_timeout(500)
    assert two.locator("[name=claims-0-new_name]").input_value() == "Ivan"


def test_the_saved_one_can_be_kept(visit, demo):
    one, two = tabs(visit, demo)
    one.keyboard.press("x")
    chip_says(one, "Saved")
    two.keyboard.press("z")
    until(two, "document.querySelector('#conflict')")
    two.keyboard.press("2")
    until(two, "!document.querySelector('#conflict')")
    assert two.is_checked("#status-no_claim")
    assert waiting(two) == 0
    assert events_of(demo) == [1]


def test_a_conflict_of_another_sentence_is_linked(visit, demo):
    _one, two = tabs(visit, demo)
    cut_line(two)
    two.keyboard.press("z")
    chip_says(two, "Offline: 1 unsent")
    two.keyboard.press("Enter")
    is_at(two, 2)
    # The first tab saves the same sentence meanwhile, before the second can.
    two.route("**/label/2/1", lambda route: route.abort())
    two.context.set_offline(False)
    from walker import Walker

    other = Walker(demo.base)
    for cookie in two.context.cookies():
        other.opener.addheaders.append(("Cookie", f"{cookie['name']}={cookie['value']}"))
    other.get("/label/2/1")
    other.submit(other.form("revision"), press=("act", "stay"), status="no_claim")
    two.unroute("**/label/2/1")
    chip_says(two, "Conflict: 1 sentence")
    assert rows_of(demo)[0]["status"] == "no_claim"
    two.click("#saved a")
    is_at(two, 1)
    until(two, "document.querySelector('#conflict')")


BEYOND = """[...document.querySelectorAll('#answer *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML)"""


def test_on_a_phone_nothing_of_a_conflict_is_cut_off(visit, demo):
    _one, two = conflict(visit, demo, width=390, height=844)
    assert two.evaluate(BEYOND) == []
    assert "conflict" in two.inner_text("#sentence .margin")


def conflict(visit, demo, **options):
    """Return two tabs: one saved "no claim", the other wanted "not article text"."""
    one, two = tabs(visit, demo, **options)
    one.keyboard.press("x")
    chip_says(one, "Saved")
    two.keyboard.press("z")
    chip_says(two, "Conflict: 1 sentence")
    return one, two


def test_starting_from_mine_keeps_it_in_the_browser_until_it_is_saved(visit, demo):
    _one, two = conflict(visit, demo)
    for side in ("Your version, this window", "Saved version, other window"):
        assert side in two.inner_text(".versions")
    two.keyboard.press("3")
    chip_says(two, "Not saved yet")
    until(two, "!document.querySelector('#conflict')")
    assert two.is_checked("#status-not_article_text")
    assert waiting(two) == 1
    two.reload()
    chip_says(two, "Not saved yet")
    assert two.is_checked("#status-not_article_text")
    assert rows_of(demo)[0]["status"] == "no_claim"
    two.keyboard.press("f")
    chip_says(two, "Saved")
    assert waiting(two) == 0
    row = rows_of(demo)[0]
    assert (row["status"], row["unsure"]) == ("not_article_text", True)


def test_in_a_conflict_only_its_own_keys_and_moving_do_anything(visit, demo):
    _one, two = conflict(visit, demo)
    for key in ("s", "c", "0", "Enter"):
        two.keyboard.press(key)
    assert two.locator("#conflict").count() == 1
    two.keyboard.press("j")
    is_at(two, 2)
    chip_says(two, "Conflict: 1 sentence")
    assert events_of(demo) == [1]


def name_of(page):
    return page.evaluate("sessionStorage.annotatorTab")


def test_a_duplicated_tab_has_a_name_of_its_own(visit, demo):
    one = visit("cal", routed=True)
    start(one, demo)
    two = one.context.new_page()
    two.goto(demo.base + "/account")
    two.evaluate("name => sessionStorage.setItem('annotatorTab', name)", name_of(one))
    start(two, demo)
    until(two, f"sessionStorage.annotatorTab !== '{name_of(one)}'")
    one.reload()
    assert name_of(one) != name_of(two)
    two.keyboard.press("x")
    chip_says(two, "Saved")
    one.keyboard.press("z")
    chip_says(one, "Conflict: 1 sentence")


def refuse_posts(page):
    page.route(
        "**/label/2/1",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )


def test_no_tab_sends_what_another_open_one_holds(visit, demo):
    one = visit("cal", routed=True)
    start(one, demo)
    refuse_posts(one)
    one.keyboard.press("x")
    chip_says(one, "Offline: 1 unsent")
    two = one.context.new_page()
    start(two, demo)
    two.wait_for_timeout(1000)
    assert waiting(two) == 1
    assert events_of(demo) == []
    two.keyboard.press("z")
    chip_says(two, "Saved")
    one.unroute("**/label/2/1")
    chip_says(one, "Conflict: 1 sentence")
    assert rows_of(demo)[0]["status"] == "not_article_text"


def test_what_a_closed_tab_left_behind_is_taken_over(visit, demo):
    one = visit("cal", routed=True)
    start(one, demo)
    two = one.context.new_page()
    start(two, demo, 3)
    refuse_posts(one)
    one.keyboard.press("x")
    chip_says(one, "Offline: 1 unsent")
    one.close()
    start(two, demo, 3)
    until(two, "!Object.keys(localStorage).some(name => name.includes('-waiting-'))")
    assert events_of(demo) == [1]
    assert rows_of(demo)[0]["status"] == "no_claim"
