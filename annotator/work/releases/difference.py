"""What differs between two releases: labels, gold, agreement and counts, read from their folders.

Both folders are read side by side in the order of their rows, one row of each at a time, so memory
grows with what differs and not with what is there. No database is needed.

A field counts as added where it said nothing before (null, no, an empty text or list), as removed
where it says nothing afterwards, else as changed. Claims of one row are compared with the claim of
the same speaker; of those left over, with one that has the same mention, or the same stance and
certainty: then the speaker has changed (a merge, or a new name). What is left then is a claim
added or removed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.codebook.scheme import LABELS
from annotator.errors import RefusedError
from annotator.formats.articles import jsonl
from annotator.formats.articles.records import RecordError
from annotator.formats.release import folder as release_folder
from annotator.formats.release.card.card import CardError, facts_of
from annotator.formats.release.folder import ANNOTATIONS, ARTICLES, CARD, GOLD, SENTENCES

Row = Mapping[str, Any]
Key = tuple[str | int, ...]
Pair = tuple[Key, Row | None, Row | None]

SAME: Pair = ((), {}, {})
"""Two rows that do not differ; nobody needs to know what they say."""

KEYS: Mapping[str, tuple[tuple[str, type], ...]] = {
    ARTICLES: (("key", str),),
    SENTENCES: (("article", str), ("sentence", int)),
    ANNOTATIONS: (("article", str), ("sentence", int), ("annotator", str), ("round", int)),
    GOLD: (("article", str), ("sentence", int)),
}
FIELDS: Mapping[str, tuple[str, ...]] = {
    ARTICLES: ("sha256", "title", "cluster"),
    SENTENCES: ("start", "end", "segment"),
    ANNOTATIONS: ("status", "unsure", "note"),
    GOLD: ("status", "how", "split"),
}
CLAIM_FIELDS = (
    "speaker", "stance", "certainty", "mention", "via", "conditional", "aspect", "evidence", "note",
)  # fmt: skip
# Few values each, so that it can be said which one became which.
CLOSED = {"status", "how", "split", "segment", *LABELS}


@dataclass
class Tally:
    """How often something was added, changed or removed; `moves` counts (before, after)."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Return how often there was any difference."""
        return self.added + self.changed + self.removed

    def count(self, before: object, after: object) -> None:
        """Count one difference; None is nothing."""
        if before is None:
            self.added += 1
        elif after is None:
            self.removed += 1
        else:
            self.changed += 1

    def to_json(self) -> dict[str, int]:
        """Return the three numbers."""
        return {"added": self.added, "changed": self.changed, "removed": self.removed}


