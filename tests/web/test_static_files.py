"""Static files have the version of their contents in their names and are kept by browsers."""

import re

import pytest

from annotator.paths import STATIC
from annotator.web import static_files

NAMED = re.compile(r'(?:src|href)="(/static/[^"#]+)')


def test_every_file_that_a_page_names_is_kept_by_the_browser(browser, article):
    ann = browser("ann")
    named = set(NAMED.findall(ann.get(f"/label/{article.id}/2").text))
    assert len(named) > 5
    lasting = {path: ann.get(path, 200).headers["Cache-Control"] for path in named}
    assert set(lasting.values()) == {static_files.FOR_EVER}


@pytest.mark.parametrize("name", ["app.css", "labelling/pump.js"])
def test_a_page_from_before_an_upgrade_gets_the_file_of_today_and_asks_again(browser, name):
    reply = browser().get(f"/static/{'0' * 12}/{name}", 200)
    assert reply.data == (STATIC / name).read_bytes()
    assert reply.headers["Cache-Control"] == "no-cache"


def test_what_is_not_there_is_not_kept_as_missing(browser):
    version = static_files.version_of(STATIC)
    for path in (f"{version}/nothing.js", f"{version}/../config.py", f"{version}/", version):
        reply = browser().get(f"/static/{path}", 404)
        assert "immutable" not in reply.headers["Cache-Control"]


def test_the_version_follows_contents_and_names_alone(tmp_path):
    def made(folder, **files):
        for name, text in files.items():
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / name).write_text(text)
        return static_files.version_of(tmp_path / folder)

    first = made("first", a="1", b="2")
    assert made("second", b="2", a="1") == first
    assert made("third", a="1", b="3") != first
    assert made("fourth", a="1", c="2") != first
