"""Releases: a dataset is written, kept, compared with another, and its terms."""
