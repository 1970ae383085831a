"""One file a publisher's format, each pure: file → typed rows. ``load`` alone writes."""
