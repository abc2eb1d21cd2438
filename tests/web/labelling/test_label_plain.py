"""What is read of a post without the form is what the form would read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelling_examples import claim, claims, nothing_claimed, save, stored
from werkzeug.datastructures import MultiDict

from annotator.store.db import db
from annotator.store.rows.places import read_place
from annotator.web.access import Place
from annotator.web.acts import parse_act
from annotator.web.labelling.draft import (
    PLAIN,
    is_offered,
    newest_word,
    read_form,
    read_plainly,
    words_stand,
)
from annotator.web.labelling.form import AnswerForm
from annotator.work.accounts import accounts

TEXTS = st.sampled_from(
    ["", " ", "a note", "two\nlines", "null\x00", "a" * 4001, "\ud800", "é", " x "]
)
NUMBERS = st.sampled_from(["", "0", "1", "2", "07", "-1", "1.5", "²", "١", "99999999999", "x"])
FIELDS = {
    "speaker": st.sampled_from(["", "1", "2", "01", "new", "unnamed", "²", "4294967296", " 1"]),
    "stance": st.sampled_from(["", "support", "oppose", "unheard of"]),
    "certainty": st.sampled_from(["", "certain", "likely", "unheard of"]),
    "aspect": st.sampled_from(["", "military", "unheard of"]),
    "conditional": st.sampled_from(["", "y", "false", "on"]),
    "note": TEXTS,
    "mention": st.sampled_from(["", " ", "He", "James N. Mattis"]),
    "span": st.sampled_from(["", "0-2", "x", "294-309", "294-309,311-313", "309-294"]),
    "via": st.sampled_from(["", "1", ","]),
    "via_add": st.sampled_from(["", "1"]),
    "evidence": st.sampled_from(["", "0-2"]),
    "evidence_words": st.sampled_from(["", "He"]),
    "new_name": st.sampled_from(["", "Somebody"]),
    "new_type": st.sampled_from(["", "person", "unheard of"]),
    "wording": st.sampled_from(["", "a source"]),
    "sure": st.sampled_from(["", "y"]),
    "odd": st.just("y"),
}
MANY = st.sampled_from(["0", "0", "0", "0", "1", "1", "2", "00", "19", "20", "41", "²"])
WHOLE = {
    "status": st.sampled_from(["", "claims", "no_claim", "unheard of"]),
    "unsure": st.sampled_from(["", "y", "false", "x"]),
    "note": TEXTS,
    "revision": NUMBERS,
    "key": st.sampled_from(["a-key-of-its-own", "short", "", "k" * 65]),
    "seconds": NUMBERS,
    "open": NUMBERS,
    "leave": st.sampled_from(["", "y", "false"]),
    "drop": st.sampled_from(["", "y", "false"]),
}
PAIRS = st.one_of(
    st.sampled_from(sorted(WHOLE)).flatmap(lambda name: st.tuples(st.just(name), WHOLE[name])),
    st.tuples(MANY, st.sampled_from(sorted(FIELDS))).flatmap(
        lambda pair: st.tuples(st.just(f"claims-{pair[0]}-{pair[1]}"), FIELDS[pair[1]])
    ),
)
LIKELY = [("revision", "0"), ("key", "a-key-of-its-own")]
MENTIONED = [("claims-0-mention", "James  N. Mattis"), ("claims-0-span", "294-309")]
POSTS = st.lists(PAIRS, max_size=9).map(lambda pairs: [*LIKELY, *pairs]) | st.lists(PAIRS)
POSTS |= st.lists(PAIRS, max_size=6).map(lambda pairs: [*LIKELY, *MENTIONED, *pairs])
ACTS = st.sampled_from(sorted(PLAIN))
BEFORE = {
    "nothing": None,
    "no claim": nothing_claimed(),
    "two claims": claims(
        claim(stance="support", mention=(294, 309)), claim(certainty="likely", mention=(276, 309))
    ),
}


@pytest.fixture(params=BEFORE)
def place(request, article, app):
    if BEFORE[request.param]:
        save(article, BEFORE[request.param])
    found = read_place(article.id, 2, accounts.get_user("ann").id)
    return Place(
        found.user,
        found.membership,
        found.project,
        found.article,
        found.assignment,
        found.sentence,
    )


def test_a_post_is_read_as_the_form_reads_it_or_is_left_to_the_form(app, article, place):
    answer = stored(article)
    read = 0

    @given(POSTS, ACTS)
    def check(pairs, verb):
        nonlocal read
        posted = MultiDict(pairs)
        plain = read_plainly(posted)
        if plain is None or not is_offered(plain.draft, place.codebook):
            return
        if not words_stand(plain, place):
            return
        read += 1
        with app.test_request_context(method="POST"):
            form = AnswerForm(formdata=posted, meta={"csrf": False})
            form.offer(place.codebook, ())
            assert form.validate(), form.errors
            wanted = read_form(form, place, answer, parse_act(verb))
        assert plain.save == wanted.save
        assert plain.said == wanted.said
        assert newest_word(plain.draft, place, answer, drop=False) == wanted.draft

    check()
    db.session.rollback()
    assert read
