"""Import of labels: rows of this and other tools become answers."""
