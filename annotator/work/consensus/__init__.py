"""Consensus: what the annotators of a sentence say together, and what was decided about it."""
