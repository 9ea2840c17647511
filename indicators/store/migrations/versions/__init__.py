"""One module a version of the tables, each building on the one before."""
