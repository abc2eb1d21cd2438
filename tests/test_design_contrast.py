"""The colours of the style sheet keep the contrast the design promises, in both themes."""

import re

import pytest

from annotator.paths import STATIC

TOKEN = re.compile(r"--([a-z0-9]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
THEMES = {"light": 0, "dark": 1}
SURFACES = ("ground", "paper", "panel", "field")
STANCES = ("sup", "opp", "neu", "unr")
STATES = ("ok", "warn", "bad")

# Where each colour may stand, and the lowest contrast it must have there.
TEXT = {
    "ink": (*SURFACES, "lit", "accentsoft", *(f"{name}soft" for name in STANCES + STATES)),
    "ink2": (*SURFACES, "lit", "accentsoft", *(f"{name}soft" for name in STANCES + STATES)),
    "ink3": SURFACES,
    "accent": (*SURFACES, "lit", "accentsoft"),
    "onaccent": ("accent",),
    **{name: (*SURFACES, "lit", f"{name}soft") for name in STANCES},
    **{name: (*SURFACES, f"{name}soft") for name in STATES},
}
EDGES = {"edge": SURFACES, "litedge": ("lit", "paper")}

# The lowest contrast of each, light and dark, as the design states it.
PROMISED = {
    "ink": (14.7, 8.6),
    "ink2": (8.2, 5.8),
    "ink3": (5.4, 5.3),
    "accent": (6.9, 5.4),
    "onaccent": (8.2, 8.4),
    "edge": (3.5, 3.9),
    "litedge": (4.4, 5.3),
    "sup": (5.6, 5.7),
    "opp": (5.7, 5.3),
    "neu": (6.6, 5.9),
    "unr": (5.7, 5.6),
    "ok": (5.7, 6.9),
    "warn": (6.2, 7.7),
    "bad": (6.6, 7.1),
}
# The backgrounds the stated figures were taken over, where not all of them count.
STATED = {
    "ink": (*SURFACES, "lit", "accentsoft"),
    "ink2": (*SURFACES, "lit"),
    **{name: ("paper", "panel", "field", f"{name}soft") for name in STATES},
}
NOT_ON_LIT = ("ink3", "edge")


def tokens(theme):
    found = TOKEN.findall((STATIC / "app.css").read_text(encoding="utf-8"))
    return {name: values[THEMES[theme]] for name, *values in found}


def luminance(colour):
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lowest(name, grounds, theme):
    colours = tokens(theme)
    return min(contrast(colours[name], colours[ground]) for ground in grounds)


def test_black_on_white_is_twenty_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", TEXT)
def test_text_can_be_read_wherever_it_may_stand(name, theme):
    assert lowest(name, TEXT[name], theme) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", EDGES)
def test_the_edge_of_a_control_can_be_seen(name, theme):
    assert lowest(name, EDGES[name], theme) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", PROMISED)
def test_the_contrast_is_the_one_the_design_states(name, theme):
    grounds = STATED.get(name) or TEXT.get(name) or EDGES[name]
    assert lowest(name, grounds, theme) == pytest.approx(PROMISED[name][THEMES[theme]], abs=0.06)


@pytest.mark.parametrize("name", NOT_ON_LIT)
def test_what_may_not_stand_on_the_lit_sentence_fails_there(name):
    floor = 4.5 if name in TEXT else 3
    assert lowest(name, ("lit",), "dark") < floor


def test_colours_are_written_only_as_tokens():
    css = (STATIC / "app.css").read_text(encoding="utf-8")
    screen = css.split("@layer base {")[1].split("@layer print {")[0]
    screen += (STATIC / "labelling" / "label.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;,) ])(?! \{)|rgba?\(|hsla?\(", screen) == []
