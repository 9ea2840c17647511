"""The command line of the jobs: ``python -m etl``."""

from etl.cli.commands import app, main

__all__ = ["app", "main"]
