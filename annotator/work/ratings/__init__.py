"""Ratings in a CSV file: agreement and gold labels of any units, without a database."""
