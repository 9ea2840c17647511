"""The command line of the jobs: ``python -m etl``."""

from etl.cli.main import app, main

__all__ = ["app", "main"]
