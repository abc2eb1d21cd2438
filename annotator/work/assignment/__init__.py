"""Assignment: who labels which article, how far they are, and what they ask."""
