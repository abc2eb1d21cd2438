"""What scripts read and write, in JSON, and the tokens that let them in."""
