"""Training, and how well annotators label: pages of leads and of annotators."""
