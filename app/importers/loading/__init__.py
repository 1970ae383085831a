"""Recognises files, joins them into releases, writes these, and chooses which parts are shown."""
