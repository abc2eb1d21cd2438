"""The rounds of an answer.

Round 1 is what somebody said independently of others; what they say of the sentence afterwards is
round 2, and round 1 stays beside it as it was.
"""

FIRST_ROUND, SECOND_ROUND = ROUNDS = (1, 2)
NEWEST = None
"""In the place of a round: of each annotator the newest answer, whichever round it is."""
