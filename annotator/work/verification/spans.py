"""Whether the rows of a sentence fit the text, the register of speakers and the codebook."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from annotator.codebook.scheme import LABELS, Codebook, Value
from annotator.formats.release import folder as names
from annotator.phrases import both_numbers, short
from annotator.text.fingerprint import digest
from annotator.work.verification.faults import Fault
from annotator.work.verification.walk import ArticleRow, Line, Row, SentenceRow

SHARED = ("start", "end", "segment", "text")
"""What the rows of a sentence say again."""


def article_faults(article: ArticleRow) -> Iterator[Fault]:
    """Yield where an article is not its text."""
    file, text = names.table_name(names.ARTICLES), article.text
    if text is None:
        return
    if len(text) != article.row["characters"]:
        said = f"“characters” is {article.row['characters']}; its text has {len(text)}"
        yield Fault(file, article.line, said)
    if (found := digest(text)) != article.row["sha256"]:
        said = f"“sha256” is {article.row['sha256']}; its text has {found}"
        yield Fault(file, article.line, said)


class Offsets:
    """Follows the sentences of one article: one after another, none left out, each its words."""

    def __init__(self, article: ArticleRow) -> None:
        self.article = article
        self.number = 0
        self.end = 0

    def faults(self, sentence: SentenceRow) -> Iterator[Fault]:
        """Yield where a sentence is not what its offsets say."""
        row, text = sentence.row, self.article.text
        start, end = row["start"], row["end"]
        said = list(self.misplaced(row))
        if not said and text is not None:
            said = list(self.boundary_faults(row, text))
        for each in said:
            yield Fault(names.table_name(names.SENTENCES), sentence.line, each)
        self.number, self.end = row["sentence"] + 1, max(start, end)

    def rest(self) -> Iterator[Fault]:
        """Yield that words after the last sentence belong to none."""
        text = self.article.text
        if text is not None and (left := text[self.end :].strip()):
            said = f"the words “{short(left)}” after its last sentence belong to no sentence"
            yield Fault(names.table_name(names.ARTICLES), self.article.line, said)

    def misplaced(self, row: Row) -> Iterator[str]:
        """Yield what is wrong with the place of a sentence."""
        start, end = row["start"], row["end"]
        if row["sentence"] != self.number:
            yield f"sentence {both_numbers(self.number)} of {row['article']} is missing before it"
        if start >= end:
            yield f"it ends at {end}, before it starts at {start}"
        if end > self.article.row["characters"]:
            yield f"it ends at {end}; the article has {self.article.row['characters']} characters"
        if start < self.end:
            yield f"it starts at {start}, before the last sentence ends at {self.end}"

    def boundary_faults(self, row: Row, text: str) -> Iterator[str]:
        """Yield where the words between the offsets are not those of a sentence, or not the row's.

        The edges of a sentence are never blank, and between two there is nothing but blanks.
        """
        start, end = row["start"], row["end"]
        words = text[start:end]
        if "text" in row and words != row["text"]:
            yield other_words("text", start, end, row["text"], words)
        elif words != words.strip():
            yield f"the words from {start} to {end} begin or end with a space: “{short(words)}”"
        elif left := text[self.end : start].strip():
            yield f"the words “{short(left)}” before it belong to no sentence"


def other_words(field: str, start: int, end: int, said: str, found: str) -> str:
    """Say that a row quotes other words than stand in the article."""
    return f"“{field}” is “{short(said)}”; the article has “{short(found)}” from {start} to {end}"


class Names:
    """What rows may name: speakers with their types, and the values of each codebook version."""

    def __init__(self, speakers: Sequence[Row], codebooks: Mapping[int, Codebook]) -> None:
        self.types = {each["name"]: each["type"] for each in speakers}
        self.merged = {
            each["name"]: each["merged_into"] for each in speakers if each["merged_into"]
        }
        self.codebooks = codebooks
        self.values = {number: values_of(codebook) for number, codebook in codebooks.items()}

    def claim(self, claim: Row) -> Iterator[str]:
        """Yield what is wrong with the speakers of a claim."""
        if claim["speaker"] is not None:
            yield from self.speaker("speaker", claim["speaker"])
            known = self.types.get(claim["speaker"])
            if known is not None and claim["speaker_type"] != known:
                said = shown(claim["speaker_type"])
                yield f"“speaker_type” is {said}; {names.SPEAKERS}.json has “{known}”"
        elif claim["speaker_type"] is not None:
            yield "“speaker_type” is set without a speaker"
        for link in claim["via"]:
            yield from self.speaker("via", link)

    def speaker(self, field: str, name: str) -> Iterator[str]:
        """Yield that a speaker is not known, or goes by another name today."""
        if name not in self.types:
            yield f"“{field}” is “{short(name)}”, who is not in {names.SPEAKERS}.json"
        elif name in self.merged:
            yield f"“{field}” is “{short(name)}”, who is merged into “{self.merged[name]}”"

    def soft(self, label: Row | None) -> Iterator[str]:
        """Yield the speakers of a soft label that are not known."""
        for claim in label["claims"] if label else ():
            yield from self.speaker("soft", claim["speaker"])

    def said(self, version: int | None, status: str | None, claims: Sequence[Row]) -> Iterator[str]:
        """Yield values that the codebook version of a row does not have."""
        if version is None:
            return
        if version not in self.values:
            yield f"“codebook_version” is {version}, which is not in {names.CODEBOOK}.json"
            return
        known = self.values[version]
        given = [("status", status)]
        for claim in claims:
            given += [(field, claim[field]) for field in LABELS]
        for field, value in given:
            if value is not None and value not in known[field]:
                yield f"“{field}” is “{short(value)}”, which version {version} does not have"


def values_of(codebook: Codebook) -> dict[str, set[str]]:
    """Return the values of each field, retired ones too."""
    fields: dict[str, Sequence[Value]] = {
        "status": codebook.statuses,
        **{name: codebook.values_of(name) for name in LABELS},
    }
    return {field: {each.value for each in values} for field, values in fields.items()}


def row_faults(sentence: SentenceRow, known: Names, project: str | None) -> Iterator[Fault]:
    """Yield where the rows of other tables do not fit their sentence or name what is not there."""
    for number, row in sentence.answers:
        told = chain(
            same_sentence(sentence, row, project),
            known.said(row["codebook_version"], row["status"], row["claims"]),
            whole(row, known),
            claims(sentence, row["claims"], known),
        )
        yield from (Fault(names.table_name(names.ANNOTATIONS), number, said) for said in told)
    if sentence.decision is not None:
        number, row = sentence.decision
        told = chain(
            known.said(row["codebook_version"], row["status"], row["claims"]),
            rests_on(row, sentence.answers),
            claims(sentence, row["claims"], known),
            known.soft(row["soft"]),
        )
        yield from (Fault(names.table_name(names.DECISIONS), number, said) for said in told)
    if sentence.gold is not None:
        number, row = sentence.gold
        told = chain(
            same_sentence(sentence, row, project),
            known.said(row["codebook_version"], row["status"], row["claims"]),
            claims(sentence, row["claims"], known),
        )
        yield from (Fault(names.table_name(names.GOLD), number, said) for said in told)


def same_sentence(sentence: SentenceRow, row: Row, project: str | None) -> Iterator[str]:
    """Yield where a row says something else of its sentence than sentences.jsonl."""
    for field in SHARED:
        if row.get(field) != sentence.row.get(field):
            yield (
                f"“{field}” is {shown(row.get(field))};"
                f" {names.table_name(names.SENTENCES)} has {shown(sentence.row.get(field))}"
            )
    if project is not None and row["project"] != project:
        yield f"“project” is {shown(row['project'])}; the release is of {shown(project)}"


def shown(value: Any) -> str:
    """Return a value in a message."""
    return f"“{short(value)}”" if isinstance(value, str) else str(value)


def whole(row: Row, known: Names) -> Iterator[str]:
    """Yield that an answer is called complete and is not, or the other way round."""
    codebook = known.codebooks.get(row["codebook_version"])
    if codebook is None:
        return
    takes_claims = row["status"] == codebook.claims_status.value
    if row["claims"] and not takes_claims:
        yield f"it has claims, and “status” is {shown(row['status'])}, which has none"
    parts = [claim[name] for claim in row["claims"] for name in codebook.required]
    found = row["status"] is not None
    if takes_claims:
        found = bool(parts) and None not in parts
    if row["complete"] != found:
        yield f"“complete” is {row['complete']}; by its status and claims it is {found}"


def rests_on(row: Row, answers: Sequence[Line]) -> Iterator[str]:
    """Yield that a decision rests on an answer in a state it never had."""
    revisions = {(each["annotator"], each["round"]): each["revision"] for _, each in answers}
    for each in row["basis"]:
        newest = revisions.get((each["annotator"], each["round"]))
        if newest is not None and each["revision"] > newest:
            who = f"{each['annotator']}, round {each['round']}"
            yield f"it rests on revision {each['revision']} of {who}, which has {newest}"


def claims(sentence: SentenceRow, found: Sequence[Row], known: Names) -> Iterator[str]:
    """Yield what is wrong with the spans and speakers of claims."""
    for claim in found:
        yield from known.claim(claim)
        spans = [("evidence", span) for span in claim.get("evidence", ())]
        if claim["mention"] is not None:
            spans.insert(0, ("mention", claim["mention"]))
        for field, span in spans:
            yield from outside(sentence.article, field, span)


def outside(article: ArticleRow, field: str, span: Row) -> Iterator[str]:
    """Yield that a span is not in the article, or that other words stand there."""
    start, end = span["start"], span["end"]
    if not start < end <= article.row["characters"]:
        length = article.row["characters"]
        yield f"“{field}” goes from {start} to {end}; the article has {length} characters"
    elif article.text is not None and "text" in span and article.text[start:end] != span["text"]:
        yield other_words(field, start, end, span["text"], article.text[start:end])
