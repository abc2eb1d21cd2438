"""Train, dev and test parts that do not leak: articles that belong together stay together.

What hangs together is kept in one group: copies of one text (a cluster), and, as asked for,
articles of one publisher, with one speaker, or of one day. Groups are placed whole, never
sentences. The order rests on SHA-256 alone, so the same articles, shares and seed give the same
parts everywhere.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import isclose

from annotator.phrases import counted

Shares = Mapping[str, float]

TRAIN, DEV, TEST = PARTS = ("train", "dev", "test")
ARTICLE, DATE, PUBLISHER, SPEAKER = WAYS = ("article", "date", "publisher", "speaker")
USUAL_SHARES: Shares = {TRAIN: 0.8, DEV: 0.1, TEST: 0.1}
MOST_NAMED = 5


class SplitError(ValueError):
    """The articles cannot be split as asked for; the message says why and what would be right."""


@dataclass(frozen=True)
class Unit:
    """One article as the split sees it.

    `cluster` is shared by copies of one text. `values` are what articles must not have in common
    across parts: the publisher, or the speakers. `date` is an ISO date, "" where it is not known.
    `size` counts the gold sentences and `counts` the gold claims of each stance.
    """

    key: str
    cluster: str
    values: tuple[str, ...] = ()
    date: str = ""
    size: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Articles that stay together, named by the smallest key; `amounts` is what is shared out."""

    name: str
    keys: tuple[str, ...]
    date: str
    amounts: Mapping[str, int]


def divide(
    units: Sequence[Unit], by: str = ARTICLE, shares: Shares = USUAL_SHARES, seed: int = 0
) -> dict[str, list[str]]:
    """Return the keys of the articles of each part, sorted, for every part that `shares` names.

    By article, publisher or speaker: `values` and clusters stay together (see `split`). By date:
    the parts follow one another in time (see `split_in_time`); the seed then changes nothing.

    Raises:
        SplitError: the shares or the way are not known, or an article lacks its date or publisher.

    """
    check(units, by, shares)
    found = groups(units, by)
    placed = split_in_time(found, shares) if by == DATE else split(found, shares, seed)
    parts: dict[str, list[str]] = {part: [] for part in shares}
    for group in found:
        parts[placed[group.name]].extend(group.keys)
    return {part: sorted(keys) for part, keys in parts.items()}


def check(units: Iterable[Unit], by: str, shares: Shares) -> None:
    """Refuse shares that are no shares, and articles that lack what they are split by."""
    if by not in WAYS:
        known = f"{', '.join(WAYS[:-1])} or {WAYS[-1]}"
        raise SplitError(f'"{by}" is not a valid split unit: use {known}.')
    if not shares or min(shares.values()) <= 0 or not isclose(sum(shares.values()), 1):
        raise SplitError("The shares must be above 0 and add up to 1, for example 0.8, 0.1, 0.1.")
    if by == DATE:
        refuse_lacking([each.key for each in units if not each.date], "date")
    if by == PUBLISHER:
        refuse_lacking([each.key for each in units if not any(each.values)], "publisher")


def refuse_lacking(keys: list[str], what: str) -> None:
    """Refuse to guess where an article without date or publisher belongs."""
    if keys:
        named = ", ".join(sorted(keys)[:MOST_NAMED]) + (", …" if len(keys) > MOST_NAMED else "")
        raise SplitError(
            f"{counted(len(keys), 'article')} without {what} ({named}): add it under"
            " Articles, Edit details, or split by article."
        )


def groups(units: Iterable[Unit], by: str = ARTICLE) -> list[Group]:
    """Return the groups, by name: articles joined by a cluster or, if so split, by a value.

    Joins are followed all the way: a and b share a speaker, b and c a cluster: one group.
    """
    units = sorted(units, key=lambda each: each.key)
    first: dict[tuple[str, str], str] = {}
    parents = {each.key: each.key for each in units}
    if len(parents) < len(units):
        raise SplitError("Two articles have the same key.")

    def root(key: str) -> str:
        while parents[key] != key:
            parents[key] = key = parents[parents[key]]
        return key

    for each in units:
        ties = [("cluster", each.cluster)]
        if by in {PUBLISHER, SPEAKER}:
            ties += [("value", value) for value in each.values if value]
        for tie in ties:
            ends = root(first.setdefault(tie, each.key)), root(each.key)
            parents[max(ends)] = min(ends)
    together = defaultdict(list)
    for each in units:
        together[root(each.key)].append(each)
    return [group_of(members) for _, members in sorted(together.items())]


