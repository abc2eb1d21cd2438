"""Which passwords others would try first: known ones, and what people make of names and words.

Guessing programs try lists of leaked passwords and, after that, the same words with digits, years
and signs around them, with look-alikes for letters, twice, backwards, and paths over the keyboard
(Weir, Aggarwal, de Medeiros and Glodek 2009; Wheeler 2016).
"""

import gzip
import re
from functools import lru_cache
from importlib import resources

from annotator.config import without_repetition

COMMON_FILE = "common_passwords.txt.gz"
# A year with a sign before and behind, or a telephone extension; a longer number is a secret.
MOST_AROUND = 8
FEWEST_DIFFERENT = 4
SHORTEST = 8
LOOKALIKES = (str.maketrans("@4013$57!", "aaoiessti"), str.maketrans("@4013$57!", "aaolessti"))
# A shorter word of a name may stand in any other word.
SHORTEST_WORD = 4
SEPARATORS = re.compile(r"[\s._-]+")
EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
NO_LETTERS = re.compile(r"[\W\d_]*")
YEAR, MONTH, DAY = "(?:19|20)[0-9]{2}", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
# Years, and dates in the three orders that people write.
DATE = re.compile(f"{YEAR}(?:{MONTH}{DAY})?|{DAY}{MONTH}{YEAR}|{MONTH}{DAY}{YEAR}")
DATE_DIGITS = (4, 8)
LINES = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "`1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "!@#$%^&*()_+",
    "qwertzuiop",
    "azertyuiop",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik,",
    "9ol.",
)
STRETCH = 3
LONGEST = max(len(line) for line in LINES)


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """Return the best-known passwords, folded; where they come from says LICENSE.common-passwords.

    They are read when somebody sets a password, not at the start.
    """
    raw = resources.files(__package__).joinpath(COMMON_FILE).read_bytes()
    return frozenset(gzip.decompress(raw).decode("utf-8").split())


def why_guessable(password: str, username: str) -> str:
    """Say why others would guess a password, "" where nothing is known against it.

    The password is in NFKC; neither capitals nor blanks around it make it harder.
    """
    folded = password.casefold().strip()
    if not folded:
        return "A password of spaces only is easy to guess."
    once = len(without_repetition(folded))
    if len(set(folded)) < FEWEST_DIFFERENT or (once < SHORTEST and 2 * once <= len(folded)):
        return "This password repeats a few characters. Use several unrelated words."
    if is_made_of(folded, username.casefold()):
        return "A password made of the user name is easy to guess."
    if is_made_of_dates(folded):
        return "A password made of years or dates is easy to guess."
    if is_walk(folded) or any(is_known(each) for each in readings(folded)):
        return "This password is easy to guess."
    return ""


def readings(folded: str) -> set[str]:
    """Return a password as it is, with look-alikes read as letters, once, and backwards."""
    once = without_repetition(folded)
    read = {once, *(once.translate(each) for each in LOOKALIKES)}
    return {folded} | read | {each[::-1] for each in read}


def is_known(reading: str) -> bool:
    """Say whether a password is on the list, or a word of it with a few digits and signs around."""
    if reading in common():
        return True
    word = EDGES.sub("", reading)
    if not word:
        return False
    core = without_repetition(word)
    around = len(reading) - len(core)
    return around <= MOST_AROUND and core in common()


def is_made_of(folded: str, name: str) -> bool:
    """Say whether a password is a name, as often and either way round, with a few signs around.

    Of "ann.smith" also "smithann" and "smith", with whatever stands between the words.
    """
    for whole in (folded, SEPARATORS.sub("", folded)):
        for reading in (whole, *(whole.translate(each) for each in LOOKALIKES)):
            for word in variations(name):
                rest = reading.replace(word, "")
                few = len(rest) <= MOST_AROUND and NO_LETTERS.fullmatch(rest)
                if rest != reading and few:
                    return True
    return False


def variations(name: str) -> set[str]:
    """Return a name, its words in either order and the longer ones alone, all either way round."""
    words = [word for word in SEPARATORS.split(name) if word]
    made = {name, "".join(words), "".join(reversed(words))}
    made |= {word for word in words if len(word) >= SHORTEST_WORD}
    return {each for word in made if word for each in (word, word[::-1])}


def is_made_of_dates(folded: str) -> bool:
    """Say whether a password is nothing but years and dates, whatever stands between them."""
    if not NO_LETTERS.fullmatch(folded):
        return False
    digits = "".join(sign for sign in folded if sign.isdecimal())
    # Digits can be read as dates in many ways: all at once, or a long password takes for ever.
    reached = {0}
    for end in range(DATE_DIGITS[0], len(digits) + 1):
        begins = (end - many for many in DATE_DIGITS)
        if any(each in reached and DATE.fullmatch(digits, each, end) for each in begins):
            reached.add(end)
    return bool(digits) and len(digits) in reached


def is_walk(folded: str) -> bool:
    """Say whether a password is put together from stretches of keys, letters or digits in a row."""
    reached = {0}
    for end in range(STRETCH, len(folded) + 1):
        begins = range(max(0, end - LONGEST), end - STRETCH + 1)
        if any(begin in reached and is_stretch(folded[begin:end]) for begin in begins):
            reached.add(end)
    return len(folded) in reached


def is_stretch(part: str) -> bool:
    """Say whether signs lie in a row, in either direction, or are one sign repeated."""
    return len(set(part)) == 1 or any(part in line or part[::-1] in line for line in LINES)
