"""Releasing: everything of a project frozen into a folder that anyone can check byte by byte.

The folder has, in UTF-8 with `\\n` and no byte order mark:

    articles.jsonl      one article a line, by key
    sentences.jsonl     all sentences, by article key and position
    annotations.jsonl   the annotation rows, as `annotator labels export` writes them
    gold.jsonl          the gold rows, as `annotator gold -p` writes them, also of sentences that
                        nobody's word decides (`how` is "none"); the last key is `split`
    gold.csv            the sentences of gold, and their claims, as `annotator gold --format csv`
    gold-claims.csv     writes them
    decisions.jsonl     what adjudicators decided, and on which answers
    speakers.json       the register of speakers, by name
    splits.json         the parts for training, development and test: never cut an article, or
                        copies of one text, in two
    agreement.json      as `annotator agreement -p --json` prints it
    model.json          as `annotator gold -p --json` prints it: how the method sees annotators;
                        none of the majority
    codebook.json, codebook.md
    gold/<part>.jsonl   the gold rows of each part; a part without rows has no file
    schemas/            the JSON Schemas of these files
    parquet/            the tables as Parquet, if asked for
    README.md           the dataset card; the facts of the release stand in its front matter
    croissant.json, CITATION.cff
    SHA256SUMS          the hash of every other file

No clock and no chance is in it: the same database and settings give the same bytes. Everything is
of one moment, whatever people save meanwhile, and memory does not grow with the project.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from annotator.codebook.load import from_json
from annotator.codebook.markdown import to_markdown
from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.formats.articles import jsonl
from annotator.formats.labels import gold_csv
from annotator.formats.release import folder as names
from annotator.formats.release import parquet
from annotator.formats.release.card.card import card
from annotator.formats.release.card.citation import citation
from annotator.formats.release.card.croissant import croissant
from annotator.formats.release.columns import tables
from annotator.formats.release.draft import FolderDraft, drafting
from annotator.store.copying import Progress, no_progress
from annotator.store.models import Project
from annotator.store.snapshot import shared_moment
from annotator.work.agreement.measuring import report_for
from annotator.work.agreement.report_json import as_json
from annotator.work.gold.fitting import panels_of
from annotator.work.gold.models import Fitted
from annotator.work.gold.rows import gold_rows
from annotator.work.gold.summary import summary_of, warnings_of
from annotator.work.labelling.annotation_rows import annotation_rows
from annotator.work.releases import audit_root
from annotator.work.releases import rows as release_rows
from annotator.work.releases.facts import (
    Counted,
    Passing,
    facts_of,
    seen,
)
from annotator.work.releases.parts import (
    ANSWERS,
    Row,
    Tally,
    parts_of,
    splits_document,
    with_parts,
)
from annotator.work.releases.settings import Settings, redacted
from annotator.work.releases.withdrawn import since_the_last

# How often all sentences are passed: five tables and everything else, then four tables for Parquet.
PASSES, PASSES_OF_PARQUET = 6, 4
DRAFT_OF_GOLD = ".gold"


def passes(settings: Settings) -> int:
    """Return how often all sentences are passed."""
    return PASSES + PASSES_OF_PARQUET * settings.parquet


@dataclass(frozen=True)
class Written:
    """What a release is: its settings and facts, and what proves it."""

    settings: Settings
    facts: Mapping[str, Any]
    hashes: Mapping[str, str]
    sha256: str
    bytes: int


def write(
    project: Project, settings: Settings, folder: Path, progress: Progress = no_progress
) -> Written:
    """Write a release into a folder that is not there yet, or empty: whole or not at all.

    Raises:
        RefusedError: there is something in the folder, or the project cannot be split as asked.

    """
    with drafting(folder) as draft:
        written = fill(draft, project, settings, progress)
        draft.move()
    return written


def fill(
    draft: FolderDraft, project: Project, settings: Settings, progress: Progress = no_progress
) -> Written:
    """Write all files of a release; `progress` hears how many of how many sentences are passed."""
    with shared_moment() as connection:
        writer = Writer(connection, draft, project, settings, progress)
        facts = writer.write_all()
    sums = names.write_sums(draft.hashes)
    hashes = dict(sorted(draft.hashes.items()))
    draft.write(names.SUMS, [sums])
    sha256 = hashlib.sha256(sums.encode()).hexdigest()
    return Written(settings, facts, hashes, sha256, draft.bytes)


class Writer:
    """The writing of one release, file by file."""

    def __init__(
        self,
        connection: Connection,
        draft: FolderDraft,
        project: Project,
        settings: Settings,
        progress: Progress,
    ) -> None:
        self.connection = connection
        self.draft = draft
        self.project = project
        self.settings = settings
        self.fitted: Fitted | None = None
        self.articles = release_rows.article_facts(connection, project)
        self.clusters = {each.key: each.cluster for each in self.articles}
        self.counted = Counted(len(self.articles), sum(each.sentences for each in self.articles))
        self.passing = Passing(self.articles, passes(settings), progress)

    def write_all(self) -> dict[str, Any]:
        """Write everything but SHA256SUMS; return the facts."""
        if self.settings.parquet:
            parquet.module()  # refuses before anything is written
        # Refuses, too; and the card repeats what speaks against the method.
        model = self.model()
        codebook, number = self.write_codebook()
        # First, because it takes the most memory: what follows takes what it leaves.
        report = report_for(self.project)
        self.draft.write(names.document_name(names.AGREEMENT), [as_json(report)])
        self.write_articles()
        self.write_answers()
        splits = self.write_gold(codebook)
        root = audit_root.root_of(self.connection, self.project)
        facts = facts_of(
            self.project,
            self.settings,
            self.counted,
            splits,
            report,
            self.articles,
            codebook,
            number,
            root,
            warnings_of(model) if model else [],
            since_the_last(self.connection, self.project),
        )
        if model:
            self.draft.write(names.document_name(names.MODEL), [as_document(model)])
        # The validator's library takes a tenth of the time in which a server starts.
        from annotator.formats.release import schemas  # noqa: PLC0415

        for name, text in schemas.of_release(
            facts["codebook"], model=self.settings.way.learns
        ).items():
            self.draft.write(f"{names.SCHEMAS}/{name}", [text])
        if self.settings.parquet:
            self.write_parquet()
        self.describe(facts)
        self.passing.end()
        return facts

    def model(self) -> dict[str, Any] | None:
        """Return how the method sees annotators, None of the majority.

        Raises:
            RefusedError: something speaks against the method, and nobody wants it all the same.

        """
        if not self.settings.way.learns:
            return None
        way = self.settings.way
        panels = panels_of(self.connection, self.project)
        fits = way.fits(panels)
        found = summary_of(self.project.slug, panels, way, fits)
        refuse_doubted(self.settings, warnings_of(found))
        self.fitted = way.with_fits(panels, fits)
        return found

    def write_parquet(self) -> None:
        """Write the tables again as Parquet, from their rows."""
        labels = self.project.codebook.labels
        for table, columns in tables(with_text=self.settings.with_text, labels=labels).items():
            path = self.draft.path(names.parquet_name(table))
            rows = names.rows(self.draft.folder, table)
            key = "key" if table == names.ARTICLES else "article"
            parquet.write(path, columns, self.passing.through(rows, key))
            self.draft.take(names.parquet_name(table), names.sha256(path))

    def describe(self, facts: Mapping[str, Any]) -> None:
        """Write the card, and what machines read of the release."""
        self.draft.write(names.CITATION, [citation(facts)])
        hashes, sizes = self.draft.hashes, self.draft.sizes
        files = [(path, sizes[path], hashes[path]) for path in sorted(hashes)]
        self.draft.write(names.CROISSANT, [croissant(facts, files)])
        self.draft.write(names.CARD, [card(facts)])

    def write_codebook(self) -> tuple[Codebook, int]:
        """Write all versions, and that in force for people; return it and its number."""
        document = release_rows.codebook_document(self.connection, self.project)
        self.counted.seen(*(each["created_at"] for each in document["versions"]))
        newest = document["versions"][-1]
        codebook = from_json(json.dumps(newest["content"]))
        self.draft.write(names.document_name(names.CODEBOOK), [as_document(document)])
        self.draft.write(names.CODEBOOK_TEXT, [to_markdown(codebook)])
        return codebook, newest["number"]

    def write_articles(self) -> None:
        """Write the articles, their sentences, and the register of speakers."""
        text = self.settings.with_text
        articles = release_rows.article_rows(
            self.connection, self.project, self.clusters, text=text
        )
        self.table(names.ARTICLES, articles, key="key")
        self.table(
            names.SENTENCES, release_rows.sentence_rows(self.connection, self.project, text=text)
        )
        speakers = release_rows.speaker_rows(self.connection, self.project)
        counted = seen(speakers, self.counted.speaker)
        self.draft.write(names.document_name(names.SPEAKERS), as_list(counted))

    def write_answers(self) -> None:
        """Write what annotators and adjudicators said."""
        answers = self.redacted(annotation_rows(self.project, models=False))
        self.table(names.ANNOTATIONS, seen(answers, self.counted.answer))
        decisions = self.redacted(release_rows.decision_rows(self.connection, self.project))
        self.table(names.DECISIONS, seen(decisions, self.counted.decision))

    def write_gold(self, codebook: Codebook) -> dict[str, Any]:
        """Write gold and the split that rests on it; return what is in splits.json."""
        tallies: dict[str, Tally] = {}

        def count(row: Row) -> None:
            self.counted.gold(row)
            tallies.setdefault(row["article"], Tally()).count(row, codebook)

        by = self.fitted or self.settings.way
        rows = seen(self.redacted(gold_rows(self.project, by, every=True)), count)
        # Which part a row is in is known when all are: they wait in a file.
        draft = self.draft.folder / DRAFT_OF_GOLD
        with draft.open("x", encoding="utf-8", newline="") as file:
            tabled = self.with_tables(self.passing.through(rows))
            file.writelines(jsonl.write(tabled))
        chosen = {**self.settings.split(), "rests_on": ANSWERS}
        parts = parts_of(self.articles, tallies, chosen)
        lengths = {key: tally.rows for key, tally in tallies.items()}
        with draft.open(encoding="utf-8", newline="\n") as file:
            self.write_parts(with_parts(file, lengths, parts), parts, lengths)
        draft.unlink()
        splits = splits_document(self.articles, tallies, parts, chosen, codebook)
        self.draft.write(names.document_name(names.SPLITS), [as_document(splits)])
        return splits

    def with_tables(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Write gold as CSV, too, while its rows pass."""
        known = {each.key: vars(each) for each in self.articles}
        with ExitStack() as stack:
            tables = []
            for table, name in names.GOLD_CSV.items():
                file = stack.enter_context(self.draft.open(name))
                lines = gold_csv.Lines(
                    table,
                    known,
                    with_text=self.settings.with_text,
                    labels=self.project.codebook.labels,
                )
                file.write(lines.heading())
                tables.append((file, lines))
            for row in rows:
                for file, lines in tables:
                    file.write(lines.of(row))
                yield row

    def write_parts(
        self,
        lines: Iterable[tuple[str, str]],
        parts: Mapping[str, list[str]],
        lengths: Mapping[str, int],
    ) -> None:
        """Write gold as a whole and part by part; a part without rows has no file."""
        with ExitStack() as stack:
            whole = stack.enter_context(self.draft.open(names.table_name(names.GOLD)))
            files = {
                part: stack.enter_context(self.draft.open(names.part_name(part)))
                for part, keys in parts.items()
                if any(lengths.get(key) for key in keys)
            }
            for part, line in lines:
                whole.write(line)
                files[part].write(line)

    def table(self, table: str, rows: Iterable[Row], key: str = "article") -> None:
        """Write one table."""
        lines = jsonl.write(self.passing.through(rows, key))
        self.draft.write(names.table_name(table), lines)

    def redacted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Leave out what the settings leave out."""
        return redacted(rows, text=self.settings.with_text, notes=self.settings.with_notes)


def as_document(content: Any) -> str:
    """Return a document as it stands in its file."""
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_list(entries: Iterable[Row]) -> Iterator[str]:
    """Yield the same text as `as_document` for a list, entry by entry."""
    before = "[\n"
    for entry in entries:
        lines = as_document(entry).removesuffix("\n").split("\n")
        yield before + "\n".join(f"  {line}" for line in lines)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def refuse_doubted(settings: Settings, warnings: Sequence[str]) -> None:
    """Refuse a method that something speaks against, unless it is wanted all the same."""
    if warnings and not settings.despite_warning:
        raise RefusedError(
            f"Gold by {settings.method} requires a confirmation because of these warnings:"
            f" {' '.join(warnings)} Choose another method, or confirm that the release is"
            " to use it."
        )
