"""``python -m app.commands`` is the command ``occupations``."""

from app.commands import main

main()
