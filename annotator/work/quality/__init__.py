"""Training, and how well annotators label."""
