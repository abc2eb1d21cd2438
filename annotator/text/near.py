"""Near duplicates: wire copy that several outlets print, each with small changes.

Broder (1997), On the resemblance and containment of documents: the resemblance of two texts is the
share of shingles (here five words in a row) that they have in common, |A and B| / |A or B|. A
sketch of 128 minima estimates it with a standard error of at most 0.045. Texts are compared when
one of 32 bands of four minima is the same, which holds for 99 % of the pairs that resemble each
other by 0.6 and 87 % of those by 0.5; then the whole sketches are compared.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

SHINGLE = 5
MINIMA = 128
BANDS = 32
# From this resemblance on two articles are near duplicates.
RESEMBLANCE = 0.5
# A text of fewer shingles is too short to say anything.
FEWEST = 10
CHUNK = 4096
# The characters that are hashed; an article is far shorter, a book need not be read to its end.
LONGEST = 1_000_000

WORD = re.compile(r"\w+")
Minima = NDArray[np.uint32]

# Fixed for ever: sketches are stored and compared with those of later years.
_RANDOM = np.random.Generator(np.random.PCG64(20180724))
_FACTORS = _RANDOM.integers(1, 2**32, (MINIMA, 1), dtype=np.uint32) | np.uint32(1)
_POSITIONS = _RANDOM.integers(1, 2**63, SHINGLE, dtype=np.uint64) | np.uint64(1)


def sketch(text: str) -> bytes | None:
    """Return 128 minima over the text's shingles, 512 bytes; None for a text that is too short.

    Case, punctuation and white space do not matter.
    """
    words = WORD.findall(text[:LONGEST].casefold())
    count = len(words) - SHINGLE + 1
    if count < FEWEST:
        return None
    hashes = np.array(list(map(zlib.crc32, " ".join(words).encode().split(b" "))), np.uint64)
    shingles = np.zeros(count, np.uint64)
    for place, factor in enumerate(_POSITIONS):
        shingles += hashes[place : place + count] * factor
    # The upper half depends on every bit; an odd factor makes another order of all its values.
    values = (shingles >> np.uint64(32)).astype(np.uint32)
    least = np.full(MINIMA, 2**32 - 1, np.uint32)
    for start in range(0, count, CHUNK):
        np.minimum(least, (_FACTORS * values[start : start + CHUNK]).min(axis=1), out=least)
    return least.astype("<u4").tobytes()


def resemblances(one: bytes, others: bytes) -> NDArray[np.float64]:
    """Estimate the share of shingles one text has in common with each of others, from 0 to 1.

    `others` holds their sketches one after the other.
    """
    many = np.frombuffer(others, "<u4").reshape(-1, MINIMA)
    return np.asarray(np.mean(many == np.frombuffer(one, "<u4"), axis=1), np.float64)


@dataclass
class NearTexts:
    """Texts that a project has or one batch has read, to find near copies of them at once."""

    keys: list[str] = field(default_factory=list)
    sketches: bytearray = field(default_factory=bytearray)

    def add(self, key: str, sketch: bytes) -> None:
        """Remember a text."""
        self.keys.append(key)
        self.sketches += sketch

    def twin(self, sketch: bytes) -> str:
        """Return the key of the text that resembles one most, if one does."""
        if not self.keys:
            return ""
        shares = resemblances(sketch, bytes(self.sketches))
        best = int(shares.argmax())
        return self.keys[best] if float(shares[best]) >= RESEMBLANCE else ""


def clusters(sketches: Sequence[bytes], together: Sequence[tuple[int, int]] = ()) -> list[int]:
    """Return for each sketch the index of the first one of its cluster, its own where it is alone.

    Two texts are in one cluster when they resemble each other, or through others between them;
    the pairs in `together` are, whatever their sketches say.
    """
    parents = list(range(len(sketches)))
    for one, other in together:
        unite(parents, one, other)
    if sketches:
        minima = np.frombuffer(b"".join(sketches), "<u4").reshape(len(sketches), MINIMA)
        for one, other in pairs(minima):
            unite(parents, one, other)
    return [first_of(parents, each) for each in range(len(sketches))]


def pairs(minima: Minima) -> list[tuple[int, int]]:
    """Return the pairs that share a band and resemble each other, in linear time and memory.

    Of several texts with the same band each is compared with the first and the one before it:
    a chain is enough for a cluster.
    """
    rows = MINIMA // BANDS
    found: set[tuple[int, int]] = set()
    for band in range(BANDS):
        values = np.ascontiguousarray(minima[:, band * rows : (band + 1) * rows])
        whole = values.view(np.dtype((np.void, values.dtype.itemsize * rows))).ravel()
        _, group = np.unique(whole, return_inverse=True)
        order = np.argsort(group, kind="stable")
        same = group[order][1:] == group[order][:-1]
        starts = np.flatnonzero(np.concatenate(([True], ~same)))
        firsts = np.repeat(order[starts], np.diff(np.append(starts, len(order))))
        for others in (order[:-1], firsts[1:]):
            one, other = others[same], order[1:][same]
            alike = np.mean(minima[one] == minima[other], axis=1) >= RESEMBLANCE
            found.update(zip(one[alike].tolist(), other[alike].tolist(), strict=True))
    return sorted(found)


def unite(parents: list[int], one: int, other: int) -> None:
    """Put the clusters of two texts together under the lower number."""
    low, high = sorted((first_of(parents, one), first_of(parents, other)))
    parents[high] = low


def first_of(parents: list[int], one: int) -> int:
    """Return the first text of a cluster, shortening the way for the next question."""
    while parents[one] != one:
        parents[one] = parents[parents[one]]
        one = parents[one]
    return one
