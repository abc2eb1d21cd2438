"""Templates keep the rules of the strict policy, and fragments stay fragments."""

import re

import pytest
from flask import Flask

from annotator.paths import PACKAGE, STATIC, TEMPLATES
from annotator.web import rendering

NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
LIBRARIES = {name for name in NAMES if name.rpartition("/")[2] in {"base.html", "macros.html"}}
FRAGMENTS = [name for name in NAMES if name.rpartition("/")[2].startswith("_")]
PAGES = [name for name in NAMES if name not in FRAGMENTS and name not in LIBRARIES]

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


def source(name):
    return (TEMPLATES / name).read_text(encoding="utf-8")


def used(name):
    """Tell whether a template or a view names this fragment."""
    quoted = re.compile(f"""["']{re.escape(name)}["']""")
    others = [source(other) for other in NAMES if other != name]
    views = [path.read_text(encoding="utf-8") for path in (PACKAGE / "web").glob("*.py")]
    return any(quoted.search(text) for text in others + views)


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_parsed(name):
    app = Flask("annotator", template_folder=str(TEMPLATES))
    rendering.init_app(app)
    assert app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_never_extends(name):
    assert "{% extends" not in source(name)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_begins_with_a_comment(name):
    assert source(name).startswith("{#")


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_is_used(name):
    assert used(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_extends(name):
    assert '{% extends "' in source(name)


@pytest.mark.parametrize("what", FORBIDDEN)
@pytest.mark.parametrize("name", NAMES)
def test_it_holds_nothing_the_policy_forbids(name, what):
    assert FORBIDDEN[what].findall(COMMENT.sub("", source(name))) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_posted_form_carries_the_token(name):
    text = source(name)
    posts = len(re.findall(r"""<form\b[^>]*method=["']post["']""", text, re.IGNORECASE))
    tokens = len(re.findall(r"csrf_token|ui\.token\(\)|hidden_tag\(\)", text))
    assert tokens >= posts


@pytest.mark.parametrize("name", NAMES)
def test_each_static_file_it_names_exists(name):
    named = re.findall(r"""url_for\(['"]static['"], filename=['"]([^'"]+)""", source(name))
    assert [file for file in named if not (STATIC / file).is_file()] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_shape_it_names_is_in_the_sprite(name):
    named = set(re.findall(r"""\bui\.shape\("([a-z-]+)\"""", source(name)))
    named |= set(re.findall(r"""\bui\.(?:state|chip)\("([a-z-]+)\"""", source(name)))
    drawn = set(re.findall(r'id="shape-([a-z-]+)"', source("_sprite.html")))
    assert named <= drawn


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_fetches_nothing(path):
    css = path.read_text(encoding="utf-8")
    assert re.findall(r"@import|@font-face|url\(", css) == []
