"""Vetoes: where a sentence that the library ends does not end after all."""

import re

# A candidate is judged by what lies near it; looking further is quadratic on very long lines.
LEFT_WINDOW = 60
RIGHT_WINDOW = 200


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Titles and ranks: a name follows, so the stop after them never ends a sentence.
TITLES = _words(
    """
    mr mrs ms mx dr drs gen lt sen sens rep reps gov govs col maj capt cpt sgt adm prof rev hon
    pres messrs mme mlle supt det cmdr comdr brig cpl pvt atty amb insp st ft mt fr msgr vice-adm
    lieut cllr dep asst pfc spc ens
    """
)

# Company forms, generations and states: like dotted acronyms, they may end a sentence.
ABBREVIATIONS = _words(
    """
    Inc Corp Co Cos Ltd LLC Plc PLC Bros Jr Sr
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb
    Nev Okla Ore Pa Tenn Tex Va Vt Wash Wis Wyo
    """
)

# These never end a sentence: something they introduce always follows.
INTRODUCERS = _words("e.g i.e eg ie vs cf viz")

# Words that often open a sentence: after "U.S." only these begin a new one.
STARTERS = _words(
    """
    the a an this that these those i you he she it we they my your his her its our their
    it's he's she's they're we're i'm i've we've that's there's what's let's don't
    in on at by for from with as if but and or so yet nor when while where before since because
    although though after during until once over under according despite between among through
    without within about
    however meanwhile moreover also then there here now instead still even perhaps additionally
    further furthermore thus therefore hence indeed nevertheless nonetheless
    who what why how no not yes today yesterday tomorrow last next
    one two some many most several both each every all any another other others such
    officials police critics supporters opponents asked
    is are was were do does did can could would will should may might
    """
)

# Names that end in a mark of their own.
BRANDS = frozenset(("Yahoo!", "Jeopardy!", "Kahoot!", "Joomla!"))

_VERBS = (
    "said says asked asks told adds added wrote writes tweeted replied shouted declared explained "
    "insisted continued noted exclaimed wondered yelled cried quipped joked recalled responded "
    "demanded inquired"
).replace(" ", "|")
_NAME = r"[^\W\d_a-z][\w.’'-]{0,30}"

REPORTING = re.compile(rf"(?:{_NAME}\s+){{1,4}}(?:{_VERBS})\b|(?:{_VERBS})\s+{_NAME}")
QUOTED_STOP = re.compile(r"[!?…][\"'”’»)\]]*[\"”’»][)\]]*$")
LAST_TOKEN = re.compile(r"[^\s(\[\"'“‘«—–/]+$")
ACRONYM = re.compile(r"[^\W\d_](?:\.[^\W\d_])+\.$")
LIST_MARKER = re.compile(
    r"(?:[•·‣▪●◦■*+–—-]+\s*)?\(?(?:[0-9]{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]+$|[•·‣▪●◦■*+–—-]+$"
)
CONTINUATION = re.compile(r"[\s”’»)\]]*[,;:—]")
FIRST_WORD = re.compile(r"[\s\"'“”‘«(\[]*([\w’'-]{1,40})")


def joins(left: str, right: str, left_length: int) -> bool:
    """Say whether two neighbouring pieces are one sentence, from the text next to the cut.

    left is the end of the sentence so far, which is left_length long; right is the beginning of
    the next piece.
    """
    token = LAST_TOKEN.search(left[-LEFT_WINDOW:])
    return (
        CONTINUATION.match(right) is not None
        or (token is not None and _is_abbreviation(token.group(), right))
        or (left_length < 12 and LIST_MARKER.fullmatch(left) is not None)
        or _is_reported(left, right)
    )


def has_ink(piece: str) -> bool:
    """Say whether a piece holds a letter or a digit."""
    return any(map(str.isalnum, piece))


def _is_abbreviation(token: str, right: str) -> bool:
    """Say whether the last word before the cut is an abbreviation that goes on here."""
    if token in BRANDS:
        return not opens_with_starter(right)
    if not token.endswith("."):
        return False
    word = token[:-1]
    if word.lower() in TITLES or word.lower() in INTRODUCERS:
        return True
    is_acronym = ACRONYM.fullmatch(token) is not None and word.lower() not in ("a.m", "p.m")
    return (is_acronym or word in ABBREVIATIONS) and not opens_with_starter(right)


def opens_with_starter(right: str) -> bool:
    """Say whether the first word is one that often opens a sentence."""
    word = FIRST_WORD.match(right)
    return word is not None and word.group(1).replace("’", "'").lower() in STARTERS


def _is_reported(left: str, right: str) -> bool:
    """Recognise `?” Trump asked`: the question is over, the sentence is not."""
    if QUOTED_STOP.search(left[-LEFT_WINDOW:]) is None:
        return False
    return REPORTING.match(right) is not None and not opens_with_starter(right)
