"""Templates keep the rules of the strict policy, and fragments stay fragments.

Each rule is one test that names every template that breaks it.
"""

import re

from annotator.paths import PACKAGE, STATIC, TEMPLATES

SOURCES = {
    path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(TEMPLATES.rglob("*.html"))
}
LIBRARIES = {name for name in SOURCES if name.rpartition("/")[2] in {"base.html", "macros.html"}}
FRAGMENTS = [name for name in SOURCES if name.rpartition("/")[2].startswith("_")]
PAGES = [name for name in SOURCES if name not in FRAGMENTS and name not in LIBRARIES]

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
FORBIDDEN = {
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)|javascript:", re.IGNORECASE),
    "a handler attribute": re.compile(r"\son[a-z]+\s*=|\shx-on\b", re.IGNORECASE),
    "an evaluated value": re.compile(r"""=["']\s*js:|hx-trigger="[^"]*\["""),
    "an htmx 2 name": re.compile(
        r"\bhx-(?:vars|params|ext|request|prompt|disabled-elt|history-elt|disinherit|inherit)\b"
        r"|htmx:(?:after|before)[A-Z]|htmx:(?:response|send|swap|target)Error"
    ),
    "an address outside": re.compile(r"""(?:src|href|action)=["'](?:https?:)?//"""),
    "text that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+false"),
}


def broken(names, keeps):
    """Return which templates do not keep a rule; there must be some to look at."""
    assert names
    return [name for name in names if not keeps(SOURCES[name])]


def test_each_can_be_compiled(installation):
    assert SOURCES
    for name in SOURCES:
        assert installation.app.jinja_env.get_template(name)


def test_a_fragment_never_extends():
    assert broken(FRAGMENTS, lambda text: "{% extends" not in text) == []


def test_a_fragment_begins_with_a_comment():
    assert broken(FRAGMENTS, lambda text: text.startswith("{#")) == []


def test_a_fragment_is_used():
    """A template or a view names it."""
    texts = {**SOURCES}
    texts |= {path: path.read_text(encoding="utf-8") for path in (PACKAGE / "web").rglob("*.py")}
    named = {
        (each, where)
        for where, text in texts.items()
        for each in re.findall(r"""["']([^"'\s]+\.html)["']""", text)
    }
    used = {each for each, where in named if each != where}
    assert FRAGMENTS
    assert [name for name in FRAGMENTS if name not in used] == []


def test_a_page_extends():
    assert broken(PAGES, lambda text: '{% extends "' in text) == []


def test_none_holds_what_the_policy_forbids():
    found = [
        (name, what, pattern.findall(COMMENT.sub("", text)))
        for name, text in SOURCES.items()
        for what, pattern in FORBIDDEN.items()
    ]
    assert [each for each in found if each[2]] == []


def test_every_posted_form_carries_the_token():
    def keeps(text):
        posts = len(re.findall(r"""<form\b[^>]*method=["']post["']""", text, re.IGNORECASE))
        return len(re.findall(r"csrf_token|ui\.token\(\)|hidden_tag\(\)", text)) >= posts

    assert broken(SOURCES, keeps) == []


def test_each_static_file_that_is_named_exists():
    named = [
        (name, file)
        for name, text in SOURCES.items()
        for file in re.findall(r"""static_url\(['"]([^'"]+)""", text)
    ]
    assert named
    # By `url_for` each would take as long as a query.
    assert broken(SOURCES, lambda text: not re.search(r"""url_for\(['"]static""", text)) == []
    assert [each for each in named if not (STATIC / each[1]).is_file()] == []


def test_each_shape_that_is_named_is_in_the_sprite():
    named = {
        (name, shape)
        for name, text in SOURCES.items()
        for shape in re.findall(r"""\bui\.(?:shape|state|chip)\("([a-z-]+)\"""", text)
    }
    drawn = set(re.findall(r'id="shape-([a-z-]+)"', SOURCES["_sprite.html"]))
    assert named
    assert [each for each in sorted(named) if each[1] not in drawn] == []


def test_no_style_sheet_fetches_anything():
    sheets = {path.name: path.read_text(encoding="utf-8") for path in STATIC.rglob("*.css")}
    assert sheets
    found = {name: re.findall(r"@import|@font-face|url\(", css) for name, css in sheets.items()}
    assert {name: each for name, each in found.items() if each} == {}
