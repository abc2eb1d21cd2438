"""The scripts of the pages: short, and their imports lead to files and never in a circle.

What they do is tested in tests/js and tests/e2e; ESLint and tsc check the rest (tests/lint).
"""

import re
from os.path import normpath

from places import PACKAGE

from annotator.paths import STATIC, TEMPLATES

SCRIPTS = {
    path.relative_to(STATIC).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(STATIC.rglob("*.js"))
    if "vendor" not in path.parts
}
IMPORT = re.compile(r"""(?:^import [^"\n]*|\bimport\()"(\.[^"\n]+)\"""", re.MULTILINE)


def imports_of(name):
    """Return the scripts that one names, also those it loads when they are needed."""
    return [normpath(f"{name}/../{each}") for each in IMPORT.findall(SCRIPTS[name])]


def circles(name, way=()):
    """Return the ways on which the imports of a script lead back to one before."""
    if name in way:
        return [(*way[way.index(name) :], name)]
    return [each for other in imports_of(name) for each in circles(other, (*way, name))]


def test_none_is_longer_than_300_lines():
    lengths = {name: len(text.splitlines()) for name, text in SCRIPTS.items()}
    assert lengths["labelling/queue.js"]
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_each_import_leads_to_a_file():
    named = [(name, each) for name in SCRIPTS for each in imports_of(name)]
    assert ("labelling/pump.js", "sending.js") in named
    assert ("sign-out.js", "unsent.js") in named
    assert [pair for pair in named if pair[1] not in SCRIPTS] == []


def test_imports_make_no_circle():
    assert [each for name in SCRIPTS for each in circles(name)] == []


# What a page says by itself as the server says it: where each stands in the other's files.
SHARED = {
    "No answer yet. Add a claim, choose “No claim” or skip the sentence.": (
        "labelling/unconnected.js",
        "web/labelling/replies.py",
    ),
    "is still open. Choose Next again to leave it incomplete.": (
        "labelling/unconnected.js",
        "web/labelling/replies.py",
    ),
    "Single-key shortcuts are ": ("labelling/keys.js", "web/accounts/keys.py"),
    "choose a speaker or no claim": ("labelling/answers.js", "web/labelling/building.py"),
    "speaker open": ("labelling/offline.js", "web/labelling/claim_words.py"),
    "stance open": ("labelling/offline.js", "labelling/macros.html"),
    "certainty open": ("labelling/offline.js", "labelling/macros.html"),
    "no answer yet": ("labelling/follow.js", "labelling/macros.html"),
    "Answer for sentence ": ("labelling/offline.js", "labelling/_answer.html"),
    "All saved": ("labelling/saying.js", "labelling/_saved.html"),
    "Use the saved version": ("labelling/moving.js", "labelling/_conflict.html"),
    "Save a copy as a file": ("unsent.js", "labelling/_waiting.html"),
    "Discard": ("unsent.js", "labelling/_waiting.html"),
}


def test_what_both_sides_say_is_said_in_the_same_words():
    apart = []
    for words, (script, other) in SHARED.items():
        folder = TEMPLATES if other.endswith(".html") else PACKAGE
        places = {script: SCRIPTS[script], other: (folder / other).read_text(encoding="utf-8")}
        apart += [(words, name) for name, text in places.items() if words not in text]
    assert apart == []
