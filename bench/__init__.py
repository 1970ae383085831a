"""Benchmarks, and what is learned from public data before a release."""
