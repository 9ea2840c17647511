"""When sources are fetched, and what machines are told of each run."""
