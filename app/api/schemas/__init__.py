"""What goes in and out, one file a resource. Output schemas have no defaults: every key, always.

They import no room.
"""
