"""The results page: figures of what the labels say."""
