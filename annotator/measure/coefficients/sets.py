"""Agreement on sets of values: several speakers may be named in one sentence."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from math import fsum
from typing import Literal

from annotator.measure.coefficients.result import NO_PAIRS, Measure, same_value_reason
from annotator.measure.patterns import by_unit

SetDistance = Literal["masi", "jaccard"]
Choice = frozenset[Hashable]


def jaccard(a: Choice, b: Choice) -> float:
    """Return the Jaccard distance, from 0 (equal, also both empty) to 1 (disjoint).

    1 - |a and b| / |a or b|. Source: Jaccard 1912.
    """
    return 1.0 - _overlap(a, b)


def masi(a: Choice, b: Choice) -> float:
    """Return the MASI distance, from 0 (equal, also both empty) to 1 (disjoint).

    1 - J M: J is the Jaccard overlap; M is 1 for equal sets, 2/3 where one holds the other, 1/3 for
    other overlaps, 0 for disjoint sets. Source: Passonneau 2006, "Measuring Agreement on Set-valued
    Items (MASI) for Semantic and Pragmatic Annotation".
    """
    return 1.0 - _overlap(a, b) * _monotonicity(a, b)


def _overlap(a: Choice, b: Choice) -> float:
    """Return the Jaccard overlap J; two empty sets are equal."""
    union = len(a | b)
    return len(a & b) / union if union else 1.0


def _monotonicity(a: Choice, b: Choice) -> float:
    """Return Passonneau's M."""
    if a == b:
        return 1.0
    if a <= b or b <= a:
        return 2 / 3
    return 1 / 3 if a & b else 0.0


DISTANCES: dict[str, Callable[[Choice, Choice], float]] = {"masi": masi, "jaccard": jaccard}


def alpha_sets(
    ratings: Iterable[tuple[Hashable, Hashable, Choice]], distance: SetDistance = "masi"
) -> Measure:
    """Return alpha over (unit, annotator, set) ratings, each distinct set being one value.

    The distance is used as it is, not squared. Raises ValueError for a repeated (unit, annotator)
    and for an unknown distance. Not defined without a unit answered twice or where everyone gave
    the same set. Sources: Passonneau 2006; Krippendorff 2011, section D.
    """
    measure, name = distance_of(distance), f"alpha_{distance}"
    given = [choices for choices in by_unit(ratings).values() if len(choices) >= 2]
    patterns = Counter(frozenset(Counter(choices).items()) for choices in given)
    totals = Counter(choice for choices in given for choice in choices)
    n_units, n = len(given), totals.total()
    if n_units == 0:
        return Measure(None, NO_PAIRS, 0, 0, name)
    if len(totals) == 1:
        n_pairs = sum(len(choices) * (len(choices) - 1) // 2 for choices in given)
        return Measure(None, same_value_reason(n_pairs), n_units, n, name)
    # fsum, because sets have no order of their own and a plain sum would depend on it.
    observed = fsum(weight * _observed(dict(p), measure) for p, weight in patterns.items())
    value = 1.0 - (n - 1) * observed / _expected(totals, measure)
    return Measure(value, None, n_units, n, name)


def distance_of(kind: str) -> Callable[[Choice, Choice], float]:
    """Return the distance of that name, or raise ValueError."""
    if kind not in DISTANCES:
        raise ValueError(f"{kind!r} is not a distance; one of {', '.join(DISTANCES)}")
    return DISTANCES[kind]


def _observed(counts: Mapping[Choice, int], measure: Callable[[Choice, Choice], float]) -> float:
    """Return the sum of n_c n_k d / (r - 1) over the sets of one unit."""
    r = sum(counts.values())
    pairs = (n * m * measure(a, b) for a, n in counts.items() for b, m in counts.items())
    return fsum(pairs) / (r - 1)


def _expected(totals: Counter[Choice], measure: Callable[[Choice, Choice], float]) -> float:
    """Return the sum of n_c n_k d over all pairs of sets, looking only at sets that share a value.

    All others lie at distance 1, so thousands of distinct sets need no table of sets by sets.
    """
    holders: defaultdict[Hashable, set[Choice]] = defaultdict(set)
    for choice in totals:
        for element in choice:
            holders[element].add(choice)
    near = (
        totals[a] * totals[b] * (1.0 - measure(a, b))
        for a in totals
        for b in {a}.union(*(holders[element] for element in a))
    )
    return totals.total() ** 2 - fsum(near)
