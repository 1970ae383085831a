"""Lists as csv and as lines of JSON, made of the items that JSON answers have."""
