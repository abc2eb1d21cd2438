"""One sentence in two tabs: the first save stays, the second is kept and asked about."""

from labelling import chip_says, events_of, is_at, rows_of, start, until, waiting


def test_two_tabs_on_one_sentence(visit, demo):
    one = visit("cal")
    two = one.context.new_page()
    start(one, demo)
    start(two, demo)
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


def test_the_saved_one_can_be_kept(visit, demo):
    one = visit("cal")
    two = one.context.new_page()
    start(one, demo)
    start(two, demo)
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
    one = visit("cal")
    two = one.context.new_page()
    start(one, demo)
    start(two, demo)
    two.context.set_offline(True)
    two.keyboard.press("z")
    chip_says(two, "Offline: 1 waiting")
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
