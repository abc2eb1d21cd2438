"""What the browser of these tests finds wrong with a page."""

import pytest
from browser import Page

GOOD = """<!DOCTYPE html><title>My work – annotator</title><meta content='{"a": "<"}'>
<h1><span>My</span> work</h1><!-- <h1> -->
<form method="post"><input type="hidden" name="csrf_token" value="abc&amp;">
<label for="a">A</label><input id="a" name="a"> <label>B <select name="b"></select></label>
<textarea name="c" aria-label="C">"</textarea> <button disabled>Save</button></form>
<template><p id="a"></p></template>"""


def test_a_page_in_order_has_its_token():
    page = Page(GOOD)
    page.check("GET /")
    assert page.tokens == ["abc&"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<h1>", "<h1>One</h1><h1>", "2 h1"),
        ("<span>My</span> work", "", "an empty h1"),
        ("My</span>", "Your</span>", 'the title "My work – annotator" does not name "Your work"'),
        (' for="a"', "", "the control a has no label"),
        ("<label>B", "B", "the control b has no label"),
        (' aria-label="C"', "", "the control c has no label"),
        ("csrf_token", "token", "a form without token"),
        ("<template>", '<p id="a"></p><template>', r"ids used twice: \['a'\]"),
        ('"</textarea>', "a < b</textarea>", "no tag:  b"),
        ("disabled", "title=Save", "no tag: button title=Save"),
    ],
)
def test_what_is_wrong_is_named(old, new, fault):
    assert old in GOOD
    with pytest.raises(AssertionError, match=f"^GET /: {fault}"):
        Page(GOOD.replace(old, new, 1)).check("GET /")
