"""What MkDocs does beside its own work: equations as MathML, and no request to another host."""

import html
import logging
import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert

log = logging.getLogger("mkdocs.hooks.annotator")

EQUATION = re.compile(r'<(span|div) class="arithmatex">(?:\\\(|\\\[)(.*?)(?:\\\)|\\\])</\1>', re.S)
# What a browser loads by itself; a link that somebody follows is no request.
LOADED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//
    |<link\b(?=[^>]*\brel=["']?(?:stylesheet|icon|preload|preconnect))[^>]*\bhref=["']?(?:https?:)?//
    |(?:url\(|@import\s)["']?(?:https?:)?//""",
    re.X,
)


def on_page_content(content: str, **_rest: Any) -> str:
    """Return the page with its equations as MathML, which browsers draw without a script."""
    return EQUATION.sub(as_mathml, content)


def as_mathml(found: re.Match[str]) -> str:
    """Return one equation."""
    display = "block" if found[1] == "div" else "inline"
    return convert(html.unescape(found[2]), display=display)


def on_post_build(config: Any) -> None:
    """Name every page and style of the site that loads something from another host."""
    for path in Path(config.site_dir).rglob("*"):
        if path.suffix in {".html", ".css"} and LOADED.search(path.read_text(encoding="utf-8")):
            log.warning("%s loads something from another host", path)
