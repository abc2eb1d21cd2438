"""Which language a text is written in: by py3langid, which is loaded when it is asked first.

It takes half a second and some 80 MB to load and a millisecond a text; it needs no network.
"""

import functools
import re
from typing import Any

from annotator.text.abbreviations import words
from annotator.text.languages.names import NAMES, UNKNOWN

DEFAULT = "en"
# A language shows in its first lines; the rest of a long text only takes time.
SAMPLE = 1_500
# In so few letters of the Latin script any language may hide; other scripts tell more.
LEAST_LATIN, LEAST_OTHER = 100, 10
# Of two languages that are alike, such as Serbian and Croatian, none may be sure.
LEAST_CONFIDENCE = 0.5
# Languages that are written in one script only, as far as news go.
LATIN_ONLY = words("en de fr es it pt pl nl cs sv da no fi tr ro hu")
NEVER_LATIN = words("ru uk be bg mk ar fa he ur zh ja ko el ka hy hi th")
LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
OTHER = re.compile("(?![A-Za-z\u00c0-\u024f\u1e00-\u1eff])[^\\W\\d_]")


def language_of(text: str) -> str:
    """Return the code of a text's language.

    Short Latin text counts as English, any other that cannot be told is "und".
    """
    latin, other = letters_of(text[:SAMPLE])
    return told(text) or (DEFAULT if latin >= other else UNKNOWN)


def told(text: str) -> str:
    """Return the code of the language that a text shows; "" where it is too short or unsure."""
    sample = text[:SAMPLE]
    latin, other = letters_of(sample)
    if (latin if latin >= other else other) < (LEAST_LATIN if latin >= other else LEAST_OTHER):
        return ""
    code, confidence = loaded().classify(sample)
    return str(code) if confidence >= LEAST_CONFIDENCE else ""


def letters_of(sample: str) -> tuple[int, int]:
    """Return how many letters of the Latin script there are, and how many others."""
    return len(LATIN.findall(sample)), len(OTHER.findall(sample))


@functools.cache
def loaded() -> Any:
    """Return the detector for the languages that have a name here."""
    from py3langid.langid import (  # noqa: PLC0415 - memory that only an import needs
        MODEL_FILE,
        LanguageIdentifier,
    )

    detector = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    detector.set_languages(NAMES.keys() & set(detector.labels))
    return detector


def disagrees(text: str, code: str) -> bool:
    """Say whether a text is in another script than its language, which was given."""
    latin, other = letters_of(text[:SAMPLE])
    if max(latin, other) < LEAST_LATIN:
        return False
    return code in LATIN_ONLY if other > latin else code in NEVER_LATIN
