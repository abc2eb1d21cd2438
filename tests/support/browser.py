"""A browser for tests: it sends the form token, and it checks every page that it is shown."""

import gzip
from contextvars import Context
from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict

from annotator.store.db import db, write
from annotator.work.accounts import accounts, sessions

CONTROLS = {"input", "select", "textarea"}
NEED_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}


class Browser:
    """One person's cookies; every request has a context of its own, as on a server."""

    def __init__(self, app, username=None):
        self.client = app.test_client()
        self.username = username
        self.token = None
        if username is not None:
            self.sign_in(username)

    def sign_in(self, username):
        with write():
            token = sessions.start_session(accounts.get_user(username), "127.0.0.1")
        user_id = accounts.get_user(username).id
        self.run(self.remember, token, user_id)

    def remember(self, token, user_id):
        with self.client.session_transaction() as session:
            session.update(_user_id=token, _fresh=True, user=user_id)

    def run(self, function, *args, **kwargs):
        """Call without the test's own application context; afterwards read everything afresh."""
        try:
            return Context().run(function, *args, **kwargs)
        finally:
            db.session.rollback()

    def get(self, path, status=200, **kwargs):
        response = self.run(self.client.get, path, buffered=True, **kwargs)
        return self.look_at(response, status)

    def post(self, path, data=None, status=None, *, csrf=True, htmx=False, **kwargs):
        """Post a form, or whatever else is given as `data` or `json`; `status=None` takes any."""
        headers = dict(kwargs.pop("headers", {}))
        if htmx:
            headers["HX-Request"] = "true"
        if csrf:
            token = self.token or self.fetch_token()
            if data is None or isinstance(data, dict):
                data = MultiDict(data or {})
                data["csrf_token"] = token
            else:
                headers["X-CSRFToken"] = token
        response = self.run(
            self.client.post, path, data=data, headers=headers, buffered=True, **kwargs
        )
        if path.startswith("/sign-"):
            self.token = None  # a new session has a new token
        return self.look_at(response, status)

    def fetch_token(self):
        """Return the form token of a page that everybody can reach."""
        response = self.run(self.client.get, "/sign-in")
        if response.status_code == 303:
            response = self.run(self.client.get, "/account")
        page = Page(response.text)
        assert page.tokens, "no form on the page"
        return page.tokens[-1]

    def look_at(self, response, status):
        where = f"{response.request.method} {response.request.path}"
        if response.content_encoding == "gzip" and response.mimetype == "text/html":
            response.transferred = len(response.data)
            response.set_data(gzip.decompress(response.data))
        assert status is None or response.status_code == status, (
            f"{where}: {response.status_code} instead of {status}\n{response.text[:2000]}"
        )
        whole = (
            response.mimetype == "text/html" and "<!doctype html>" in response.text[:200].lower()
        )
        if whole and response.status_code not in range(300, 400):
            page = Page(response.text)
            page.check(where)
            self.token = (page.tokens or [self.token])[-1]
        return response


class Page(HTMLParser):
    """What of a page is the same everywhere: heading, title, labels, tokens."""

    def __init__(self, html):
        super().__init__()
        self.title, self.headings, self.ids, self.labelled = "", [], [], set()
        self.controls, self.forms, self.tokens = [], [], []
        self.inside, self.templates = [], 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        # What a template holds is not in the document until a script puts it there.
        self.templates += tag == "template"
        if "id" in given and not self.templates:
            self.ids.append(given["id"])
        if tag in {"title", "h1", "label"}:
            self.inside.append(tag)
        if tag == "h1":
            self.headings.append("")
        if tag == "label" and "for" in given:
            self.labelled.add(given["for"])
        if tag == "form":
            self.forms.append({"method": given.get("method", "get").lower(), "token": False})
        if tag in CONTROLS:
            self.meet_control(given)

    def meet_control(self, given):
        if given.get("name") == "csrf_token":
            self.tokens.append(given.get("value"))
            if self.forms:
                self.forms[-1]["token"] = True
        if given.get("type") not in NEED_NO_LABEL:
            named = "label" in self.inside or given.keys() & {"aria-label", "aria-labelledby"}
            self.controls.append((given.get("id"), given.get("name"), bool(named)))

    def handle_endtag(self, tag):
        self.templates -= tag == "template"
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, text):
        if "title" in self.inside:
            self.title += text
        if "h1" in self.inside:
            self.headings[-1] += text

    def check(self, where):
        assert len(self.headings) == 1, f"{where}: {len(self.headings)} h1"
        heading, title = " ".join(self.headings[0].split()), " ".join(self.title.split())
        assert heading, f"{where}: an empty h1"
        assert heading in title, f'{where}: the title "{title}" does not name "{heading}"'
        for id_, name, named in self.controls:
            assert named or id_ in self.labelled, f"{where}: the control {name} has no label"
        for form in self.forms:
            assert form["method"] != "post" or form["token"], f"{where}: a form without token"
        double = {each for each in self.ids if self.ids.count(each) > 1}
        assert not double, f"{where}: ids used twice: {double}"
