"""The pages of labels that others made: import by a mapping, and what was imported."""
