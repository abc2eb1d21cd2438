"""What the label page costs to load the first time."""

import gzip
import re
from os.path import dirname, normpath

import pytest

from annotator.paths import STATIC
from annotator.web.compression import uncommented

STRING = re.compile(rb'"(?:\\.|[^"\\])*"')
GZIP = {"Accept-Encoding": "gzip"}
FILES = [
    "app.css",
    "labelling/label.css",
    "labelling/pump.js",
    "labelling/keys.js",
    "vendor/htmx-4.0.1.min.js",
    "mark.svg",
]


@pytest.mark.parametrize("name", FILES)
def test_a_static_file_comes_compressed_to_whoever_takes_it(browser, name):
    reply = browser().get(f"/static/{name}", headers={"Accept-Encoding": "gzip, br"})
    assert reply.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in reply.headers["Vary"]
    is_vendored = name.startswith("vendor/")
    file = (STATIC / name).read_bytes()
    assert gzip.decompress(reply.data) == (file if is_vendored else uncommented(file))
    assert int(reply.headers["Content-Length"]) == len(reply.data)


def test_a_static_file_comes_plain_to_others(browser):
    reply = browser().get("/static/app.css")
    assert "Content-Encoding" not in reply.headers
    assert reply.data == (STATIC / "app.css").read_bytes()


def test_a_page_comes_compressed(browser, article):
    ann = browser("ann")
    reply = ann.get(f"/label/{article.id}/2", headers=GZIP)
    assert reply.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in reply.headers["Vary"]
    assert reply.transferred < len(reply.data) / 3
    assert 'id="answer"' in reply.text


def test_a_page_that_may_echo_the_request_is_never_compressed(browser, article):
    ann = browser("ann")
    asked = ann.get(f"/label/{article.id}/2?claim=0", headers=GZIP)
    posted = ann.post(f"/label/{article.id}/2", {"revision": "guess"}, 422, headers=GZIP)
    missing = ann.get("/label/guess", 404, headers=GZIP)
    for reply in (asked, posted, missing):
        assert "Content-Encoding" not in reply.headers


def test_a_file_the_browser_has_is_not_sent_again(browser):
    first = browser().get("/static/app.css", headers={"Accept-Encoding": "gzip"})
    again = browser().get(
        "/static/app.css",
        304,
        headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]},
    )
    assert again.data == b""


def test_the_first_visit_of_the_label_page_transfers_at_most_100_kb(browser, article):
    ann = browser("ann")
    page = ann.get(f"/label/{article.id}/2", headers=GZIP)
    total = page.transferred
    found = set(re.findall(r'="/static/[0-9a-f]{12}/([^"#]+)', page.text))
    visited = set()
    while found - visited:
        name = (found - visited).pop()
        visited.add(name)
        total += len(ann.get(f"/static/{name}", headers=GZIP).data)
        if name.endswith(".js"):  # a module brings those it imports
            imported = re.findall(r'from "(\.[^"]+)"', (STATIC / name).read_text())
            found |= {normpath(f"{dirname(name)}/{each}").lstrip("/") for each in imported}
    assert "labelling/offline.js" in visited
    assert total <= 90_000, total


@pytest.mark.parametrize("kind", ["js", "css"])
def test_our_files_come_without_their_comments_and_every_line_keeps_its_number(kind):
    for path in STATIC.rglob(f"*.{kind}"):
        if "vendor" in path.parts:
            continue
        source = path.read_bytes().split(b"\n")
        sent = uncommented(path.read_bytes()).split(b"\n")
        assert len(sent) == len(source), path
        within_text = within_comment = False
        for number, (line, kept) in enumerate(zip(source, sent, strict=True), 1):
            begins = line.lstrip()
            opened = within_comment or begins.startswith(b"/*")
            closed, _, behind = begins.partition(b"*/")
            is_comment = (opened and not behind.strip()) or (kind, begins[:2]) == ("js", b"//")
            is_comment = is_comment and not within_text
            assert kept == (b"" if is_comment else line), f"{path}:{number}"
            within_comment = opened and is_comment and closed == begins
            within_text ^= STRING.sub(b"", kept).count(b"`") % 2 == 1


def test_a_vendored_file_comes_with_its_licence(browser):
    reply = browser().get("/static/vendor/htmx-4.0.1.min.js", headers=GZIP)
    assert gzip.decompress(reply.data) == (STATIC / "vendor/htmx-4.0.1.min.js").read_bytes()
