"""Posting what an adjudicator does: fields as the page has them, one button pressed."""

from html.parser import HTMLParser

PATH = "/projects/us-russia/adjudicate"


class Form(HTMLParser):
    """The fields of the form `work`, and its buttons, as a browser would send them."""

    def __init__(self, html):
        super().__init__()
        self.inside, self.text, self.fields, self.buttons = False, "", {}, []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.inside = given.get("id") == "work"
        if not self.inside:
            return
        if tag == "textarea":
            self.text = given["name"]
            self.fields[self.text] = ""
        if tag == "button" and given.get("name") == "act":
            self.buttons.append((given["value"], given.get("data-key", "")))
        chosen = given.get("type") not in {"radio", "checkbox"} or "checked" in given
        if tag == "input" and given["name"] != "csrf_token" and chosen:
            self.fields[given["name"]] = given.get("value", "")
        if tag == "select":
            self.fields[given["name"]] = ""

    def handle_data(self, data):
        if self.text:
            self.fields[self.text] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.text = ""
        if tag == "form":
            self.inside = False


def press(browser, page, act, expected=None, path=None, *, htmx=False, **changes):
    """Press one button of a page that was shown; `changes` are what was typed before."""
    fields = Form(page.text).fields | changes | {"act": act}
    return browser.post(path or page.request.full_path, fields, expected, htmx=htmx)


def act_of(page, key):
    """Return the button on which a key is printed."""
    return next(act for act, keys in Form(page.text).buttons if key in keys.split())
