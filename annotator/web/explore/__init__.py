"""The pages on which leads and adjudicators find and read labels."""
