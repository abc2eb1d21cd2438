"""Which articles of a release are for training, development and test, and what each part holds."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.measure.splits import DATE, PUBLISHER, SPEAKER, SplitError, Unit, divide, leaks

Row = dict[str, Any]

STRATIFIED = "stance"
GOLD, ANSWERS = RESTS_ON = ("gold", "answers")
"""What is shared out. Gold moves with the method that makes it, answers and their votes do not."""
ABSENT = "absent_stances"
"""In the record of a release: which parts lack which stances."""


@dataclass(frozen=True)
class ArticleFacts:
    """An article as the whole release needs it; `cluster` is the smallest key of its copies.

    Versions of one article count as copies.
    """

    key: str
    cluster: str
    publisher: str
    published_on: str
    language: str
    sentences: int


@dataclass
class Tally:
    """What gold says of one article: its rows, those with a gold answer, stances and speakers.

    `answered` and `votes` count sentences with a word of somebody and the votes on each stance:
    those of the annotators, and of a decision where there is no answer beside it.
    """

    rows: int = 0
    gold: int = 0
    stances: dict[str, int] = field(default_factory=dict)
    answered: int = 0
    votes: dict[str, int] = field(default_factory=dict)
    speakers: set[str] = field(default_factory=set)

    def count(self, row: Row, codebook: Codebook) -> None:
        """Count one gold row; narrator and unnamed sources are nobody whom articles share."""
        self.rows += 1
        self.count_votes(row)
        nobody = {codebook.narrator_type.value, codebook.unnamed_type.value}
        if row["open"] is not None:
            return
        self.gold += 1
        for claim in row["claims"]:
            stance = claim["stance"]
            self.stances[stance] = self.stances.get(stance, 0) + 1
            if claim["speaker_type"] not in nobody:
                self.speakers.add(claim["speaker"])

    def count_votes(self, row: Row) -> None:
        """Count what was said of one sentence, whatever became gold of it."""
        given = [each["stance"] for each in row["soft_label"]["claims"]]
        if not row["n"]:
            given = [{claim["stance"]: 1} for claim in row["claims"]]
        self.answered += bool(row["n"] or row["status"])
        for votes in given:
            for stance, n in votes.items():
                self.votes[stance] = self.votes.get(stance, 0) + n


def parts_of(
    articles: Sequence[ArticleFacts], tallies: Mapping[str, Tally], settings: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Return the article keys of each part; `settings` as they stand in splits.json.

    Raises:
        RefusedError: an article lacks what they are split by, or the settings are no split.

    """
    by, rests_on = settings["by"], settings.get("rests_on", GOLD)
    units = [unit_of(each, tallies.get(each.key, Tally()), by, rests_on) for each in articles]
    try:
        return divide(units, by, settings["shares"], settings["seed"])
    except SplitError as error:
        raise RefusedError(str(error)) from error


def unit_of(article: ArticleFacts, tally: Tally, by: str, rests_on: str) -> Unit:
    """Return an article as the split sees it."""
    values = {PUBLISHER: (article.publisher,), SPEAKER: tuple(sorted(tally.speakers))}
    return Unit(
        article.key,
        article.cluster,
        values.get(by, ()),
        article.published_on,
        *((tally.gold, tally.stances) if rests_on == GOLD else (tally.answered, tally.votes)),
    )


def splits_document(
    articles: Sequence[ArticleFacts],
    tallies: Mapping[str, Tally],
    parts: Mapping[str, list[str]],
    settings: Mapping[str, Any],
    codebook: Codebook,
) -> dict[str, Any]:
    """Return splits.json: settings, parts, where each cluster went, what each part holds."""
    place = {key: part for part, keys in parts.items() for key in keys}
    clusters = {each.key: each.cluster for each in articles}
    named = {cluster: place[cluster] for cluster in sorted(set(clusters.values()))}
    lengths = {each.key: each.sentences for each in articles}
    return {
        "settings": {**settings, "stratified": None if settings["by"] == DATE else STRATIFIED},
        "parts": dict(parts),
        "clusters": named,
        "counts": {
            part: counts_of(keys, tallies, lengths, codebook) for part, keys in parts.items()
        },
        "leaks": leaks(parts, clusters),
    }


def counts_of(
    keys: Sequence[str],
    tallies: Mapping[str, Tally],
    lengths: Mapping[str, int],
    codebook: Codebook,
) -> dict[str, Any]:
    """Return what one part holds; stances in the order of the codebook."""
    found = [tallies[key] for key in keys if key in tallies]
    order = [stance.value for stance in codebook.stances]
    others = {stance for each in found for stance in each.stances} - set(order)
    return {
        "articles": len(keys),
        "sentences": sum(lengths[key] for key in keys),
        "gold": sum(each.gold for each in found),
        "stances": {
            stance: sum(each.stances.get(stance, 0) for each in found)
            for stance in (*order, *sorted(others))
        },
    }


def absent_stances(splits: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return per part the stances that gold has elsewhere, and not there.

    None of them are named for a part that was asked for and has no gold at all.
    """
    counts, shares = splits["counts"], splits["settings"]["shares"]
    known = sorted({value for each in counts.values() for value, n in each["stances"].items() if n})
    found = {}
    for part, each in counts.items():
        values = [value for value in known if each["gold"] and not each["stances"].get(value)]
        if values or (known and shares[part] and not each["gold"]):
            found[part] = values
    return found


def absent_in_words(absent: Mapping[str, Sequence[str]]) -> list[str]:
    """Say which part has no claim of which stance, or no gold, one sentence each."""
    return [
        f"The split “{part}” has no gold claim with {' or '.join(values)}."
        if values
        else f"The split “{part}” has no gold."
        for part, values in absent.items()
    ]


def with_parts(
    lines: Iterable[str], lengths: Mapping[str, int], parts: Mapping[str, list[str]]
) -> Iterator[tuple[str, str]]:
    """Yield the part and the line of each gold row, with `split` as its last key.

    `lengths` says how many rows each article has.
    """
    place = {key: part for part, keys in parts.items() for key in keys}
    wanted = iter(lines)
    for key, length in lengths.items():
        part = place[key]
        end = f', "split": {json.dumps(part)}}}\n'
        for _ in range(length):
            yield part, next(wanted).removesuffix("}\n") + end
