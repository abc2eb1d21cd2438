"""The parts of the label page, each built from what is stored and from the form."""
