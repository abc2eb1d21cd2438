"""What the tests of the lead's pages share: files to send, and counts of what is stored."""

import base64
import io
import json
import re
from html import unescape

from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from annotator.store.db import db
from annotator.store.models import Article, Assignment

TALKS = b"Talks resume in Geneva\n\nMay 3, 2019\n\nDiplomats met on Friday. Mr. Orlov said no.\n"
OTHER = b"Talks fail\r\n\r\nHe left. She stayed.\r\n"


def file(name, raw):
    return FileStorage(io.BytesIO(raw), name, content_type="text/plain")


def send(browser, path, fields, status=None, **kwargs):
    """Post a form as multipart; the test client would leave a temporary file behind."""
    boundary, body = encode_multipart(MultiDict(fields))
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(path, body, status, content_type=kind, **kwargs)


def upload(*files, **fields):
    """Return the fields of the first step with these files, as (name, bytes)."""
    sent = [file(name, raw) for name, raw in files] or [file("", b"")]
    return {"files": sent, "key": "", "title": "", "text": "", **fields}


def preview(browser, slug, *files, status=200, **fields):
    return send(browser, f"/projects/{slug}/import", upload(*files, **fields), status)


def carried(response):
    """Return the hidden fields of the second step, as a browser would send them."""
    found = re.findall(r'name="carried" value="([^"]*)"', response.text)
    return [unescape(value) for value in found]


def packed(name, raw, sha256, title="", number=1):
    return json.dumps(
        {
            "number": number,
            "columns": {},
            "refusal": "",
            "name": name,
            "title": title,
            "sha256": sha256,
            "raw": base64.b64encode(raw).decode("ascii"),
        }
    )


def count(model):
    return db.session.scalar(select(func.count(model.id)))


def stored():
    """Return how many articles and assignments there are."""
    return count(Article), count(Assignment)
