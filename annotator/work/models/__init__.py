"""Models as annotators: what they are asked, and how what they say compares."""
