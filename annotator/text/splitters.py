"""Splitters: for each language where sentences may end, and which of these ends are none."""

import functools
import importlib
import importlib.metadata
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from annotator.text import library, vetoes
from annotator.text.languages import far_east, rules
from annotator.text.languages.names import base_of
from annotator.text.languages.words import SHORTENED
from annotator.text.quoting import goes_on
from annotator.text.times import ends_after_time

# Raise a number with any change that can move a boundary: that of English, and of the others.
ENGLISH_RULES, OTHER_RULES = 3, 1
# What the boundaries of a text are from that came with its own.
GIVEN = "given-1"
# Russian has a library that knows it better than a list of words does.
RAZDEL = "razdel"
RAZDEL_VERSION = "0.5.0"
INSTALL_RUSSIAN = "pip install 'annotator[russian]'"
FAR_EAST = ("zh", "ja")


class Splitter(NamedTuple):
    """How the text of one language is split.

    `cuts` gives where sentences may end in a block, in its offsets; `joins` undoes some of these,
    as `vetoes.joins`; `goes_on` says of a stop in another script that its sentence goes on.
    """

    name: str  # stored with each article
    cuts: Callable[[str], set[int]]
    joins: Callable[..., bool]
    goes_on: Callable[[str, re.Match[str]], bool] = goes_on
    reverses_marks: bool = False
    """»So« is a quotation, as in German; elsewhere it is «so»."""


def english_cuts(piece: str) -> set[int]:
    """Return where the library would cut, and behind the times of day that it does not see."""
    return library.cuts(piece).union(ends_after_time(piece))


ENGLISH = Splitter(f"nupunkt-0.8.0+rules-{ENGLISH_RULES}", english_cuts, vetoes.joins)


def splitter_of(language: str) -> Splitter:
    """Return the splitter of a language; one that has none of its own is split like English."""
    code = base_of(language)
    if code in FAR_EAST or code in SHORTENED:
        return of_code(code)
    return ENGLISH


@functools.cache
def of_code(code: str) -> Splitter:
    """Return the splitter of a language that has rules of its own."""
    name = f"rules-{OTHER_RULES}-{code}"
    if code in FAR_EAST:
        return Splitter(name, far_east.cuts, rules.rules_of(code), far_east.goes_on_in(code))
    if code == "ru" and has_razdel():
        name = f"{RAZDEL}-{RAZDEL_VERSION}+{name}"
        return Splitter(name, razdel_cuts, rules.rules_of(code))
    return Splitter(name, rules.cuts, rules.rules_of(code), reverses_marks=code == "de")


def has_razdel() -> bool:
    """Say whether the library for Russian is installed in the version that was measured."""
    try:
        return importlib.metadata.version(RAZDEL) == RAZDEL_VERSION
    except importlib.metadata.PackageNotFoundError:
        return False


def missing(language: str) -> str:
    """Say what would split a language better and is not installed; "" where nothing would."""
    if base_of(language) != "ru" or has_razdel():
        return ""
    return f"Russian is split better with the extra russian: {INSTALL_RUSSIAN}"


def razdel_cuts(piece: str) -> set[int]:
    """Return where the library for Russian would begin a sentence."""
    # Hard wraps look like plain spaces to it, and it needs no long stretch as a whole.
    seen = library.bounded(piece)
    return {each.start for each in razdel().sentenize(seen) if each.start}


@functools.cache
def razdel() -> Any:
    """Return the library for Russian."""
    return importlib.import_module(RAZDEL)
