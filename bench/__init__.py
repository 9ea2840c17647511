"""Benchmarks: each prints its figures; ratios are taken side by side in one run."""
