"""Verifying: whether a release folder is whole, and whether all it says follows from its rows.

Every derived value is computed again instead of trusting the file: hashes, schema, order, offsets,
what rows say of one another, gold, the split, agreement and the counts of the card. So a release
that somebody changed is found out even where its SHA256SUMS was written anew. It needs no database;
memory grows by some tens of bytes per answer (the figures of agreement), and holds one article and
one line at a time. Where a model decided gold, the annotations are read once more before, and it is
fitted to them: of that only what each pattern of answers comes to is kept.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from json import dumps
from pathlib import Path
from typing import Any

from annotator.codebook.load import CodebookError, from_json
from annotator.codebook.scheme import USUAL_LABELS, Codebook
from annotator.errors import MissingExtraError, RefusedError
from annotator.formats.release import folder as names
from annotator.work.agreement.report import Selection
from annotator.work.releases.facts import SOFTWARE, program_of
from annotator.work.verification import facts, files, spans, splits
from annotator.work.verification import files as verified_files
from annotator.work.verification.agreement import Measuring
from annotator.work.verification.counts import Tallied
from annotator.work.verification.faults import Fault, first_of
from annotator.work.verification.gold import Regilded
from annotator.work.verification.model import (
    Learned,
    other_numpy,
    settings_faults,
    summary_faults,
    there_faults,
    warning_faults,
)
from annotator.work.verification.walk import ArticleRow, SentenceRow, Texts, Walk


def verify(folder: Path, texts: Path | None = None) -> Iterator[Fault]:
    """Yield everything that is wrong with a release; `texts` has the texts of one without them.

    Raises:
        RefusedError: the folder is no release, or `texts` is no folder.

    """
    return Verification(folder, texts).faults()


class Verification:
    """One run of all checks: `checked` counts what was looked at, `unchecked` says what was not.

    Both are complete when `faults()` has been read to its end. `audit_root` is the hash over the
    chains of answers that the release states; who has the database compares it with the audit.
    """

    def __init__(self, folder: Path, texts: Path | None = None) -> None:
        if not folder.is_dir():
            raise RefusedError(
                f"{folder} is not a folder; a release is a folder with {names.SUMS}."
            )
        if not verified_files.is_release(folder):
            raise RefusedError(
                f"{folder} is not a release folder: it has no {names.SUMS} and no"
                f" {names.table_name(names.GOLD)}."
            )
        self.folder = folder
        self.texts = Texts(texts)
        self.checked: Counter[str] = Counter()
        self.unchecked: list[str] = []
        self.audit_root = ""
        self.documents: dict[str, Any] = {}
        self.facts: dict[str, Any] = {}
        self.hashes: dict[str, str] = {}
        self.textless = 0

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong, file by file; what rests on a broken file is not looked at."""
        yield from self.files()
        whole = all((self.folder / name).is_file() for name in verified_files.read())
        card = list(self.card())
        yield from first_of(verified_files.schemas(self.folder, self.facts))
        for each in (self.tables(), self.papers(), card):
            faults = list(each)
            yield from faults
            whole = whole and not faults
        if whole:
            yield from self.contents()
        else:
            self.unchecked.append(
                "values computed from the rows (offsets, gold, splits, agreement,"
                " counts), until the faults above are fixed"
            )

    def files(self) -> Iterator[Fault]:
        """Check which files there are, and their hashes."""
        self.hashes = verified_files.hashes(self.folder)
        yield from first_of(verified_files.listed(self.folder, self.hashes))
        self.checked["files, each with its SHA-256"] = len(self.hashes)

    def tables(self) -> Iterator[Fault]:
        """Check every line of the tables for itself."""

        def count() -> None:
            self.checked["rows: bytes, schema, order, no duplicates"] += 1

        for name in names.TABLES:
            if (self.folder / names.table_name(name)).is_file():
                yield from first_of(verified_files.table(self.folder, name, count))

    def papers(self) -> Iterator[Fault]:
        """Check the JSON documents and the card for themselves."""
        for name in (*names.DOCUMENTS, names.MODEL):
            if (self.folder / names.document_name(name)).is_file():
                self.documents[name], faults = verified_files.document(self.folder, name)
                self.checked["documents: bytes and schema"] += 1
                yield from first_of(faults)

    def card(self) -> Iterator[Fault]:
        """Read the facts on the card and check them for themselves."""
        if (self.folder / names.CARD).is_file():
            self.facts, faults = facts.read_card(self.folder)
            self.audit_root = str(self.facts.get("audit_root", ""))
            yield from faults

    # --- what rests on all files

    def contents(self) -> Iterator[Fault]:
        """Check what the files say of one another."""
        try:
            codebooks = codebooks_of(self.documents[names.CODEBOOK])
        except CodebookError as error:
            yield Fault(names.document_name(names.CODEBOOK), None, error.problems[0])
            return
        codebook = codebooks[self.documents[names.CODEBOOK]["current"]]
        agreement = self.documents[names.AGREEMENT]
        selection = Selection(headlines="headline" in agreement["selection"]["segments"])
        tallied = Tallied(as_measured(codebook, agreement))
        measuring = Measuring(
            tallied.codebook, selection, clustered=facts.draws_clusters(agreement)
        )
        rows = list(first_of(self.rows(codebooks, codebook, tallied, measuring)))
        yield from rows
        if any(fault.file == names.table_name(names.ANNOTATIONS) for fault in rows):
            self.unchecked.append("splits, agreement and counts: fix the rows above first")
            return
        yield from self.wholes(codebook, tallied, measuring)

    def rows(
        self,
        codebooks: dict[int, Codebook],
        codebook: Codebook,
        tallied: Tallied,
        measuring: Measuring,
    ) -> Iterator[Fault]:
        """Read the release sentence by sentence; gather what is measured."""
        known = spans.Names(self.documents[names.SPEAKERS], codebooks)
        project = self.documents[names.AGREEMENT]["project"]
        yield from settings_faults(self.facts)
        yield from there_faults(self.facts, there=names.MODEL in self.documents)
        gold = self.gilder(project, tallied.codebook)
        yield from files.lost_tables(self.folder, self.facts)
        with_text = bool(self.facts.get("with_text", True))
        labels = tallied.codebook.labels
        tables = files.tables_of_gold(self.folder, labels, with_text=with_text)
        whole = True
        walk = Walk(self.folder, self.texts)
        for article in walk.articles():
            yield from self.article(article)
            offsets = spans.Offsets(article)
            sentences = 0
            for sentence in walk.sentence_rows(article):
                sentences += 1
                own = [*offsets.faults(sentence), *spans.row_faults(sentence, known, project)]
                own += tallied.sentence(sentence)
                if not own:
                    own += gold.faults(sentence)
                    self.checked["gold rows, recomputed"] += gold.learned.voting is not None
                whole = whole and not own
                if sentence.gold is not None:
                    for each in tables:
                        each.add(article.row, sentence.gold[1])
                measuring.add(
                    sentence.row["segment"],
                    [row for _, row in sentence.answers],
                    article.row["cluster"],
                )
                self.count(sentence)
                yield from own
            yield from offsets.rest()
            tallied.article(article, sentences)
        for fault in walk.strays():
            whole = False
            yield fault
        yield from self.modelled(gold, whole=whole)
        # After the rows of gold that they are made of.
        for each in tables:
            yield from each.end()
            self.checked["lines of gold as CSV"] += each.number - 1

    def modelled(self, gold: Regilded, *, whole: bool) -> Iterator[Fault]:
        """Yield where only the model makes gold or people otherwise; it learns from all rows."""
        told = list(self.people(gold.learned))
        if (gold.late or told) and not whole:
            self.unchecked.append(
                f"whether decisions by “{gold.learned.method}” differ for other reasons:"
                " it uses all answers; fix the rows above first"
            )
        if gold.late or told:
            self.unchecked.extend(other_numpy(self.facts))
        yield from gold.modelled()
        yield from told

    def people(self, learned: Learned) -> Iterator[Fault]:
        """Yield where model.json does not say what the model makes of the annotators."""
        yield from warning_faults(self.facts, learned)
        if names.MODEL not in self.documents or learned.summary is None:
            return
        found = self.documents[names.MODEL]
        yield from summary_faults(found, learned)
        self.checked["annotators in the model, by field"] = sum(
            len(field["annotators"]) for field in found["fields"].values()
        )

    def article(self, article: ArticleRow) -> Iterator[Fault]:
        """Check one article against its text, where there is one."""
        yield from spans.article_faults(article)
        if article.text is None and self.texts.folder is not None:
            said = f"no file in {self.texts.folder} has its text, by name or by SHA-256"
            yield Fault(names.table_name(names.ARTICLES), article.line, said)
        elif article.text is None:
            self.textless += 1
        else:
            self.checked["article texts, each with its SHA-256"] += 1
        yield from self.as_promised(article)

    def as_promised(self, article: ArticleRow) -> Iterator[Fault]:
        """Check that texts are there or not, as the card says."""
        promised = self.facts.get("with_text")
        if promised is not None and promised != ("text" in article.row):
            there = "is present" if "text" in article.row else "is missing"
            said = f"its text {there}, while {names.CARD} has “with_text” {str(promised).lower()}"
            yield Fault(names.table_name(names.ARTICLES), article.line, said)

    def count(self, sentence: SentenceRow) -> None:
        """Count what was checked of one sentence."""
        if sentence.article.text is not None:
            self.checked["sentences and spans against their text"] += 1 + sum(
                (claim["mention"] is not None) + len(claim["evidence"])
                for _, row in sentence.answers
                for claim in row["claims"]
            )
        self.checked["answers: speakers, values, completeness"] += len(sentence.answers)
        self.checked["decisions: speakers, values, basis"] += sentence.decision is not None

    def gilder(self, project: str, codebook: Codebook) -> Regilded:
        """Return what makes gold again; a model is fitted first."""
        learned = Learned(self.folder, self.facts, project, codebook)
        if learned.why:
            self.unchecked.append(learned.why)
        if learned.answers:
            self.checked[f"answers used to recompute “{learned.method}”"] = learned.answers
        return Regilded(
            project,
            self.documents[names.SPEAKERS],
            codebook,
            learned,
            with_text=bool(self.facts.get("with_text", True)),
        )

    def wholes(self, codebook: Codebook, tallied: Tallied, measuring: Measuring) -> Iterator[Fault]:
        """Check splits, agreement, counts and the texts made from them."""
        yield from first_of(splits.splits(self.documents[names.SPLITS], tallied))
        yield from splits.part_files(self.folder)
        self.checked["articles, each in one split, no cluster in two"] = len(tallied.articles)
        found = self.documents[names.AGREEMENT]
        report = measuring.report(found["project"])
        yield from facts.agreement(found, report)
        self.checked["fields of agreement, recomputed"] = len(found["fields"])
        if self.facts:
            yield from facts.facts(
                self.facts, report, tallied, self.documents, parquet=self.has_parquet()
            )
            self.checked["counts and gates of the card"] = len(self.facts["counts"]) + len(
                self.facts["gates"]
            )
            yield from self.made_from_facts(codebook)
        yield from self.parquet(tallied.codebook)
        self.leave_out(found)

    def made_from_facts(self, codebook: Codebook) -> Iterator[Fault]:
        """Check the texts that are made from facts and codebook, where their words are ours."""
        if program_of(self.facts) != SOFTWARE:  # another version has other words
            self.unchecked.append(
                f"the text of {names.CARD}, {names.CROISSANT}, {names.CITATION} and"
                f" {names.CODEBOOK_TEXT}: written by {self.facts.get('software')}"
            )
            return
        yield from facts.papers(self.folder, self.facts, codebook, self.hashes)
        self.checked["texts made from the card and the codebook"] = 4

    def has_parquet(self) -> bool:
        """Say whether there is a folder of Parquet files."""
        return (self.folder / names.PARQUET).is_dir()

    def parquet(self, codebook: Codebook) -> Iterator[Fault]:
        """Check the Parquet files, where there are any and the library is there."""
        if not self.has_parquet():
            return
        try:
            with_text = bool(self.facts.get("with_text", True))
            yield from files.parquet_files(self.folder, codebook.labels, with_text=with_text)
            self.checked["Parquet files against their tables"] += 1
        except MissingExtraError as error:
            self.unchecked.append(f"the contents of the Parquet files: {error}")

    def leave_out(self, agreement: dict[str, Any]) -> None:
        """Say what cannot be checked."""
        if self.textless:
            self.unchecked.append(
                f"the texts of {self.textless:,} articles and their offsets: the release"
                " has no texts; give a folder with --texts"
            )
        if agreement["speaker_before_merges"] is not None:
            self.unchecked.append(
                "agreement on speakers before merges: rows have the current speakers"
            )


def as_measured(codebook: Codebook, agreement: Mapping[str, Any]) -> Codebook:
    """Return a codebook as a release has measured it: those of before left aspects alone."""
    further = {*codebook.labels} - {*USUAL_LABELS}
    if further <= agreement["fields"].keys():
        return codebook
    return replace(codebook, fields=tuple(name for name in codebook.fields if name not in further))


def codebooks_of(document: dict[str, Any]) -> dict[int, Codebook]:
    """Return every version of the codebook by its number.

    Raises:
        CodebookError: one of them cannot be used.

    """
    return {each["number"]: from_json(dumps(each["content"])) for each in document["versions"]}