@dataclass
class TableDifference:
    """What differs in one table: rows, and labels by field; `same` rows do not differ."""

    rows: Tally = field(default_factory=Tally)
    same: int = 0
    fields: dict[str, Tally] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return rows, fields, and for fields of few values which one became which."""
        moves = {
            name: [
                {"before": before, "after": after, "n": n}
                for (before, after), n in most_first(tally.moves)
            ]
            for name, tally in self.fields.items()
            if tally.moves
        }
        return {
            "rows": {**self.rows.to_json(), "same": self.same},
            "fields": {name: tally.to_json() for name, tally in self.fields.items()},
            "moves": moves,
        }


@dataclass(frozen=True)
class Change:
    """One field of one gold sentence that differs; `speaker` says of whose claim, None of none."""

    article: str
    sentence: int
    field: str
    speaker: str | None
    before: Any
    after: Any
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Return it as it stands in the JSON."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class Figure:
    """One figure on agreement before and after; None where a release does not have it."""

    field: str
    measure: str
    before: Row | None
    after: Row | None

    def to_json(self) -> dict[str, Any]:
        """Return value and interval before and after."""
        ends = {"before": bounds(self.before), "after": bounds(self.after)}
        return {"field": self.field, "measure": self.measure, **ends}


@dataclass
class Difference:
    """Everything that differs between two releases; `changes` holds the first changes of gold."""

    before: Row
    after: Row
    tables: dict[str, TableDifference]
    agreement: list[Figure]
    changes: list[Change]
    left_off: int = 0

    @property
    def counts(self) -> list[tuple[str, int | None, int | None]]:
        """Return each count of the facts before and after."""
        old, new = self.before["counts"], self.after["counts"]
        return [(name, old.get(name), new.get(name)) for name in {**old, **new}]

    @property
    def settings(self) -> list[tuple[str, Any, Any]]:
        """Return the settings that are not the same; None where a card does not say one."""
        old, new = made_with(self.before), made_with(self.after)
        return [(name, old[name], new[name]) for name in old if old[name] != new[name]]

    def to_json(self) -> dict[str, Any]:
        """Return it all: the same folders give the same JSON.

        `from`, `to` {project, name, status, codebook_version, as_of, software}, `settings` {NAME:
        {before, after}} where they differ, `counts` {NAME: {before, after}}, `tables` {NAME: {rows
        {added, changed, removed, same}, fields {FIELD: {added, changed, removed}}, moves {FIELD:
        [{before, after, n}]}}}, `agreement` [{field, measure, before {value, low, high} | null,
        after}], `changes` [{article, sentence, field, speaker, before, after, reason}] of gold, and
        `changes_left_off`.
        """
        return {
            "from": heading(self.before),
            "to": heading(self.after),
            "settings": {
                name: {"before": before, "after": after} for name, before, after in self.settings
            },
            "counts": {
                name: {"before": before, "after": after} for name, before, after in self.counts
            },
            "tables": {name: table.to_json() for name, table in self.tables.items()},
            "agreement": [each.to_json() for each in self.agreement],
            "changes": [each.to_json() for each in self.changes],
            "changes_left_off": self.left_off,
        }


def difference(before: Path, after: Path, most: int | None = None) -> Difference:
    """Compare two release folders; at most so many changes of gold are kept, the rest counted.

    Raises:
        RecordError: a row is not what a release holds, or rows are not in their order.
        RefusedError: a folder is no release, or a file of it cannot be read.

    """
    old, new = facts(before), facts(after)
    made = Difference(old, new, {}, list(figures(old, new)), [])
    for table, names in FIELDS.items():
        found = TableDifference(fields={name: Tally() for name in names})
        if table in {ANNOTATIONS, GOLD}:
            found.fields |= {name: Tally() for name in CLAIM_FIELDS if name not in found.fields}
        made.tables[table] = found
        for key, one, other in matched_rows(before, after, table):
            changes = list(count(found, table, one, other))
            if table == GOLD:
                keep(made, key, changes, one, other, most)
    return made


def count(
    found: TableDifference, table: str, before: Row | None, after: Row | None
) -> Iterator[tuple[str, str | None, Any, Any]]:
    """Count what differs between two rows, and yield it: field, speaker, before, after."""
    differs = False
    for name, speaker, old, new in differing(table, before or {}, after or {}):
        differs = True
        tally = found.fields[name]
        tally.count(old, new)
        if name in CLOSED and old is not None and new is not None:
            tally.moves[str(old), str(new)] += 1
        yield name, speaker, old, new
    if before is None or after is None:
        found.rows.count(before, after)
    elif differs:
        found.rows.changed += 1
    else:
        found.same += 1


def keep(
    made: Difference,
    key: Key,
    changes: Iterable[tuple[str, str | None, Any, Any]],
    before: Row | None,
    after: Row | None,
    most: int | None,
) -> None:
    """Keep the changes of one gold sentence, as far as there is room."""
    reason = str((after or before or {}).get("reason") or "")
    for name, speaker, old, new in changes:
        if most is not None and len(made.changes) >= most:
            made.left_off += 1
            continue
        article, sentence = str(key[0]), int(key[1])
        made.changes.append(Change(article, sentence, name, speaker, old, new, reason))


# --- two rows


def differing(table: str, before: Row, after: Row) -> Iterator[tuple[str, str | None, Any, Any]]:
    """Yield each field that differs: its name, whose claim it is of, before and after."""
    for name in FIELDS[table]:
        old, new = said(before.get(name)), said(after.get(name))
        if old != new:
            yield name, None, old, new
    if table not in {ANNOTATIONS, GOLD}:
        return
    for one, other in aligned(before.get("claims") or [], after.get("claims") or []):
        for name in CLAIM_FIELDS:
            old, new = said(one.get(name)), said(other.get(name))
            if old != new:
                yield name, (other or one).get("speaker"), old, new


def said(value: Any) -> Any:
    """Return what a value says, None where it says nothing; places stand without their words."""
    if value is None or value is False or value in ("", []):
        return None
    if isinstance(value, list):
        return [said(each) for each in value]
    if isinstance(value, Mapping):
        return {name: each for name, each in value.items() if name != "text"}
    return value


def aligned(before: list[Row], after: list[Row]) -> Iterator[tuple[Row, Row]]:
    """Yield the claims that belong together; an empty one stands for none."""
    old, new = list(before), list(after)
    for same in (same_claim, same_speaker, same_mention, same_labels):
        for one in list(old):
            other = next((each for each in new if same(one, each)), None)
            if other is not None:
                old.remove(one)
                new.remove(other)
                yield one, other
    yield from ((one, {}) for one in old)
    yield from (({}, other) for other in new)


def same_claim(one: Row, other: Row) -> bool:
    """Say whether two claims have the same speaker and labels."""
    return same_speaker(one, other) and same_labels(one, other)


def same_speaker(one: Row, other: Row) -> bool:
    """Say whether two claims name one speaker."""
    return bool(one.get("speaker")) and one["speaker"] == other.get("speaker")


def same_mention(one: Row, other: Row) -> bool:
    """Say whether two claims are of the same words."""
    mention = said(one.get("mention"))
    return mention is not None and mention == said(other.get("mention"))


def same_labels(one: Row, other: Row) -> bool:
    """Say whether two claims have the same labels."""
    return all(one.get(name) == other.get(name) for name in LABELS)


# --- what is read


def matched_rows(before: Path, after: Path, table: str) -> Iterator[Pair]:
    """Yield the rows of a table with the same key, None where a release has none.

    Lines that are the same to the byte are most of what there is; they are `SAME` without being
    parsed, which takes a tenth of the time.
    """
    with Lines(before, table) as left, Lines(after, table) as right:
        while left.line or right.line:
            if left.line == right.line:
                yield SAME
                left.advance()
                right.advance()
                continue
            one, other = left.row(), right.row()
            if one is not None and (other is None or one[0] < other[0]):
                yield one[0], one[1], None
                left.advance()
            elif other is not None and (one is None or other[0] < one[0]):
                yield other[0], None, other[1]
                right.advance()
            elif one is not None and other is not None:
                yield one[0], one[1], other[1]
                left.advance()
                right.advance()


class Lines:
    """The lines of one table of a release, one at a time; `line` is empty after the last."""

    def __init__(self, folder: Path, table: str) -> None:
        self.path = folder / release_folder.table_name(table)
        self.keys = KEYS[table]
        self.number, self.line = 0, b""
        self.last: Key | None = None
        self.known: tuple[Key, Row] | None = None

    def __enter__(self) -> "Lines":
        try:
            self.stream = self.path.open("rb")
        except OSError as error:
            raise release_folder.unreadable(self.path, error) from error
        self.advance()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stream.close()

    def advance(self) -> None:
        """Go on to the next line that has anything in it."""
        self.known = None
        while True:
            self.number += 1
            self.line = self.stream.readline(jsonl.LONGEST_LINE + 1)
            if len(self.line) > jsonl.LONGEST_LINE:
                raise RecordError(f"{self.where}: it is too long for a line of a release")
            if self.line.strip() or not self.line:
                return

    @property
    def where(self) -> str:
        """Return the place of the line."""
        return f"{self.path.parent.name}/{self.path.name}: line {self.number}"

    def row(self) -> tuple[Key, Row] | None:
        """Return key and row of the line, None after the last; refuse one out of order."""
        if self.known is None and self.line:
            row = jsonl.parsed(self.line, self.where)
            self.known = self.key_of(row), row
            if self.last is not None and self.known[0] <= self.last:
                raise RecordError(f"{self.where}: it is out of order")
            self.last = self.known[0]
        return self.known

    def key_of(self, row: Row) -> Key:
        """Return the key of a row, or refuse a row that is none of a release."""
        for name, kind in self.keys:
            if type(row.get(name)) is not kind:
                raise RecordError(f"{self.where}: it has no “{name}”")
        claims = row.get("claims", [])
        if not isinstance(claims, list) or not all(isinstance(each, dict) for each in claims):
            raise RecordError(f"{self.where}: its claims are not a list of objects")
        return tuple(row[name] for name, _ in self.keys)


def facts(folder: Path) -> Row:
    """Return the facts of a release from its card, or refuse."""
    path = folder / CARD
    try:
        found = facts_of(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise release_folder.unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise RefusedError(f"{path}: byte {error.start + 1} is not UTF-8") from error
    except CardError as error:
        raise RefusedError(f"{folder}: {error}") from error
    if lacking := {"counts", "agreement", "name"} - set(found):
        raise RefusedError(f"{path}: its front matter has no {min(lacking)}.")
    return found


def figures(before: Row, after: Row) -> Iterator[Figure]:
    """Yield the figures on agreement of both releases, in the order of the newer one."""
    old, new = by_name(before), by_name(after)
    for name in {**new, **old}:
        yield Figure(*name, old.get(name), new.get(name))


def by_name(known: Row) -> dict[tuple[str, str], Row]:
    """Return the figures on agreement by field and measure."""
    return {(each["field"], each["measure"]): each for each in known["agreement"]}


def bounds(figure: Row | None) -> dict[str, Any] | None:
    """Return value and interval of a figure."""
    return None if figure is None else {name: figure[name] for name in ("value", "low", "high")}


def heading(known: Row) -> dict[str, Any]:
    """Return what names a release."""
    names = ("project", "name", "status", "codebook_version", "as_of", "software")
    return {name: known.get(name) for name in names}


def made_with(known: Row) -> dict[str, Any]:
    """Return the settings of a release, by the names they have in `annotator release`."""
    model = known.get("aggregation") or {}
    split = (known.get("splits") or {}).get("settings") or {}
    return {
        **{name: known.get(name) for name in ("with_text", "with_notes", "method")},
        **{name: model.get(name) for name in ("margin", "smoothing")},
        "model_seed": model.get("seed"),
        **{name: split.get(name) for name in ("by", "shares", "seed")},
    }


def most_first(moves: Counter[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
    """Return the moves, the most frequent first, in an order that is always the same."""
    return sorted(moves.items(), key=lambda each: (-each[1], each[0]))
