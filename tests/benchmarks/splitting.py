"""How the time of splitting grows: any sign, or any two in turn, against prose of that length.

    python tests/benchmarks/splitting.py [--length 100000]

All seconds are of the processor. Budgets: four times the length takes at most 6 times the time, and
no run of signs more than 10 times that of prose as long; each line of such a run is a block.
"""

import argparse
import itertools
import time

from annotator.text.sentences import check, split

PROSE = "“Why?” On Jan. 5 Mr. Smith of the U.S. Army left. He told CNN that it was over. "
SIGNS = [*filter(str.isprintable, map(chr, range(32, 127))), *"”’»“«„—–·•…。！？؟\n\u00ad\u200b"]
PAIRED = [*".!?…\"')(]}*:;,@”»“«-— \nAa1"]
MOST_GROWTH, MOST_PROSE = 6.0, 10.0
# Shorter times say more about the machine than about the text.
LEAST_SECONDS = 0.02


def seconds(text):
    """Return the process time that splitting takes, the better of two."""
    best = float("inf")
    for _ in range(2):
        begun = time.process_time()
        spans = split(text)
        best = min(best, time.process_time() - begun)
    check(text, spans)
    return best


def run_of(shape, length):
    """Return so many characters of a shape between two words."""
    return f"x {shape * (length // len(shape))} x."


def main():
    """Print the shapes that grow most and that take longest."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--length", type=int, default=100_000)
    length = options.parse_args().length
    split(PROSE)
    prose = seconds(PROSE * (length // len(PROSE)))
    found = []
    for shape in [*SIGNS, *map("".join, itertools.permutations(PAIRED, 2))]:
        quarter, whole = (seconds(run_of(shape, many)) for many in (length // 4, length))
        growth = whole / max(quarter, LEAST_SECONDS / 4)
        found.append((growth, whole / prose, shape))
    print(f"{len(found)} shapes of {length:,} characters; prose takes {prose:.3f} s")
    for name, place, budget in (("growth", 0, MOST_GROWTH), ("against prose", 1, MOST_PROSE)):
        worst = max(found, key=lambda each: each[place])
        kept = "kept" if worst[place] <= budget else "MISSED"
        print(f"{name}: at most {worst[place]:.1f} x ({worst[2]!r}), budget {budget} x: {kept}")


if __name__ == "__main__":
    main()
