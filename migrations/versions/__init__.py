"""One file a step, named by date and what it does."""
