"""Finding and reading: one article with its labels, and sentences and claims by any filter."""
