"""A browser for tests: it sends the form token, and it checks every page that it is shown."""

import gzip
import re
import secrets
from collections import Counter
from contextlib import contextmanager
from contextvars import Context
from html import unescape

from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict

from annotator.store.db import db, write
from annotator.work.accounts import accounts, sessions

# Our pages have every value in quotes, and a `<` only where a tag begins.
QUOTED = r"""(?:"[^"]*+"|'[^']*+')"""
GIVEN = rf"""[^\s=<>"']++(?:={QUOTED})?+"""
MARKUP = re.compile(
    rf"</?+[\w:-]++(?:\s++{GIVEN})*+\s*+/?+>|<!--.*?-->|<!doctype html>", re.S | re.I
)
TAG = re.compile(
    rf"""<(/?)(title|h1|label|form|input|select|textarea)\b((?:[^<>"']++|{QUOTED})*+)>"""
)
ATTRIBUTE = re.compile(r"""([\w-]++)(?:="([^"]*+)")?+""")
ID = re.compile(rf"""<\w++(?:\s++(?!id=){GIVEN})*+\s++id="([^"]*+)\"""")
TEMPLATE = re.compile(r"<template\b.*?</template>", re.S)
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
            user = accounts.get_user(username)
            token = sessions.start_session(user, "127.0.0.1")
        self.remember(token, user.id)

    def remember(self, token, user_id):
        with self.session() as session:
            session.update(_user_id=token, _fresh=True, user=user_id)

    @contextmanager
    def session(self):
        """Let what is in the session be changed, as Flask's `session_transaction` does.

        That makes a request each time, which takes longer than many a page.
        """
        app = self.client.application
        name = app.session_interface.get_cookie_name(app)
        seal = app.session_interface.get_signing_serializer(app)
        kept = self.client.get_cookie(name)
        try:
            session = seal.loads(kept.value) if kept else {}
        except BadSignature:
            session = {}
        yield session
        self.client.set_cookie(name, seal.dumps(session))

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
        """Return the form token that the pages of this session have."""
        return self.make_token()

    def make_token(self):
        with self.session() as session:
            raw = session.setdefault("csrf_token", secrets.token_hex(20))
        key = self.client.application.secret_key
        return URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw)

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


class Page:
    """What of a page is the same everywhere: heading, title, labels, tokens."""

    def __init__(self, html):
        self.title, self.headings, self.labelled = "", [], set()
        self.controls, self.forms, self.tokens = [], [], []
        self.labels, begun = 0, {}
        self.rest = MARKUP.sub("", html)
        # What a template holds is not in the document until a script puts it there.
        self.ids = ID.findall(TEMPLATE.sub("", html))
        self.held = [each.span() for each in TEMPLATE.finditer(html)]
        for tag in TAG.finditer(html):
            end, name, attributes = tag.groups()
            if name in {"title", "h1"}:
                if end:
                    self.meet_text(name, html[begun.pop(name) : tag.start()])
                else:
                    begun[name] = tag.end()
            elif end:
                self.labels -= name == "label"
            elif name == "form" and any(one < tag.start() < other for one, other in self.held):
                pass  # a script gives it the token of the form in the document
            else:
                self.meet(
                    name, {key: unescape(value) for key, value in ATTRIBUTE.findall(attributes)}
                )

    def meet_text(self, name, html):
        text = " ".join(unescape(MARKUP.sub("", html)).split())
        if name == "title":
            self.title += text
        else:
            self.headings.append(text)

    def meet(self, name, given):
        if name == "label":
            self.labels += 1
            if "for" in given:
                self.labelled.add(given["for"])
        elif name == "form":
            self.forms.append({"method": given.get("method", "get").lower(), "token": False})
        else:
            self.meet_control(given)

    def meet_control(self, given):
        if given.get("name") == "csrf_token":
            self.tokens.append(given.get("value"))
            if self.forms:
                self.forms[-1]["token"] = True
        if given.get("type") not in NEED_NO_LABEL:
            named = self.labels or given.keys() & {"aria-label", "aria-labelledby"}
            self.controls.append((given.get("id"), given.get("name"), bool(named)))

    def check(self, where):
        assert "<" not in self.rest, f"{where}: no tag: {self.rest.partition('<')[2][:60]}"
        assert len(self.headings) == 1, f"{where}: {len(self.headings)} h1"
        (heading,) = self.headings
        assert heading, f"{where}: an empty h1"
        assert heading in self.title, f'{where}: the title "{self.title}" does not name "{heading}"'
        for id_, name, named in self.controls:
            assert named or id_ in self.labelled, f"{where}: the control {name} has no label"
        for form in self.forms:
            assert form["method"] != "post" or form["token"], f"{where}: a form without token"
        double = [each for each, times in Counter(self.ids).items() if times > 1]
        assert not double, f"{where}: ids used twice: {double}"
