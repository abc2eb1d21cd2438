"""Languages by their codes: what they are called, and which way they are written."""

import re
from collections.abc import Mapping

# Those whose sentences are split by rules of their own stand first, then what leads meet most.
NAMES: Mapping[str, str] = {
    "en": "English", "ru": "Russian", "uk": "Ukrainian", "de": "German", "fr": "French",
    "es": "Spanish", "it": "Italian", "pt": "Portuguese", "pl": "Polish", "ar": "Arabic",
    "zh": "Chinese", "ja": "Japanese",
    "af": "Afrikaans", "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian",
    "bn": "Bengali", "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "da": "Danish",
    "el": "Greek", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian",
    "ka": "Georgian", "kk": "Kazakh", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian",
    "mk": "Macedonian", "ms": "Malay", "nl": "Dutch", "no": "Norwegian", "ps": "Pashto",
    "ro": "Romanian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "th": "Thai", "tr": "Turkish",
    "ug": "Uyghur", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese", "yi": "Yiddish",
}  # fmt: skip
OWN_RULES = 12  # so many of them stand first
UNKNOWN = "und"  # the code of BCP 47 for a language that nobody knows
RIGHT_TO_LEFT = frozenset(("ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"))
# As far as BCP 47 matters here: a language, then parts such as a script or a country.
TAG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")
BY_NAME = {name.lower(): code for code, name in NAMES.items()}
# Scripts that decide the direction, whatever the language: Azerbaijani in Arabic, Urdu in Latin.
RTL_SCRIPTS = frozenset(("arab", "hebr", "syrc", "thaa", "nkoo"))


def base_of(code: str) -> str:
    """Return the language itself: "de" of "de-AT", "DE_at", " de " and "German"."""
    return re.split("[-_]", code_of(code).lower(), maxsplit=1)[0]


# What databases and catalogues write for the languages that have rules of their own.
OTHER_CODES: Mapping[str, str] = {
    "eng": "en", "rus": "ru", "ukr": "uk", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr",
    "spa": "es", "ita": "it", "por": "pt", "pol": "pl", "ara": "ar", "zho": "zh", "chi": "zh",
    "jpn": "ja",
}  # fmt: skip


def code_of(given: str) -> str:
    """Return a language as it is stored: "German" and "ger" are "de"; other codes stay as given."""
    word = given.strip()
    return BY_NAME.get(word.lower()) or OTHER_CODES.get(word.lower()) or word


def sorted_names() -> list[tuple[str, str]]:
    """Return codes and names, those with rules of their own first, each group by name."""
    own = list(NAMES)[:OWN_RULES]
    return sorted(NAMES.items(), key=lambda each: (each[0] not in own, each[1]))


def name_of(code: str) -> str:
    """Return what a language is called, or its code where that is not known."""
    base = base_of(code)
    if base in ("", UNKNOWN):
        return "unknown language"
    return NAMES.get(base, code)


def tag_of(code: str) -> str:
    """Return the language as a page says it in `lang`; "" where the code is none."""
    word = code_of(code)
    if TAG.fullmatch(word) is None or base_of(word) == UNKNOWN:
        return ""
    return word.replace("_", "-")


def direction_of(code: str) -> str:
    """Return which way a language is written, as a page says it: "rtl", "ltr", "auto"."""
    parts = [part.lower() for part in tag_of(code).split("-")]
    if parts == [""]:
        return "auto"
    scripts = [part for part in parts[1:] if len(part) == 4 and part.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in RTL_SCRIPTS else "ltr"
    return "rtl" if parts[0] in RIGHT_TO_LEFT else "ltr"
