"""What a release says, checked against itself before anything of it is stored."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.codebook.load import CodebookError, build
from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.rows import AnswerRow, ClaimRow, flag, many, text
from annotator.formats.release import folder as release_folder
from annotator.formats.release.reading import Chapter, speaker_rows, version_rows
from annotator.formats.release.records import DecisionRow, SentenceRow, SpeakerRow, VersionRow
from annotator.measure.rounds import FIRST_ROUND
from annotator.phrases import both_numbers
from annotator.store.models import Role
from annotator.text import sentences
from annotator.work.label_import.checking import (
    LONGEST_NAME,
    LONGEST_PSEUDONYM,
    check_row,
    check_values,
    check_words,
)

# Keys of later versions are a little longer than those of imported articles.
LONGEST_KEY = 200


@dataclass
class Register:
    """What the rows of a release may name, and whom they have named so far."""

    versions: list[VersionRow] = field(default_factory=list)
    codebooks: dict[int, Codebook] = field(default_factory=dict)
    speakers: dict[str, SpeakerRow] = field(default_factory=dict)
    roles: dict[str, set[Role]] = field(default_factory=dict)
    articles: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    answers: int = 0
    decisions: int = 0
    sentences: int = 0

    @property
    def codebook(self) -> Codebook:
        """Return the codebook in force."""
        return self.codebooks[len(self.versions)]

    def version(self, number: int) -> Codebook:
        """Return a version of the codebook, or refuse."""
        found = self.codebooks.get(number)
        if found is None:
            known = ", ".join(map(str, self.codebooks))
            raise RefusedError(f"there is no codebook version {number}, only {known}")
        return found

    def named(self, pseudonym: str, role: Role) -> None:
        """Remember that somebody has worked in a role."""
        if not pseudonym.strip() or len(pseudonym) > LONGEST_PSEUDONYM:
            raise RefusedError("a person has no pseudonym, or a very long one")
        self.roles.setdefault(pseudonym, set()).add(role)


def check_sums(folder: Path) -> None:
    """Refuse a folder with a file that is not what it was when it was released."""
    for name, sha256 in release_folder.sums(folder).items():
        path = folder / name
        if not path.is_file():
            raise RecordError(f"{name} is missing; {release_folder.SUMS} lists it.")
        if release_folder.sha256(path) != sha256:
            raise RecordError(
                f"{name} was changed: its SHA-256 differs from {release_folder.SUMS}."
                " `annotator verify` lists every fault."
            )


def read_register(folder: Path) -> Register:
    """Return the codebooks and speakers of a release, each checked."""
    register = Register()
    for version in version_rows(folder):
        try:
            register.codebooks[version.number] = build(version.content, version.where)
        except CodebookError as error:
            raise RecordError(error.problems[0]) from error
        register.versions.append(version)
        if version.by is not None:
            with placed(version.where):
                register.named(version.by, Role.LEAD)
    for speaker in speaker_rows(folder):
        with placed(speaker.where):
            if not 0 < len(speaker.name.strip()) <= LONGEST_NAME:
                raise RefusedError("it has no name, or a very long one")
            if speaker.name in register.speakers:
                raise RefusedError(f"“{speaker.name[:60]}” is a duplicate")
        register.speakers[speaker.name] = speaker
    check_kinship(register.speakers)
    return register


def check_kinship(speakers: Mapping[str, SpeakerRow]) -> None:
    """Refuse members and merges of speakers that are not there, and merges that do not end."""
    for speaker in speakers.values():
        for other in (speaker.member_of, speaker.merged_into):
            if other is not None and (other not in speakers or other == speaker.name):
                raise RecordError(
                    f"{speaker.where}: “{other[:60]}” is not another speaker of the list"
                )
        seen = {speaker.name}
        last = speaker.merged_into
        while last is not None:
            if last in seen:
                raise RecordError(f"{speaker.where}: it is merged into itself through others")
            seen.add(last)
            last = speakers[last].merged_into if last in speakers else None


def check_facts(facts: Mapping[str, Any]) -> None:
    """Refuse a card that does not say what a project needs, or says it as something else."""
    for name in ("project", "title", "target_question"):
        text(facts, name)
    flag(facts, "with_text")
    licence = facts.get("licence")
    if not isinstance(licence, dict):
        raise RefusedError("“licence” is not an object")
    for name in ("annotations", "texts"):
        text(licence, name)
    if not all(isinstance(each, str) for each in many(facts, "authors")):
        raise RefusedError("“authors” is not a list of names")
    for gate in many(facts, "gates"):
        wanted = gate.get("wanted") if isinstance(gate, dict) else None
        if not isinstance(wanted, int | float) or not isinstance(gate.get("gate"), str):
            raise RefusedError("“gates” is not a list of gates with “wanted”")


def check_aliases(register: Register) -> None:
    """Refuse forms in articles that are not there, and forms that a speaker has twice."""
    for speaker in register.speakers.values():
        if len(set(speaker.aliases)) < len(speaker.aliases):
            raise RecordError(f"{speaker.where}: one of its aliases is a duplicate")
        for key, words in speaker.aliases:
            if key not in register.articles:
                raise RecordError(f"{speaker.where}: there is no article “{key[:60]}”")
            if not 0 < len(words) <= LONGEST_NAME:
                raise RecordError(f"{speaker.where}: an alias is empty, or very long")


@contextmanager
def placed(where: str) -> Iterator[None]:
    """Put the place before what is refused."""
    try:
        yield
    except RefusedError as error:
        raise RecordError(f"{where}: {error}") from error


def check_chapter(chapter: Chapter, register: Register) -> None:
    """Refuse an article that contradicts itself or the register; remember who has worked on it."""
    article, words = chapter.article, chapter.article.text or ""
    with placed(article.where):
        if not 0 < len(article.key) <= LONGEST_KEY:
            raise RefusedError("its key is empty, or very long")
        if article.sha256 in register.texts:
            raise RefusedError(f"“{article.key[:60]}” has the same text as an article before it")
        first = article.version_of
        if first is not None and first not in register.articles:
            raise RefusedError(
                f"it is version {article.version} of “{first[:60]}”, which is missing"
            )
        if article.cluster > article.key or (
            article.cluster != article.key and article.cluster not in register.articles
        ):
            raise RefusedError(f"its cluster “{article.cluster[:60]}” is not an earlier article")
        check_sentences(chapter.sentences, words)
    register.articles.add(article.key)
    register.texts.add(article.sha256)
    places = {each.position: each for each in chapter.sentences}
    taken: set[tuple[int, str, int]] = set()
    for answer in chapter.answers:
        with placed(answer.where):
            check_answer(answer, places, words, register)
            mark = (answer.sentence or 0, answer.annotator, answer.round)
            if mark in taken:
                raise RefusedError(f"{answer.annotator} answers this sentence twice")
            taken.add(mark)
    decided: set[int] = set()
    for decision in chapter.decisions:
        with placed(decision.where):
            check_decision(decision, places, words, register)
            if decision.sentence in decided:
                raise RefusedError("this sentence is decided twice")
            decided.add(decision.sentence)
    # All rounds of one person's answer are one answer.
    register.answers += len({(each.sentence, each.annotator) for each in chapter.answers})
    register.decisions += len(chapter.decisions)
    register.sentences += len(chapter.sentences)


def check_sentences(found: Iterable[SentenceRow], words: str) -> None:
    """Refuse sentences that are not numbered from 0 or do not hold the whole text."""
    spans = []
    for expected, each in enumerate(found):
        if each.position != expected:
            raise RecordError(f"{each.where}: “sentence” is {each.position}, not {expected}")
        spans.append((each.start, each.end))
    try:
        sentences.check(words, spans)
    except sentences.BadSpans as error:
        raise RefusedError(f"its sentences do not fit its text: {error}") from error


def check_answer(
    row: AnswerRow, places: Mapping[int, SentenceRow], words: str, register: Register
) -> None:
    """Refuse an answer that does not fit its sentence, the codebook or the register."""
    sentence = sentence_of(row.sentence, places)
    if (row.start, row.end) != (sentence.start, sentence.end) or row.text != sentence.text:
        which = both_numbers(sentence.position)
        raise RefusedError(f"sentence {which} is {sentence.start}-{sentence.end} with another text")
    if row.status is None and not row.unsure and not row.note and row.round == FIRST_ROUND:
        raise RefusedError("it is empty: no status, no flag and no note")
    register.named(row.annotator, Role.ANNOTATOR)
    check_row(row, words, register.version(row.codebook_version or 0))
    check_speakers(row.claims, register)


def check_decision(
    row: DecisionRow, places: Mapping[int, SentenceRow], words: str, register: Register
) -> None:
    """Refuse a decision that does not fit its sentence, the codebook or the register."""
    sentence_of(row.sentence, places)
    check_words(row.claims, words)
    check_speakers(row.claims, register)
    codebook = register.version(row.codebook_version)
    # Used values are retired, never deleted: what an annotator said stays known.
    check_values(row.claims, codebook)
    if row.status not in {None, *(each.value for each in codebook.statuses)}:
        raise RefusedError(f"the codebook has no status “{row.status}”")
    for claim in row.claims:
        for name in codebook.required:
            if getattr(claim, name) is None:
                raise RefusedError(f"a decided claim has no {name}")
    for claim in (row.soft or {}).get("claims", ()):
        known_speaker(claim["speaker"], register)
    if row.adjudicator is not None:
        register.named(row.adjudicator, Role.ADJUDICATOR)
    rested_on = (each.annotator for each in row.basis)
    for person in (*filter(None, row.sources), *rested_on, *row.readers):
        register.named(person, Role.ANNOTATOR)
    if len({(each.annotator, each.round) for each in row.basis}) < len(row.basis):
        raise RefusedError("its “basis” has a duplicate answer")


def sentence_of(position: int | None, places: Mapping[int, SentenceRow]) -> SentenceRow:
    """Return a sentence of the article, or refuse."""
    found = places.get(-1 if position is None else position)
    if found is None:
        which = "" if position is None else f" {both_numbers(position)}"
        raise RefusedError(f"its article has no sentence{which}")
    return found


def check_speakers(claims: Iterable[ClaimRow], register: Register) -> None:
    """Refuse speakers that the register does not have, or has as something else."""
    for claim in claims:
        if claim.speaker is not None:
            known = known_speaker(claim.speaker, register)
            if claim.speaker_type != known.type:
                raise RefusedError(
                    f"“{known.name[:60]}” is a {claim.speaker_type} here, a {known.type} in the"
                    " list of speakers"
                )
        for link in claim.via:
            known_speaker(link, register)


def known_speaker(name: str, register: Register) -> SpeakerRow:
    """Return a speaker of the register, or refuse."""
    found = register.speakers.get(name)
    if found is None:
        raise RefusedError(f"“{name[:60]}” is not in the list of speakers")
    return found
