"""What the adjudicate page shows: the aligned answers as cells, the context, notes and rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from annotator.codebook.scheme import Codebook, Rule, Value
from annotator.phrases import counted, sentence_number
from annotator.store.models import (
    Appeal,
    DecisionEvent,
    Membership,
    Project,
    Speaker,
    User,
)
from annotator.store.rows.places import SentenceRow
from annotator.web.adjudication.columns import Column, Group, columns_of, groups_of
from annotator.web.adjudication.draft import Draft, Placed, is_agreed
from annotator.web.adjudication.form import DecisionForm
from annotator.web.labelling.claim_words import ClaimWords, claim_words
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.adjudication import deciding, undoing
from annotator.work.adjudication.deciding import Case
from annotator.work.adjudication.queue import Queue
from annotator.work.adjudication.undoing import Back
from annotator.work.consensus import additions, expecting
from annotator.work.consensus.consensus import STANCE
from annotator.work.consensus.content import DECIDED, Taken
from annotator.work.consensus.expecting import Expected
from annotator.work.consensus.voting import Vote
from annotator.work.labelling import window

MOST_KEYS = 9
MOST_RULES = 4
NEAR = 1


@dataclass(frozen=True)
class Cell:
    """What the annotators of a column say in one row: a claim, that there is none, or a status."""

    claim: ClaimWords | None
    words: str  # where there is no claim: "missing", "no claim", "2 claims"
    act: str  # the button's value; "" where nothing can be taken
    key: str
    chosen: bool
    stance_share: str = ""  # "" where all agree, else how many say so, or "alone"
    certainty_share: str = ""
    aspect_share: str = ""


@dataclass(frozen=True)
class RowView:
    """One aligned claim, or the sentence as a whole, with a cell for each column."""

    heading: str
    kind: str
    unnamed: bool
    cells: tuple[Cell, ...]
    decided: ClaimWords | None
    words: str  # under the decided claim or in its place
    index: int | None  # of the decided claim in the form


@dataclass(frozen=True)
class Chip:
    """One speaker that can be chosen while editing."""

    value: str
    label: str
    key: str
    unnamed: bool


@dataclass(frozen=True)
class BackStep:
    """What undo or redo would do now: the button, the event that it names, and both in words."""

    act: str
    label: str
    key: str
    event_id: int
    words: str


@dataclass(frozen=True)
class CasePage:
    """Everything about one sentence on the page."""

    project: Project
    case: Case
    codebook: Codebook
    heading: str
    state: str  # "", "decided", "reopened", "asked"
    decided_by: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]  # the columns of the table
    rows: tuple[RowView, ...]
    rules: tuple[Rule, ...]
    chips: tuple[Chip, ...]
    editing: int | None
    draft: Draft
    via: tuple[str, ...]  # links of the claim that is edited, outermost first
    soft_words: str
    appeals: Sequence[Appeal]
    steps: tuple[BackStep, ...]
    since: str  # after the decision: "", "changed", "added", or "confirmed" by what was added
    expected: Sequence[Expected]
    notice: str = ""
    tone: str = "warn"
    focus: str = ""
    asking: str = ""  # what asking the annotators will do, where that is in question


@dataclass(frozen=True)
class Around:
    """What stands around the sentence: neighbours, and the queue with its views."""

    queue: Queue
    sentences: Sequence[SentenceRow]
    whole: bool


def around_of(project: Project, case: Case, queue: Queue, *, whole: bool) -> Around:
    """Return the context of a sentence: one before and one after, or the whole stretch."""
    article, position = case.sentence.article, case.sentence.position
    if whole:
        sentences = window.stretch_around(article, position).sentences
    else:
        near = window.neighbours(article, position, NEAR)
        sentences = sorted(near, key=lambda each: each.position)
    return Around(queue, sentences, whole)


def page_of(
    case: Case,
    membership: Membership,
    user: User,
    draft: Draft,
    form: DecisionForm,
    *,
    names: bool = False,
    notice: str = "",
    tone: str = "warn",
    focus: str = "",
    asking: str = "",
) -> CasePage:
    """Return the page of one sentence."""
    project = case.sentence.article.project
    codebook = project.codebook
    speakers = speakers_of(project, case, draft)
    decision = case.decision
    number = len(case.comparison.readings)
    pseudonyms = pseudonyms_of(project)
    columns = tuple(columns_of(case, user, pseudonyms if names and membership.lead else {}))
    groups = groups_of(case, columns)
    return CasePage(
        project=project,
        case=case,
        codebook=codebook,
        heading=f"{counted(number, 'answer')}, by speaker",
        state=decision.state if decision else "",
        decided_by=decider(case, user, pseudonyms),
        columns=columns,
        groups=groups,
        rows=tuple(rows_of(case, codebook, speakers, draft, groups)),
        rules=rules_of(case, codebook),
        chips=chips_of(case, codebook, speakers),
        editing=form.open.data,
        draft=draft,
        via=links_of(draft, form.open.data, speakers),
        soft_words=soft_words(case, codebook, speakers),
        appeals=deciding.open_appeals(decision),
        steps=back_steps(undoing.back_of(project, user)),
        since=since_decision(project, case),
        expected=expecting.expected_on(case.sentence),
        notice=notice,
        tone=tone,
        focus=focus,
        asking=asking,
    )


def since_decision(project: Project, case: Case) -> str:
    """Say what became of the answers after a decision: see `CasePage.since`."""
    decision = case.decision
    if decision is None or decision.state != DECIDED:
        return ""
    changed, added = additions.since(decision, case.comparison)
    if changed or not added:
        return "changed" if changed else ""
    return "confirmed" if additions.confirmed(project, [decision.id]) else "added"


def back_steps(back: Back) -> tuple[BackStep, ...]:
    """Return what undo and redo would do now, as buttons."""
    found = []
    if back.undo is not None:
        found.append(BackStep("undo", "Undo", "Backspace", back.undo.id, in_words(back.undo)))
    if back.redo is not None and back.redone is not None:
        found.append(
            BackStep("redo", "Redo", "Shift+Backspace", back.redo.id, in_words(back.redone))
        )
    return tuple(found)


def in_words(event: DecisionEvent) -> str:
    """Return an act with its sentence."""
    return f"{event.kind} sentence {sentence_number(event.decision.sentence.position)}"


def decider(case: Case, user: User, names: Mapping[int, str]) -> str:
    """Return who acted last on this sentence, as the person who looks knows them."""
    who = case.decision.user_id if case.decision else None
    if who is None:
        return "nobody"
    return "you" if who == user.id else names.get(who, "a former member")


def speakers_of(project: Project, case: Case, draft: Draft) -> Mapping[int, Speaker]:
    """Return every speaker that stands on the page."""
    chosen = deciding.speakers_of(each.taken.claim for each in draft.claims)
    return deciding.speakers_in(project, deciding.named_in([case]) | chosen)


def rows_of(
    case: Case,
    codebook: Codebook,
    speakers: Mapping[int, Speaker],
    draft: Draft,
    groups: Sequence[Group],
) -> Iterator[RowView]:
    """Yield the sentence as a whole where that is in question, then each aligned claim."""
    keys = count(1)
    takes_claims = codebook.claims_status.value
    if any(each.status != takes_claims for each in case.comparison.readings) or draft.status:
        yield status_row(case, codebook, draft, groups, keys)
    sources = source_names(case, groups)
    for number, row in enumerate(case.consensus.rows):
        placed = draft.at(number)
        cells = []
        for group in groups:
            place = group.place
            claim = case.comparison.claim(row.row, place)
            if claim is None:
                missing = case.comparison.readings[place].status == takes_claims
                cells.append(Cell(None, "missing" if missing else "no claim", "", "", False))
                continue
            cells.append(
                Cell(
                    claim_words(claim, codebook, speakers, case.sentence),
                    "",
                    f"take-{place}-{row.row.places[place]}",
                    key_of(keys),
                    chosen=is_taken(case, placed, group),
                    **{
                        f"{name}_share": share_of(vote, getattr(claim, name), case)
                        for name, vote in row.labels.items()
                    },
                )
            )
        first = case.comparison.holders(row.row)[0][1]
        heading = claim_words(first, codebook, speakers, case.sentence)
        yield RowView(
            heading.speaker,
            heading.speaker_type,
            heading.unnamed,
            tuple(cells),
            decided=claim_words(placed.taken.claim, codebook, speakers, case.sentence)
            if placed
            else None,
            words=source_words(case, placed, sources, agreed=is_agreed(row))
            if placed
            else f"no claim of {heading.speaker} selected",
            index=draft.claims.index(placed) if placed else None,
        )
    yield from own_rows(case, codebook, speakers, draft, groups)


def is_taken(case: Case, placed: Placed | None, group: Group) -> bool:
    """Say whether the claim that is decided in a row is that of somebody of a group."""
    if placed is None or placed.row is None:
        return False
    row = case.consensus.rows[placed.row].row
    for place in group.places:
        claim = case.comparison.claim(row, place)
        user = case.comparison.readings[place].user_id
        if claim is not None and placed.taken == Taken(claim, user):
            return True
    return False


def source_names(case: Case, groups: Sequence[Group]) -> dict[int, str]:
    """Return for each place what its column is called: "Annotator 3", or "26 of 28"."""
    numbers = {place: number for number, place in enumerate(case.order, start=1)}
    return {
        place: f"Annotator {numbers[place]}" if len(group.columns) == 1 else group.name
        for group in groups
        for place in group.places
    }


def status_row(
    case: Case,
    codebook: Codebook,
    draft: Draft,
    groups: Sequence[Group],
    keys: "count[int]",
) -> RowView:
    """Return the row of the sentence as a whole."""
    cells = []
    for group in groups:
        each = case.comparison.readings[group.place]
        claims = len(each.claims)
        if claims:
            words = counted(claims, "claim")
            cells.append(Cell(None, words, "", "", False))
            continue
        chosen = draft.status == each.status and not draft.claims
        words = codebook.status(each.status).label
        cells.append(Cell(None, words, f"status-{each.status}", key_of(keys), chosen))
    decided = codebook.status(draft.status).label if draft.status and not draft.claims else ""
    words = decided or ("claims" if draft.claims else "")
    return RowView("Sentence status", "", False, tuple(cells), None, words, None)


def own_rows(
    case: Case,
    codebook: Codebook,
    speakers: Mapping[int, Speaker],
    draft: Draft,
    groups: Sequence[Group],
) -> Iterator[RowView]:
    """Yield the claims that the adjudicator has added."""
    for index, each in enumerate(draft.claims):
        if each.row is None:
            words = claim_words(each.taken.claim, codebook, speakers, case.sentence)
            cells = tuple(Cell(None, "missing", "", "", False) for _ in groups)
            yield RowView(
                words.speaker, words.speaker_type, words.unnamed, cells, words, "yours", index
            )


def key_of(keys: "count[int]") -> str:
    """Return the next digit; after 9 there is none."""
    number = next(keys)
    return str(number) if number <= MOST_KEYS else ""


def share_of(vote: Vote, value: str | None, case: Case) -> str:
    """Return "" where every annotator says so, "alone" where nobody else does, else "2 of 3"."""
    everybody, votes = len(case.comparison.readings), vote.votes.get(value or "", 0)
    if votes == everybody:
        return ""
    return "alone" if votes == 1 else f"{votes} of {everybody}"


def source_words(case: Case, placed: Placed, sources: Mapping[int, str], *, agreed: bool) -> str:
    """Say whose a decided claim is."""
    for place, name in sources.items():
        if case.comparison.readings[place].user_id == placed.taken.source:
            return f"from {name}"
    return "all agree" if agreed else "edited"


def rules_of(case: Case, codebook: Codebook) -> tuple[Rule, ...]:
    """Return the rules that what differs points to."""
    found: dict[str, Rule] = {}
    for row in case.consensus.rows:
        disputed: list[Value] = []
        for name, vote in row.labels.items():
            if len(vote.votes) > 1:
                known = {each.value: each for each in codebook.values_of(name)}
                disputed += [known[value] for value in vote.votes]
        for value in disputed:
            found |= {rule.id: rule for rule in codebook.rules_for(value)[:2]}
    if len(case.consensus.status.votes) > 1:
        for status in case.consensus.status.votes:
            found |= {rule.id: rule for rule in codebook.rules_for(codebook.status(status))}
    if not found:
        found = {rule.id: rule for rule in codebook.rules_for(codebook.section("speaker"))}
    return tuple(found.values())[:MOST_RULES]


def chips_of(case: Case, codebook: Codebook, speakers: Mapping[int, Speaker]) -> tuple[Chip, ...]:
    """Return the speakers that can be chosen with a key while editing."""
    narrator = [each for each in speakers.values() if each.name == codebook.narrator_name]
    others = [each for each in speakers.values() if each.name != codebook.narrator_name]
    chips = [
        Chip(str(each.id), each.name, codebook.narrator_type.key, unnamed=False)
        for each in narrator
    ]
    for number, each in enumerate(sorted(others, key=lambda each: each.id), start=1):
        key = str(number) if number <= MOST_KEYS else ""
        chips.append(Chip(str(each.id), each.wording or each.name, key, bool(each.wording)))
    return tuple(chips)


def links_of(draft: Draft, editing: int | None, speakers: Mapping[int, Speaker]) -> tuple[str, ...]:
    """Return who passes on what is claimed, of the claim that is edited."""
    if editing is None or editing >= len(draft.claims):
        return ()
    via = draft.claims[editing].taken.claim.via
    return tuple(speakers[link].wording or speakers[link].name for link in via if link in speakers)


def soft_words(case: Case, codebook: Codebook, speakers: Mapping[int, Speaker]) -> str:
    """Say what a soft label would keep side by side."""
    parts = []
    status = case.consensus.status.votes
    if len(status) > 1:
        parts.append(", ".join(f"{codebook.status(v).word} {n}" for v, n in status.items()))
    for row in case.consensus.rows:
        speaker = speakers.get(row.row.speaker) if isinstance(row.row.speaker, int) else None
        name = (speaker.wording or speaker.name) if speaker else ""
        said = [f"{codebook.stance(v).label} {n}" for v, n in row.stance.votes.items()]
        for label, vote in row.labels.items():
            if label != STANCE and len(vote.votes) > 1:
                known = {each.value: each.label for each in codebook.values_of(label)}
                said += [f"{known[value]} {n}" for value, n in vote.votes.items()]
        parts.append(f"{name}: {', '.join(said)}")
    return "; ".join(parts)
