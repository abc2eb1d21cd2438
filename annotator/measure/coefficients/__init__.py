"""Coefficients of agreement, each after its source."""
