"""The commands, one file a task; ``app.cli`` registers them."""
