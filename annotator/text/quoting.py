"""Stops of other scripts, and quotations that end with them right before who says so."""

import re

from annotator.text.blocks import CLOSERS

# Stops that mean nothing else: Chinese and Japanese, Arabic and Urdu, Indian.
OTHER_STOPS = "。！？｡؟۔।॥"
OTHER_CLOSERS = "」』》〉）" + CLOSERS
OTHER_STOP = re.compile(rf"[{OTHER_STOPS}]++([{re.escape(OTHER_CLOSERS)}]*+)")
OTHER_END = re.compile(rf"[{OTHER_STOPS}][{re.escape(OTHER_CLOSERS)}]*$")
QUOTE_CLOSERS, QUOTE_OPENERS = frozenset('」』”’»"'), frozenset('「『“‘«"（(')


def goes_on(piece: str, stop: re.Match[str]) -> bool:
    """Recognise “好。”他说: right behind a quotation stands who says it, without a space."""
    after = piece[stop.end() : stop.end() + 1]
    is_quoted = bool(QUOTE_CLOSERS.intersection(stop.group(1)))
    return is_quoted and after != "" and not after.isspace() and after not in QUOTE_OPENERS
