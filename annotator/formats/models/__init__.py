"""Requests to language models as files, and the files of their answers; nothing is sent."""
