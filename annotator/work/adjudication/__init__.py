"""Adjudication: the queue of disputed sentences, decisions, their undoing and objections."""
