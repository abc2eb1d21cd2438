"""Which articles of a release are for training, development and test, and what each part holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.measure.splits import DATE, PUBLISHER, SPEAKER, SplitError, Unit, divide, leaks
from annotator.work.releases.rows import ArticleFacts, Row

STRATIFIED = "stance"


@dataclass
class Tally:
    """What gold says of one article: its rows, those with a gold answer, stances and speakers."""

    rows: int = 0
    gold: int = 0
    stances: dict[str, int] = field(default_factory=dict)
    speakers: set[str] = field(default_factory=set)

    def count(self, row: Row, codebook: Codebook) -> None:
        """Count one gold row; narrator and unnamed sources are nobody whom articles share."""
        self.rows += 1
        nobody = {codebook.narrator_type.value, codebook.unnamed_type.value}
        if row["open"] is not None:
            return
        self.gold += 1
        for claim in row["claims"]:
            stance = claim["stance"]
            self.stances[stance] = self.stances.get(stance, 0) + 1
            if claim["speaker_type"] not in nobody:
                self.speakers.add(claim["speaker"])


def parts_of(
    articles: Sequence[ArticleFacts],
    tallies: Mapping[str, Tally],
    by: str,
    shares: Mapping[str, float],
    seed: int,
) -> dict[str, list[str]]:
    """Return the article keys of each part.

    Raises:
        RefusedError: an article lacks what they are split by, or the settings are no split.

    """
    units = [unit_of(each, tallies.get(each.key, Tally()), by) for each in articles]
    try:
        return divide(units, by, shares, seed)
    except SplitError as error:
        raise RefusedError(str(error)) from error


def unit_of(article: ArticleFacts, tally: Tally, by: str) -> Unit:
    """Return an article as the split sees it."""
    values = {PUBLISHER: (article.publisher,), SPEAKER: tuple(sorted(tally.speakers))}
    return Unit(
        article.key,
        article.cluster,
        values.get(by, ()),
        article.published_on,
        tally.gold,
        tally.stances,
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
