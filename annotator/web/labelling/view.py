"""What the label page shows, as plain objects that the templates only lay out.

`templates/labelling/page.html` gets one `LabelPage` as `page` and an `AnswerForm` as `form`; the
element `#label` in it is what moving to another sentence swaps. `templates/labelling/_reply.html`,
which every save answers with, gets the same two: `_sentence.html` (the list item `#sentence`, the
target of the form) and, out of band, `#progress` and `#saved` of the bar. Buttons of the form are
`name="act"` with `next`, `stay`, `add`, `copy-0`, `remove-0`, `up-1`, `down-0`, `undo`, `redo`,
`edit-0`, `unvia-0`, `propose-0-2` (take proposal 2 of the sentence, with its words),
`keep-0-no_claim` (keep the claims that this status would remove), `speaker-0` (take the typed new
or unnamed speaker), `take-0-17` and `sure-0` (it is speaker 17; it is a new one all the same),
`draft` (conflict: start from mine) and, without any, a changed field saves by itself. In a conflict
"keep mine" is `stay`, "keep the saved one" a link.
`templates/labelling/submit.html` gets `place`, `missing` (positions), `flagged` (position
and text), `open`, `refused`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from annotator.codebook.explained import Explanation
from annotator.codebook.scheme import Certainty, Codebook, Opens, Stance
from annotator.store.models import Reply as FlagReply
from annotator.store.rows.answers import AnswerRow, AnySpeaker
from annotator.store.rows.places import ArticleRow, AssignmentRow, MembershipRow, ProjectRow
from annotator.text.quotations import Quoted
from annotator.web.codebook.rechecking import Recheck
from annotator.web.models.suggestion import Ghost
from annotator.web.quality.feedback import Feedback
from annotator.work.labelling.drafts import MOST_CLAIMS
from annotator.work.labelling.undoing import Step


@dataclass(frozen=True)
class Badge:
    """One claim in the margin: shape, bars and a short name, or what is still open."""

    speaker: str  # short: last name, organisation, or the words of an unnamed source
    speaker_full: str
    unnamed: bool  # in quotation marks and italics
    stance: Stance | None
    certainty: Certainty | None
    asks_certainty: bool  # whether the codebook has certainties at all
    opens: Opens  # how an open field is said
    aspect: str = ""  # its label, where it is voted on


@dataclass(frozen=True)
class Piece:
    """A stretch of a sentence's text, and what it is underlined as."""

    text: str
    mention: bool
    evidence: bool

    @property
    def marks(self) -> str:
        """Return the classes of its underlines, "" for none."""
        return " ".join(name for name in ("mention", "evidence") if getattr(self, name))


@dataclass(frozen=True)
class Line:
    """One sentence of the column."""

    position: int
    number: str  # counts from 1, as on screen
    start: int  # where its text begins in the article, in code points
    pieces: tuple[Piece, ...]
    text: str
    language: str  # code of that of the article
    segment: str
    tag: str  # "Headline, comes last", "Date line?", "Boilerplate?" or ""
    current: bool
    state: str  # "todo", "incomplete" or "decided"
    status: str  # label of a status without claims ("No claim"), else ""
    badges: tuple[Badge, ...]
    unsure: bool
    noted: bool
    href: str
    quoted: Quoted

    @property
    def plain(self) -> bool:
        """Say whether nothing stands beside it."""
        return not (self.badges or self.status or self.unsure or self.noted or self.tag)


@dataclass(frozen=True)
class Paragraph:
    """The sentences between two paragraph breaks."""

    number: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Chip:
    """One radio of the speaker row; `value` is the radio's value."""

    value: str
    label: str
    title: str  # the canonical name, for those who cannot see the chip in full
    key: str  # "" where no key is left
    kind: str  # "narrator", "named", "unnamed", "new-unnamed", "new"
    same: bool  # R repeats this speaker
    mention: str = ""  # the span of the words that mean this speaker here: "3-14", "" for none
    more: bool = False  # one of many, and not likely here: found behind "more"


@dataclass(frozen=True)
class NewChip:
    """Somebody who may be speaking in the sentence and has no chip yet."""

    number: int  # which proposal of the sentence
    name: str
    type: str
    unnamed: bool
    known: bool  # the project had this speaker when the article came
    span: str  # of the words in the article: "3-14"
    key: str  # "" where no key is left


