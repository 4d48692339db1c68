"""Benchmarks: run by hand (`make bench`), print ratios, never timed tests."""
