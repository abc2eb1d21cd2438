"""Confidence intervals by resampling of articles, and influence."""