def group_of(members: Sequence[Unit]) -> Group:
    """Return the group of these articles; its date is that of the newest."""
    amounts = {"articles": len(members), "gold": sum(each.size for each in members)}
    for each in members:
        for stance, n in each.counts.items():
            amounts[f"stance {stance}"] = amounts.get(f"stance {stance}", 0) + n
    keys = tuple(each.key for each in members)
    return Group(min(keys), keys, max(each.date for each in members), amounts)


def split(groups: Sequence[Group], shares: Shares, seed: int = 0) -> dict[str, str]:
    """Return the part of each group: larger groups first, each to the part that needs it most.

    What a part needs is its share of every amount (articles, gold sentences, claims of each
    stance) less what it has; the need weighs as much as the group can fill of it. Groups of about
    one size (a power of two) come in an order drawn from the seed. No part stays empty where there
    are as many groups as parts.
    """
    totals: dict[str, int] = defaultdict(int)
    for group in groups:
        for name, n in group.amounts.items():
            totals[name] += n
    amounts = sorted(name for name, n in totals.items() if n)
    needs = {part: dict.fromkeys(amounts, share) for part, share in shares.items()}
    empty, placed = set(shares), {}
    for left, group in zip(range(len(groups), 0, -1), ordered(groups, seed), strict=True):
        filled = {name: group.amounts.get(name, 0) / totals[name] for name in amounts}
        # The last groups, which are the smallest, go where nothing is yet.
        open_to = [part for part in shares if left > len(empty) or part in empty]
        scores = {
            part: sum(filled[name] * needs[part][name] for name in amounts) for part in open_to
        }
        part = max(open_to, key=lambda part: scores[part])
        placed[group.name] = part
        empty.discard(part)
        for name in amounts:
            needs[part][name] -= filled[name]
    return placed


def ordered(groups: Iterable[Group], seed: int) -> list[Group]:
    """Return larger groups before smaller ones, and groups of one size as the seed has it."""
    return sorted(
        groups,
        key=lambda group: (
            -max(group.amounts["gold"], group.amounts["articles"]).bit_length(),
            hashlib.sha256(f"{seed}\n{group.name}".encode()).digest(),
        ),
    )


def split_in_time(groups: Sequence[Group], shares: Shares) -> dict[str, str]:
    """Return the part of each group so that the parts follow one another in time.

    A group stands where its newest article stands: no part holds an article that is newer than the
    day after which the next part begins; an older copy of a newer article goes with the newer one.
    One day is never cut. No part stays empty where there are as many days as parts.
    """
    days: dict[str, list[Group]] = defaultdict(list)
    for group in sorted(groups, key=lambda group: (group.date, group.name)):
        days[group.date].append(group)
    ends = cuts([sum(map(weight, day)) for day in days.values()], list(shares.values()))
    placed, parts = {}, list(shares)
    for index, day in enumerate(days.values()):
        part = parts[sum(index >= end for end in ends[:-1])]
        placed.update({group.name: part for group in day})
    return placed


def weight(group: Group) -> int:
    """Return what a group weighs in time: its gold sentences, and each article as one more."""
    return group.amounts["gold"] + group.amounts["articles"]


def cuts(weights: Sequence[int], shares: Sequence[float]) -> list[int]:
    """Return after how many days each part ends, as near to the shares as whole days allow."""
    total = sum(weights)
    ends: list[int] = []
    middles = [end - one / 2 for end, one in zip(accumulate(weights), weights, strict=True)]
    for number, share in enumerate(accumulate(shares), start=1):
        end = sum(middle < share * total for middle in middles)
        if len(weights) >= len(shares):
            end = min(max(end, (ends[-1] if ends else 0) + 1), len(weights) - len(shares) + number)
        ends.append(end)
    return ends


def leaks(
    parts: Mapping[str, Iterable[str]], clusters: Mapping[str, str]
) -> list[dict[str, object]]:
    """Return each cluster that has articles in two parts, sorted; an empty list is the proof.

    `parts`: the keys of the articles of each part. `clusters`: the cluster of each key. An article
    in two parts is a leak by itself.
    """
    seen: dict[str, set[str]] = defaultdict(set)
    for part, keys in parts.items():
        for key in keys:
            seen[clusters.get(key, key)].add(part)
    return [
        {"cluster": cluster, "parts": sorted(found)}
        for cluster, found in sorted(seen.items())
        if len(found) > 1
    ]
