"""How fast texts are split, and how the time grows: any sign, or any two, against prose.

Prose is also split by the library alone, nupunkt, which cuts it into fewer sentences.
Each line of such a run is a block. All shapes are measured once, in seconds of the processor; the
one that grows most and the one that takes longest are measured again, in turn with what they are
compared with.
"""

import itertools
import time
from typing import Any

import figures
import nupunkt
from figures import Figure

from annotator.text.sentences import check, split

PROSE = "“Why?” On Jan. 5 Mr. Smith of the U.S. Army left. He told CNN that it was over. "
SIGNS = [*filter(str.isprintable, map(chr, range(32, 127))), *"”’»“«„—–·•…。！？؟\n\u00ad\u200b"]
PAIRED = [*".!?…\"')(]}*:;,@”»“«-— \nAa1"]
LENGTH = {"small": 2_000, "full": 100_000}
# Shorter times say more about the machine than about the text.
LEAST_SECONDS = 0.02


def seconds(text: str) -> float:
    """Return the process time that splitting takes, the better of two."""
    best = float("inf")
    for _ in range(2):
        begun = time.process_time()
        spans = split(text)
        best = min(best, time.process_time() - begun)
    check(text, spans)
    return best


def run_of(shape: str, length: int) -> str:
    """Return so many characters of a shape between two words."""
    return f"x {shape * (length // len(shape))} x."


def prose_of(length: int) -> str:
    """Return so many characters of prose."""
    return PROSE * (length // len(PROSE))


def prose_speeds(length: int, alone: Any) -> tuple[float, float]:
    """Return how fast prose is split by us and by the library alone, in MB/s."""
    text = prose_of(length)
    ours = seconds(text)
    theirs = float("inf")
    for _ in range(2):
        begun = time.process_time()
        list(alone.span_tokenize(text))
        theirs = min(theirs, time.process_time() - begun)
    size = len(text.encode()) / 1e6
    return size / ours, size / theirs


def measure(size: str, rounds: int) -> list[Figure]:
    """Return how the worst shapes compare."""
    length = LENGTH[size]
    split(PROSE)
    alone = nupunkt.load_default_model()
    speeds, theirs = zip(*(prose_speeds(length, alone) for _ in range(rounds)), strict=True)
    found = []
    for shape in [*SIGNS, *map("".join, itertools.permutations(PAIRED, 2))]:
        quarter, whole = (seconds(run_of(shape, many)) for many in (length // 4, length))
        found.append((whole / max(quarter, LEAST_SECONDS / 4), whole, shape))
    (_, _, grows), (_, _, lasts) = (max(found, key=lambda each: each[by]) for by in (0, 1))
    what = f"splitting {length:,} characters"
    return [
        Figure(f"{what} of prose", "MB/s of CPU", speeds, budget=3.0, bound=figures.AT_LEAST),
        Figure(f"{what} of prose, beside the library", "MB/s of CPU", speeds, theirs, "nupunkt"),
        against(
            rounds, f"{what}, {len(found)} shapes, the one that grows most ({grows!r})",
            run_of(grows, length), run_of(grows, length // 4), "a quarter of it", 6.0,
        ),
        against(
            rounds, f"{what}, the shape that takes longest ({lasts!r})",
            run_of(lasts, length), prose_of(length), "prose", 10.0,
        ),
    ]  # fmt: skip


def against(rounds: int, what: str, text: str, reference: str, name: str, budget: float) -> Figure:
    """Return what a text takes against another one, taken in turn."""
    pairs = [
        (1000 * seconds(text), max(1000 * seconds(reference), 1000 * LEAST_SECONDS / 4))
        for _ in range(rounds)
    ]
    ours, theirs = zip(*pairs, strict=True)
    return Figure(what, "ms", ours, theirs, name, budget)


if __name__ == "__main__":
    figures.run(__doc__, measure)