@dataclass(frozen=True)
class ClaimView:
    """One claim in the panel; exactly one is open, the others are one-line rows."""

    index: int
    number: int
    open: bool
    badge: Badge
    hint: str  # "choose a speaker, or say no claim" … "complete"
    mention: str  # the words of the mention, "" for none
    evidence: tuple[tuple[str, str], ...]  # each stretch as span ("3-14") and words
    via: tuple[str, ...]  # names, outermost first
    similar: tuple[AnySpeaker, ...] = ()  # whom the typed new name might mean


@dataclass(frozen=True)
class Progress:
    """How far the person is in this article; `strip` has one state per sentence, or is empty."""

    decided: int
    total: int
    incomplete: int
    unsure: int
    strip: tuple[str, ...]  # "decided", "half", "todo"; the current one has its own index
    current: int


@dataclass(frozen=True)
class Window:
    """Which part of a long article the column holds."""

    first: int  # numbers as on screen
    last: int
    total: int
    before: str | None  # href of the window before
    after: str | None
    paged: bool

    @property
    def begins(self) -> float:
        """Return which share of the article stands before the column."""
        return (self.first - 1) / self.total

    @property
    def shown(self) -> float:
        """Return which share of the article the column holds."""
        return (self.last - self.first + 1) / self.total


@dataclass(frozen=True)
class Moves:
    """Where the foot of the panel leads."""

    back: str | None
    skip: str | None
    todo: str | None  # the next sentence to do
    ends: bool = (
        False  # Next leads to the last page: nothing else is to do, and nothing comes after
    )

    @property
    def next_words(self) -> str:
        """Return what Next does."""
        return "Review and submit" if self.ends else "Next sentence"


@dataclass(frozen=True)
class Tools:
    """What the buttons of an answer can do: all that a save changes besides what was chosen."""

    open: int  # which claim is open
    claims: int  # how many the form shows
    stored: int  # how many of them are stored
    revision: int  # 0 where nothing is stored
    decided: int  # sentences of the article
    position: int
    href: str
    undo: Step | None = None  # what Undo would take back, in this sentence or another
    redo: Step | None = None

    @property
    def full(self) -> bool:
        """Say whether no claim can be added any more."""
        return self.claims >= MOST_CLAIMS


@dataclass(frozen=True)
class Side:
    """One of the two versions of a conflict."""

    heading: str
    status: str
    unsure: bool
    note: str
    badges: tuple[Badge, ...]


@dataclass(frozen=True)
class Conflict:
    """A refused save: both versions, which fields differ, nothing merged."""

    at: datetime | None  # None where the server has no answer at all
    yours: Side
    saved: Side
    differs: tuple[str, ...]  # "status", "unsure", "note", "claims"
    # What of each claim differs, in order: "speaker", "stance", "certainty", "aspect".
    parts: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True)
class LabelPage:
    """Everything on the label page."""

    project: ProjectRow
    article: ArticleRow
    membership: MembershipRow
    assignment: AssignmentRow
    codebook: Codebook
    answer: AnswerRow | None
    line: Line  # the current sentence
    paragraphs: Sequence[Paragraph]
    chips: tuple[Chip, ...]
    proposed: tuple[NewChip, ...]
    role: str  # the span of words like "the president", at which picking a mention begins; or ""
    claims: tuple[ClaimView, ...]
    progress: Progress
    window: Window
    moves: Moves
    slot: Explanation
    read_only: bool  # submitted
    saved_at: datetime | None
    saved_now: bool  # this reply follows a save
    notice: str  # e.g. "Certainty is still open. Enter again to leave it incomplete."
    focus: str  # id of the element that gets the focus after this reply, "" for none
    conflict: Conflict | None
    unsaved: str  # why what is shown is not saved: "Not saved: check mention"; "" where it is
    tools: Tools
    replies: Sequence[FlagReply] = ()  # of a lead, until they are marked as seen
    removes: int = 0  # how many claims the status just chosen would remove: asked before it does
    auto_advance: bool = False  # the person moves on by itself when a claim is complete
    first: bool = False  # the person has never saved an answer: say in four lines what to do
    look: str = ""  # nothing is saved: "preview" of a lead
    training: bool = False  # gold is shown once the answer is complete
    feedback: Feedback | None = None
    ghost: Ghost | None = None  # what a model suggests
    recheck: Recheck | None = None  # the sentence is shown as one of a worklist

    @property
    def next_words(self) -> str:
        """Return what Next does: in training it compares first, on a worklist it confirms."""
        if self.recheck:
            return self.recheck.next_words
        compares = self.training and self.feedback is None
        return "Check answer" if compares else self.moves.next_words
