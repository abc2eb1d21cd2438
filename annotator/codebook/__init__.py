"""PURE: the labelling scheme, loaded and checked; the only place that knows its values."""
