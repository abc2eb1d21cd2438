"""Speakers of a project: the list, its changes, and the labels that follow them."""
