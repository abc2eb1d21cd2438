"""The speakers that fit what is typed into "Find or add" on the label page."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from annotator.text.spelling import folded, tidy
from annotator.web.access import place_for
from annotator.web.labelling.form import LONGEST_NAME
from annotator.work.labelling import proposals, speaker_search


def show(article_id: int, position: int) -> ResponseReturnValue:
    """List who might be meant, and the ways to add the name; only for whoever labels here.

    Before anything is typed: whoever was met in this article, if asked for by `met`.
    """
    place = place_for(article_id, position)
    codebook = place.codebook
    typed = "".join(sign for sign in request.args.get("q", "") if sign >= " " and sign != "\x7f")
    text = tidy(typed)[:LONGEST_NAME]
    if text:
        matches = speaker_search.matching(place.article, codebook, place.user, text)
    else:
        matches = speaker_search.met(place.article, place.user) if "met" in request.args else []
    exact = any(match.speaker.name.casefold() == text.casefold() for match in matches)
    similar = (
        speaker_search.similar_to(place.article, codebook, place.user, text)
        if text and not exact
        else []
    )
    listed = {match.speaker.id for match in matches}
    names = {folded(each.speaker.name) for each in matches} | {
        folded(each.name) for each in similar
    }
    proposed = proposals.matching(place.article, text) if text else []
    return render_template(
        "labelling/_speakers.html",
        text=text,
        matches=matches,
        similar=[speaker for speaker in similar if speaker.id not in listed],
        might_be={speaker.id for speaker in similar},
        exact=exact,
        proposed=[
            (each.name, proposals.kind_in(codebook, each))
            for each in proposed
            # Who has typed the whole name is shown the ways to add it.
            if folded(each.name) not in {*names, folded(text)}
        ],
        codebook=codebook,
    )
