"""Runs the command line as `python -m annotator`."""

from annotator.cli import cli

if __name__ == "__main__":
    cli()
