"""Measurements, side by side in one run; none of them is a test."""

import os

# Before numpy is there: on small matrices a second thread only spins.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
