"""Commands: thin, and lazy, so that `docgen --help` loads nothing heavy."""

from docgen.cli.root import main

__all__ = ["main"]
