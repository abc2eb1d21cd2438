"""Labelling: an answer is saved, changed, undone and read again, with the history of each."""
