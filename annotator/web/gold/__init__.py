"""The gold page."""
