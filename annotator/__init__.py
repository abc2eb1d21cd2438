"""Label news articles sentence by sentence: who claims what, where they stand, how firmly."""

__version__ = "0.1.0"
