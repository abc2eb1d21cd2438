"""Hand-made sentences by language, and how well they are split; as a command it prints a table.

A file of `tests/data/languages` has one sentence in each line and an empty line between paragraphs;
the first line is the headline. The text is these lines in a row, with spaces between them unless
the language has none. A boundary is the end of a sentence. The rules were made while looking at
these files; those in `unseen` were written afterwards, and no rule was made for them.
"""

import os
import sys
from pathlib import Path

if __name__ == "__main__":  # not the current folder but the program
    sys.path[0] = os.fspath(Path(__file__).parents[2])

from annotator.text.languages.names import name_of
from annotator.text.sentences import check, split
from annotator.text.splitters import splitter_of

FOLDER = Path(__file__).parents[1] / "data" / "languages"
UNSEEN = FOLDER / "unseen"
NO_SPACES = ("zh", "ja")


def codes():
    """Return the languages that there are sentences of."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def read(code, folder=FOLDER):
    """Return the text of a language and the spans of its sentences."""
    between = "" if code in NO_SPACES else " "
    text, spans = "", []
    paragraphs = (folder / f"{code}.txt").read_text("utf-8").split("\n\n")
    for number, paragraph in enumerate(paragraphs):
        for place, sentence in enumerate(paragraph.strip().split("\n")):
            is_below_headline = number == 0 and place == 1
            if text:
                text += between if place and not is_below_headline else "\n\n"
            spans.append((len(text), len(text) + len(sentence)))
            text += sentence
    return text, spans


def scores(code, language, folder=FOLDER):
    """Return boundary F1 and F1 of whole sentences, in percent, split as a language is."""
    text, gold = read(code, folder)
    found = split(text, language)
    check(text, found)
    ends, right = {end for _, end in found}, {end for _, end in gold}
    both, whole = len(ends & right), len(set(found) & set(gold))
    total = len(found) + len(gold)
    return round(200 * both / total, 1), round(200 * whole / total, 1)


def table():
    """Yield the lines of a table: split like English, as it was before, and by its own rules."""
    yield "| language | sentences | like English, F1 / exact | own rules, F1 / exact | splitter |"
    yield "|---|--:|--:|--:|---|"
    for folder, what in ((FOLDER, ""), (UNSEEN, ", unseen")):
        for code in codes():
            before, now = scores(code, "en", folder), scores(code, code, folder)
            yield (
                f"| {name_of(code)}{what} | {len(read(code, folder)[1])}"
                f" | {before[0]} / {before[1]} | {now[0]} / {now[1]} | {splitter_of(code).name} |"
            )


if __name__ == "__main__":
    print("\n".join(table()))
