"""Agreement: which answers are compared, every figure of the report, and its words."""
