"""Quotations that run over several sentences: what the label screen draws a rail beside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

OPENING = "“„«"
CLOSING = "”»"
STRAIGHT = '"'
MARK = re.compile(f"[{OPENING}{CLOSING}{STRAIGHT}]")


@dataclass(frozen=True)
class Quoted:
    """Where a sentence stands in a quotation of more than one sentence.

    opens and closes mark the two ends of the rail. continues asks for a grey opening mark: the
    sentence is quoted from its first to its last word but shows no opening mark of its own. A
    sentence whose quotation ends before its last word (`…into Russia,” Trump told CNN`) gets
    none: its own closing mark stands between the quoted words and the rest.
    """

    inside: bool
    opens: bool
    closes: bool
    continues: bool


@dataclass(frozen=True)
class _Scan:
    """What one sentence does to the quotation it finds open or closed."""

    leaves_open: bool
    quoted_throughout: bool


def quotations(sentences: Sequence[tuple[int, str]]) -> list[Quoted]:
    """Mark the sentences, given as (paragraph, text), that share a quotation with a neighbour.

    A quotation ends at its closing mark, or at the end of its paragraph. Where one ends and
    another of several sentences begins in the very next sentence of the paragraph, both are one
    stretch: the speaker goes on.
    """
    found_open: list[bool] = []
    scans: list[_Scan] = []
    for index, (paragraph, text) in enumerate(sentences):
        is_same = index > 0 and sentences[index - 1][0] == paragraph
        found_open.append(is_same and scans[-1].leaves_open)
        scans.append(_scan(text, found_open[-1]))
    last = len(sentences) - 1
    goes_on = [index < last and found_open[index + 1] for index in range(len(sentences))]
    inside = [was or will for was, will in zip(found_open, goes_on, strict=True)]

    def is_joined(index: int) -> bool:
        """Tell whether the rail runs on from this sentence to the next."""
        return (
            0 <= index < last
            and inside[index]
            and inside[index + 1]
            and sentences[index][0] == sentences[index + 1][0]
        )

    return [
        Quoted(
            inside=inside[index],
            opens=inside[index] and not is_joined(index - 1),
            closes=inside[index] and not is_joined(index),
            continues=found_open[index] and scans[index].quoted_throughout,
        )
        for index in range(len(sentences))
    ]


def _scan(text: str, is_open: bool) -> _Scan:
    """Follow the double quotation marks of a sentence; marks of the other kind are kept apart."""
    throughout = is_open
    if not MARK.search(text):
        return _Scan(is_open, throughout)
    has_words = False
    for place, character in enumerate(text):
        if character.isalnum():
            has_words = True
            throughout = throughout and is_open
        elif _opens(text, place, is_open):
            is_open = True
            throughout = throughout and has_words
        elif is_open and character in CLOSING + STRAIGHT:
            is_open = False
    return _Scan(is_open, throughout)


def _opens(text: str, place: int, is_open: bool) -> bool:
    """Tell an opening mark: a straight one looks like a closing one, so its place decides."""
    if text[place] in OPENING:
        return True
    if text[place] != STRAIGHT:
        return False
    before = text[place - 1 : place] if place else ""
    after = text[place + 1 : place + 2]
    stands_before_word = not before or before.isspace() or before in "([{—–-‘'"
    if is_open:
        return stands_before_word and after.isalnum()
    # A mark that follows a word or a figure, such as 6" for inches, opens nothing.
    return stands_before_word and bool(after) and not after.isspace()
