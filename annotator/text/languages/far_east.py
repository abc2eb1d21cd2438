"""Where sentences end in Chinese and Japanese, which have no spaces between them."""

import re
from collections.abc import Callable
from functools import partial

from annotator.text.languages import rules
from annotator.text.quoting import QUOTE_CLOSERS, goes_on

# "没有人知道……但是": an ellipsis ends a sentence here as it does elsewhere.
ELLIPSIS = re.compile(r"(?<!…)…++[」』”’）)]*+(?=[^\s，、。])")
OPENING = {"”": "“", "’": "‘", "」": "「", "』": "『", "»": "«"}
# A quotation that is introduced ends its sentence: 他说：“不会。”会议继续。
INTRODUCED = "：:，,"
# Behind other quotations somebody says so, within a few words: “好。”他说。
SAYING = re.compile("[^。！？“”「」]{0,14}?[说說道问問答称稱喊叫写寫指认認表强強回补補]")
# Japanese ties a quotation to its sentence with a particle: 「はい。」と答えた。
PARTICLES = "とをがはにでのもなやへっか"
LOOK_BACK = 500


def cuts(piece: str) -> set[int]:
    """Return where sentences may end, beside the stops of these scripts."""
    return rules.cuts(piece).union(each.end() for each in ELLIPSIS.finditer(piece))


def goes_on_in(code: str) -> Callable[[str, re.Match[str]], bool]:
    """Return what says of a stop whether its sentence goes on, for Chinese or Japanese."""
    return partial(goes_on_behind, is_japanese=code == "ja")


def goes_on_behind(piece: str, stop: re.Match[str], *, is_japanese: bool) -> bool:
    """Say whether a quotation that ends with this stop is a part of a longer sentence."""
    if not goes_on(piece, stop):
        return False
    if is_japanese:
        return piece[stop.end()] in PARTICLES + "、，」』"
    last = next(sign for sign in reversed(stop.group(1)) if sign in QUOTE_CLOSERS)
    begin = max(0, stop.start() - LOOK_BACK)
    opened = piece.rfind(OPENING.get(last, last), begin, stop.start())
    if opened > 0 and piece[opened - 1] in INTRODUCED:
        return False
    return SAYING.match(piece, stop.end()) is not None
