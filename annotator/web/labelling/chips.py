"""The speaker row of the label page: its chips, and how speakers are called there."""

from collections.abc import Sequence

from annotator.codebook.scheme import Codebook
from annotator.store.rows.answers import AnswerRow, AnySpeaker, RosterRow, read_roster
from annotator.text.proposals import PERSON, ROLE
from annotator.text.proposals import UNNAMED as UNNAMED_KIND
from annotator.text.spelling import folded
from annotator.web.access import Place
from annotator.web.labelling.form import NEW, UNNAMED
from annotator.web.labelling.view import Chip, NewChip
from annotator.work.labelling import proposals, speakers, window
from annotator.work.labelling.speaker_search import last_name, surname

NUMBER_KEYS = 9
LONGEST_BADGE = 24


def display_name(speaker: AnySpeaker) -> str:
    """Return how a speaker is called on screen: unnamed sources by their own words."""
    return speaker.wording or speaker.name


def short_name(codebook: Codebook, speaker: AnySpeaker) -> str:
    """Return a name for the margin: a surname, the narrator in plain case, or a cut name."""
    if speaker.name == codebook.narrator_name:
        return speaker.name.capitalize()
    name = display_name(speaker)
    if not speaker.wording and codebook.speaker_type(speaker.type).surname:
        name = last_name(name)
    return name if len(name) <= LONGEST_BADGE else name[: LONGEST_BADGE - 1].rstrip() + "…"


def build_chips(
    place: Place, answer: AnswerRow | None, roster: Sequence[RosterRow] | None = None
) -> tuple[Chip, ...]:
    """Return the radios of the speaker row: narrator, this article's speakers, the two doors."""
    codebook, keys = place.codebook, place.codebook.act_keys
    if roster is None:
        roster = read_roster(place.article.id, place.user.id)
    known = (entry.speaker for entry in roster if entry.speaker.name == codebook.narrator_name)
    narrator = next(known, None) or speakers.narrator_of(place.project, codebook)
    used = used_in(answer)
    named = [*(entry.speaker.today for entry in roster), *used]
    met = {speaker.id: speaker for speaker in named}
    others = [speaker for speaker in met.values() if speaker.id != narrator.id]
    same, recent = speakers_before(place, answer, many=len(others) > NUMBER_KEYS)
    name, key = codebook.narrator_name, codebook.narrator_type.key
    chips = [Chip(str(narrator.id), name, name, key, "narrator", same == narrator.id)]
    own = proposals.meant(proposals.read(place.sentence.proposals), codebook, others)
    likely = {same, *recent, *own, *(speaker.id for speaker in used)}
    for number, speaker in enumerate(others, start=1):
        key = str(number) if number <= NUMBER_KEYS else ""
        kind = "unnamed" if speaker.wording else "named"
        repeated = same == speaker.id
        label = display_name(speaker)
        span = proposals.span_text(own.get(speaker.id) if "mention" in codebook.fields else None)
        more = number > NUMBER_KEYS and speaker.id not in likely
        chips.append(Chip(str(speaker.id), label, speaker.name, key, kind, repeated, span, more))
    title, words = codebook.label_of_act("unnamed"), f"{codebook.unnamed_type.label}…"
    chips.append(Chip(UNNAMED, words, title, keys["unnamed"][0], "new-unnamed", same=False))
    title = "Find or add a speaker"
    chips.append(Chip(NEW, "Find or add…", title, keys["find"][0], "new", same=False))
    return tuple(chips)


def build_proposed(place: Place, chips: Sequence[Chip]) -> tuple[NewChip, ...]:
    """Return the chips of those who may be speaking here and have none, on the next free keys."""
    known = [chip for chip in chips if chip.kind in ("named", "unnamed")]
    names = {folded(chip.label) for chip in known}
    last_names = {surname(chip.label) for chip in known if chip.kind == "named"}
    found: list[NewChip] = []
    for number, each in enumerate(proposals.read(place.sentence.proposals)):
        is_known = each.kind == PERSON and surname(each.name) in last_names
        if each.kind == ROLE or is_known or folded(each.name) in names:
            continue
        names.add(folded(each.name))
        free = len(known) + len(found) + 1
        key = str(free) if free <= NUMBER_KEYS else ""
        kind, span = proposals.kind_in(place.codebook, each), proposals.span_text(each)
        unnamed = each.kind == UNNAMED_KIND
        found.append(NewChip(number, each.name, kind, unnamed, each.known, span, key))
    return tuple(found)


def role_in(place: Place) -> str:
    """Return the span of the first words of the sentence that stand for somebody, "" for none."""
    found = proposals.read(place.sentence.proposals)
    return proposals.span_text(next((each for each in found if each.kind == ROLE), None))


def used_in(answer: AnswerRow | None) -> list[AnySpeaker]:
    """Return the speakers of an answer's claims and chains."""
    used: list[AnySpeaker] = []
    for claim in answer.claims if answer else ():
        used.extend(link.speaker.today for link in claim.via)
        if claim.speaker is not None:
            used.append(claim.speaker.today)
    return used


def speakers_before(
    place: Place, answer: AnswerRow | None, *, many: bool
) -> tuple[int | None, set[int]]:
    """Return the speaker of the claim before: of this answer, else of the sentence before.

    Where the article has many, also return those of the last sentences.
    """
    named = [claim.speaker.today.id for claim in answer.claims if claim.speaker] if answer else []
    if named and not many:
        return named[-1], set()
    position = place.sentence.position
    before = window.speakers_before(place.article, place.user, position)
    near = {speaker for speaker, there in before if there >= position - window.NEAR}
    return named[-1] if named else next((speaker for speaker, _ in before), None), near
