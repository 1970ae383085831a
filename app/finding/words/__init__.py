"""What search and title matching share: word lists, normalization, spelling correction."""
