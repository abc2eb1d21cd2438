"""A person without JavaScript, over real HTTP: reads pages, fills their own forms, sends them."""

import http.cookiejar
import mimetypes
import secrets
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Field:
    """One input of a form as the page holds it."""

    name: str
    kind: str
    value: str
    chosen: bool


@dataclass
class PageForm:
    """One form of a page."""

    action: str
    method: str
    many: bool = False
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def values(self, name):
        """Return the values a person could choose for a field."""
        return [entry.value for entry in self.fields if entry.name == name]

    def named(self, name):
        """Say whether the form has a field or button of this name."""
        return bool(self.values(name)) or any(button == name for button, _ in self.buttons)


class Reader(HTMLParser):
    """Collects forms, headings and links."""

    def __init__(self):
        super().__init__()
        self.forms, self.headings, self.links, self.text = [], [], [], []
        self._form = self._select = self._textarea = self._heading = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self._form = PageForm(attrs.get("action", ""), attrs.get("method", "get"))
            self._form.many = attrs.get("enctype") == "multipart/form-data"
            self.forms.append(self._form)
        elif tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        elif tag == "h1":
            self._heading = []
        elif self._form is not None:
            self._start_field(tag, attrs)

    def _start_field(self, tag, attrs):
        name = attrs.get("name", "")
        if tag == "input" and name:
            kind = attrs.get("type", "text")
            value = attrs.get("value", "on" if kind == "checkbox" else "") or ""
            chosen = "checked" in attrs or kind not in {"checkbox", "radio", "file", "submit"}
            self._form.fields.append(Field(name, kind, value, chosen))
        elif tag == "button" and attrs.get("type", "submit") == "submit":
            self._form.buttons.append((name, attrs.get("value", "")))
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select:
            entry = Field(self._select, "select", attrs.get("value", ""), "selected" in attrs)
            self._form.fields.append(entry)
        elif tag == "textarea" and name:
            self._textarea = Field(name, "textarea", "", True)
            self._form.fields.append(self._textarea)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None
        elif tag == "h1" and self._heading is not None:
            self.headings.append(" ".join("".join(self._heading).split()))
            self._heading = None

    def handle_data(self, data):
        if self._textarea is not None:
            # A line break right after the tag belongs to the markup.
            self._textarea.value += data
        if self._heading is not None:
            self._heading.append(data)
        self.text.append(data)


class Walker:
    """One browser without scripts."""

    def __init__(self, base):
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.status = self.url = self.body = self.page = None

    def get(self, path):
        """Fetch a page."""
        return self._send(urllib.request.Request(urllib.parse.urljoin(self.url or self.base, path)))

    def form(self, having):
        """Return the form of the page that has a field or button of this name."""
        return next(form for form in self.page.forms if form.named(having))

    def form_to(self, end):
        """Return the form of the page that posts to an address with this end."""
        return next(form for form in self.page.forms if form.action.endswith(end))

    def submit(self, form, press=None, files=(), **changes):
        """Send a form as the page has it, with the changes a person makes.

        A change is the value of a text field, the chosen value of radios or a select, True or
        False or a list of values for checkboxes.
        """
        pairs = []
        for entry in form.fields:
            if entry.name in changes or entry.kind in {"file", "submit"}:
                continue
            if entry.chosen:
                pairs.append((entry.name, entry.value))
        for name, value in changes.items():
            known = form.values(name)
            assert known, f"the form {form.action} has no field {name}"
            if value is True:
                pairs.append((name, known[0]))
            elif isinstance(value, list):
                pairs.extend((name, each) for each in value)
            elif value not in (False, None):
                pairs.append((name, value))
        if press:
            assert press in form.buttons, f"no button {press} in {form.buttons}"
            pairs.append(press)
        url = urllib.parse.urldefrag(urllib.parse.urljoin(self.url, form.action)).url
        if form.many:
            body, kind = multipart(pairs, files)
        else:
            body = urllib.parse.urlencode(pairs).encode()
            kind = "application/x-www-form-urlencoded"
        return self._send(urllib.request.Request(url, body, {"Content-Type": kind}))

    def _send(self, request):
        try:
            with self.opener.open(request, timeout=60) as reply:
                self._read(reply)
        except urllib.error.HTTPError as error:
            with error:
                self._read(error)
        return self

    def _read(self, reply):
        self.status, self.url = reply.status, reply.geturl()
        self.body = reply.read()
        self.page = Reader()
        if "html" in reply.headers.get("Content-Type", ""):
            self.page.feed(self.body.decode("utf-8"))
            self.page.close()


def multipart(pairs, files):
    """Return the body and content type of a form with files (name, file name, bytes)."""
    mark = secrets.token_hex(16)
    parts = []
    for name, value in pairs:
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        parts.append(head.encode() + value.encode() + b"\r\n")
    for name, filename, data in files:
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        )
        parts.append(head.encode() + data + b"\r\n")
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
