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
    "choose a speaker or no claim": ("labelling/answers.js", "web/labelling/parts/claims.py"),
    "no answer yet": ("labelling/follow.js", "labelling/macros.html"),
    "Answer for sentence ": ("labelling/offline.js", "labelling/_answer.html"),
    "All saved": ("labelling/saying.js", "labelling/_saved.html"),
    "Use the saved version": ("labelling/moving.js", "labelling/_conflict.html"),
    "Save a copy as a file": ("unsent.js", "labelling/_waiting.html"),
    "Discard": ("unsent.js", "labelling/_waiting.html"),
    "Select all on this page": ("articles/ticks.js", "articles/list/page.html"),
    "Marked as seen.": ("labelling/replies.js", "web/assignment/flags.py"),
    "Same speaker as before: ": ("labelling/same.js", "labelling/_claim.html"),
    "Not saved: check ": ("labelling/saying.js", "web/labelling/replies.py"),
    "Conflict: ": ("labelling/saying.js", "labelling/_saved.html"),
    # What a script looks for in a reply of the server.
    "cannot write": ("sending.js", "web/errors.py"),
    "Saved answers are kept": ("labelling/saying.js", "work/labelling/saving.py"),
    "Annotator-Only": ("labelling/pump.js", "web/labelling/replies.py"),
    "Annotator-Place": ("labelling/pump.js", "web/labelling/replies.py"),
    "Annotator-Revision": ("sending.js", "web/labelling/refusal.py"),
    "Annotator-Session": ("session-end.js", "web/security.py"),
}
# Phrases that stand on both sides by chance, in sentences of different meaning.
BY_CHANCE = {"in another window", "in this browser.", "in this sentence", "ways to add the name"}


def test_what_both_sides_say_is_said_in_the_same_words():
    apart = []
    for words, (script, other) in SHARED.items():
        folder = TEMPLATES if other.endswith(".html") else PACKAGE
        places = {script: SCRIPTS[script], other: (folder / other).read_text(encoding="utf-8")}
        apart += [(words, name) for name, text in places.items() if words not in text]
    assert apart == []


def messages_of(script):
    """Return what a script says in three words or more, in the pieces between its values."""
    code = re.sub(r"(?m)//.*$", "", SCRIPTS[script])
    said = [one or other for one, other in re.findall(r'"([^"\n]+)"|`([^`]+)`', code)]
    pieces = [piece.strip() for text in said for piece in re.split(r"\$\{[^}]*\}", text)]
    return {piece for piece in pieces if len(re.findall(r"\w{2,}", piece)) > 2}


def test_no_message_stands_on_both_sides_without_being_held():
    folders = [(PACKAGE / "web", "*.py"), (PACKAGE / "work", "*.py"), (TEMPLATES, "*.html")]
    paths = [path for folder, kind in folders for path in folder.rglob(kind)]
    server = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    both = {text for name in SCRIPTS for text in messages_of(name) if text in server}
    assert "choose a speaker or no claim" in both
    assert both - {words.strip() for words in SHARED} == BY_CHANCE
