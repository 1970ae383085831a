"""``/v1/exports``: the list, its files, and parts of them."""
