"""The geometry of the figures: places in percent, so that they fit any width unscaled.

Across, everything stands in percent of the figure's width and down in pixels; so a figure is as
sharp and its text as large on a phone as in a file.
"""

from dataclasses import dataclass, field

from annotator import phrases
from annotator.work.results.figures import Share

ROW, BAR, AXIS = 46, 18, 24
THINNEST = 6
PANEL, PLOT = 104, 60
LINK = 26
LONGEST_NAME, LONGEST_LINE = 18, 30


@dataclass(frozen=True)
class Piece:
    """A stretch of a bar: of which value, its place across, and its place and size down."""

    tone: str
    x: str
    width: str
    y: int
    height: int


@dataclass(frozen=True)
class Tick:
    """A line of the grid."""

    x: str
    label: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Bar:
    """One row: its name above, its number, and its stretches; `whisker` from, to, and the middle
    down, where there is one.
    """

    name: str
    number: str
    y: int
    pieces: tuple[Piece, ...]
    whisker: tuple[str, str, int] | None = None


@dataclass(frozen=True)
class Bars:
    """A figure of bars on one axis; `said` is the same in words.

    `ends`: what stands at the left and at the right end of the axis; `foot`: its height.
    """

    id: str
    title: str
    said: str
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    height: int
    zero: str
    ends: tuple[str, str] | None = None
    foot: int = AXIS
    kind: str = "bars"


@dataclass(frozen=True)
class Point:
    """One period in a panel: its place across in percent and down in pixels, and its words.

    `few`: it rests on fewer claims than a group of its own may have.
    """

    x: str
    y: str
    said: str
    few: bool


@dataclass(frozen=True)
class Line:
    """One stance over time: paths in a box of 1000 by `PLOT`, that is stretched to its width."""

    label: str
    tone: str
    y: int
    line: str
    band: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Lines:
    """A figure of one panel above the other, all with one axis of time."""

    id: str
    title: str
    said: str
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    height: int
    plot: int = PLOT
    kind: str = "lines"


@dataclass(frozen=True)
class Node:
    """Somebody in the network: the name as it is drawn, and the whole one."""

    name: str
    whole: str
    y: int


@dataclass(frozen=True)
class Link:
    """Who is quoted through whom; the width says how often."""

    y1: int
    y2: int
    width: str
    said: str


@dataclass(frozen=True)
class Network:
    """Carriers at the left, those whom they quote at the right."""

    id: str
    title: str
    said: str
    left: tuple[Node, ...]
    right: tuple[Node, ...]
    links: tuple[Link, ...] = field(default=())
    height: int = 0
    kind: str = "network"


Figure = Bars | Lines | Network


def across(share: float) -> str:
    """Return a share of the width in percent."""
    return f"{100 * share:.3f}%"


def percents(share: float) -> str:
    """Return a share for an axis."""
    return f"{round(100 * share)}{phrases.THIN}%"


def words(share: Share) -> str:
    """Return a share with its interval, in words."""
    said = f"{phrases.percent(share.value)} of {phrases.counted(share.of, 'claim')}"
    between = interval(share)
    return f"{said} ({between})" if between else said


def interval(share: Share) -> str:
    """Return an interval in percent, or nothing."""
    if share.low is None or share.high is None:
        return ""
    return f"{100 * share.low:.0f}–{100 * share.high:.0f}{phrases.THIN}%"


def short(name: str, most: int = LONGEST_NAME) -> str:
    """Return a name as it fits on a phone; the table beside the figure has the whole one."""
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"
