"""Files of labels: our rows, and those of other tools."""
