"""Small parts of pages that say only what they are given: each is drawn once and kept.

What is kept is found by its content, so no other process ever has to know that it was changed.
"""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from flask import current_app
from jinja2 import Environment
from markupsafe import Markup

# So many parts of pages, of some kilobytes each; sentences of a column; shapes and key caps.
MOST_PARTS, MOST_LINES, MOST_SIGNS = 256, 2048, 1024
NAMED_KEYS = {"Enter": "enter", "Shift": "shift", "Backspace": "backspace"}
SHORT_KEYS = {"Delete": "Del", "Insert": "Ins", "Escape": "Esc"}


def drawn(template: str, **given: Hashable) -> Markup:
    """Return a part of a page; its template knows nothing but what is given.

    Nothing of the person, the session or the request may be in it.
    """
    return kept_part(current_app.jinja_env, template, tuple(given.items()))


@lru_cache(maxsize=MOST_PARTS)
def kept_part(
    environment: Environment, template: str, given: tuple[tuple[str, Hashable], ...]
) -> Markup:
    """Draw a part of a page for `drawn`."""
    return Markup(environment.get_template(template).render(dict(given)))


def macros(template: str) -> Any:
    """Return the macros of a template, which know nothing but what they are given."""
    return macros_of(current_app.jinja_env, template)


def macros_of(environment: Environment, template: str) -> Any:
    """Return what `macros` returns."""
    return environment.get_template(template).module


def line(of_column: Hashable) -> Markup:
    """Return a sentence of the column of an article that is not the current one."""
    return kept_line(current_app.jinja_env, of_column)


@lru_cache(maxsize=MOST_LINES)
def kept_line(environment: Environment, of_column: Hashable) -> Markup:
    """Draw a sentence for `line`."""
    drawn_line: Markup = macros_of(environment, "labelling/macros.html").other(of_column)
    return drawn_line


def of_article(text: str) -> Markup:
    """Return words of an article.

    A bare carriage return would reach the page as a line feed, or not at all: that shifts offsets.
    """
    return Markup(str(Markup.escape(text)).replace("\r", "&#13;"))


@lru_cache(maxsize=MOST_SIGNS)
def shape(name: str, kind: str = "") -> Markup:
    """Return one shape of the sprite; decoration, so its word must stand beside it."""
    return Markup('<svg class="shape{}" aria-hidden="true"><use href="#shape-{}"/></svg>').format(
        f" {kind}" if kind else "", name
    )


@lru_cache(maxsize=MOST_SIGNS)
def bars(filled: int) -> Markup:
    """Return the certainty bars, 0 to 3 of them filled."""
    return Markup('<svg class="bars" aria-hidden="true"><use href="#bars-{}"/></svg>').format(
        filled
    )


@lru_cache(maxsize=MOST_SIGNS)
def key(cap: str, always: bool = False) -> Markup:
    """Return a key cap.

    It is hidden from screen readers (put aria-keyshortcuts on the control) and without JavaScript,
    unless `always` (the keyboard sheet, the codebook).
    """
    parts = cap.split("+") if len(cap) > 1 else [cap]
    inside = Markup().join(cap_part(part, always) for part in parts)
    if always:
        return Markup('<kbd class="key always">{}</kbd>').format(inside)
    return Markup('<kbd class="key" aria-hidden="true">{}</kbd>').format(inside)


def cap_part(name: str, always: bool) -> Markup:
    """Return what stands on a cap for one key: its sign, with its name for who cannot see it."""
    if name not in NAMED_KEYS:
        return Markup.escape(SHORT_KEYS.get(name, name))
    spoken = Markup('<span class="hidden">{} </span>').format(name) if always else Markup()
    return shape(NAMED_KEYS[name]) + spoken


@lru_cache(maxsize=MOST_SIGNS)
def keyed(keys: tuple[str, ...]) -> Markup:
    """Return the attributes of whatever a key presses: keys.js looks for data-key."""
    if not keys:
        return Markup()
    names = " ".join(keys)
    said = "Plus" if keys[0] == "+" else names
    return Markup(' data-key="{}" aria-keyshortcuts="{}"').format(names, said)
