"""Starts modules of this program in processes of their own."""

from __future__ import annotations

import os
import sys
from typing import Any


def of_module(module: str, *arguments: str, **environment: str) -> dict[str, Any]:
    """Return ``args`` and ``env`` with which ``subprocess`` runs a module by this interpreter.

    The child finds the modules that this process finds. -P: else ``-m`` would look in the working
    folder first, which may be one of downloaded files, and run a ``pickle.py`` that lies there.
    """
    return {
        "args": [sys.executable, "-P", "-m", module, *arguments],
        "env": {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment},
    }
