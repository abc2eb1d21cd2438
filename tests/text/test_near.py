"""Near duplicates: wire copy with small changes is recognised, other news is not."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from annotator.text import near


def story(seed, words=300):
    rng = Random(seed)
    return [f"word{rng.randrange(3000)}" for _ in range(words)]


def share(one, other):
    """Return the true resemblance, by counting."""
    sets = [{tuple(each[n : n + 5]) for n in range(len(each) - 4)} for each in (one, other)]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def sketch(words):
    return near.sketch(" ".join(words))


def test_the_estimate_is_that_of_counting_within_its_error():
    rng, errors = Random(1), []
    for seed in range(100):
        one = story(seed)
        other = list(one)
        for _ in range(rng.randrange(40)):
            other[rng.randrange(len(other))] = f"new{rng.randrange(10**6)}"
        found = near.resemblances(sketch(one), sketch(other))[0]
        errors.append(found - share(one, other))
    assert abs(sum(errors) / len(errors)) < 0.02
    assert max(map(abs, errors)) < 4 * 0.045


def test_wire_copy_of_many_outlets_is_one_cluster_and_other_news_is_alone():
    wire = story(0)
    copies = [wire, [*wire, *story(1, 40)], wire[:260], ["LONDON", *wire[:100], *wire[104:]]]
    others = [story(seed) for seed in range(10, 30)]
    found = near.clusters([sketch(each) for each in [*others, *copies]])
    assert found == [*range(20), 20, 20, 20, 20]


def test_clusters_are_joined_through_what_is_between_them_and_never_fall_apart():
    one, two, three = story(1), story(2), story(3)
    sketches = [sketch(each) for each in (one, two, three)]
    assert near.clusters(sketches) == [0, 1, 2]
    assert near.clusters(sketches, [(0, 2)]) == [0, 1, 0]


def test_case_punctuation_and_white_space_do_not_matter():
    words = story(4)
    assert near.sketch(" ".join(words)) == near.sketch(",\r\n ".join(words).upper())


def test_a_short_text_has_no_sketch_and_an_endless_one_is_cut():
    assert near.sketch("one two three four") is None
    assert near.sketch("") is None
    assert len(near.sketch("a b c d e f " * 500_000)) == 512


def test_nothing_has_no_clusters():
    assert near.clusters([]) == []


@given(st.text(max_size=400))
def test_every_text_has_the_same_sketch_every_time(text):
    assert near.sketch(text) == near.sketch(text)


def test_a_sketch_is_the_same_for_ever():
    words = " ".join(f"word {number}" for number in range(100))
    assert near.sketch(words)[:8].hex() == FOR_EVER


FOR_EVER = "a93d99000905c700"
