"""What is left of the work, in answers and in time."""

import pytest

from annotator.work.assignment.pace import Pace


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (20, "under 1 min"), (47 * 16, "about 13 min"), (15 * 16, "about 4 min"),
        (99 * 60, "about 99 min"), (100 * 60, "about 2 h"), (36_000, "about 10 h"),
    ],
)  # fmt: skip
def test_the_time_left_is_said_in_minutes_until_it_is_hours(seconds, words):
    assert Pace([], 16.0, 47, seconds).time_left == words


def test_no_time_is_left_where_no_work_is_or_no_pace_is_known():
    assert Pace([], 16.0, 0, 0.0).time_left == ""
    assert Pace([], None, 47, None).time_left == ""
