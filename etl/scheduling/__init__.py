"""When sources are fetched, and what machines are sent about each run."""
