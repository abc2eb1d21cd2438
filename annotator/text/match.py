"""Copied words: find in a sentence what a person typed or pasted from it."""

import re

_DOUBLE = '"“”„‟'
_SINGLE = "'‘’‚‛`´"


def find_words(words: str, text: str, *, parts: bool = True) -> tuple[int, int] | None:
    """Locate words in a text: as they are, else whatever the white space, quotes and case.

    Whole words win over parts of words, so that "he" is not found in "the"; without `parts` these
    are not found at all.
    """
    wanted = words.strip()
    if not wanted:
        return None
    exact, tolerant = re.escape(wanted), _tolerant(wanted)
    whole = (r"(?<!\w)" if wanted[0].isalnum() else "", r"(?!\w)" if wanted[-1].isalnum() else "")
    for before, after in (whole, ("", "")) if parts else (whole,):
        for pattern, flags in ((exact, 0), (tolerant, 0), (tolerant, re.IGNORECASE)):
            found = re.search(before + pattern + after, text, flags)
            if found:
                return found.span()
    return None


def _tolerant(wanted: str) -> str:
    return r"\s+".join("".join(map(_one, word)) for word in wanted.split())


def _one(character: str) -> str:
    for family in (_DOUBLE, _SINGLE):
        if character in family:
            return f"[{family}]"
    return re.escape(character)
