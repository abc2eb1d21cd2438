"""Figures of bars: stances around the middle of their scale, and shares from nothing to all."""

from collections.abc import Sequence

from annotator import phrases
from annotator.codebook.scheme import Codebook, Stance
from annotator.web.results.drawing import (
    AXIS,
    BAR,
    LONGEST_LINE,
    ROW,
    THINNEST,
    Bar,
    Bars,
    Piece,
    Tick,
    across,
    percents,
    short,
)
from annotator.work.results.figures import Group, Row, Share


def sides(book: Codebook) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
    """Return the stances left and right of the middle, from there outwards, with their weight.

    A scale of an odd number of values has a middle one, which lies half on each side. Values off
    the scale are in no bar.
    """
    scale = [place for place, each in enumerate(book.stances) if each.on_scale]
    half = len(scale) // 2
    low, high = scale[:half], scale[half + len(scale) % 2 :]
    middle = [(place, 0.5) for place in scale[half : half + len(scale) % 2]]
    left = [(place, 1.0) for place in reversed(low)]
    return middle + left, middle + [(place, 1.0) for place in high]


def strengths(book: Codebook) -> list[tuple[int, int]]:
    """Return certainties from the firmest on with the thickness of each; last, those without one.

    Without certainties every claim is as thick as a bar.
    """
    firmest = len(book.certainties) - 1
    thick = [(place, thickness(place, firmest)) for place in range(firmest, -1, -1)]
    return [*thick, (firmest + 1, THINNEST if book.certainties else BAR)]


def thickness(place: int, firmest: int) -> int:
    """Return how thick a certainty is drawn: an even number of pixels."""
    return THINNEST + 2 * round((BAR - THINNEST) / 2 * place / firmest) if firmest > 0 else BAR


def diverging(id: str, title: str, groups: Sequence[Group], book: Codebook, many: str) -> Bars:
    """Lay out a bar per group around the middle of the scale; firmer claims are thicker."""
    bars = []
    for number, group in enumerate(groups):
        y = number * ROW
        name = group.name or others(group, many)
        found = tuple(pieces(group, book, y))
        bars.append(Bar(short(name, LONGEST_LINE), f"n = {group.n:,}", y, found))
    words = (
        f"{bar.name}: {', '.join(said_of(share, each) for share, each in stances(group, book))}"
        for bar, group in zip(bars, groups, strict=True)
    )
    scale = [each.label for each in book.stances if each.on_scale]
    ends = (scale[0], scale[-1]) if len(scale) > 1 else None
    foot = AXIS + AXIS * bool(ends)
    return Bars(
        id,
        title,
        f"{title}. {'; '.join(words)}.",
        (
            Tick("0%", percents(1), "start"),
            Tick("25%", percents(0.5)),
            Tick("50%", "0"),
            Tick("75%", percents(0.5)),
            Tick("100%", percents(1), "end"),
        ),
        tuple(bars),
        len(bars) * ROW + foot,
        "50%",
        ends,
        foot,
    )


def pieces(group: Group, book: Codebook, y: int) -> list[Piece]:
    """Return the stretches of one group, from the middle outwards on either side."""
    found = []
    for sign, side in zip((-1, 1), sides(book), strict=True):
        reach = 0.5
        for place, weight in side:
            for certainty, thick in strengths(book):
                n = group.parts[place][certainty]
                width = weight * n / group.n / 2 if group.n else 0.0
                if n:
                    start = reach if sign > 0 else reach - width
                    top = y + 18 + (BAR - thick) // 2
                    tone = book.stances[place].colour
                    found.append(Piece(tone, across(start), across(width), top, thick))
                reach += sign * width
    return found


def others(group: Group, many: str) -> str:
    """Return what the folded groups are called."""
    return f"{group.folded:,} other {many if group.folded != 1 else many.removesuffix('s')}"


def stances(group: Group, book: Codebook) -> list[tuple[Share, Stance]]:
    """Return the shares of a group beside their stances."""
    return list(zip(group.stances, book.stances, strict=True))


def said_of(share: Share, value: Stance) -> str:
    """Say one share in words."""
    return f"{value.label} {phrases.percent(share.value)}"


# --- shares


def stacked(id: str, title: str, rows: Sequence[Row], book: Codebook) -> Bars:
    """Lay out a bar per stance, cut by certainty from the firmest on; firmer ones are thicker."""
    bars, words = [], []
    labels = [*(each.label for each in book.certainties), "no certainty"]
    for number, (row, stance) in enumerate(zip(rows, book.stances, strict=True)):
        y, reach, found = number * ROW, 0.0, []
        of = sum(share.n for share in row.shares)
        for place, thick in strengths(book):
            share = row.shares[place]
            if share.n:
                top = y + 18 + (BAR - thick) // 2
                piece = Piece(stance.colour, across(reach), across(share.value), top, thick)
                found.append(piece)
            reach += share.value
        bars.append(Bar(stance.label, f"n = {of:,}", y, tuple(found)))
        said = ", ".join(
            f"{labels[place]} {phrases.percent(row.shares[place].value)}"
            for place, _ in strengths(book)
            if row.shares[place].n
        )
        words.append(f"{stance.label}: {said or 'no claim'}")
    return axis_of_shares(id, title, bars, words)


def shares(id: str, title: str, rows: Sequence[tuple[str, Share]]) -> Bars:
    """Lay out a bar per share, with its interval as a whisker."""
    bars, words = [], []
    for number, (name, share) in enumerate(rows):
        y = number * ROW
        whisker = None
        if share.low is not None and share.high is not None:
            whisker = (across(share.low), across(share.high), y + 18 + BAR // 2)
        piece = Piece("ink", "0%", across(share.value), y + 18 + 4, BAR - 8)
        said = phrases.percent(share.value)
        bars.append(Bar(name, f"{said}, n = {share.n:,}", y, (piece,) * bool(share.n), whisker))
        words.append(f"{name} {said}")
    return axis_of_shares(id, title, bars, words)


def axis_of_shares(id: str, title: str, bars: Sequence[Bar], words: Sequence[str]) -> Bars:
    """Return bars on an axis from nothing to all."""
    ticks = [Tick(across(each / 4), percents(each / 4)) for each in range(1, 4)]
    return Bars(
        id,
        title,
        f"{title}. {'; '.join(words)}.",
        (Tick("0%", "0", "start"), *ticks, Tick("100%", percents(1), "end")),
        tuple(bars),
        len(bars) * ROW + AXIS,
        "0%",
    )
