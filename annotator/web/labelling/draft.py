"""Between the form of the label page and the answer it stands for."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from annotator.codebook.scheme import Codebook, Value
from annotator.store.rows.answers import AnswerRow, ClaimRow
from annotator.text.match import find_words
from annotator.text.proposals import UNNAMED as UNNAMED_KIND
from annotator.web.access import Place
from annotator.web.acts import Act
from annotator.web.labelling.claim_words import one_line, span_of, words_of
from annotator.web.labelling.form import (
    LARGEST_NUMBER,
    LONGEST_MENTION,
    LONGEST_NOTE,
    NEW,
    UNNAMED,
    AnswerForm,
    ClaimForm,
    spans_in,
    spans_text,
)
from annotator.web.labelling.view import Chip
from annotator.work.labelling import proposals
from annotator.work.labelling.drafts import (
    MOST_CLAIMS,
    AnswerDraft,
    ClaimDraft,
    InvalidAnswerError,
    NewSpeaker,
    Span,
    SpeakerChoice,
    UnnamedSource,
    claim_draft_of,
)
from annotator.work.labelling.saving import Save


def form_for(place: Place, answer: AnswerRow | None, *, extra_claim: bool = False) -> AnswerForm:
    """Return the form filled with a stored answer, with an empty claim where one is wanted."""
    claims = [claim_fields(place, claim) for claim in answer.claims] if answer else []
    if extra_claim or not claims:
        claims.append({})
    return AnswerForm(
        # Never the posted fields: the next sentence would begin with the last one's answer.
        formdata=None,
        data={
            "status": answer.status if answer else None,
            "unsure": answer.unsure if answer else False,
            "note": answer.note if answer else "",
            "revision": answer.revision if answer else 0,
            "key": new_key(),
            "seconds": 0,
            "claims": claims,
        },
    )


def new_key() -> str:
    """Return an idempotency key."""
    return secrets.token_urlsafe(16)


def claim_fields(place: Place, claim: ClaimRow) -> dict[str, Any]:
    """Return a stored claim as the form shows it."""
    stored = claim_draft_of(claim)
    return {
        "speaker": str(stored.speaker) if stored.speaker else None,
        "stance": claim.stance,
        "certainty": claim.certainty,
        "mention": words_of(place.sentence, stored.mention) if stored.mention else "",
        "span": spans_text([stored.mention] if stored.mention else []),
        "via": ",".join(str(link) for link in stored.via),
        "evidence": spans_text(stored.evidence),
        "evidence_words": "\n".join(words_of(place.sentence, span) for span in stored.evidence),
        "conditional": claim.conditional,
        "aspect": claim.aspect,
        "note": claim.note,
    }


def choices_of(chips: Sequence[Chip]) -> list[tuple[str, str]]:
    """Return the choices of the speaker radios."""
    return [(chip.value, chip.label) for chip in chips]


def draft_from(
    form: AnswerForm, place: Place, stored: AnswerRow | None, *, adding: bool
) -> AnswerDraft:
    """Return what the form says.

    A half-typed new speaker is stored only when a button asks for it (`adding`), not when
    another field of the claim changes.
    """
    claims = tuple(
        claim_draft(index, claim, place, stored, adding=adding)
        for index, claim in enumerate(form.claims)
    )
    draft = AnswerDraft(form.status.data or None, form.unsure.data, form.note.data or "", claims)
    return newest_word(draft, place, stored, drop=form.drop.data)


def newest_word(
    draft: AnswerDraft, place: Place, stored: AnswerRow | None, *, drop: bool
) -> AnswerDraft:
    """Settle a status that says there is no claim where there are some."""
    status = draft.status
    given = any(not claim.empty for claim in draft.claims)
    if given and status and status != place.codebook.claims_status.value:
        if stored is not None and stored.status == status and not stored.claims:
            # A claim after "no claim": the claim is the newer word.
            return replace(draft, status=None)
        if drop:
            return replace(draft, claims=())
    return draft


def claim_draft(
    index: int, claim: ClaimForm, place: Place, stored: AnswerRow | None, *, adding: bool
) -> ClaimDraft:
    old = stored.claims[index] if stored and index < len(stored.claims) else None
    before = claim_draft_of(old) if old else ClaimDraft()
    speaker = speaker_choice(claim, adding=adding)
    mention = mention_span(index, claim, place, before)
    if isinstance(speaker, UnnamedSource) and "mention" in place.codebook.fields:
        mention = mention or wording_span(speaker.wording, place)
    return ClaimDraft(
        speaker=speaker,
        stance=claim.stance.data or None,
        certainty=claim.certainty.data or None,
        mention=mention,
        via=tuple(claim.via_ids),
        conditional=claim.conditional.data,
        aspect=claim.aspect.data or None,
        evidence=evidence_spans(index, claim, place, before),
        note=claim.note.data or "",
    )


def speaker_choice(claim: ClaimForm, *, adding: bool) -> SpeakerChoice | None:
    """Return the chosen speaker; a new one only with its name and when it is to be added."""
    chosen = claim.speaker.data
    if chosen == NEW:
        name = (claim.new_name.data or "").strip()
        new = NewSpeaker(name, claim.new_type.data or "", ask=not claim.sure.data)
        return new if adding and name else None
    if chosen == UNNAMED:
        wording = (claim.wording.data or "").strip()
        return UnnamedSource(wording) if adding and wording else None
    return int(chosen) if chosen else None


MOST_STRETCHES = 50
NUMBER = re.compile(r"[0-9]{1,9}")


def mention_span(index: int, claim: ClaimForm, place: Place, before: ClaimDraft) -> Span | None:
    """Return the span of the mention; `before` is the stored claim."""
    old = (before.mention,) if before.mention else ()
    picked = claim.mention_spans
    if picked and (picked != old or not claim.mention.raw_data):
        return picked[0]
    words = one_line(claim.mention.data)
    return span_of(words, old, place.sentence, f"claims-{index}-mention") if words else None


def wording_span(wording: str, place: Place) -> Span | None:
    """Return where the words of a source without a name stand in the sentence, as whole words."""
    found = find_words(wording, place.sentence.text, parts=False)
    start = place.sentence.start
    return (start + found[0], start + found[1]) if found else None


def evidence_spans(
    index: int, claim: ClaimForm, place: Place, before: ClaimDraft
) -> tuple[Span, ...]:
    """Return the stretches of evidence; `before` is the stored claim."""
    picked = claim.evidence_spans
    if (picked and picked != before.evidence) or not claim.evidence_words.raw_data:
        return picked
    field = f"claims-{index}-evidence_words"
    lines = [one_line(line) for line in (claim.evidence_words.data or "").splitlines()]
    stretches = [line for line in lines if line]
    if len(stretches) > MOST_STRETCHES:
        raise InvalidAnswerError(f"At most {MOST_STRETCHES} passages.", field)
    return tuple(span_of(words, before.evidence, place.sentence, field) for words in stretches)


# --- what was said, without a form


@dataclass(frozen=True)
class Said:
    """What the reply to a posted answer needs to know of it."""

    open: int  # which claim was open
    status: str | None
    speakers: tuple[str, ...]  # what was chosen in each claim, "" for nothing
    leave: bool  # go on although something is open


@dataclass(frozen=True)
class Posted:
    """An answer as it was posted; `draft` is what its fields say, before a button acts on it."""

    save: Save
    said: Said
    draft: AnswerDraft
    mentioned: tuple[str, ...] = ()  # the words of the mentions, where it was read without a form


def read_form(form: AnswerForm, place: Place, stored: AnswerRow | None, act: Act) -> Posted:
    """Return what a form says that was checked, and the button that was pressed on it."""
    answer_question(form, act)
    take_proposal(form, place, act)
    said = Said(
        form.open.data or 0,
        form.status.data or None,
        tuple(claim.speaker.data or "" for claim in form.claims),
        bool(form.leave.data),
    )
    save = Save(form.revision.data, form.key.data, form.seconds.data or 0)
    return Posted(save, said, draft_from(form, place, stored, adding=act.verb != ""))


# The buttons that do nothing to the fields, "" for none.
PLAIN = frozenset({"", "next", "stay", "confirm"})
NOTHING = ("new_name", "new_type", "sure", "wording", "via", "via_add", "evidence",
           "evidence_words")  # fmt: skip
CHOSEN = ("speaker", "stance", "certainty", "aspect", "conditional", "note", "mention", "span",
          *NOTHING)  # fmt: skip
OF_CLAIM = re.compile(r"claims-(0|[1-9][0-9]?)-([a-z_]+)")
NUMERAL = re.compile(r"[0-9]{1,10}")
SHORTEST_KEY, LONGEST_KEY, MOST_SECONDS = 8, 64, 86_400


class NotPlainError(Exception):
    """This post is one for the form."""


def read_plainly(posted: MultiDict[str, str]) -> Posted | None:
    """Return what was posted, None where only the form can tell what it means or what is wrong.

    Most posts are a choice by key. The form would make thirty fields of each, which takes a
    quarter of the time of a save. Whatever is read here, the form would read in the same way,
    where the codebook offers it.
    """
    try:
        return plain_answer({name: only(values) for name, values in posted.lists()})
    except NotPlainError:
        return None


def is_offered(draft: AnswerDraft, codebook: Codebook) -> bool:
    """Say whether the codebook offers every value of an answer; only the form names what is not."""
    wanted: list[tuple[str | None, Sequence[Value]]] = [(draft.status, codebook.statuses)]
    for claim in draft.claims:
        wanted += [
            (claim.stance, codebook.stances),
            (claim.certainty, codebook.certainties),
            (claim.aspect, codebook.aspects),
        ]
    return all(
        value is None or any(value == each.value and not each.retired for each in offered)
        for value, offered in wanted
    )


def plain_answer(fields: dict[str, str]) -> Posted:
    """Return what these fields say."""
    claims: list[dict[str, str]] = []
    for name, text in fields.items():
        if name.startswith("claims-"):
            found = OF_CLAIM.fullmatch(name)
            if not found or found[2] not in CHOSEN or int(found[1]) >= MOST_CLAIMS:
                raise NotPlainError
            while len(claims) <= int(found[1]):
                claims.append({})
            claims[int(found[1])][found[2]] = text
    # A claim of which nothing was posted is none, and the next one takes its place.
    if fields.get("drop") or not all(claims):
        raise NotPlainError
    key = fields.get("key", "")
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise NotPlainError
    status = fields.get("status") or None
    revision = number(fields.get("revision", "none"), LARGEST_NUMBER)
    seconds = number(fields.get("seconds") or "0", MOST_SECONDS)
    opened = number(fields.get("open") or "0", MOST_CLAIMS)
    draft = AnswerDraft(
        status,
        pressed(fields.get("unsure")),
        note(fields.get("note", "")),
        tuple(map(plain_claim, claims)),
    )
    speakers = tuple(claim.get("speaker", "") for claim in claims)
    said = Said(opened, status, speakers, pressed(fields.get("leave")))
    mentioned = tuple(claim.get("mention", "") for claim in claims)
    return Posted(Save(revision, key, seconds), said, draft, mentioned)


def words_stand(posted: Posted, place: Place) -> bool:
    """Say whether the words of each mention are those of its span, within this sentence.

    Words that are others were changed by hand, and words of other sentences have to be read: the
    form does both.
    """
    begin, end = place.sentence.start, place.sentence.end
    return all(
        claim.mention is None
        or (
            begin <= claim.mention[0] < claim.mention[1] <= end
            and one_line(words) == words_of(place.sentence, claim.mention) != ""
        )
        for claim, words in zip(posted.draft.claims, posted.mentioned, strict=True)
    )


def plain_claim(fields: dict[str, str]) -> ClaimDraft:
    """Return what the fields of one claim say."""
    if any(fields.get(name) for name in NOTHING):
        raise NotPlainError
    speaker = fields.get("speaker")
    return ClaimDraft(
        speaker=number(speaker, LARGEST_NUMBER) if speaker else None,
        stance=fields.get("stance") or None,
        certainty=fields.get("certainty") or None,
        mention=plain_span(fields.get("span", ""), fields.get("mention", "")),
        conditional=pressed(fields.get("conditional")),
        aspect=fields.get("aspect") or None,
        note=note(fields.get("note", "")),
    )


def plain_span(span: str, words: str) -> Span | None:
    """Return the span of a mention that was posted with its words."""
    found = spans_in(span)
    if not span and not words:
        return None
    if len(found) != 1 or not words or found[0][1] - found[0][0] > LONGEST_MENTION:
        raise NotPlainError
    return found[0]


def only(values: list[str]) -> str:
    """Return the value of a field that was posted once."""
    if len(values) != 1:
        raise NotPlainError
    return values[0]


def number(text: str, most: int) -> int:
    """Return a number no larger than `most`."""
    if not NUMERAL.fullmatch(text) or int(text) > most:
        raise NotPlainError
    return int(text)


def pressed(text: str | None) -> bool:
    """Say whether a box is ticked."""
    if text not in (None, "", "y"):
        raise NotPlainError
    return text == "y"


def note(text: str) -> str:
    """Return a note of one line."""
    if len(text) > LONGEST_NOTE or not text.isprintable():
        raise NotPlainError
    return text


# --- what a button does; static/labelling/answers.js does the same, over tests/data/answers.json

# Claims are in order: the first one is the primary one.
MOVED = {"up": -1, "down": 1}


def of_claim(act: Act, opened: int | None) -> Act:
    """Return the act with the claim that it is about: the one it names, else the open one."""
    return replace(act, index=opened or 0) if act.index is None else act


def answer_question(form: AnswerForm, act: Act) -> None:
    """Take what a person said to a question: a known speaker, a new one anyway, the claims stay."""
    if act.verb == "keep":
        form.status.data, form.drop.data = None, False
    if (act.index or 0) >= len(form.claims):
        return
    claim = form.claims[act.index or 0].form
    if act.verb == "take" and NUMBER.fullmatch(act.choice):
        claim.speaker.data = act.choice
    elif act.verb == "sure":
        claim.sure.data = True


def take_proposal(form: AnswerForm, place: Place, act: Act) -> None:
    """Take a proposal of the sentence into a claim: who it is, and the words that say so.

    The page itself does that with JavaScript (static/labelling/proposed.js), and sends the fields.
    """
    found = proposals.read(place.sentence.proposals)
    if act.verb != "propose" or not NUMBER.fullmatch(act.choice) or int(act.choice) >= len(found):
        return
    while len(form.claims) <= (act.index or 0) < MOST_CLAIMS:
        form.claims.append_entry()
    proposal, claim = found[int(act.choice)], form.claims[act.index or 0].form
    if proposal.kind == UNNAMED_KIND:
        claim.speaker.data, claim.wording.data = UNNAMED, proposal.name
    else:
        claim.speaker.data, claim.new_name.data = NEW, proposal.name
        claim.new_type.data = proposals.kind_in(place.codebook, proposal)
    if "mention" in place.codebook.fields:
        claim.span.data, claim.mention.data = proposals.span_text(proposal), ""
        claim.mention.raw_data = None


def change(draft: AnswerDraft, act: Act) -> AnswerDraft:
    """Apply what the button does to the claims."""
    claims, index = list(draft.claims), act.index or 0
    if act.verb == "remove" and index < len(claims):
        del claims[index]
    elif act.verb in MOVED and 0 <= index + MOVED[act.verb] < len(claims) > index:
        claims.insert(index + MOVED[act.verb], claims.pop(index))
    elif act.verb == "copy" and index < len(claims):
        claims.append(claims[index])
    elif act.verb == "unvia" and index < len(claims):
        claims[index] = replace(claims[index], via=claims[index].via[:-1])
    else:
        return draft
    status = draft.status if claims else None
    return replace(draft, claims=tuple(claims), status=status)


def opened(act: Act, count: int) -> int:
    """Return which claim is open after the act, where `count` claims are stored."""
    index, last = act.index or 0, max(count - 1, 0)
    if act.verb in MOVED:
        return min(max(index + MOVED[act.verb], 0), last)
    return {"add": count, "copy": last, "remove": max(index - 1, 0)}.get(act.verb, index)
