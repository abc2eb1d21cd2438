"""Counts a release while it is read, by the same steps that counted it while it was written."""

from collections.abc import Iterator
from typing import Any

from annotator.codebook.scheme import Codebook
from annotator.formats.release import folder as names
from annotator.work.releases.facts import Counted
from annotator.work.releases.parts import ArticleFacts, Tally
from annotator.work.verification.faults import Fault
from annotator.work.verification.walk import ArticleRow, SentenceRow


class Tallied:
    """What a release holds: per article, and as a whole.

    `articles` and `lines` go together; `split` has the part that gold names for each article, and
    `where` the line of gold that does so first.
    """

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.counted = Counted()
        self.articles: list[ArticleFacts] = []
        self.lines: list[int] = []
        self.tallies: dict[str, Tally] = {}
        self.split: dict[str, str] = {}
        self.where: dict[str, int] = {}

    def article(self, article: ArticleRow, sentences: int) -> None:
        """Count an article that has been read."""
        row = article.row
        self.counted.articles += 1
        self.counted.sentences += sentences
        self.articles.append(
            ArticleFacts(
                key=row["key"],
                cluster=row["cluster"],
                publisher=row["publisher"],
                published_on=row["published_on"] or "",
                language=row["language"],
                sentences=sentences,
            )
        )
        self.lines.append(article.line)

    def sentence(self, sentence: SentenceRow) -> Iterator[Fault]:
        """Count a sentence; yield that gold lacks it, or has its article in two parts."""
        for _, row in sentence.answers:
            self.counted.answer(row)
        if sentence.decision is not None:
            self.counted.decision(sentence.decision[1])
        if sentence.gold is None:
            file, place = names.table_name(names.SENTENCES), names.table_name(names.GOLD)
            yield Fault(file, sentence.line, f"{sentence.place} has no row in {place}")
            return
        line, row = sentence.gold
        self.counted.gold(row)
        yield from self.part(row["article"], line, row["split"])
        self.tallies.setdefault(row["article"], Tally()).count(row, self.codebook)

    def part(self, key: str, line: int, part: str) -> Iterator[Fault]:
        """Take note of the part of an article; yield that another sentence of it names another."""
        first = self.split.setdefault(key, part)
        self.where.setdefault(key, line)
        if part != first:
            said = f"“split” is “{part}”; other sentences of {key} are in “{first}”"
            yield Fault(names.table_name(names.GOLD), line, said)

    def everything(self, documents: dict[str, Any]) -> Counted:
        """Return all counts, with those of the documents."""
        for speaker in documents[names.SPEAKERS]:
            self.counted.speaker(speaker)
        for version in documents[names.CODEBOOK]["versions"]:
            self.counted.seen(version["created_at"])
        return self.counted
