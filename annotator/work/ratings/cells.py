"""Numbers the cells of a large table column by column, without making a string of each.

A cell is known by where it stands in the bytes of the table; spellings are compared as whole words
of eight bytes. The csv module alone takes longer to cut a table than this takes to number it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotator.measure.patterns import IntArray

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]

NEWLINE = ord("\n")
WIDTH, LONGEST = 8, 256
# Of a word that holds so many bytes of a cell; the others belong to its neighbours.
MASKS: Words = np.array([(1 << 8 * n) - 1 for n in range(WIDTH + 1)], dtype=np.uint64)
# So many bytes are searched at a time.
BLOCK = 1 << 20
ODD, HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)


@dataclass(frozen=True, eq=False)
class Column:
    """The spellings of a column in the order in which they are first met; (n,) the place of each.

    A spelling stands there once.
    """

    spellings: list[str]
    place: IntArray


def numbered_columns(
    text: str, delimiter: str, width: int, wanted: Iterable[int]
) -> Mapping[int, Column] | None:
    """Return some columns of the rows of a table below its heading; empty rows are left out.

    There are no quotation marks in the text, and lines end in a line feed alone. None where a cell
    is very long or a row has more or fewer cells than `width`.
    """
    if "\0" in text:
        return None
    if text.startswith("\n") or "\n\n" in text:
        text = "\n".join(filter(None, text.split("\n")))
    # Behind it there is room for the words of a cell that begins with the last sign.
    table = b"".join([text.encode(), b"" if text.endswith("\n") else b"\n", bytes(LONGEST + WIDTH)])
    signs = np.frombuffer(table, dtype=np.uint8)
    ends = ends_of(signs, delimiter)
    lines = table.count(b"\n")
    if len(ends) != lines * width:
        return None
    ends = ends.reshape(lines, width)
    if (signs[ends[:, -1]] != NEWLINE).any():
        return None
    found = {}
    for place in wanted:
        before = ends[1:, place - 1] if place else ends[:-1, -1]
        cells = Cells(table, before + 1, ends[1:, place] - before - 1)
        column = cells.numbered(text if text.isascii() else "")
        if column is None:
            return None
        found[place] = column
    return found


def ends_of(signs: Bytes, delimiter: str) -> IntArray:
    """Return where each cell of a table ends."""
    parts = [
        first + np.flatnonzero((some == ord(delimiter)) | (some == NEWLINE))
        for first in range(0, len(signs), BLOCK)
        for some in [signs[first : first + BLOCK]]
    ]
    return np.concatenate(parts)


class Cells:
    """Cells of one column: `begins` and `sizes` (n,) in bytes of a table with room at its end."""

    def __init__(self, table: bytes, begins: IntArray, sizes: IntArray) -> None:
        self.table = table
        self.begins, self.sizes = begins, sizes
        # Each sign begins a word that reaches over those behind it.
        self.reading: Words = np.ndarray(len(table) - WIDTH + 1, "<u8", table, strides=(1,))

    def words(self, begins: IntArray, sizes: IntArray, longest: int) -> Iterator[Words]:
        """Yield the words of some cells, one after the other; 0 where a cell is shorter."""
        lengths = np.arange(longest + 1)
        for offset in range(0, max(longest, 1), WIDTH):
            masks = MASKS[np.clip(lengths - offset, 0, WIDTH)]
            yield self.reading[begins + offset] & masks[sizes]

    def numbered(self, text: str = "") -> Column | None:
        """Number the cells by their spellings; `text` is the table where each sign is one byte.

        None where a cell is very long, or two spellings fall on one hash.
        """
        longest = int(self.sizes.max(initial=0))
        if longest > LONGEST:
            return None
        hashed = np.zeros(len(self.begins), dtype=np.uint64)
        differs = np.ones(len(self.begins), dtype=np.bool_)
        differs[1:] = False
        for words in self.words(self.begins, self.sizes, longest):
            differs[1:] |= words[1:] != words[:-1]
            hashed = (hashed ^ words) * ODD
            hashed ^= hashed >> HALF
        # The same cell often stands in many rows below one another: those are one from here on.
        runs = np.flatnonzero(differs)
        place, firsts = grouped((hashed * ODD)[runs])
        begins, sizes = self.begins[runs], self.sizes[runs]
        for words in self.words(begins, sizes, longest):
            if (words != words[firsts][place]).any():
                return None
        bounds = zip(
            begins[firsts].tolist(), (begins[firsts] + sizes[firsts]).tolist(), strict=True
        )
        spellings = (
            [text[begin:end] for begin, end in bounds]
            if text
            else [self.table[begin:end].decode() for begin, end in bounds]
        )
        return Column(spellings, np.repeat(place, np.diff(runs, append=len(self.begins))))


def grouped(hashed: Words) -> tuple[IntArray, IntArray]:
    """Return the group of each hash (n,), and where each group is first met, in that order.

    Sorted with their places in their last bits: plain integers are sorted at a tenth of what an
    order of them costs.
    """
    bits = np.uint64(len(hashed).bit_length())
    packed = np.sort((hashed >> bits << bits) | np.arange(len(hashed), dtype=np.uint64))
    upper = packed >> bits
    begins = np.ones(len(packed), dtype=np.bool_)
    np.not_equal(upper[1:], upper[:-1], out=begins[1:])
    place = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    firsts = place[begins]
    order = np.argsort(firsts)
    rank = np.empty(len(firsts), dtype=np.int64)
    rank[order] = np.arange(len(firsts))
    found = np.empty(len(place), dtype=np.int64)
    found[place] = rank[np.cumsum(begins) - 1]
    return found, firsts[order]
