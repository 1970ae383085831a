"""Benchmarks, and the training of the title ranker."""

import os

# Must be set before numpy is imported: with small matrices a second thread only wastes time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
