"""Where an answer comes from, and which of them count."""

# Given here by a person; brought in as answers of people, somebody's gold, or context; of a model.
HUMAN, PEOPLE, REFERENCE, CONTEXT, MODEL = "human", "people", "reference", "imported", "model"
COUNTED = (HUMAN, PEOPLE)
"""The origins of answers that count: given here by people, or brought in as answers of people."""
ORIGINS = (HUMAN, PEOPLE, REFERENCE, CONTEXT, MODEL)
