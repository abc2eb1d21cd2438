"""WORK: one module per activity; takes the person, the sentence and the answer as arguments.

Nothing here has heard of a request, and nothing here commits: the edge does, once.
"""
